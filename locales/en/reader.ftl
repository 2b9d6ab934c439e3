# Pages for readers: the form without script, the status page, confirmation steps.

reader-footer = A service of the newsroom with { $product }
reader-back-to-article = Back to the article

report-title = Report an error
report-lead = Thank you for reading closely. One field is enough; the more exact, the sooner it is fixed.
report-article = Article
report-url = Address of the article
report-quote = Which words are wrong?
report-quote-hint = Best copied from the article.
report-part = Where is the error?
report-part-text = In the text
report-part-hint = Only needed if it is not about words in the text.
report-kind = What is it about?
report-suggestion = What would be right?
report-comment-field = Note to the editors
report-source-field = Source on the web
report-source-hint = If it is about a fact: where is it stated correctly?
report-answer = Get an answer
report-answer-hint = It works without an address too: after sending you get a link to the status of your report.
report-email = E-mail address
report-no-service = If you have a legal claim: this report is no formal service.
report-honeypot = Please leave this field empty
report-optional = optional
report-submit = Send report
report-privacy = Privacy
report-elsewhere = Something else?
report-link-comments = Opinion on the article: comments
report-link-legal = Right of reply and legal matters
report-link-subscription = Subscription and delivery
report-errors-title = Something is missing

thanks-title = Thank you, the report has arrived.
thanks-reference = Its number is { $reference }.
thanks-status = What becomes of it is always shown here:
thanks-keep = It is best to bookmark it. Without an e-mail address this link is the only answer, and only those who know it can see the page.
thanks-open = See the status
status-link = Link to the status of the report

status-title = Your report { $reference }
status-for = About the article
status-passage = The passage
status-suggestion = Your suggestion
status-comment = Your note
status-source = Your source
status-sent = Reported
status-closed = Closed
status-keep-title = Finding this page again
status-keep = Bookmark it or copy the link. Only those who know it can see the page.
status-contact-title = Your address
status-contact-pending = You gave an e-mail address but have not confirmed it yet. We send you a mail for that, sometimes only the next day.
status-contact-confirmed = { $days ->
    [0] As soon as the ticket is closed you will get a mail. The address is deleted after that.
    [one] As soon as the ticket is closed you will get a mail. The address is deleted a day later.
   *[other] As soon as the ticket is closed you will get a mail. The address is deleted { $days } days later.
}
status-contact-told = { $days ->
    [0] The answer is on its way to you by mail, or already there. The address is deleted after that.
    [one] The answer is on its way to you by mail, or already there. The address is deleted a day after closing.
   *[other] The answer is on its way to you by mail, or already there. The address is deleted { $days } days after closing.
}
status-delete-address = Delete my address
status-withdraw-title = Withdraw the report
status-withdraw-text = Note and address are deleted. The marked passage stays with the editors.
status-withdraw = Withdraw report
status-withdrawn = You have withdrawn this report. Note and address are deleted.

# What became of a report, in plain words; also in the closing mail.
sentence-new = Your report is with the editors.
sentence-open = The editors are working on it.
sentence-waiting = The editors are checking your report and waiting for information.
sentence-snoozed = The editors have seen your report and will come back to it.
sentence-corrected = The passage has been corrected. Thank you!
sentence-already-corrected = The passage had already been corrected when your report arrived. Perhaps your browser still showed the older version. Thank you all the same!
sentence-not-an-error = The editors have checked the passage and leave it as it is.
sentence-not-reproducible = The editors could not confirm the error.
sentence-duplicate = Somebody had already reported this error; it is dealt with under another ticket. Thank you!
sentence-forwarded = Your report has been passed on to those responsible.
sentence-obsolete = The passage is no longer in the article.
sentence-spam = The report will not be dealt with.
sentence-reason-house-style = It is our house style.
sentence-reason-matter-of-opinion = Opinions may differ on this; it is not an error.
sentence-reason-verbatim-quotation = It is a verbatim quotation and therefore stays as it is.
sentence-reason-correct-as-it-is = We checked, and it is correct as it is.

confirm-withdraw-title = Withdraw the report?
confirm-withdraw-text = Your note and your address are deleted at once. This cannot be undone.
confirm-withdraw-submit = Yes, withdraw
confirm-delete-address-title = Delete the address?
confirm-delete-address-text = The address is deleted at once and you will get no more mail. Your report stays with the editors.
confirm-delete-address-submit = Yes, delete the address
confirm-back = No, back

address-title = Confirm address
address-text = { $site } may write to { $email } about what became of the report.
address-submit = Yes, this is my address
address-ignore = If not, simply close this page. There will be no further mail.
address-done-title = Thank you, the address is confirmed.
address-done-text = { $site } will write to you as soon as the ticket is closed.
address-expired-title = This link is no longer valid
address-expired-text = An address that was not confirmed is deleted. The editors still have your report; its status is shown by the link you got after sending.

# The sentence an address is left under, in the control and in the form; stored with it.
consent-text = { $days ->
    [0] { $name } may write to me about this report. My address is deleted as soon as it is closed, earlier if I ask.
    [one] { $name } may write to me about this report. My address is deleted a day after it is closed, earlier if I ask.
   *[other] { $name } may write to me about this report. My address is deleted { $days } days after it is closed, earlier if I ask.
}
status-done-withdraw = Your report is withdrawn. Comment and address are deleted.
status-done-delete-address = Your address is deleted.

# What the newsroom asks, on the page of a report.
question-title = The newsroom has a question
question-answer = Your answer
question-answer-more = Something else about it
question-hint = Only the newsroom sees it.
question-submit = Send answer
question-answered = Your answer,
question-answers = Your answers
question-over = The question has been settled in the meantime. Your answer still stands here, but it was not kept.
question-too-many = This page takes no more than { $limit } answers.
status-done-answer = Thank you, the newsroom has your answer.
