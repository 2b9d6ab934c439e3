# The closed sets of the product: states, resolutions, reasons, kinds, parts, passage states, roles.

product-name = Fehlermelder
# The name as it is set in the page head: one letter is shown as inserted by the proofreader.
wordmark-before = Fe
wordmark-inserted = h
wordmark-after = lermelder

state-new = New
state-open = In progress
state-waiting = Waiting
state-snoozed = Snoozed
state-closed = Closed

resolution-corrected = Corrected
resolution-corrected-with-note = Corrected with a public note
resolution-already-corrected = Was already corrected
resolution-not-an-error = Not an error
resolution-not-reproducible = Could not be confirmed
resolution-duplicate = Duplicate
resolution-forwarded = Passed on
resolution-obsolete = Text removed
resolution-spam = Spam

reason-house-style = House style
reason-matter-of-opinion = Matter of opinion
reason-verbatim-quotation = Verbatim quotation
reason-correct-as-it-is = Correct as it is

kind-spelling = Spelling
kind-grammar = Grammar
kind-fact = Factual error
kind-outdated = Out of date
kind-link = Broken link
kind-image = Image or credit
kind-display = Display or technical fault
kind-other = Other

choice-language = Language
choice-language-hint = typo, spelling, grammar
choice-content = Content
choice-content-hint = wrong or outdated information
choice-technology = Technical
choice-technology-hint = broken link, image or display

part-headline = Headline
part-teaser = Standfirst
part-image = Image
part-table = Table
part-embed = Embedded post
part-elsewhere = Somewhere else
part-article = Whole article

passage-found = Still there
passage-changed = Text changed
passage-ambiguous = Found more than once
passage-gone = No longer in the text
passage-unknown = Not checked
passage-regressed = The error is back

role-viewer = Read only
role-editor = Editorial
role-admin = Administration

word-site = Website
word-article = Article
word-passage = Passage
word-part = Part
word-report = Report
word-ticket = Ticket
word-kind = Kind
word-desk = Desk
word-editor = Person
word-correction = Correction
word-state = State
word-resolution = Resolution

# Why a report came to its ticket.
joined-by-opened = opened the ticket
joined-by-same-correction = same passage, same suggestion
joined-by-same-words = would change the same words
joined-by-overlap = same passage, no suggestion
joined-by-same-part = same part of the article
joined-by-editor = merged by hand

# What happened on a ticket.
event-reported = Ticket opened
event-moved = State changed
event-reopened = Reopened
event-assigned = Assigned
event-unassigned = Assignment removed
event-routed = Desk changed
event-refined = Kind changed
event-noted = Note
event-accepted = Suggestion accepted
event-closed = Closed
event-sighted = Looked at the article
event-also-found = The same words found here too, first in
actor-reader = Reader
actor-system = Fehlermelder

difference-removed = removed:
difference-added = new:

# Moments.
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
moment-local = { $day } { $month } { $year }, { $hour }:{ $minute }
ago-now = just now
ago-minutes = { $count ->
    [one] a minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] an hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] yesterday
   *[other] { $count } days ago
}
ago-in-minutes = { $count ->
    [one] in a minute
   *[other] in { $count } minutes
}
ago-in-hours = { $count ->
    [one] in an hour
   *[other] in { $count } hours
}
ago-in-days = { $count ->
    [one] tomorrow
   *[other] in { $count } days
}
