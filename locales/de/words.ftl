# The closed sets of the product: states, resolutions, reasons, kinds, parts, passage states, roles.
# The words are those of the product description and the same in desk, mail, status page and log.

product-name = Fehlermelder
# The name as it is set in the page head: one letter is shown as inserted by the proofreader.
wordmark-before = Fe
wordmark-inserted = h
wordmark-after = lermelder

state-new = Neu
state-open = In Arbeit
state-waiting = Rückfrage läuft
state-snoozed = Wiedervorlage
state-closed = Erledigt

resolution-corrected = Korrigiert
resolution-corrected-with-note = Korrigiert mit Korrekturhinweis
resolution-already-corrected = War schon korrigiert
resolution-not-an-error = Kein Fehler
resolution-not-reproducible = Nicht nachvollziehbar
resolution-duplicate = Doppelt
resolution-forwarded = Weitergeleitet
resolution-obsolete = Text entfallen
resolution-spam = Spam

reason-house-style = Hausschreibweise
reason-matter-of-opinion = Ansichtssache
reason-verbatim-quotation = Wörtliches Zitat
reason-correct-as-it-is = So ist es richtig

kind-spelling = Tippfehler/Rechtschreibung
kind-grammar = Grammatik
kind-fact = Sachfehler
kind-outdated = Veraltet
kind-link = Link defekt
kind-image = Bild/Bildnachweis
kind-display = Darstellung/Technik
kind-other = Sonstiges

choice-language = Sprache
choice-language-hint = Tippfehler, Rechtschreibung, Grammatik
choice-content = Inhalt
choice-content-hint = falsche oder veraltete Angabe
choice-technology = Technik
choice-technology-hint = Link, Bild oder Darstellung kaputt

part-headline = Überschrift
part-teaser = Vorspann
part-image = Bild
part-table = Tabelle
part-embed = Eingebetteter Beitrag
part-elsewhere = Andere Stelle
part-article = Ganzer Artikel

passage-found = Steht noch so da
passage-changed = Text geändert
passage-ambiguous = Mehrfach vorhanden
passage-gone = Nicht mehr im Text
passage-unknown = Nicht geprüft
passage-regressed = Fehler ist zurück

role-viewer = Lesen
role-editor = Redaktion
role-admin = Verwaltung

word-site = Website
word-article = Artikel
word-passage = Textstelle
word-part = Teil
word-report = Leserhinweis
word-ticket = Fall
word-kind = Art
word-desk = Ressort
word-editor = Person
word-correction = Korrektur
word-state = Stand
word-resolution = Ergebnis

# Why a report came to its ticket.
joined-by-opened = hat den Fall eröffnet
joined-by-same-suggestion = gleiche Textstelle, gleicher Vorschlag
joined-by-changed-words = dieselben Wörter sollen sich ändern
joined-by-overlap = gleiche Textstelle, ohne Vorschlag
joined-by-same-part = gleicher Teil des Artikels
joined-by-already-corrected = kam nach der Korrektur
joined-by-remembered = schon als „Kein Fehler“ entschieden
joined-by-merged = von Hand zusammengelegt

# What happened on a ticket.
event-opened = Fall eröffnet
event-report-joined = Weiterer Leserhinweis
event-state = Stand geändert
event-reopened = Wieder geöffnet
event-assigned = Zugewiesen
event-unassigned = Zuweisung aufgehoben
event-desk = Ressort geändert
event-kind = Art geändert
event-noted = Notiz
event-suggestion-accepted = Vorschlag angenommen
event-passage = Textstelle geprüft
event-corrected-seen = Korrektur im Artikel gesehen
event-regressed = Fehler ist zurück
event-merged = Zusammengelegt
event-withdrawn = Leserhinweis zurückgezogen
event-reader-told = Bescheid an Leserin oder Leser
event-legal = Als rechtliches Anliegen erkannt
actor-reader = Leserin oder Leser
actor-system = Fehlermelder

difference-removed = gestrichen:
difference-added = neu:
