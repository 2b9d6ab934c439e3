//! Mails to editors about their own account: invitation, new password, what was changed.

use minijinja::{Value, context};

use super::{Composed, Letter, LetterError};
use crate::{
    domain::{
        account::LinkPurpose,
        editor::Editor,
        notification::{Occasion, Recipient},
    },
    mail::mailbox::mailbox,
    services::Services,
    storage::{accounts, editors, notifications::Notification},
};

/// Looks up what such a notification says; nothing for any other occasion.
///
/// # Errors
/// [`LetterError`]
pub(super) async fn compose(
    services: &Services,
    notification: &Notification,
) -> Result<Option<Composed>, LetterError> {
    let purpose = match notification.occasion {
        Occasion::Invitation => Some(LinkPurpose::Invitation),
        Occasion::PasswordReset => Some(LinkPurpose::PasswordReset),
        Occasion::PasswordChanged | Occasion::SecondFactorChanged => None,
        _ => return Ok(None),
    };
    let Recipient::Editor(id) = notification.recipient else {
        return Ok(Some(Composed::Unwanted("what it was about is gone")));
    };
    let db = services.store.reader();
    let Some(editor) = editors::find(db, id).await? else {
        return Ok(Some(Composed::Unwanted("the editor is gone")));
    };
    let Some(purpose) = purpose else {
        let template = match notification.occasion {
            Occasion::PasswordChanged => "password_changed",
            _ => "second_factor_changed",
        };
        let own =
            context! { at => notification.created_at, time_zone => zone(services, &editor).await? };
        return letter(services, &editor, template, own).map(Some);
    };
    let link = accounts::newest_link(db, id, purpose).await?;
    // A later link was sent, or it came too late: a mail with a dead link helps nobody.
    let Some(link) = link.filter(|link| link.is_good(services.now())) else {
        return Ok(Some(Composed::Unwanted("the link is good no more")));
    };
    let token = services.key.account_token(link.id);
    let (template, url) = match purpose {
        LinkPurpose::Invitation => ("invitation", services.links.invitation(&token)),
        LinkPurpose::PasswordReset => ("password_reset", services.links.password_reset(&token)),
    };
    letter(services, &editor, template, context! { url => url }).map(Some)
}

async fn zone(services: &Services, editor: &Editor) -> Result<String, LetterError> {
    let account = accounts::find(services.store.reader(), editor.id).await?;
    Ok(account
        .time_zone
        .unwrap_or_else(|| crate::services::manage_sites::TIME_ZONE.to_owned()))
}

fn letter(
    services: &Services,
    editor: &Editor,
    template: &'static str,
    own: Value,
) -> Result<Composed, LetterError> {
    Ok(Composed::Letter(Box::new(Letter {
        to: mailbox(&editor.name, &editor.email)?,
        template,
        context: context! {
            lang => editor.lang.as_str(),
            name => editor.name.as_str(),
            email => editor.email.as_str(),
            host => services.links.host(),
            desk_url => services.links.desk(),
            ..own
        },
        list: None,
    })))
}
