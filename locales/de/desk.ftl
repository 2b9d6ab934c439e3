# The editors' desk. Imperatives are infinitives, nobody is addressed by du or Sie.

skip-to-content = Zum Inhalt springen
nav-states = Fälle nach Stand
nav-all = Alle
search-label = Fälle durchsuchen
search-placeholder = Wort oder FM-Nummer
search-submit = Suchen
language-switch = Sprache der Oberfläche
language-de = Deutsch
language-en = English
sign-out = Abmelden

sign-in-title = Anmelden
sign-in-lead = Der Redaktionsplatz für Hinweise von Leserinnen und Lesern.
sign-in-email = E-Mail-Adresse
sign-in-password = Passwort
sign-in-submit = Anmelden

inbox-title-all = Alle Fälle
inbox-title-search = Suche: { $query }
inbox-total = { $total } Fälle
inbox-list = Liste der Fälle
inbox-older = Ältere Fälle
inbox-newest = Zurück zum Anfang
inbox-paging = Blättern
inbox-reports = { $count ->
    [one] { $count } Hinweis
   *[other] { $count } Hinweise
}
badge-legal = Rechtliches
badge-regressed = Fehler ist zurück

filter-title = Filter
filter-active = Filter ({ $count })
filter-any = alle
filter-state = Stand
filter-resolution = Ergebnis
filter-kind = Art
filter-site = Website
filter-desk = Ressort
filter-assignee = Zugewiesen an
filter-assignee-me = mir
filter-assignee-nobody = niemandem
filter-apply = Anwenden
filter-reset = Alle Filter aufheben

empty-filter-title = Hier ist nichts.
empty-filter-text = Kein Fall passt zu dieser Auswahl.
empty-new-title = Alles gelesen.
empty-new-text = Zurzeit liegt kein neuer Fall vor.
empty-nothing-title = Noch kein Leserhinweis
empty-nothing-text = Sobald jemand in einem Artikel einen Fehler meldet, steht der Fall hier. Dazu gehören diese zwei Zeilen in die Artikelseite:
empty-nothing-selector = Statt „.entry-content“ steht der CSS-Selektor des Elements, das den Artikeltext enthält.
empty-no-site-title = Noch keine Website
empty-no-site-text = Zuerst wird eine Website angelegt. Der Befehl nennt ihren Schlüssel:
embed-code = Code zum Einbetten
copy = Kopieren
share = Teilen
copied = Kopiert
copy-failed = Bitte von Hand kopieren

ticket-live = Im Artikel ansehen
passage-title = Textstelle im Zusammenhang
passage-why = Zu dieser Stelle führt kein Link in den Artikel, dem jeder Browser folgen kann. So stand sie dort, als der Hinweis kam.
passage-open-article = Artikel öffnen
passage-back = Zum Fall
ticket-no-passage = Ohne Textstelle, gemeint ist: { $part }
ticket-suggestions = { $count ->
    [one] Vorschlag
   *[other] Vorschläge ({ $count })
}
ticket-suggestion-count = { $count ->
    [one] { $count }-mal vorgeschlagen
   *[other] { $count }-mal vorgeschlagen
}
ticket-accept = Vorschlag annehmen
ticket-accepted = Angenommen
ticket-deletion = Die markierten Wörter streichen
ticket-correction = Korrektur
ticket-correction-before = Vorher
ticket-correction-after = Nachher
ticket-public-note = Öffentlicher Korrekturhinweis
ticket-now = Im Artikel
ticket-duplicate-of = Doppelt von { $reference }
ticket-snoozed-until = Wiedervorlage am
ticket-facts = Angaben
ticket-created = Eingegangen
ticket-updated = Zuletzt geändert
ticket-assignee = Zuständig
ticket-nobody = niemand
ticket-no-desk = kein Ressort
ticket-legal = Der Hinweis spricht von rechtlichen Ansprüchen. Bitte an die zuständige Person der Redaktion geben. Eine förmliche Zustellung ist er nicht.
ticket-regressed = Die Stelle war korrigiert, jetzt stehen die alten Wörter wieder im Artikel.

