//! What is derived from the server's key, which is kept outside the database: reader links and keyed hashes.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::ids::{ContactId, EditorId, ReportId};

/// The server's key. Never printed.
#[derive(Clone)]
pub struct ServerKey([u8; 32]);

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerKey(…)")
    }
}

impl ServerKey {
    /// Any secret of sufficient length becomes a key.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(sha256(secret))
    }

    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of any length; the error type exists for other MACs.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return [0; 32];
        };
        mac.update(purpose.as_bytes());
        for part in parts {
            mac.update(&[0]);
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    fn token(&self, purpose: &str, id: Uuid, version: i32) -> String {
        let mac = self.mac(purpose, &[id.as_bytes(), &version.to_be_bytes()]);
        let mut bytes = [0; 48];
        bytes[..16].copy_from_slice(id.as_bytes());
        bytes[16..].copy_from_slice(&mac);
        BASE64URL_NOPAD.encode(&bytes)
    }

    fn verify(&self, purpose: &str, token: &str, version: i32) -> bool {
        let Some((id, mac)) = split(token) else {
            return false;
        };
        self.mac(purpose, &[id.as_bytes(), &version.to_be_bytes()])
            .ct_eq(&mac)
            .into()
    }

    /// The secret part of a reporter's status link: report id and a 256-bit HMAC. `version` is the report's own, so that a link
    /// can be revoked.
    #[must_use]
    pub fn status_token(&self, report: ReportId, version: i32) -> String {
        self.token("report-status", report.0, version)
    }

    /// Whether the token is the report's at that version.
    #[must_use]
    pub fn verifies_status_token(&self, token: &str, version: i32) -> bool {
        self.verify("report-status", token, version)
    }

    /// The link that confirms an address.
    #[must_use]
    pub fn confirmation_token(&self, contact: ContactId) -> String {
        self.token("contact-confirmation", contact.0, 1)
    }

    /// The contact the confirmation link was made for.
    #[must_use]
    pub fn verified_confirmation(&self, token: &str) -> Option<ContactId> {
        self.verify("contact-confirmation", token, 1)
            .then(|| split(token))
            .flatten()
            .map(|(id, _)| ContactId(id))
    }

    /// The secret part of a link that is sent to an editor about their account.
    #[must_use]
    pub fn account_token(&self, link: Uuid) -> String {
        self.token("account-link", link, 1)
    }

    /// The account link that the token was made for.
    #[must_use]
    pub fn verified_account_link(&self, token: &str) -> Option<Uuid> {
        self.verify("account-link", token, 1)
            .then(|| split(token))
            .flatten()
            .map(|(id, _)| id)
    }

    /// The secret of an editor's second factor, of a random nonce: 160 bits.
    #[must_use]
    pub fn factor_secret(&self, editor: EditorId, nonce: &[u8]) -> [u8; 20] {
        let mac = self.mac("second-factor", &[editor.0.as_bytes(), nonce]);
        let mut secret = [0; 20];
        secret.copy_from_slice(&mac[..20]);
        secret
    }

    /// A keyed hash of an address: tells equal ones, names none.
    #[must_use]
    pub fn address_hash(&self, email: &str) -> [u8; 32] {
        self.mac("address", &[email.trim().to_lowercase().as_bytes()])
    }

    /// The token against cross-site requests that belongs to a session.
    #[must_use]
    pub fn csrf_token(&self, session_hash: &[u8]) -> String {
        BASE64URL_NOPAD.encode(&self.mac("csrf", &[session_hash]))
    }
}

fn split(token: &str) -> Option<(Uuid, [u8; 32])> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    let (id, mac) = bytes.split_at_checked(16)?;
    Some((Uuid::from_slice(id).ok()?, mac.try_into().ok()?))
}

/// The report a status token speaks of, not yet verified.
#[must_use]
pub fn report_of_status_token(token: &str) -> Option<ReportId> {
    split(token).map(|(id, _)| ReportId(id))
}

/// SHA-256, for secrets stored hashed (sessions, API tokens: random enough that no slow hash is needed).
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Whether two secrets are the same, in constant time.
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_token_opens_its_report_only() {
        let key = ServerKey::new(b"a secret");
        let report = ReportId(Uuid::from_u128(7));
        let token = key.status_token(report, 1);
        assert_eq!(report_of_status_token(&token), Some(report));
        assert!(key.verifies_status_token(&token, 1));
        assert!(!key.verifies_status_token(&token, 2), "a revoked version");
        assert!(!ServerKey::new(b"another").verifies_status_token(&token, 1));
        assert!(
            !key.verifies_status_token(&key.status_token(ReportId(Uuid::from_u128(8)), 1)[..60], 1)
        );
        assert!(
            key.verified_confirmation(&token).is_none(),
            "a token for another purpose"
        );
    }
}
