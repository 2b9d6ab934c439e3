# The editors' desk.

skip-to-content = Skip to content
nav-states = Tickets by state
nav-all = All
search-label = Search tickets
search-placeholder = Word or FM number
search-submit = Search
language-switch = Language of the interface
language-de = Deutsch
language-en = English
sign-out = Sign out

sign-in-title = Sign in
sign-in-lead = The newsroom’s desk for what readers report.
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in

inbox-title-all = All tickets
inbox-title-search = Search: { $query }
inbox-total = { $total } tickets
inbox-list = List of tickets
inbox-older = Older tickets
inbox-newest = Back to the start
inbox-paging = Pages
inbox-reports = { $count ->
    [one] { $count } report
   *[other] { $count } reports
}
badge-legal = Legal
badge-regressed = The error is back

filter-title = Filter
filter-active = Filter ({ $count })
filter-any = any
filter-state = State
filter-resolution = Resolution
filter-kind = Kind
filter-site = Website
filter-desk = Desk
filter-assignee = Assigned to
filter-assignee-me = me
filter-assignee-nobody = nobody
filter-apply = Apply
filter-reset = Clear all filters

empty-filter-title = Nothing here.
empty-filter-text = No ticket matches this selection.
empty-new-title = All read.
empty-new-text = There is no new ticket right now.
empty-nothing-title = No reports yet
empty-nothing-text = As soon as somebody reports a mistake in an article, the ticket appears here. For that, these two lines belong in the article page:
empty-nothing-selector = Replace “.entry-content” by the CSS selector of the element that holds the article’s text.
empty-no-site-title = No website yet
empty-no-site-text = First add a website. The command prints its key:
embed-code = Code to embed
copy = Copy
share = Share
copied = Copied
copy-failed = Please copy by hand

ticket-live = View in the article
passage-title = The passage in its context
passage-why = No link that every browser can follow leads to this passage in the article. This is how it read when the report came in.
passage-open-article = Open the article
passage-back = Back to the ticket
ticket-no-passage = No passage; it is about: { $part }
ticket-suggestions = { $count ->
    [one] Suggestion
   *[other] Suggestions ({ $count })
}
ticket-suggestion-count = { $count ->
    [one] suggested once
   *[other] suggested { $count } times
}
ticket-accept = Accept suggestion
ticket-accepted = Accepted
ticket-deletion = Delete the marked words
ticket-correction = Correction
ticket-correction-before = Before
ticket-correction-after = After
ticket-public-note = Public correction note
ticket-now = In the article
ticket-duplicate-of = Duplicate of { $reference }
ticket-snoozed-until = Snoozed until
ticket-facts = Details
ticket-created = Received
ticket-updated = Last changed
ticket-assignee = Assigned to
ticket-nobody = nobody
ticket-no-desk = no desk
ticket-legal = This report mentions legal claims. Please pass it to the person responsible. It is no formal service of a claim.
ticket-regressed = The passage had been corrected; now the old words are back in the article.

ticket-stale = The ticket has changed since this page was loaded.
stale-title = Something changed in the meantime
stale-text = Nothing was overwritten. What happened is listed here; what you typed is still in the form below.
stale-again = Once you have read it, simply submit again.

decide-title = Decision
decide-corrected = Corrected
decide-with-note = With a public correction note
decide-public-note = Correction note
decide-public-note-hint = Shown publicly, e.g. “An earlier version said …”
decide-not-an-error = Not an error
decide-reason = Why?
decide-duplicate = Duplicate
decide-duplicate-of = Belongs to ticket
decide-duplicate-hint = for example FM-1033
decide-other = Closed otherwise
decide-other-how = How?
decide-note = Internal note
decide-optional = optional
decide-close = Close ticket
decide-waiting = Wait for an answer
decide-snooze = Snooze
decide-snooze-tomorrow = Tomorrow
decide-snooze-monday = Monday
decide-snooze-date = On a day
decide-snooze-submit = Snooze
decide-open = Take it on
decide-resume = Resume
decide-reopen = Reopen
decide-read-only = Read only: decisions are made by editors.
decide-readers-told = { $count ->
    [0] Nobody is waiting for an answer.
    [one] One person will be told when the ticket is closed.
   *[other] { $count } people will be told when the ticket is closed.
}
assign-title = Responsible
assign-summary = Responsible: { $name }
assign-to = Assign to
assign-submit = Assign
assign-me = Assign to me
assign-nobody = nobody
sort-summary = Kind and desk
sort-refine = Change
sort-route = Pass on
note-title = Write a note
note-label = Note
note-hint = Only editors see this.
note-submit = Save note

reports-title = { $count ->
    [one] One report
   *[other] { $count } reports
}
reports-older = Older reports
reports-newest = Back to the newest
reports-paging = Pages of reports
report-source = Source
report-contact-pending = address not yet confirmed
report-contact-confirmed = wants an answer
report-withdrawn = withdrawn
history-title = History

components-title = Components
components-lead = Every component in every state. All pages are built from these only.
components-colours = Colours
components-type = Type
components-buttons = Buttons
components-button = Button
components-primary = Primary button
components-quiet = Quiet button
components-danger = Final
components-disabled = Disabled
components-link = A link in text
components-states = States and badges
components-difference = Difference
components-fields = Fields
components-field = Field
components-field-hint = A hint for the field
components-field-error = Please fill this in.
components-messages = Messages
components-message-ok = Saved.
components-message-error = That did not work. Please try again.
components-message-info = For your information.
components-rows = Rows of the list
components-disclosure = Disclosure
components-disclosure-text = The content that shows.
components-timeline = History
components-empty = Empty list
components-code = Code
components-table = Details
components-copy = Copy field
components-sample-headline = A headline in the serif face
components-sample-body = Running text of the interface in the system face.
components-current = Chosen
components-sample-before = If you charge the battery
components-sample-same = battery
components-sample-removed = seperately
components-sample-added = separately
components-sample-after = you get up to 18 hours, according to the maker.
