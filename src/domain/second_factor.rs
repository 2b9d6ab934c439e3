//! Codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, thirty seconds, as every app knows them), and codes for the day the phone
//! is gone.
//!
//! One step to either side is accepted: phones' clocks are off, and people type slowly. So a code is good for up to ninety seconds, once
//! (ASVS 6.5.5 asks for thirty; the step that was used is stored, so that none is good twice).

use data_encoding::{BASE32_NOPAD, Specification};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Algorithm, Builder, Totp};

use super::{
    clock::{SECOND, UnixMillis},
    editor::{Editor, Role},
};

/// How many recovery codes are made.
pub const RECOVERY_CODES: usize = 10;
/// Random bytes of a recovery code: 80 bits.
pub const RECOVERY_BYTES: usize = 10;
/// Bytes of a secret: 160 bits, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;
/// Letters and digits that nobody takes for one another; Crockford's.
const RECOVERY_LETTERS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

closed_set! {
    /// Who must have a second factor; it is offered to everybody.
    FactorDuty {
        /// Nobody.
        Off = "off",
        /// Whoever administers a site.
        Admins = "admins",
        /// Everybody.
        Everyone = "everyone",
    }
}

impl FactorDuty {
    /// Whether somebody must have one.
    #[must_use]
    pub fn is_for(self, editor: &Editor) -> bool {
        match self {
            Self::Off => false,
            Self::Admins => editor.highest_role() == Some(Role::Admin),
            Self::Everyone => true,
        }
    }
}

fn totp(secret: [u8; SECRET_BYTES]) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret)
        .build()
        .ok()
}

/// The step of time that a code belongs to, if it is right now; the caller refuses a step that was used.
#[must_use]
pub fn step_of(secret: [u8; SECRET_BYTES], code: &str, now: UnixMillis) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now / SECOND).ok()?;
    let step = totp(secret)?.check(&code, seconds)?;
    i64::try_from(step).ok()
}

/// The code of a moment; for whoever plays the app.
#[must_use]
pub fn code_at(secret: [u8; SECRET_BYTES], now: UnixMillis) -> String {
    let seconds = u64::try_from(now / SECOND).unwrap_or_default();
    totp(secret).map_or_else(String::new, |totp| totp.generate(seconds).to_string())
}

/// The secret as people type it, in groups of four.
#[must_use]
pub fn spelled(secret: [u8; SECRET_BYTES]) -> String {
    let text = BASE32_NOPAD.encode(&secret);
    text.as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the app reads from the square (Key URI Format).
#[must_use]
pub fn address(secret: [u8; SECRET_BYTES], issuer: &str, email: &str) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}",
        issuer = encoded(issuer),
        account = encoded(email),
        secret = BASE32_NOPAD.encode(&secret),
    )
}

/// A recovery code as it is shown: `k3f9-…`, sixteen letters.
#[must_use]
pub fn recovery_code(random: &[u8; RECOVERY_BYTES]) -> String {
    let mut specification = Specification::new();
    specification.symbols.push_str(RECOVERY_LETTERS);
    let Ok(encoding) = specification.encoding() else {
        return String::new();
    };
    encoding
        .encode(random)
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect::<Vec<_>>()
        .join("-")
}

/// A recovery code as it is hashed: without case, spaces and hyphens; the letters that look like digits are read as them.
#[must_use]
pub fn plain_recovery_code(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        })
        .take(64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B (the last six of eight digits).
    const RFC: [u8; SECRET_BYTES] = *b"12345678901234567890";

    #[test]
    fn the_codes_are_those_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(RFC, seconds * 1_000), code);
            assert_eq!(step_of(RFC, code, seconds * 1_000), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_good_one_step_to_either_side_and_no_longer() {
        let now = 1_111_111_111_000;
        let code = code_at(RFC, now);
        for (off, good) in [
            (0, true),
            (-30, true),
            (30, true),
            (-61, false),
            (61, false),
        ] {
            assert_eq!(
                step_of(RFC, &code, now + off * 1_000).is_some(),
                good,
                "{off}"
            );
        }
        assert_eq!(step_of(RFC, " 050 471 ", now), Some(1_111_111_111 / 30));
        for wrong in ["", "05047", "0504711", "abcdef", "٠٥٠٤٧١"] {
            assert_eq!(step_of(RFC, wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn a_recovery_code_is_read_as_it_is_shown_and_as_people_copy_it() {
        let shown = recovery_code(&[7, 200, 31, 0, 255, 1, 99, 128, 64, 32]);
        assert_eq!(shown.len(), 19, "{shown}");
        let plain = plain_recovery_code(&shown);
        assert_eq!(plain.len(), 16);
        assert_eq!(
            plain_recovery_code(&shown.to_uppercase().replace('-', " ")),
            plain
        );
        assert_eq!(plain_recovery_code("OIL"), "011");
    }

    #[test]
    fn the_address_holds_what_an_app_wants() {
        let address = address(RFC, "Fehlermelder", "maria@example.org");
        assert_eq!(
            address,
            "otpauth://totp/Fehlermelder:maria%40example%2Eorg?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Fehlermelder"
        );
        assert!(spelled(RFC).starts_with("GEZD GNBV"));
    }
}
