# Mails to editors about their own account.

mail-invitation-subject = Invitation to the desk at { $host }
mail-invitation-title = Invitation to the desk
mail-invitation-text = At { $host }, readers’ reports of mistakes in articles come in. There is a place for { $email }.
mail-invitation-do = Accept the invitation
mail-invitation-until = The link is good for seven days, and once.
mail-invitation-why = You get this mail because somebody who administers the desk at { $host } entered the address. If it means nothing to you, there is nothing to do.
mail-password-reset-subject = New password for { $host }
mail-password-reset-title = New password
mail-password-reset-text = A new password was asked for at { $host } for { $email }.
mail-password-reset-do = Choose a new password
mail-password-reset-until = The link is good for an hour, and once. Until then the old password stays.
mail-password-reset-why = You get this mail because a new password was asked for at { $host }. If it was not you, there is nothing to do.
mail-password-changed-subject = The password for { $host } was changed
mail-password-changed-title = The password was changed
mail-password-changed-text = On { $at } the password of { $email } at { $host } was changed.
mail-second-factor-changed-subject = The second factor for { $host } was changed
mail-second-factor-changed-title = The second factor was changed
mail-second-factor-changed-text = On { $at } the second factor of { $email } at { $host } was set up, renewed or removed.
mail-account-not-you = Was it somebody else? Then please tell whoever administers the desk at once.
mail-account-why = You get this mail because something changed about your access to { $host }.
