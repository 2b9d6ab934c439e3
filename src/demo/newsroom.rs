//! Sets up the demo's site and people, once; starting again finds them there.

use crate::{
    domain::{
        editor::Role,
        site::{Lang, Origin, Site, SiteSettings},
    },
    services::{
        Services,
        manage_editors::{self, ManageEditorsError, NewEditor},
        manage_sites,
    },
    storage::StorageError,
};

/// The address to sign in with.
pub const EMAIL: &str = "redaktion@nordlicht.example";
/// The password to sign in with. The demo listens on loopback unless told otherwise.
pub const PASSWORD: &str = "moin moin melder";

/// Why the newsroom could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum NewsroomError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The editor could not be added.
    #[error(transparent)]
    Editor(#[from] ManageEditorsError),
}

/// The demo's site, added where it is missing, with the magazine's present origins allowed.
///
/// # Errors
/// [`NewsroomError`]
pub async fn set_up(
    services: &Services,
    origins: Vec<Origin>,
) -> Result<(Site, bool), NewsroomError> {
    if let Some(site) = manage_sites::list(services).await?.into_iter().next() {
        manage_sites::add_origins(services, &site, &origins).await?;
        return Ok((site, false));
    }
    let settings = SiteSettings {
        article_selector: Some(".entry-header h1, .entry-teaser, .entry-content".into()),
        ..SiteSettings::default()
    };
    let site =
        manage_sites::add(services, "Nordlicht Magazin", origins, Lang::De, settings).await?;
    let editor = NewEditor {
        email: EMAIL.into(),
        name: "Wiebke Hansen".into(),
        role: Role::Admin,
        sites: Vec::new(),
        lang: Lang::De,
    };
    manage_editors::add(services, editor, Some(PASSWORD.into())).await?;
    Ok((site, true))
}