ticket-stale = Der Fall hat sich geändert, seit diese Seite geladen wurde.
stale-title = Inzwischen hat sich etwas geändert
stale-text = Nichts wurde überschrieben. Was geschehen ist, steht hier; das Getippte steht unten noch im Formular.
stale-again = Nach dem Lesen einfach noch einmal absenden.

decide-title = Entscheidung
decide-corrected = Korrigiert
decide-with-note = Mit öffentlichem Korrekturhinweis
decide-public-note = Korrekturhinweis
decide-public-note-hint = Erscheint öffentlich, z. B. „In einer früheren Fassung stand …“
decide-not-an-error = Kein Fehler
decide-reason = Warum?
decide-duplicate = Doppelt
decide-duplicate-of = Gehört zu Fall
decide-duplicate-hint = zum Beispiel FM-1033
decide-other = Anders erledigt
decide-other-how = Wie?
decide-note = Interne Notiz
decide-optional = freiwillig
decide-close = Fall erledigen
decide-waiting = Auf Antwort warten
decide-snooze = Wiedervorlage
decide-snooze-tomorrow = Morgen
decide-snooze-monday = Montag
decide-snooze-date = Am Tag
decide-snooze-submit = Vorlegen
decide-open = In Arbeit nehmen
decide-resume = Wieder aufnehmen
decide-reopen = Wieder öffnen
decide-read-only = Nur Leserecht: Entscheiden kann die Redaktion.
decide-readers-told = { $count ->
    [0] Niemand wartet auf eine Antwort.
    [one] Eine Person bekommt Bescheid, sobald der Fall erledigt ist.
   *[other] { $count } Personen bekommen Bescheid, sobald der Fall erledigt ist.
}
assign-title = Zuständig
assign-summary = Zuständig: { $name }
assign-to = Zuweisen an
assign-submit = Zuweisen
assign-me = Mir zuweisen
assign-nobody = niemand
sort-summary = Art und Ressort
sort-refine = Ändern
sort-route = Weitergeben
note-title = Notiz schreiben
note-label = Notiz
note-hint = Sieht nur die Redaktion.
note-submit = Notiz speichern

reports-title = { $count ->
    [one] Ein Leserhinweis
   *[other] { $count } Leserhinweise
}
reports-older = Ältere Leserhinweise
reports-newest = Zurück zu den neuesten
reports-paging = Leserhinweise blättern
report-source = Quelle
report-contact-pending = Adresse noch nicht bestätigt
report-contact-confirmed = möchte Antwort
report-withdrawn = zurückgezogen
history-title = Verlauf

components-title = Bausteine
components-lead = Jeder Baustein in jedem Zustand. Alle Seiten sind nur hieraus gebaut.
components-colours = Farben
components-type = Schrift
components-buttons = Knöpfe
components-button = Knopf
components-primary = Hauptknopf
components-quiet = Leiser Knopf
components-danger = Endgültig
components-disabled = Gesperrt
components-link = Ein Link im Text
components-states = Stände und Marken
components-difference = Unterschied
components-fields = Felder
components-field = Feld
components-field-hint = Ein Hinweis zum Feld
components-field-error = Bitte ausfüllen.
components-messages = Meldungen
components-message-ok = Gespeichert.
components-message-error = Das ging nicht. Bitte noch einmal versuchen.
components-message-info = Nur zur Kenntnis.
components-rows = Zeilen der Liste
components-disclosure = Aufklappen
components-disclosure-text = Der Inhalt, der sich zeigt.
components-timeline = Verlauf
components-empty = Leere Liste
components-code = Code
components-table = Angaben
components-copy = Kopierfeld
components-sample-headline = Schlagzeile in der Serifenschrift
components-sample-body = Fließtext der Oberfläche in der Systemschrift.
components-current = Gewählt
components-sample-before = Wer den Akku
components-sample-same = Akku
components-sample-removed = seperat
components-sample-added = separat
components-sample-after = lädt, kommt laut Hersteller auf bis zu 18 Stunden Laufzeit.
