//! The mails that one transaction of intake owes, and to whom.

use super::{Submission, is_held_back, work::Work};
use crate::{
    domain::{
        clock::{DAY, UnixMillis},
        ids::{ContactId, NotificationId, ReportId, SiteId, TicketId},
        notification::{NewNotification, Occasion, Recipient, confirmation_dedupe_key},
    },
    services::Services,
    storage::contacts::Contact,
};

impl Work {
    pub(super) fn alert_legal_contact(
        &mut self,
        services: &Services,
        submission: &Submission,
        ticket: TicketId,
        now: UnixMillis,
    ) {
        if submission.site.settings.legal_contact.is_none() {
            return;
        }
        self.owe(
            services,
            Occasion::LegalClaim,
            Recipient::SiteContact,
            (submission.site.id, ticket),
            now,
        );
    }

    fn owe(
        &mut self,
        services: &Services,
        occasion: Occasion,
        recipient: Recipient,
        (site, ticket): (SiteId, TicketId),
        now: UnixMillis,
    ) {
        self.writes.notifications.push(NewNotification {
            id: NotificationId(services.entropy.uuid(now)),
            occasion,
            recipient,
            site,
            ticket: Some(ticket),
            due_at: now,
            act: None,
            // Made when the ticket has its number.
            dedupe_key: String::new(),
        });
    }

    /// One row, however many will get a mail: who they are is decided when it leaves.
    pub(super) fn alert_newsroom(
        &mut self,
        services: &Services,
        ticket: (SiteId, TicketId),
        now: UnixMillis,
    ) {
        self.owe(
            services,
            Occasion::TicketOpened,
            Recipient::Newsroom,
            ticket,
            now,
        );
    }

    /// Stores an address apart from the report, and owes the mail that asks to confirm it: one an address and day, and none where the
    /// report seems to be a program's.
    pub(super) fn remember_contact(
        &mut self,
        services: &Services,
        submission: &Submission,
        report: ReportId,
        (ticket, closed): (TicketId, bool),
        now: UnixMillis,
    ) {
        let Some(contact) = &submission.report.contact else {
            return;
        };
        let email_hash = services.key.address_hash(&contact.email).to_vec();
        let known = || {
            self.recent_contacts
                .iter()
                .chain(&self.writes.contacts)
                .filter(|c| c.email_hash == email_hash)
        };
        // Not before its turn, where one network leaves many addresses.
        let first = submission.confirm_after.unwrap_or(now).max(now);
        let due = || known().filter_map(|c| c.confirmation_sent_at);
        let asked_today = due().any(|at| at > now - DAY && at <= first);
        // Another's question that lies further ahead keeps nobody waiting, once a day.
        let later = due().filter(|at| *at > first).count();
        let confirmed_today = known()
            .filter(|c| c.site == submission.site.id)
            .filter_map(|c| c.confirmed_at)
            .find(|at| *at > now - DAY);
        let id = ContactId(services.entropy.uuid(now));
        let held_back = is_held_back(services, &submission.report);
        let ask = !held_back && !asked_today && later < 2 && confirmed_today.is_none();
        // Who was asked today is asked tomorrow, unless the answer to the first question will do (mail::letters::reader).
        let due_at = if ask { first } else { first.max(now + DAY) };
        if confirmed_today.is_none() && !held_back {
            self.owe(
                services,
                Occasion::AddressConfirmation,
                Recipient::Contact(id),
                (submission.site.id, ticket),
                now,
            );
            if let Some(owed) = self.writes.notifications.last_mut() {
                owed.due_at = due_at;
                owed.dedupe_key = confirmation_dedupe_key(&email_hash, now);
                if !ask {
                    // Tomorrow's own question stays free: this one may be void by then.
                    owed.dedupe_key.push_str(":again");
                } else if later > 0 {
                    owed.dedupe_key.push_str(":sooner");
                }
            }
        }
        if closed {
            // Nobody will close it again for this reader: what became of it is owed now, and waits for the confirmation.
            self.owe(
                services,
                Occasion::TicketClosed,
                Recipient::Contact(id),
                (submission.site.id, ticket),
                now,
            );
        }
        self.writes.contacts.push(Contact {
            id,
            site: submission.site.id,
            report,
            email: contact.email.clone(),
            email_hash,
            lang: submission.lang,
            consent_text: submission.consent_text.clone(),
            consented_at: now,
            confirmation_sent_at: ask.then_some(due_at),
            confirmed_at: confirmed_today.map(|_| now),
        });
    }
}
