# Desks, deputies, bylines, service hours.
desks-title = Desks
desks-lead = A ticket goes to the desk that answers for the innermost section of its article.
desks-new = New desk
desks-add = Add desk
desks-change = Change
desks-sections = Sections
desks-sections-hint = One a line, as they stand in the article’s breadcrumbs.
desks-deputy = Deputy
desks-chief = Chief
desks-nobody = nobody
desks-remove = Remove desk
desks-remove-text = No new tickets go there. Those that are there stay until somebody routes them elsewhere.
desks-error-taken = There is a desk of this name already.
desks-hours = Service hours
desks-hours-hint = In the site’s time zone, such as 9-18 or 08:30-17:00. Empty: nobody there.
desks-day-mon = Monday
desks-day-tue = Tuesday
desks-day-wed = Wednesday
desks-day-thu = Thursday
desks-day-fri = Friday
desks-day-sat = Saturday
desks-day-sun = Sunday
desks-patience = Service hours that a new error of fact may wait
desks-patience-hint = Then the deputy gets it, and after as many hours again the chief. Empty: nobody is reminded.
desks-error-hours = Something such as 9-18 or 08:30-17:00 is expected.
desks-bylines = Bylines
desks-bylines-hint = Whoever wrote an article hears of new tickets in it. Who has no account gets the passage and nothing of the reader’s.
desks-byline = Name as it stands above the article
desks-byline-person = Somebody of the newsroom
desks-byline-email = or an e-mail address without an account
desks-byline-email-hint = Needed only where nobody is chosen.
desks-byline-add = Assign
desks-byline-remove = Remove
desks-byline-remove-label = Remove byline: { $name }
desks-error-byline = It takes a name, and somebody or a valid address.
desks-error-person = This person may not edit tickets of this site.
admin-field-deputies = Deputy
admin-field-chiefs = Chief
admin-field-service-hours = Service hours
admin-field-escalate-after = Minutes until the deputy
event-escalated = nobody took it, reminded was
mail-ticket-escalated-subject = [{ $reference }] Nobody took it yet: { $title }
mail-ticket-escalated-title = Ticket { $reference } waits for somebody
mail-ticket-escalated-lead = A report of an error of fact lies untouched; it came in { $ago }. As deputy or chief of the desk { $desk } it goes to you now.
mail-author-alert-subject = [{ $reference }] { $kind } in “{ $title }”
mail-author-alert-title = A report about an article of yours
mail-author-alert-lead = There is a report about this passage. The newsroom of { $site } looks after it; if you know something about it, please tell them.
mail-author-alert-why = You get this message because { $site } assigned your address to the name above the article.
mail-author-alerts-bundled-title = { $count ->
    [one] { $count } more report about articles of yours
   *[other] { $count } more reports about articles of yours
}
mail-author-alerts-bundled-lead = So many reports arrived in the past hour that they are collected here. The newsroom of { $site } looks after them; if you know something about one, please tell them.
mail-legal-claims-bundled-title = { $count ->
    [one] { $count } more ticket that speaks of legal claims
   *[other] { $count } more tickets that speak of legal claims
}
