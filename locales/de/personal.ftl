# Personal data of readers, and how it goes.
reader-address-title = Adresse der Leserin oder des Lesers
address-show = Adresse ansehen oder löschen
address-none = Zu diesem Leserhinweis ist keine Adresse gespeichert.
address-purpose = Die Adresse dient nur der Antwort auf diesen Leserhinweis. Fehlermelder schreibt von selbst, wenn der Fall erledigt ist.
address-email = E-Mail-Adresse
address-consented = Eingewilligt
address-confirmed = Bestätigt
address-not-confirmed = noch nicht
address-consent-text = Wortlaut der Einwilligung
address-delete-text = Gelöscht werden die Adresse, die Einwilligung und was an Mails noch aussteht. Das lässt sich nicht rückgängig machen. Der Leserhinweis bleibt.
address-delete = Adresse löschen
address-deleted = Die Adresse ist gelöscht.

blackout-title = Private Angaben schwärzen
blackout-link = Private Angaben schwärzen
blackout-text = Was hier geschwärzt wird, verschwindet aus allen Leserhinweisen, Vorschlägen und Notizen dieses Falls und derer, die mit ihm zusammengelegt sind, aus dem Verlauf, aus noch nicht verschickten Antworten und aus der Suche.
blackout-words = Diese Wörter
blackout-words-hint = Oben im Kommentar markieren oder hier eintippen. Groß- und Kleinschreibung sind gleich.
blackout-find = Stellen suchen
blackout-not-there = Diese Wörter stehen nirgends in diesem Fall.
blackout-length = Zwischen { $least } und { $most } Zeichen.
blackout-places = { $count ->
    [one] Eine Stelle
   *[other] { $count } Stellen
}
blackout-in-comment = Kommentar
blackout-in-suggestion = Vorschlag
blackout-in-source = Beleg
blackout-in-note = Notiz
blackout-in-letter = Mail an Leserinnen und Leser
blackout-of-report = Leserhinweis
blackout-of-ticket = Fall und Verlauf
blackout-becomes = wird geschwärzt
blackout-warning = Das lässt sich nicht rückgängig machen. Was schon per Mail verschickt wurde, bleibt dort stehen.
blackout-do = { $count ->
    [one] Diese Stelle schwärzen
   *[other] Alle { $count } Stellen schwärzen
}
blackout-done = Die Angaben sind geschwärzt.
event-address-deleted = Adresse gelöscht
event-blacked-out = Private Angaben geschwärzt
