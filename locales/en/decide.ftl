# Decisions and what goes with them: taking back, merging, ready answers.

undo-submit = Undo
undo-tickets = { $count ->
    [one] { $count } ticket
   *[other] { $count } tickets
}
undo-done = Taken back: everything is as it was.
undo-some = Taken back in part: some tickets have changed since.
undo-too-late = The time to take it back is over.
undo-changed = The ticket has changed since. Nothing was taken back.
undo-not-yours = Only who decided can take it back.
event-undone = Decision taken back

same-title = Perhaps the same mistake
same-merge = Merge
same-why-same-correction = same passage, same suggestion
same-why-same-words = the same words are to change
same-why-overlap = the passages overlap
same-why-same-part = same part of the article, same suggestion
doubles-title = Merged into this
doubles-part = Part
merge-unknown = There is no such number on this site.
merge-itself = That is this ticket’s own number. Merging needs another one.
merge-many = At most { $limit } tickets can be merged at once.
merge-changed = Something has changed meanwhile. Nothing was done: please look again.
merge-parted-already = The ticket stands alone already.
split-from-title = Split off
split-from = Split off from
split-join = Join again
split-start = Split reports off
split-choose = Choose
split-submit = Split the chosen off into a ticket of their own
split-hint = What belongs to another mistake gets a ticket of its own.
split-hint-page = One page is split at a time: the one that is shown.
split-joined-already = The ticket has been joined again already.
split-nothing = Choose at least one report to split off.
split-opener = The first report stays: it makes the ticket. The others can be split off.
split-many = At most { $limit } reports can be split off at once.
joined-by-merged = merged, from
event-merged = Merged with
event-parted = Parted
event-split = Reports split off into
event-split-off = Split off from

ticket-cms = Open in the content system

answers-title = Ready answers
answers-lead = This is what readers are written once their report is decided. Before it is sent, the text can be changed for the single ticket.
answers-place-reference = number of the ticket
answers-place-title = title of the article
answers-place-quote = the marked words
answers-place-suggestion = the suggestion
answers-place-reason = why it is no error
answers-place-public-note = the public correction note
answers-place-newsroom = name of the site
answers-empty-lines = A line with a place that has nothing to be filled with is left out.
answers-own = own text
answers-saved = Saved.
answers-body = Text
answers-save = Save
answers-usual = Back to the text that comes with it
answers-unknown-place = { $place } is no place that can be filled. The possible ones are above.
letter-title = { $count ->
    [one] See the mail to one person
   *[other] See the mail to { $count } people
}
letter-label = Text of the mail ({ $language })
letter-hint = For this decision only. Words in braces are filled for each person.

settings-site-cms-url = Article in the content system
settings-site-cms-url-hint = An address with a place: {"{url}"}, {"{path}"}, {"{slug}"} or {"{id}"}, such as https://cms.example.org/wp-admin/post.php?post={"{id}"}&action=edit
settings-error-cms-url = An https address with at least one of the places {"{url}"}, {"{path}"}, {"{slug}"}, {"{id}"} after the name of the server.
admin-field-cms-url = Article in the content system

# Applied anyway, though the ticket changed.
stale-kept = Nothing was overwritten, and nothing you typed is lost.
stale-anyway-lead = Applied to the ticket as it is now, this happens:
stale-anyway-reopens = (It is reopened for that.)
stale-anyway = Apply anyway
stale-discard = Discard

# A question to the readers.
ask-title = Ask the reader
ask-lead = { $count ->
    [one] One person with a confirmed address gets the question by mail and answers on their own page. The ticket waits for that, for 14 days at most.
   *[other] { $count } people with a confirmed address get the question by mail and answer on their own page. The ticket waits for that, for 14 days at most.
}
ask-question = Question
ask-question-in = Question ({ $language })
ask-hint = Who speaks this language is only asked when something stands here.
ask-submit = Send the question and wait
ask-nobody = Nobody left a confirmed address: there is nobody to ask, but the ticket can wait.
answers-question = Question to the reader
answers-place-question = the question to the reader
event-asked = Asked the reader
event-answered = The reader answered
report-answered = Answer to the question,

decide-snooze-report = Until another report
ticket-snoozed = Snoozed
ticket-snoozed-report = until another report comes
event-woken = Another report came
