//! A mail owed to somebody: on which occasion, to whom, and how often it is tried.

use super::{
    clock::{DAY, HOUR, MINUTE, UnixMillis},
    ids::{ActId, AddressId, BylineId, ContactId, EditorId, NotificationId, SiteId, TicketId},
};

closed_set! {
    /// Why a mail is owed.
    Occasion {
        /// To an editor: a new ticket.
        TicketOpened = "ticket_opened",
        /// To an editor: several tickets in one mail, once the hour's alerts are used up.
        AlertsBundled = "alerts_bundled",
        /// To an editor: something happened on a ticket that they follow.
        TicketActivity = "ticket_activity",
        /// To an editor: several followed tickets in one mail, once the hour's mails about them are used up.
        ActivityBundled = "activity_bundled",
        /// To an editor: a note mentions them.
        Mentioned = "mentioned",
        /// To a reader: please confirm your address.
        AddressConfirmation = "address_confirmation",
        /// To a reader: your report is dealt with.
        TicketClosed = "ticket_closed",
        /// To a reader: the newsroom asks something about the report.
        ReaderAsked = "reader_asked",
        /// To an address of the site's book: a ticket is passed on.
        TicketForwarded = "ticket_forwarded",
        /// To the site's legal contact: a report speaks of legal claims.
        LegalClaim = "legal_claim",
        /// To a deputy or chief: nobody touched a new fact.
        TicketEscalated = "ticket_escalated",
        /// To the site's legal contact: several of these in one mail, once the hour's are used up.
        LegalClaimsBundled = "legal_claims_bundled",
        /// To an author without an account: a new ticket in their article.
        AuthorAlert = "author_alert",
        /// To an author without an account: several tickets in one mail, once the hour's alerts are used up.
        AuthorAlertsBundled = "author_alerts_bundled",
        /// To somebody who is invited to the desk.
        Invitation = "invitation",
        /// To an editor: a link for a new password.
        PasswordReset = "password_reset",
        /// To an editor: your password was changed.
        PasswordChanged = "password_changed",
        /// To an editor: your second factor was set up, renewed or removed.
        SecondFactorChanged = "second_factor_changed",
    }
}

impl Occasion {
    /// What several of this kind are gathered in, once an hour has brought too many of them; nothing for what always goes alone.
    #[must_use]
    pub const fn bundle(self) -> Option<Self> {
        match self {
            Self::TicketOpened => Some(Self::AlertsBundled),
            Self::TicketActivity => Some(Self::ActivityBundled),
            Self::AuthorAlert => Some(Self::AuthorAlertsBundled),
            Self::LegalClaim => Some(Self::LegalClaimsBundled),
            _ => None,
        }
    }
}

/// Mails of a kind in an hour to an address of somebody without an account, before the rest goes into one.
pub const TO_OUTSIDERS_AN_HOUR: u64 = 10;

closed_set! {
    /// Why somebody follows a ticket.
    FollowReason {
        /// Said so.
        ByHand = "by_hand",
        /// Did something there.
        Acted = "acted",
        /// Was given it.
        Assigned = "assigned",
        /// A note mentions them.
        Mentioned = "mentioned",
    }
}

closed_set! {
    /// Where a notification stands.
    DeliveryState {
        /// Owed, or being tried.
        Pending = "pending",
        /// Handed to the relay.
        Sent = "sent",
        /// No longer wanted (the ticket was closed meanwhile, the address was deleted, it went into a bundle).
        Dropped = "dropped",
        /// Given up: refused for good, or tried for days.
        Failed = "failed",
    }
}

/// Whom a notification is for. Readers are named by their contact row, so that a deleted address is nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// An editor.
    Editor(EditorId),
    /// A reader.
    Contact(ContactId),
    /// An author's address, by its byline.
    Byline(BylineId),
    /// An address of the site's book.
    Address(AddressId),
    /// A mailbox of the site's own settings (the legal contact).
    SiteContact,
    /// Everybody who is told of the site's new tickets: who that is is decided when it leaves.
    Newsroom,
}

/// A notification that is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    /// Its key.
    pub id: NotificationId,
    /// Why.
    pub occasion: Occasion,
    /// For whom.
    pub recipient: Recipient,
    /// Of which site.
    pub site: SiteId,
    /// About which ticket.
    pub ticket: Option<TicketId>,
    /// Not before.
    pub due_at: UnixMillis,
    /// The act that owes it; taken back, it takes the mail with it.
    pub act: Option<ActId>,
    /// Two of the same key are one.
    pub dedupe_key: String,
}

impl NewNotification {
    /// What makes two of them one: the same occasion, ticket and recipient.
    #[must_use]
    pub fn usual_dedupe_key(&self) -> String {
        let recipient = match &self.recipient {
            Recipient::Editor(id) => id.to_string(),
            Recipient::Contact(id) => id.to_string(),
            Recipient::Byline(id) => id.to_string(),
            Recipient::Address(id) => id.to_string(),
            Recipient::SiteContact => "site".to_owned(),
            Recipient::Newsroom => "newsroom".to_owned(),
        };
        let ticket = self.ticket.map(|t| t.0.to_string()).unwrap_or_default();
        format!("{}:{ticket}:{recipient}", self.occasion)
    }
}

/// What makes the questions whether an address is right one a day, also when its owner's trace was deleted in between.
#[must_use]
pub fn confirmation_dedupe_key(email_hash: &[u8], now: UnixMillis) -> String {
    let address = data_encoding::HEXLOWER.encode(email_hash);
    format!(
        "{}:{address}:{}",
        Occasion::AddressConfirmation,
        now.div_euclid(DAY)
    )
}

/// How long after a failed try the next one comes (RFC 5321 §4.5.4: for days), before jitter. `None`: give up.
///
/// `attempts` counts the tries made so far, from 1.
#[must_use]
pub const fn retry_delay(attempts: i32) -> Option<i64> {
    const STEPS: [i64; 6] = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR];
    match attempts {
        ..=0 => Some(0),
        #[allow(clippy::cast_sign_loss, reason = "positive in this arm")]
        n if n as usize <= STEPS.len() => Some(STEPS[n as usize - 1]),
        // Six steps take a bit over ten hours; nine of twelve hours each carry it past four and a half days.
        n if n <= 15 => Some(DAY / 2),
        _ => None,
    }
}

/// ±20 % around the delay, from a random byte.
#[must_use]
pub fn jittered(delay: i64, random: u8) -> i64 {
    delay + delay * (i64::from(random) - 128) / 640
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_go_on_for_four_to_five_days() {
        let total: i64 = (1..).map_while(retry_delay).sum();
        assert!((4 * DAY..=5 * DAY + 12 * HOUR).contains(&total), "{total}");
        assert_eq!(retry_delay(1), Some(MINUTE));
        assert!(jittered(HOUR, 0) >= HOUR * 4 / 5 && jittered(HOUR, 255) <= HOUR * 6 / 5);
    }
}
