# The article watch: what the article says now, its versions, how it is read. A version is a „Fassung“.

watch-changed = Wahrscheinlich korrigiert
watch-changed-text = Was davor und danach stand, steht noch. Dazwischen steht jetzt etwas anderes.
watch-fits = Es steht jetzt genau so da wie vorgeschlagen.
watch-forgotten = Was jetzt dasteht, ist mit den Fassungen des Artikels vergessen.
watch-before = Vorher
watch-now = Jetzt im Artikel
watch-to-suggestion = Bis zum Vorschlag
watch-seen = Zuerst gesehen
watch-sent = Diesen Text hat das Redaktionssystem geschickt. Auf der Seite selbst ist er noch nicht gesehen.
watch-confirm = Als korrigiert schließen
watch-confirm-key = Strg + Eingabe
watch-obsolete = Als entfallen schließen
watch-gone = Nicht mehr im Text
watch-gone-text = Weder die Wörter noch ihre Umgebung stehen noch im Artikel.
watch-deleted = Gestrichen
watch-deleted-text = Die Wörter sind gestrichen. Was davor und danach stand, steht jetzt nebeneinander.
watch-ambiguous = Mehrfach vorhanden
watch-ambiguous-text = Die Wörter passen an mehreren Stellen gleich gut. Welche gemeint ist, wird nicht geraten.
watch-unknown = Nicht geprüft
watch-unknown-waiting = Der Artikel ist noch nicht gelesen worden.
watch-unknown-unreadable = Der Artikel ließ sich bisher nicht lesen.
watch-unknown-never-seen = In keiner gelesenen Fassung standen die gemeldeten Wörter. Vielleicht liegt der Text hinter einer Bezahlschranke oder einer Einwilligung, vielleicht kam der Hinweis aus einer anderen Ausgabe.
watch-unknown-over = Nach erledigten Fällen wird 90 Tage lang nachgesehen. Die sind vorbei.
watch-by-itself = Vom System geschlossen, weil die neuen Wörter dem Vorschlag gleichen.
watch-visible = Die Korrektur ist im Artikel zu sehen.
watch-missing = Korrektur nicht zu sehen
watch-missing-text = Der Fall ist als korrigiert erledigt, doch einen Tag später stehen im Artikel noch die alten Wörter. Zeigt ein Zwischenspeicher die alte Seite, oder wurde die Korrektur nie veröffentlicht?
badge-changed = Wahrscheinlich korrigiert
badge-gone = Nicht mehr im Text
event-sighted-found = Die Wörter stehen im Artikel
event-sighted-changed = Die Wörter sind im Artikel geändert
event-sighted-ambiguous = Die Wörter stehen mehrfach im Artikel
event-sighted-gone = Die Wörter stehen nicht mehr im Artikel
event-sighted-unknown = Die Stelle ließ sich nicht prüfen
event-correction-missing = Die Korrektur ist nach einem Tag nicht zu sehen
event-regressed = Wieder geöffnet, der Fehler ist zurück
event-closed-by-watch = Vom System erledigt, die neuen Wörter gleichen dem Vorschlag

fetch-title = Blick in den Artikel
fetch-last = Zuletzt gelesen
fetch-never = noch nie
fetch-next = Nächster Blick
fetch-soon = gleich
fetch-unplanned = keiner geplant
fetch-failed = Zuletzt nicht gelesen
fetch-failures = { $count ->
    [one] ein Versuch
   *[other] { $count } Versuche nacheinander
}
fetch-retry = Nächster Versuch
fetch-look = Jetzt nachsehen
fetch-looked-new = Nachgesehen: Der Artikel hat eine neue Fassung.
fetch-looked-same = Nachgesehen: Der Artikel sagt noch dasselbe.
fetch-looked-failed = Nachgesehen, aber der Artikel ließ sich nicht lesen.
fetch-looked-later = Der Artikel wird gerade schon gelesen, oder sein Server bittet um Geduld. Er wird von selbst noch einmal angesehen.
fetch-error-foreign-host = Die Adresse gehört zu keinem der eigenen Server der Website.
fetch-error-not-public = Der Name führt zu keiner öffentlichen Adresse.
fetch-error-unreachable = Der Server ist nicht zu erreichen.
fetch-error-timed-out = Der Server hat nicht rechtzeitig geantwortet.
fetch-error-redirected-away = Die Seite leitet auf einen fremden Server um.
fetch-error-too-many-redirects = Die Seite leitet immer weiter um.
fetch-error-not-found = Unter der Adresse steht nichts (404).
fetch-error-removed = Der Artikel ist entfernt (410).
fetch-error-refused = Der Server lässt uns nicht lesen.
fetch-error-overloaded = Der Server ist überlastet und bittet um Geduld.
fetch-error-server-error = Der Server meldet einen Fehler.
fetch-error-not-html = Unter der Adresse steht keine HTML-Seite.
fetch-error-too-large = Die Seite ist größer als 2 MiB.
fetch-error-no-text = Auf der Seite steht kein Text, wo der Artikel sein sollte.
fetch-error-disk-full = Die Platte ist fast voll, Leserhinweise gehen vor.

