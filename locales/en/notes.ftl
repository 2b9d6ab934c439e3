# Notes, mentions, following: on the desk and in its mails.
note-markdown-hint = Markdown works: **bold**, *italics*, lists with -, links. Use @name to address somebody.
note-saved = The note is saved.
note-preview = Preview
note-preview-title = What the note will look like
note-preview-mentions = Will be notified: { $names }
note-preview-nobody = Nobody will be notified but those who follow the ticket.
note-people = Names to insert

following-title = Follow the ticket
following-summary = { $count ->
    [0] Nobody follows
    [one] One person follows
   *[other] { $count } people follow
}
following-yes = You follow this ticket and get a mail when others act on it.
following-no = You do not follow this ticket.
following-start = Follow
following-stop = Stop following
following-who = Followed by: { $names }
following-stop-title = Stop following { $reference }?
following-stop-text = You will get no more mails about this ticket, even if you work on it again. Only somebody who addresses you in a note will still reach you.
following-back = To the ticket

mail-activity-subject = [{ $reference }] News on the ticket: { $title }
mail-activity-title = News on ticket { $reference }
mail-mentioned-subject = [{ $reference }] { $name } addresses you: { $title }
mail-mentioned-title = { $name } addresses you on ticket { $reference }
mail-why-follower = You get this message because you follow ticket { $reference }.
mail-why-mentioned = You get this message because a note addresses you.
mail-why-mentioned-follows = You follow this ticket now.
mail-stop-following = Stop following
mail-activity-bundled-title = { $count ->
    [one] News on a ticket that you follow
   *[other] News on { $count } tickets that you follow
}
mail-activity-bundled-lead = There was so much news in the last hour that it is gathered here.
mail-why-activity-bundled = You get this message because you follow these tickets.
