//! The sentence that a reader agrees to when leaving an address: one for the control, the form and what is stored with the address.

use crate::{
    domain::site::{Lang, Site},
    rendering::translate,
    services::Services,
};

/// The sentence, with the site's name and the term after which the address is deleted.
#[must_use]
pub fn consent_text(services: &Services, site: &Site, lang: Lang) -> String {
    let arguments = [
        ("name", site.name.clone().into()),
        ("days", services.contact_days(site).into()),
    ];
    translate(lang, "consent-text", &arguments)
}
