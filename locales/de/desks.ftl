# Ressorts, Vertretungen, Autorenzeilen, Dienstzeiten.
desks-title = Ressorts
desks-lead = Ein Fall kommt in das Ressort, das für die innerste Rubrik seines Artikels zuständig ist.
desks-new = Neues Ressort
desks-add = Ressort anlegen
desks-change = Ändern
desks-sections = Rubriken
desks-sections-hint = Eine je Zeile, so wie sie im Brotkrumenpfad des Artikels stehen.
desks-deputy = Vertretung
desks-chief = Leitung
desks-nobody = niemand
desks-remove = Ressort entfernen
desks-remove-text = Neue Fälle kommen nicht mehr hierher. Die vorhandenen bleiben, bis jemand sie weiterleitet.
desks-error-taken = Ein Ressort dieses Namens gibt es schon.
desks-hours = Dienstzeiten
desks-hours-hint = In der Zeitzone der Website, etwa 9-18 oder 08:30-17:00. Leer: niemand da.
desks-day-mon = Montag
desks-day-tue = Dienstag
desks-day-wed = Mittwoch
desks-day-thu = Donnerstag
desks-day-fri = Freitag
desks-day-sat = Samstag
desks-day-sun = Sonntag
desks-patience = Dienststunden, die ein neuer Sachfehler warten darf
desks-patience-hint = Danach bekommt ihn die Vertretung, nach noch einmal so vielen Stunden die Leitung. Leer: niemand wird erinnert.
desks-error-hours = Erwartet wird etwa 9-18 oder 08:30-17:00.
desks-bylines = Autorenzeilen
desks-bylines-hint = Wer einen Artikel geschrieben hat, erfährt von neuen Fällen darin. Wer kein Konto hat, bekommt die Textstelle und keine Angaben der Leserin oder des Lesers.
desks-byline = Name, wie er über dem Artikel steht
desks-byline-person = Person der Redaktion
desks-byline-email = oder E-Mail-Adresse ohne Konto
desks-byline-email-hint = Nur nötig, wenn keine Person gewählt ist.
desks-byline-add = Zuordnen
desks-byline-remove = Entfernen
desks-byline-remove-label = Autorenzeile entfernen: { $name }
desks-error-byline = Es braucht einen Namen und dazu eine Person oder eine gültige Adresse.
desks-error-person = Diese Person darf Fälle dieser Website nicht bearbeiten.
admin-field-deputies = Vertretung
admin-field-chiefs = Leitung
admin-field-service-hours = Dienstzeiten
admin-field-escalate-after = Minuten bis zur Vertretung
event-escalated = niemand hat sich gekümmert, erinnert wurde
mail-ticket-escalated-subject = [{ $reference }] Noch unbearbeitet: { $title }
mail-ticket-escalated-title = Der Fall { $reference } wartet auf jemanden
mail-ticket-escalated-lead = Ein Hinweis auf einen Sachfehler liegt unberührt, seit { $ago } eingegangen. Als Vertretung oder Leitung des Ressorts { $desk } geht er jetzt an Sie.
mail-author-alert-subject = [{ $reference }] { $kind } in „{ $title }“
mail-author-alert-title = Ein Hinweis zu einem Artikel von Ihnen
mail-author-alert-lead = Zu dieser Stelle ist ein Hinweis eingegangen. Die Redaktion von { $site } kümmert sich darum; wer etwas dazu weiß, meldet sich bitte dort.
mail-author-alert-why = Sie bekommen diese Nachricht, weil { $site } Ihre Adresse dem Namen über dem Artikel zugeordnet hat.
mail-author-alerts-bundled-title = { $count ->
    [one] { $count } weiterer Hinweis zu Artikeln von Ihnen
   *[other] { $count } weitere Hinweise zu Artikeln von Ihnen
}
mail-author-alerts-bundled-lead = In der letzten Stunde kamen so viele Hinweise, dass sie hier gesammelt stehen. Die Redaktion von { $site } kümmert sich darum; wer etwas dazu weiß, meldet sich bitte dort.
mail-legal-claims-bundled-title = { $count ->
    [one] { $count } weiterer Fall mit rechtlichen Ansprüchen
   *[other] { $count } weitere Fälle mit rechtlichen Ansprüchen
}
