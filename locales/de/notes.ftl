# Notes, mentions, following: on the desk and in its mails.
note-markdown-hint = Markdown geht: **fett**, *kursiv*, Listen mit -, Links. Mit @Name jemanden ansprechen.
note-saved = Die Notiz ist gespeichert.
note-preview = Vorschau
note-preview-title = So wird die Notiz aussehen
note-preview-mentions = Benachrichtigt wird: { $names }
note-preview-nobody = Benachrichtigt wird niemand, der dem Fall nicht ohnehin folgt.
note-people = Namen zum Einfügen

following-title = Dem Fall folgen
following-summary = { $count ->
    [0] Niemand folgt
    [one] Eine Person folgt
   *[other] { $count } Personen folgen
}
following-yes = Sie folgen diesem Fall und bekommen eine Mail, wenn andere hier etwas tun.
following-no = Sie folgen diesem Fall nicht.
following-start = Folgen
following-stop = Nicht mehr folgen
following-who = Es folgen: { $names }
following-stop-title = { $reference } nicht mehr folgen?
following-stop-text = Sie bekommen dann keine Mails mehr zu diesem Fall, auch wenn Sie wieder daran arbeiten. Nur wer Sie in einer Notiz anspricht, erreicht Sie noch.
following-back = Zum Fall

mail-activity-subject = [{ $reference }] Neues im Fall: { $title }
mail-activity-title = Neues im Fall { $reference }
mail-mentioned-subject = [{ $reference }] { $name } spricht Sie an: { $title }
mail-mentioned-title = { $name } spricht Sie im Fall { $reference } an
mail-why-follower = Sie bekommen diese Nachricht, weil Sie dem Fall { $reference } folgen.
mail-why-mentioned = Sie bekommen diese Nachricht, weil eine Notiz Sie anspricht.
mail-why-mentioned-follows = Sie folgen nun diesem Fall.
mail-stop-following = Nicht mehr folgen
mail-activity-bundled-title = { $count ->
    [one] Neues in einem Fall, dem Sie folgen
   *[other] Neues in { $count } Fällen, denen Sie folgen
}
mail-activity-bundled-lead = In der letzten Stunde gab es so viel Neues, dass es hier gesammelt steht.
mail-why-activity-bundled = Sie bekommen diese Nachricht, weil Sie diesen Fällen folgen.
