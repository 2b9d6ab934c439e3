# Mails an Personen der Redaktion über ihr eigenes Konto.

mail-invitation-subject = Einladung in die Redaktion auf { $host }
mail-invitation-title = Einladung in die Redaktion
mail-invitation-text = Auf { $host } kommen Hinweise von Leserinnen und Lesern auf Fehler in Artikeln an. Für { $email } ist dort ein Platz vorgesehen.
mail-invitation-do = Einladung annehmen
mail-invitation-until = Der Link gilt sieben Tage und nur einmal.
mail-invitation-why = Diese Mail kommt, weil die Verwaltung der Redaktion auf { $host } die Adresse eingetragen hat. Wer damit nichts anfangen kann, braucht nichts zu tun.
mail-password-reset-subject = Neues Passwort für { $host }
mail-password-reset-title = Neues Passwort
mail-password-reset-text = Für { $email } wurde auf { $host } ein neues Passwort angefordert.
mail-password-reset-do = Neues Passwort wählen
mail-password-reset-until = Der Link gilt eine Stunde und nur einmal. Bis dahin gilt das alte Passwort weiter.
mail-password-reset-why = Diese Mail kommt, weil auf { $host } ein neues Passwort angefordert wurde. Wer das nicht war, braucht nichts zu tun.
mail-password-changed-subject = Das Passwort für { $host } ist geändert
mail-password-changed-title = Das Passwort ist geändert
mail-password-changed-text = Am { $at } ist das Passwort von { $email } auf { $host } geändert worden.
mail-second-factor-changed-subject = Der zweite Faktor für { $host } ist geändert
mail-second-factor-changed-title = Der zweite Faktor ist geändert
mail-second-factor-changed-text = Am { $at } ist der zweite Faktor von { $email } auf { $host } eingerichtet, erneuert oder entfernt worden.
mail-account-not-you = Das war jemand anders? Dann bitte sofort die Verwaltung der Redaktion verständigen.
mail-account-why = Diese Mail kommt, weil sich am Zugang zu { $host } etwas geändert hat.
