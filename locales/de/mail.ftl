# Mails. Subjects are one line; readers' words stand only in mails to the newsroom.
mail-why-editor = Sie bekommen diese Nachricht, weil Sie neue Fälle von { $site } betreuen.
mail-unsubscribe = Keine Nachrichten mehr zu neuen Fällen
mail-open-ticket = Fall öffnen
mail-view-live = Im Artikel ansehen
mail-instead-of = Statt
mail-suggestion = Vorschlag
mail-comment = Kommentar
mail-article = Artikel
mail-about = Gemeint ist

mail-ticket-opened-subject = [{ $reference }] { $kind }: { $title }
mail-ticket-opened-title = Neuer Fall { $reference }
mail-ticket-opened-legal = Der Hinweis spricht von rechtlichen Ansprüchen.

mail-alerts-bundled-subject = { $count ->
    [one] { $count } weiterer neuer Fall
   *[other] { $count } weitere neue Fälle
}
mail-alerts-bundled-title = { $count ->
    [one] { $count } weiterer neuer Fall
   *[other] { $count } weitere neue Fälle
}
mail-alerts-bundled-lead = In der letzten Stunde kamen so viele Fälle, dass sie hier gesammelt stehen.
mail-alerts-bundled-more = { $count ->
    [one] und ein weiterer
   *[other] und { $count } weitere
}
mail-open-desk = Zum Eingang

mail-ticket-closed-subject = Ihr Hinweis { $reference }: { $result }
mail-ticket-closed-title = Ihr Hinweis ist bearbeitet
mail-ticket-closed-greeting = Guten Tag,
mail-ticket-closed-lead = Sie haben uns auf eine Stelle in „{ $title }“ hingewiesen.
mail-ticket-closed-passage = Die Stelle
mail-ticket-closed-your-suggestion = Ihr Vorschlag
mail-ticket-closed-note = Unser Korrekturhinweis
mail-ticket-closed-status = Stand Ihres Hinweises
mail-ticket-closed-delete = Meine Adresse jetzt löschen
mail-ticket-closed-privacy = { $days ->
    [0] Wir löschen Ihre Adresse nach dieser Mail von selbst, auf Wunsch sofort:
    [one] Wir löschen Ihre Adresse einen Tag nach Abschluss von selbst, auf Wunsch sofort:
   *[other] Wir löschen Ihre Adresse { $days } Tage nach Abschluss von selbst, auf Wunsch sofort:
}
mail-signature = Die Redaktion von { $site }

mail-address-confirmation-subject = Bitte bestätigen Sie Ihre Adresse für { $site }
mail-address-confirmation-title = Adresse bestätigen
mail-address-confirmation-lead = jemand hat diese Adresse angegeben, um von { $site } eine Antwort auf einen Hinweis zu bekommen. Waren Sie das, dann bestätigen Sie es bitte:
mail-address-confirmation-button = Adresse bestätigen
mail-address-confirmation-expires = { $hours ->
    [one] Der Link gilt eine Stunde.
   *[other] Der Link gilt { $hours } Stunden.
}
mail-address-confirmation-ignore = Waren Sie es nicht, dann brauchen Sie nichts zu tun: Sie bekommen keine weitere Nachricht, und die Adresse wird gelöscht.
