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

same-title = Vielleicht derselbe Fehler
same-merge = Zusammenlegen
same-why-same-correction = gleiche Textstelle, gleicher Vorschlag
same-why-same-words = dieselben Wörter sollen sich ändern
same-why-overlap = die Textstellen überschneiden sich
same-why-same-part = gleicher Teil des Artikels, gleicher Vorschlag
doubles-title = Hier zusammengelegt
doubles-part = Trennen
merge-unknown = Diese Nummer gibt es auf der Website nicht.
merge-itself = Das ist die Nummer dieses Falls. Zum Zusammenlegen braucht es einen anderen.
merge-many = Auf einmal lassen sich höchstens { $limit } Fälle zusammenlegen.
merge-changed = Inzwischen hat sich etwas geändert. Geschehen ist nichts: Bitte noch einmal ansehen.
merge-parted-already = Der Fall steht schon für sich.
split-from-title = Abgetrennt
split-from = Abgetrennt von
split-join = Wieder anschließen
split-start = Hinweise abtrennen
split-choose = Auswählen
split-submit = Ausgewählte als eigenen Fall abtrennen
split-hint = Was zu einem anderen Fehler gehört, bekommt einen eigenen Fall.
split-hint-page = Abgetrennt wird jeweils von der Seite, die gerade zu sehen ist.
split-joined-already = Der Fall ist schon wieder angeschlossen.
split-nothing = Zum Abtrennen mindestens einen Hinweis auswählen.
split-opener = Der erste Hinweis bleibt: Er macht den Fall aus. Abtrennen lassen sich die anderen.
split-many = Auf einmal lassen sich höchstens { $limit } Hinweise abtrennen.
joined-by-merged = zusammengelegt, aus
event-merged = Zusammengelegt mit
event-parted = Getrennt
event-split = Hinweise abgetrennt in
event-split-off = Abgetrennt von

ticket-cms = Im Redaktionssystem öffnen

answers-title = Fertige Antworten
answers-lead = Das steht in der Mail an Leserinnen und Leser, wenn über ihren Hinweis entschieden ist. Vor dem Absenden lässt sich der Text für den einzelnen Fall ändern.
answers-place-reference = Nummer des Falls
answers-place-title = Titel des Artikels
answers-place-quote = die markierten Wörter
answers-place-suggestion = der Vorschlag
answers-place-reason = warum es kein Fehler ist
answers-place-public-note = der öffentliche Korrekturhinweis
answers-place-newsroom = Name der Website
answers-empty-lines = Eine Zeile, für deren Platz es nichts gibt, fällt weg.
answers-own = eigener Text
answers-saved = Gespeichert.
answers-body = Text
answers-save = Speichern
answers-usual = Zurück zum mitgelieferten Text
answers-unknown-place = { $place } ist kein Platz, der gefüllt werden kann. Die möglichen stehen oben.
letter-title = { $count ->
    [one] Mail an eine Person ansehen
   *[other] Mail an { $count } Personen ansehen
}
letter-label = Text der Mail ({ $language })
letter-hint = Gilt nur für diese Entscheidung. Wörter in Klammern werden für jede Person gefüllt.

settings-site-cms-url = Artikel im Redaktionssystem
settings-site-cms-url-hint = Adresse mit einem Platz: {"{url}"}, {"{path}"}, {"{slug}"} oder {"{id}"}, zum Beispiel https://cms.example.org/wp-admin/post.php?post={"{id}"}&action=edit
settings-error-cms-url = Eine https-Adresse mit mindestens einem der Plätze {"{url}"}, {"{path}"}, {"{slug}"}, {"{id}"}, hinter dem Namen des Servers.
admin-field-cms-url = Artikel im Redaktionssystem

# Trotzdem anwenden, obwohl sich der Fall geändert hat.
stale-kept = Nichts wurde überschrieben, und nichts Getipptes ist verloren.
stale-anyway-lead = Auf den jetzigen Stand angewendet, geschieht dies:
stale-anyway-reopens = (Der Fall wird dafür wieder geöffnet.)
stale-anyway = Trotzdem anwenden
stale-discard = Verwerfen

# Rückfrage an Leserinnen und Leser.
ask-title = Leserin oder Leser fragen
ask-lead = { $count ->
    [one] Eine Person mit bestätigter Adresse bekommt die Frage per Mail und antwortet auf ihrer Seite. Der Fall wartet so lange, höchstens 14 Tage.
   *[other] { $count } Personen mit bestätigter Adresse bekommen die Frage per Mail und antworten auf ihrer Seite. Der Fall wartet so lange, höchstens 14 Tage.
}
ask-question = Frage
ask-question-in = Frage ({ $language })
ask-hint = Wer diese Sprache spricht, wird nur gefragt, wenn hier etwas steht.
ask-submit = Frage senden und warten
ask-nobody = Niemand hat eine bestätigte Adresse hinterlassen: Fragen lässt sich hier niemand, warten schon.
answers-question = Rückfrage
answers-place-question = die Frage an die Leserin, den Leser
event-asked = Rückfrage gestellt
event-answered = Rückfrage beantwortet
report-answered = Antwort auf die Rückfrage,

decide-snooze-report = Bis wieder jemand schreibt
ticket-snoozed = Wiedervorlage
ticket-snoozed-report = sobald ein weiterer Hinweis kommt
event-woken = Ein weiterer Hinweis ist da
