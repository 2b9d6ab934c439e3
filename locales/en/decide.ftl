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
merge-changed = Something has changed meanwhile. Nothing was merged.
merge-parted-already = The ticket stands alone already.
split-from-title = Split off
split-from = Split off from
split-join = Join again
split-start = Split reports off
split-choose = Choose
split-submit = Split the chosen off into a ticket of their own
split-hint = What belongs to another mistake gets a ticket of its own.
split-refused = Choose at least one report to split off. The first one stays: it makes the ticket.
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
