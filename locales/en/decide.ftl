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
