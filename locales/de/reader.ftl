# Pages for readers: the form without script, the status page, confirmation steps.

reader-footer = Ein Dienst der Redaktion mit { $product }
reader-back-to-article = Zurück zum Artikel

report-title = Fehler melden
report-lead = Danke, dass Sie genau lesen. Ein Feld genügt; je genauer, desto schneller ist der Fehler behoben.
report-article = Artikel
report-url = Adresse des Artikels
report-quote = Welche Wörter sind falsch?
report-quote-hint = Am besten aus dem Artikel kopieren.
report-part = Wo steht der Fehler?
report-part-text = Im Text
report-part-hint = Nur nötig, wenn es nicht um Wörter im Text geht.
report-kind = Worum geht es?
report-suggestion = Wie wäre es richtig?
report-comment-field = Anmerkung für die Redaktion
report-source-field = Quelle im Netz
report-source-hint = Wenn es um eine Angabe geht: Wo steht es richtig?
report-answer = Antwort bekommen
report-answer-hint = Ohne Adresse geht es auch: Nach dem Absenden erhalten Sie einen Link zum Stand Ihres Hinweises.
report-email = E-Mail-Adresse
report-no-service = Wer rechtliche Ansprüche hat: Dieser Hinweis ist keine förmliche Zustellung.
report-honeypot = Dieses Feld bitte leer lassen
report-optional = freiwillig
report-submit = Hinweis absenden
report-privacy = Datenschutz
report-elsewhere = Etwas anderes?
report-link-comments = Meinung zum Artikel: Kommentare
report-link-legal = Gegendarstellung und rechtliche Anliegen
report-link-subscription = Abo und Zustellung
report-errors-title = Es fehlt noch etwas

thanks-title = Danke, der Hinweis ist angekommen.
thanks-reference = Er hat die Nummer { $reference }.
thanks-status = Was daraus wird, steht immer hier:
thanks-keep = Am besten als Lesezeichen speichern. Ohne E-Mail-Adresse ist dieser Link die einzige Antwort, und nur wer ihn kennt, sieht die Seite.
thanks-open = Stand ansehen
status-link = Link zum Stand des Hinweises

status-title = Ihr Hinweis { $reference }
status-for = Zum Artikel
status-passage = Die Stelle
status-suggestion = Ihr Vorschlag
status-comment = Ihre Anmerkung
status-source = Ihre Quelle
status-sent = Gemeldet
status-closed = Erledigt
status-keep-title = Diese Seite wiederfinden
status-keep = Als Lesezeichen speichern oder den Link kopieren. Nur wer ihn kennt, sieht die Seite.
status-contact-title = Ihre Adresse
status-contact-pending = Sie haben eine E-Mail-Adresse angegeben, aber noch nicht bestätigt. Dafür schicken wir Ihnen eine Mail, manchmal erst am nächsten Tag.
status-contact-confirmed = { $days ->
    [0] Sobald der Fall erledigt ist, bekommen Sie eine Mail. Danach wird die Adresse gelöscht.
    [one] Sobald der Fall erledigt ist, bekommen Sie eine Mail. Einen Tag danach wird die Adresse gelöscht.
   *[other] Sobald der Fall erledigt ist, bekommen Sie eine Mail. { $days } Tage danach wird die Adresse gelöscht.
}
status-contact-told = { $days ->
    [0] Die Antwort ist per Mail unterwegs oder schon da. Danach wird die Adresse gelöscht.
    [one] Die Antwort ist per Mail unterwegs oder schon da. Einen Tag nach Abschluss wird die Adresse gelöscht.
   *[other] Die Antwort ist per Mail unterwegs oder schon da. { $days } Tage nach Abschluss wird die Adresse gelöscht.
}
status-delete-address = Meine Adresse löschen
status-withdraw-title = Hinweis zurückziehen
status-withdraw-text = Anmerkung und Adresse werden gelöscht. Die markierte Stelle bleibt bei der Redaktion.
status-withdraw = Hinweis zurückziehen
status-withdrawn = Sie haben diesen Hinweis zurückgezogen. Anmerkung und Adresse sind gelöscht.

