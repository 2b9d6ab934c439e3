# Mails. Subjects are one line; readers' words stand only in mails to the newsroom.
mail-why-editor = You receive this because you look after new tickets from { $site }.
mail-unsubscribe = No more mail about new tickets
mail-open-ticket = Open ticket
mail-view-live = View in the article
mail-instead-of = Instead of
mail-suggestion = Suggestion
mail-comment = Comment
mail-article = Article
mail-about = It is about

mail-ticket-opened-subject = [{ $reference }] { $kind }: { $title }
mail-ticket-opened-title = New ticket { $reference }
mail-ticket-opened-legal = The report mentions legal claims.

mail-alerts-bundled-subject = { $count ->
    [one] { $count } more new ticket
   *[other] { $count } more new tickets
}
mail-alerts-bundled-title = { $count ->
    [one] { $count } more new ticket
   *[other] { $count } more new tickets
}
mail-alerts-bundled-lead = So many tickets arrived in the past hour that they are collected here.
mail-alerts-bundled-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
mail-open-desk = To the inbox

mail-ticket-closed-subject = Your report { $reference }: { $result }
mail-ticket-closed-title = Your report has been dealt with
mail-ticket-closed-greeting = Hello,
mail-ticket-closed-lead = You pointed out a passage in “{ $title }”.
mail-ticket-closed-passage = The passage
mail-ticket-closed-your-suggestion = Your suggestion
mail-ticket-closed-note = Our correction note
mail-ticket-closed-status = Status of your report
mail-ticket-closed-delete = Delete my address now
mail-ticket-closed-privacy = { $days ->
    [0] We delete your address by ourselves after this mail, at once if you wish:
    [one] We delete your address by ourselves a day after closing, at once if you wish:
   *[other] We delete your address by ourselves { $days } days after closing, at once if you wish:
}
mail-signature = The editors of { $site }

mail-address-confirmation-subject = Please confirm your address for { $site }
mail-address-confirmation-title = Confirm address
mail-address-confirmation-lead = Somebody gave this address to get an answer from { $site } about a report. If it was you, please confirm:
mail-address-confirmation-button = Confirm address
mail-address-confirmation-expires = { $hours ->
    [one] The link is valid for one hour.
   *[other] The link is valid for { $hours } hours.
}
mail-address-confirmation-ignore = If it was not you, there is nothing to do: you will get no further message, and the address will be deleted.

mail-reader-asked-subject = A question about your report { $reference }
mail-reader-asked-title = A question about your report
mail-reader-asked-lead = We have a question about it:
mail-reader-asked-answer = Answer here
mail-reader-asked-no-reply = Please answer on that page, not by replying to this mail.
mail-reader-asked-privacy = We delete your address by ourselves after closing, or at once if you wish:

mail-ticket-forwarded-subject = [{ $reference }] Forwarded by { $site }: { $title }
mail-ticket-forwarded-title = A reader’s report about an article
mail-ticket-forwarded-lead = The newsroom of { $site } passes this report of readers on to you. Kind:
mail-ticket-forwarded-why = Your address is in the address book of { $site }. The newsroom’s number for it is { $reference }.
