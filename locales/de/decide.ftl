# Decisions and what goes with them: taking back, merging, ready answers.

undo-submit = Rückgängig
undo-tickets = { $count ->
    [one] { $count } Fall
   *[other] { $count } Fälle
}
undo-done = Zurückgenommen: Alles ist wie vorher.
undo-some = Nur zum Teil zurückgenommen: Einige Fälle sind seitdem geändert worden.
undo-too-late = Die Zeit zum Zurücknehmen ist vorbei.
undo-changed = Der Fall ist seitdem geändert worden. Zurückgenommen wurde nichts.
undo-not-yours = Zurücknehmen kann nur, wer entschieden hat.
event-undone = Entscheidung zurückgenommen