also-title = { $count ->
    [one] Auch in einem anderen Artikel
   *[other] Auch in { $count } Artikeln
}
also-text = Dieselben Wörter stehen auch hier:
also-open = { $count ->
    [one] Dort einen Fall eröffnen
   *[other] Dort Fälle eröffnen
}
also-known = { $reference } liegt dort schon vor
also-places = { $count ->
    [one] an einer Stelle
   *[other] an { $count } Stellen
}
also-opened = Die Fälle sind eröffnet.
also-not-there = In einem der Artikel stehen die Wörter nicht mehr. Eröffnet wurde nichts.

article-label = Artikel
article-page = Text, Fassungen und Fälle
article-text-title = Der Text jetzt
article-text-none = Der Text dieses Artikels ist nicht bekannt.
article-text-hint = Markiert sind die Stellen offener Fälle. Ein Klick führt zum Fall.
article-text-gap = { $count ->
    [one] ein Absatz ohne Fall
   *[other] { $count } Absätze ohne Fall
}
article-text-all = Ganzen Text zeigen
article-tickets-title = Fälle zu diesem Artikel
article-tickets-none = Zu diesem Artikel gibt es keinen Fall.
article-tickets-older = Ältere Fälle
pin-changed = wahrscheinlich korrigiert
pin-gone = hier gestrichen

versions-title = Fassungen
versions-none = Noch ist keine Fassung gespeichert.
versions-lead = Jeder Text ist einmal gespeichert. Neues steht oben, gezeigt sind die Unterschiede zur Fassung davor.
version-current = Steht jetzt so da
version-oldest = Älteste bekannte Fassung
version-last-seen = zuletzt gesehen
version-source-fetched = von der Seite gelesen
version-source-sent = vom Redaktionssystem geschickt
version-more = { $count ->
    [one] und eine weitere Änderung
   *[other] und { $count } weitere Änderungen
}
version-cut = Die Änderung ist länger, gezeigt ist der Anfang.
version-same-words = Nur Leerraum ist anders.
versions-older = Ältere Fassungen
versions-newest = Zurück zur neuesten
versions-paging = Fassungen blättern
versions-forget = Fassungen vergessen
forget-title = Fassungen vergessen?
forget-text = { $count ->
    [one] Die gespeicherte Fassung von „{ $title }“ wird gelöscht, ebenso, was an den Fällen als neuer Wortlaut steht.
   *[other] Alle { $count } gespeicherten Fassungen von „{ $title }“ werden gelöscht, ebenso, was an den Fällen als neuer Wortlaut steht.
}
forget-lost = Verloren geht, was der Artikel früher sagte: Unterschiede lassen sich nicht mehr zeigen, und ob ein Fehler zurück ist, nicht mehr erkennen.
forget-kept = Fälle, Leserhinweise und Verlauf bleiben. Was Leserinnen und Leser zitiert haben, bleibt auch.
forget-final = Das lässt sich nicht rückgängig machen.
forget-submit = Ja, Fassungen vergessen
forget-back = Nein, zurück
forget-done = Die Fassungen sind vergessen.

# On the reader's page.
reader-changed-open = Im Artikel stehen an dieser Stelle inzwischen andere Wörter. Die Redaktion sieht es sich noch an.
reader-gone-open = Die Wörter stehen nicht mehr im Artikel. Die Redaktion sieht es sich noch an.
reader-changed-closed = Die Wörter im Artikel sind geändert.
reader-gone-closed = Die Wörter stehen nicht mehr im Artikel.
reader-regressed = Die Stelle war korrigiert, jetzt stehen die alten Wörter wieder da. Die Redaktion kümmert sich erneut darum.
reader-now = Jetzt im Artikel
reader-seen = Geändert gesehen

components-sightings = Was der Artikel jetzt sagt
