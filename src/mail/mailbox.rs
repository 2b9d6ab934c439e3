//! Whom a letter goes to, and words that may stand in a header.

use lettre::message::Mailbox;

use crate::domain::clean::clean_line;

/// Words for a header: one line, as lettre panics on a line break in a name, and no encoded word (RFC 2047) of somebody
/// else's making, which the recipient's program would turn into what we have just taken out.
pub(super) fn header_line(text: &str) -> String {
    clean_line(text).replace("=?", "= ?")
}

/// A name and an address as a header wants them; without a name the address alone.
///
/// # Errors
/// [`lettre::address::AddressError`] where the address is none.
pub(super) fn mailbox(name: &str, address: &str) -> Result<Mailbox, lettre::address::AddressError> {
    let name = header_line(name);
    Ok(Mailbox::new(
        (!name.is_empty()).then_some(name),
        address.parse()?,
    ))
}
