//! What an editor sets for themselves, and the links that are sent to them.

use uuid::Uuid;

use super::{
    clock::{DAY, HOUR, UnixMillis},
    ids::EditorId,
};

closed_set! {
    /// Which new tickets are mailed to an editor.
    AlertMode {
        /// Each by itself; many of an hour in one mail.
        Each = "each",
        /// Those of an hour in one mail.
        Bundle = "bundle",
        /// Only what is theirs: assigned to them, or written by them.
        Mine = "mine",
        /// None.
        None = "none",
    }
}

impl AlertMode {
    /// Whether every new ticket of their sites is mailed to them.
    #[must_use]
    pub const fn is_of_all(self) -> bool {
        matches!(self, Self::Each | Self::Bundle)
    }
}

/// What belongs to an editor's account beside name, address and role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub editor: EditorId,
    /// IANA name of the time zone that their desk shows times in; none for that of each ticket's site.
    pub time_zone: Option<String>,
    /// Which new tickets are mailed to them.
    pub alert_mode: AlertMode,
    /// Whether they are told by mail when a colleague mentions them.
    pub mentioned: bool,
    /// From when on they are away.
    pub absent_from: Option<UnixMillis>,
    /// Until when; none for until further notice.
    pub absent_until: Option<UnixMillis>,
    /// The second factor, once it was begun.
    pub factor: Option<Factor>,
}

/// A second factor: codes of an app (TOTP, RFC 6238).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// The secret is derived from it.
    pub nonce: Vec<u8>,
    /// Since when it is asked for; none while it is being set up.
    pub confirmed_at: Option<UnixMillis>,
    /// The last step of time whose code was used: no code is good twice.
    pub last_step: Option<i64>,
}

impl Account {
    /// As it is before anything was set.
    #[must_use]
    pub const fn new(editor: EditorId) -> Self {
        Self {
            editor,
            time_zone: None,
            alert_mode: AlertMode::Each,
            mentioned: true,
            absent_from: None,
            absent_until: None,
            factor: None,
        }
    }

    /// Whether they are away.
    #[must_use]
    pub fn is_absent(&self, now: UnixMillis) -> bool {
        self.absent_from.is_some_and(|from| from <= now)
            && self.absent_until.is_none_or(|until| now < until)
    }

    /// Whether a second factor is asked for when they sign in.
    #[must_use]
    pub fn has_factor(&self) -> bool {
        self.factor
            .as_ref()
            .is_some_and(|factor| factor.confirmed_at.is_some())
    }
}

closed_set! {
    /// What a link in a mail is for.
    LinkPurpose {
        /// To accept an invitation.
        Invitation = "invitation",
        /// To choose a new password.
        PasswordReset = "password_reset",
    }
}

impl LinkPurpose {
    /// How long such a link is good.
    #[must_use]
    pub const fn lasts(self) -> i64 {
        match self {
            Self::Invitation => 7 * DAY,
            Self::PasswordReset => HOUR,
        }
    }
}

/// A link that was sent to an editor; its secret is derived from its id and stored nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLink {
    /// Its key.
    pub id: Uuid,
    /// To whom.
    pub editor: EditorId,
    /// What for.
    pub purpose: LinkPurpose,
    /// When it was made.
    pub created_at: UnixMillis,
    /// Until when it is good.
    pub expires_at: UnixMillis,
    /// When it was used; it is good once.
    pub used_at: Option<UnixMillis>,
}

impl AccountLink {
    /// Whether it still opens something.
    #[must_use]
    pub fn is_good(&self, now: UnixMillis) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}

/// What a browser says it is, so roughly that it names nobody: "Firefox, Windows". Empty where it says nothing that is known.
#[must_use]
pub fn rough_device(user_agent: &str) -> String {
    let agent: String = user_agent.chars().take(500).collect();
    let first = |list: &[(&str, &'static str)]| {
        list.iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    // The order matters: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Account, rough_device};
    use crate::domain::ids::EditorId;

    #[test]
    fn a_device_is_named_roughly_and_nothing_of_a_version_is_kept() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge, Windows",
            ),
            ("curl/8.5.0", ""),
            ("", ""),
        ] {
            assert_eq!(rough_device(agent), expected, "{agent}");
        }
    }

    #[test]
    fn somebody_is_away_from_the_first_moment_to_before_the_last() {
        let mut account = Account::new(EditorId(Uuid::nil()));
        assert!(!account.is_absent(10));
        account.absent_from = Some(10);
        assert!(!account.is_absent(9) && account.is_absent(10) && account.is_absent(1_000));
        account.absent_until = Some(20);
        assert!(account.is_absent(19) && !account.is_absent(20));
    }
}
