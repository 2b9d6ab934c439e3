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
joined-by-same-correction = gleiche Textstelle, gleicher Vorschlag
joined-by-same-words = dieselben Wörter sollen sich ändern
joined-by-overlap = gleiche Textstelle, ohne Vorschlag
joined-by-same-part = gleicher Teil des Artikels
joined-by-editor = von Hand zusammengelegt

# What happened on a ticket.
event-reported = Fall eröffnet
event-moved = Stand geändert
event-reopened = Wieder geöffnet
event-assigned = Zugewiesen
event-unassigned = Zuweisung aufgehoben
event-routed = Ressort geändert
event-refined = Art geändert
event-noted = Notiz
event-accepted = Vorschlag angenommen
event-closed = Erledigt
event-sighted = Im Artikel nachgesehen
event-also-found = Dieselben Wörter auch hier gefunden, zuerst in
actor-reader = Leserin oder Leser
actor-system = Fehlermelder

difference-removed = gestrichen:
difference-added = neu:

# Moments. Fluent knows no German month names in Rust, so they stand here.
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
moment-local = { $day }. { $month } { $year }, { $hour }:{ $minute } Uhr
ago-now = gerade eben
ago-minutes = { $count ->
    [one] vor einer Minute
   *[other] vor { $count } Minuten
}
ago-hours = { $count ->
    [one] vor einer Stunde
   *[other] vor { $count } Stunden
}
ago-days = { $count ->
    [one] gestern
   *[other] vor { $count } Tagen
}
ago-in-minutes = { $count ->
    [one] in einer Minute
   *[other] in { $count } Minuten
}
ago-in-hours = { $count ->
    [one] in einer Stunde
   *[other] in { $count } Stunden
}
ago-in-days = { $count ->
    [one] morgen
   *[other] in { $count } Tagen
}
