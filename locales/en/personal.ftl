# Personal data of readers, and how it goes.
reader-address-title = The reader’s address
address-show = View or delete the address
address-none = No address is stored for this report.
address-purpose = The address is there to answer this report only. Fehlermelder writes by itself when the ticket is closed.
address-email = E-mail address
address-consented = Consent given
address-confirmed = Confirmed
address-not-confirmed = not yet
address-consent-text = Words of the consent
address-delete-text = The address, the consent and the mails still owed will be deleted. This cannot be undone. The report stays.
address-delete = Delete the address
address-deleted = The address is deleted.

blackout-title = Black out private details
blackout-link = Black out private details
blackout-text = What is blacked out here disappears from all reports, suggestions and notes of this ticket and of those merged with it, from the history, from answers that have not left yet and from the search.
blackout-words = These words
blackout-words-hint = Mark them in the comment above or type them here. Upper and lower case are the same.
blackout-find = Find the places
blackout-not-there = These words are nowhere on this ticket.
blackout-length = Between { $least } and { $most } characters.
blackout-places = { $count ->
    [one] One place
   *[other] { $count } places
}
blackout-in-comment = Comment
blackout-in-suggestion = Suggestion
blackout-in-source = Source
blackout-in-note = Note
blackout-in-letter = Mail to the readers
blackout-of-report = Report
blackout-of-ticket = Ticket and history
blackout-becomes = will be blacked out
blackout-warning = This cannot be undone. What has been sent by mail stays there.
blackout-do = { $count ->
    [one] Black out this place
   *[other] Black out all { $count } places
}
blackout-done = The details are blacked out.
event-address-deleted = Address deleted
event-blacked-out = Private details blacked out
