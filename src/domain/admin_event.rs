//! What is written down of every change of the settings: never anything of a reader.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    clock::UnixMillis,
    ids::{EditorId, SiteId},
};

closed_set! {
    /// What was done.
    AdminAction {
        /// A site was added.
        SiteAdded = "site_added",
        /// A site's settings were changed.
        SiteChanged = "site_changed",
        /// A desk was added.
        DeskAdded = "desk_added",
        /// A desk was changed.
        DeskChanged = "desk_changed",
        /// A desk was removed.
        DeskRemoved = "desk_removed",
        /// Somebody was invited.
        EditorInvited = "editor_invited",
        /// An invitation was sent once more.
        InvitationResent = "invitation_resent",
        /// An invitation was taken back.
        InvitationRevoked = "invitation_revoked",
        /// An invitation was accepted.
        InvitationAccepted = "invitation_accepted",
        /// Somebody's rights were changed.
        EditorChanged = "editor_changed",
        /// Somebody was switched off.
        EditorSwitchedOff = "editor_switched_off",
        /// Somebody was switched on again.
        EditorSwitchedOn = "editor_switched_on",
        /// Somebody was sent a link for a new password.
        PasswordLinkSent = "password_link_sent",
        /// Somebody's password was changed.
        PasswordChanged = "password_changed",
        /// Somebody set up a second factor.
        SecondFactorAdded = "second_factor_added",
        /// Somebody's second factor was removed.
        SecondFactorRemoved = "second_factor_removed",
        /// An API token was made.
        TokenMade = "token_made",
        /// An API token was revoked.
        TokenRevoked = "token_revoked",
        /// A byline was given to a person.
        BylineSet = "byline_set",
        /// A byline leads to nobody any more.
        BylineRemoved = "byline_removed",
        /// An address was put into the site's book.
        AddressAdded = "address_added",
        /// An address of the book was changed.
        AddressChanged = "address_changed",
        /// An address was taken out of the book.
        AddressRemoved = "address_removed",
    }
}

/// One field that changed. Empty stands for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Its name in the catalogues.
    pub field: String,
    /// What it said.
    pub before: String,
    /// What it says now.
    pub after: String,
}

impl FieldChange {
    /// The fields of two states that differ; both name the same fields in the same order.
    #[must_use]
    pub fn between(before: &[(&str, String)], after: &[(&str, String)]) -> Vec<Self> {
        before
            .iter()
            .zip(after)
            .filter(|((_, old), (_, new))| old != new)
            .map(|((field, old), (_, new))| Self {
                field: (*field).to_owned(),
                before: old.clone(),
                after: new.clone(),
            })
            .collect()
    }
}

/// One change of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminEvent {
    /// Its key; keys rise with time.
    pub id: Uuid,
    /// When.
    pub at: UnixMillis,
    /// Who; nobody when the command line did it.
    pub editor: Option<EditorId>,
    /// On which site; none for what concerns all.
    pub site: Option<SiteId>,
    /// What.
    pub action: AdminAction,
    /// The name of what was changed, as it was then.
    pub subject: String,
    /// Which fields changed.
    pub changes: Vec<FieldChange>,
}
