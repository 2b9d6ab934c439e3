# Many at once.

bulk-bar = Selected tickets
bulk-choose = Select tickets to work on them together.
bulk-chosen-one = One ticket selected
bulk-chosen = { $count } tickets selected
bulk-pick = Select { $reference }
bulk-all = All on this page
bulk-none = Clear selection
bulk-assign = Assign …
bulk-close = Close …
bulk-merge = Merge …
bulk-spam = Spam …
bulk-title-assign = { $count ->
    [one] Assign one ticket
   *[other] Assign { $count } tickets
}
bulk-title-close = { $count ->
    [one] Close one ticket
   *[other] Close { $count } tickets
}
bulk-title-merge = { $count ->
    [one] Merge one ticket
   *[other] Merge { $count } tickets
}
bulk-title-spam = { $count ->
    [one] One ticket is spam
   *[other] { $count } tickets are spam
}
bulk-do-assign = { $count ->
    [one] Assign the ticket
   *[other] Assign { $count } tickets
}
bulk-do-close = { $count ->
    [one] Close the ticket
   *[other] Close { $count } tickets
}
bulk-do-merge = { $count ->
    [one] Merge the ticket
   *[other] Merge { $count } tickets
}
bulk-do-spam = { $count ->
    [one] Close as spam
   *[other] Close { $count } as spam
}
bulk-result-assign = Assign
bulk-result-close = Close
bulk-result-merge = Merge
bulk-result-spam = Close as spam
bulk-nothing = No ticket is selected.
bulk-too-many = At most { $most } tickets go at once.
bulk-back = To the list
bulk-able = { $count ->
    [one] This ticket
   *[other] These { $count } tickets
}
bulk-unable = { $count ->
    [one] One ticket cannot be included
   *[other] { $count } tickets cannot be included
}
bulk-reason = Why? (only for “Not an error”)
bulk-no-reason = –
bulk-into = All belong to ticket
bulk-into-hint = This ticket stays. The others lead to it, and their readers hear what becomes of it.
bulk-readers-none = Nobody gets a mail for this.
bulk-readers = { $count ->
    [0] Nobody waits for an answer.
    [one] One person gets a mail.
   *[other] { $count } people get a mail.
}
bulk-progress = { $worked } of { $total } done
bulk-goes-on = This goes on, even when the page is closed.
bulk-done = { $count ->
    [0] Nothing was changed.
    [one] One ticket was changed.
   *[other] { $count } tickets were changed.
}
bulk-unchanged = { $count ->
    [one] With one there was nothing to change.
   *[other] With { $count } there was nothing to change.
}
bulk-not-done = { $count ->
    [one] One ticket stayed as it was
   *[other] { $count } tickets stayed as they were
}
bulk-why-unchanged = is so already
bulk-why-stale = changed meanwhile
bulk-why-unknown = is not here
bulk-why-read-only = you may read only
bulk-why-forbidden = not possible in this state
bulk-why-wrong-assignee = this person may not edit tickets of this site
bulk-why-wrong-original = belongs to another site, or leads in a circle
bulk-why-failed = the database did not take it
bulk-tag = Tag …
bulk-tag-label = Tag for all of them
bulk-title-tag = { $count ->
    [one] Tag one ticket
   *[other] Tag { $count } tickets
}
bulk-do-tag = { $count ->
    [one] Tag the ticket
   *[other] Tag { $count } tickets
}
bulk-result-tag = Tag
bulk-why-too-many-tags = has as many tags as a ticket may have
bulk-untag = Remove tag …
bulk-untag-which = Which tag shall go?
bulk-title-untag = { $count ->
    [one] Take a tag off one ticket
   *[other] Take a tag off { $count } tickets
}
bulk-do-untag = { $count ->
    [one] Remove the tag
   *[other] Remove the tag wherever it is
}
bulk-result-untag = Remove a tag
bulk-why-no-such-tag = has no such tag