# What became of a report, in plain words; also in the closing mail.
sentence-new = Ihr Hinweis liegt der Redaktion vor.
sentence-open = Die Redaktion kümmert sich darum.
sentence-waiting = Die Redaktion prüft Ihren Hinweis und wartet noch auf eine Auskunft.
sentence-snoozed = Die Redaktion hat Ihren Hinweis gesehen und kommt darauf zurück.
sentence-corrected = Die Stelle ist korrigiert. Vielen Dank!
sentence-already-corrected = Die Stelle war schon korrigiert, als Ihr Hinweis kam. Vielleicht zeigte Ihr Browser noch die ältere Fassung. Trotzdem danke!
sentence-not-an-error = Die Redaktion hat die Stelle geprüft und lässt sie so stehen.
sentence-not-reproducible = Die Redaktion konnte den Fehler nicht nachvollziehen.
sentence-duplicate = Diesen Fehler hatte schon jemand gemeldet, er wird unter einem anderen Fall bearbeitet. Danke!
sentence-forwarded = Ihr Hinweis ist an die zuständige Stelle weitergeleitet.
sentence-obsolete = Die Textstelle steht nicht mehr im Artikel.
sentence-spam = Der Hinweis wird nicht bearbeitet.
sentence-reason-house-style = Es ist die Schreibweise des Hauses.
sentence-reason-matter-of-opinion = Darüber kann man verschiedener Ansicht sein; ein Fehler ist es nicht.
sentence-reason-verbatim-quotation = Es ist ein wörtliches Zitat und bleibt deshalb, wie es ist.
sentence-reason-correct-as-it-is = Nach unserer Prüfung stimmt es so.

confirm-withdraw-title = Hinweis zurückziehen?
confirm-withdraw-text = Ihre Anmerkung und Ihre Adresse werden sofort gelöscht. Das lässt sich nicht rückgängig machen.
confirm-withdraw-submit = Ja, zurückziehen
confirm-delete-address-title = Adresse löschen?
confirm-delete-address-text = Die Adresse wird sofort gelöscht, und Sie bekommen keine Mail mehr. Ihr Hinweis bleibt bei der Redaktion.
confirm-delete-address-submit = Ja, Adresse löschen
confirm-back = Nein, zurück

address-title = Adresse bestätigen
address-text = { $site } darf an { $email } schreiben, was aus dem Hinweis geworden ist.
address-submit = Ja, das ist meine Adresse
address-ignore = Falls nicht: Diese Seite einfach schließen. Es kommt keine weitere Mail.
address-done-title = Danke, die Adresse ist bestätigt.
address-done-text = { $site } schreibt Ihnen, sobald der Fall erledigt ist.
address-expired-title = Dieser Link gilt nicht mehr
address-expired-text = Eine Adresse, die nicht bestätigt wurde, wird gelöscht. Ihr Hinweis liegt der Redaktion trotzdem vor; den Stand zeigt der Link, den Sie nach dem Absenden bekommen haben.

# The sentence an address is left under, in the control and in the form; stored with it.
consent-text = { $days ->
    [0] { $name } darf mir zu diesem Hinweis schreiben. Meine Adresse wird gleich nach Abschluss gelöscht, auf Wunsch früher.
    [one] { $name } darf mir zu diesem Hinweis schreiben. Meine Adresse wird einen Tag nach Abschluss gelöscht, auf Wunsch früher.
   *[other] { $name } darf mir zu diesem Hinweis schreiben. Meine Adresse wird { $days } Tage nach Abschluss gelöscht, auf Wunsch früher.
}
status-done-withdraw = Ihr Hinweis ist zurückgezogen. Anmerkung und Adresse sind gelöscht.
status-done-delete-address = Ihre Adresse ist gelöscht.

# Was die Redaktion fragt, auf der Seite zum Hinweis.
question-title = Die Redaktion hat eine Frage
question-answer = Ihre Antwort
question-answer-more = Noch etwas dazu
question-hint = Geht nur an die Redaktion.
question-submit = Antwort senden
question-answered = Ihre Antwort,
question-answers = Ihre Antworten
question-over = Die Frage hat sich inzwischen erledigt. Ihre Antwort steht noch hier, gespeichert ist sie nicht.
question-too-many = Mehr als { $limit } Antworten nimmt diese Seite nicht an.
status-done-answer = Danke, Ihre Antwort liegt der Redaktion vor.
