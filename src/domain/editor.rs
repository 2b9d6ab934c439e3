//! Who signs in, and what they may do.

use super::{
    clock::UnixMillis,
    ids::{EditorId, SiteId},
    site::Lang,
};

closed_set! {
    /// What an editor may do, from little to much.
    Role {
        /// Lesen
        Viewer = "viewer",
        /// Redaktion
        Editor = "editor",
        /// Verwaltung
        Admin = "admin",
    }
}

closed_set! {
    /// What an API token may do.
    Scope {
        /// Lists and reads tickets.
        TicketsRead = "tickets:read",
        /// Changes tickets.
        TicketsWrite = "tickets:write",
    }
}

/// A person of the newsroom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    /// Their key.
    pub id: EditorId,
    /// The address they sign in with and get mail at.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The role on every site that has no row of its own in `site_roles`.
    pub role: Option<Role>,
    /// Roles on single sites.
    pub site_roles: Vec<(SiteId, Role)>,
    /// The language of their desk and mail.
    pub lang: Lang,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether every new ticket of their sites is mailed to them.
    pub alerted: bool,
    /// Whether single keys act on their desk.
    pub keys: bool,
    /// When they were added.
    pub created_at: UnixMillis,
}

impl Editor {
    /// The role on that site.
    #[must_use]
    pub fn role_on(&self, site: SiteId) -> Option<Role> {
        if !self.active {
            return None;
        }
        self.site_roles
            .iter()
            .find(|(s, _)| *s == site)
            .map(|(_, r)| *r)
            .or(self.role)
    }

    /// The role on every site, later ones too.
    #[must_use]
    pub fn role_everywhere(&self) -> Option<Role> {
        let single = self.site_roles.iter().map(|(_, role)| *role).min();
        let all = self.role.filter(|_| self.active)?;
        Some(single.map_or(all, |single| single.min(all)))
    }

    /// The highest role on any site.
    #[must_use]
    pub fn highest_role(&self) -> Option<Role> {
        let single = self.site_roles.iter().map(|(_, role)| *role).max();
        single.max(self.role).filter(|_| self.active)
    }

    /// Whether they may change the site's settings and desks.
    #[must_use]
    pub fn administers(&self, site: SiteId) -> bool {
        self.role_on(site).is_some_and(|r| r >= Role::Admin)
    }

    /// Whether they may read the site's tickets.
    #[must_use]
    pub fn reads(&self, site: SiteId) -> bool {
        self.role_on(site).is_some()
    }

    /// Whether they may change the site's tickets.
    #[must_use]
    pub fn edits(&self, site: SiteId) -> bool {
        self.role_on(site).is_some_and(|r| r >= Role::Editor)
    }
}

/// The shortest password, in characters.
pub const MIN_PASSWORD: usize = 12;
/// The longest password, in characters.
pub const MAX_PASSWORD: usize = 128;

/// Why a password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too short.
    #[error("a password has at least {MIN_PASSWORD} characters")]
    TooShort,
    /// Too long.
    #[error("a password has at most {MAX_PASSWORD} characters")]
    TooLong,
    /// Everybody would guess it.
    #[error(
        "this password is easily guessed: it is common, or made of the address or the product's name"
    )]
    Guessable,
}

/// Checks a new password: length, and that it is not what an attacker tries first (ASVS 6.2).
///
/// # Errors
/// [`WeakPassword`] with what is wrong.
pub fn check_password(password: &str, email: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < MIN_PASSWORD {
        return Err(WeakPassword::TooShort);
    }
    if length > MAX_PASSWORD {
        return Err(WeakPassword::TooLong);
    }
    let lower = password.to_lowercase();
    let bare: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let user = email.split('@').next().unwrap_or_default().to_lowercase();
    // Among the 3,000 most common passwords those of 12 characters and more are repetitions and these words with digits.
    let common = [
        "password",
        "passwort",
        "fehlermelder",
        "qwertz",
        "qwerty",
        "qwertzuiop",
        "qwertyuiop",
        "administrator",
        "iloveyou",
        "letmein",
        "hallo",
        "schatz",
        "redaktion",
    ];
    let distinct = lower
        .chars()
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    let sequence =
        "01234567890123456789".contains(&lower) || "abcdefghijklmnopqrstuvwxyz".contains(&lower);
    if distinct < 5
        || sequence
        || common.contains(&bare.as_str())
        || (user.len() >= 3 && bare == user)
        || lower == email.to_lowercase()
    {
        return Err(WeakPassword::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{WeakPassword, check_password};

    #[test]
    fn a_password_is_long_and_not_the_first_guess() {
        let check = |p: &str| check_password(p, "maria@example.org");
        assert_eq!(check("kurz"), Err(WeakPassword::TooShort));
        assert_eq!(check(&"x y".repeat(60)), Err(WeakPassword::TooLong));
        for text in [
            "aaaaaaaaaaaaaa",
            "passwort12345",
            "123456789012",
            "fehlermelder1",
            "maria00000000",
        ] {
            assert_eq!(check(text), Err(WeakPassword::Guessable), "{text}");
        }
        assert_eq!(check("drei kleine Elche"), Ok(()));
        assert_eq!(check("äöüß-äöüß-12"), Ok(()));
    }
}
