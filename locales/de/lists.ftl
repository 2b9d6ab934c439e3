# Listen: Reihenfolge, Priorität, Tags, Filter.

priority-title = Priorität
priority-summary = { $count ->
    [0] Priorität und Tags
    [one] Priorität und Tags ({ $count } Tag)
   *[other] Priorität und Tags ({ $count } Tags)
}
priority-reports = { $count ->
    [one] { $count } Meldung
   *[other] { $count } Meldende
}
priority-article-day = tagesfrischer Artikel
priority-article-week = Artikel der Woche
priority-article-older = älterer Artikel
priority-said-higher = Von der Redaktion hochgestuft
priority-said-lower = Von der Redaktion herabgestuft
priority-higher = Höher
priority-computed = Wie berechnet
priority-lower = Niedriger
badge-higher = hochgestuft
badge-lower = herabgestuft
event-prioritised = Priorität wieder wie berechnet
event-prioritised-higher = Priorität hochgestuft
event-prioritised-lower = Priorität herabgestuft

tags-title = Tags
tags-add = Tag hinzufügen
tags-hint = Mehrere mit Komma, z. B. titelgeschichte, recht
tags-submit = Hinzufügen
tags-remove = Tag { $tag } entfernen
event-tagged = Tag hinzugefügt
event-untagged = Tag entfernt
error-field-tag-too-long = Ein Tag hat höchstens { $limit } Zeichen.
error-field-too-many-tags = Ein Fall hat höchstens { $limit } Tags.

filter-passage = Textstelle jetzt
filter-regressed = Fehler ist zurück
filter-regressed-yes = nur solche
filter-tag = Tag
filter-period = Zeitraum
filter-period-today = heute
filter-period-week = letzte 7 Tage
filter-period-month = letzte 30 Tage
filter-from = Eingegangen ab
filter-until = bis einschließlich
filter-article = Nur Fälle dieses Artikels
inbox-order = Reihenfolge
order-newest = Neueste zuerst
order-pressing = Dringendste zuerst
inbox-shape = Ansicht
shape-rows = Zeilen
shape-articles = Nach Artikel
inbox-newer = Neuere Fälle
inbox-previous = Seite davor
inbox-next = Nächste Seite
inbox-search-on = Weitersuchen
inbox-unfinished = Bis hierher wurde gesucht. Seltene Kombinationen werden Stück für Stück durchgesehen.

search-not-understood = „{ $typed }“ kennt die Suche nicht als Einschränkung, es wurde als Wort gesucht. Möglich sind: is:regressed, is:unassigned, is:mine, kind:, state:, resolution:, passage:, site:, desk:, assignee:, tag:.
inbox-of-article = { $count ->
    [one] { $count } Fall
   *[other] { $count } Fälle
}
inbox-more-of-article = { $count ->
    [one] Noch { $count } Fall dieses Artikels
   *[other] Noch { $count } Fälle dieses Artikels
}

views-title = Ansichten
views-none = Noch keine Ansicht gespeichert. Eine Liste filtern und unter einem Namen behalten.
views-to-list = Zur Liste
views-save = Diese Ansicht speichern
views-name = Name
views-for = Für wen?
views-own = nur für mich
views-shared-on = für alle von { $site }
views-for-all = für alle
views-keep = Speichern
views-manage = Ansichten verwalten
views-change = Ändern
views-rename = Umbenennen
views-delete = Löschen
views-up = Nach oben
views-down = Nach unten
view-error-name = Eine Ansicht braucht einen Namen mit höchstens 60 Zeichen.
view-error-too-many = Es gibt schon genug Ansichten. Erst eine löschen, dann eine neue speichern.
