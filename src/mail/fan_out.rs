//! Who gets a mail about a new ticket: each editor who is told of the site's, up to so many an hour; the rest is bundled.

use tracing::debug;

use super::delivery::Delivery;
use crate::{
    domain::{
        clock::HOUR,
        editor::{Editor, Role},
        ids::NotificationId,
        notification::{NewNotification, Occasion, Recipient},
    },
    storage::{
        StorageError, editors,
        notifications::{self, Allowance, NewsroomAlert},
    },
};

/// New tickets taken at a time.
const AT_A_TIME: u64 = 500;

impl Delivery {
    /// Makes mails for single editors of what the newsroom is to be told of.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn fan_out(&self) -> Result<(), StorageError> {
        let now = self.services.now();
        // Most rounds find nothing, and shall not wait for the writer to learn so.
        let reader = self.services.store.reader();
        if notifications::due_to_newsroom_is_empty(reader, now).await? {
            return Ok(());
        }
        let transaction = self.services.store.begin().await?;
        let alerts = notifications::due_to_newsroom(&transaction, now, AT_A_TIME).await?;
        if alerts.is_empty() {
            return Ok(());
        }
        let people = editors::alerted(&transaction).await?;
        let ids: Vec<_> = people.iter().map(|e| e.id).collect();
        let allowances = notifications::allowances(&transaction, &ids, now - HOUR).await?;
        // Not before the bundles that are about it, nor a new bundle before an older one: another machine's clock may be ahead of ours.
        let at = allowances.values().map(|a| a.not_before(now)).max();
        let at = at.unwrap_or(now);
        let mut owed = Vec::new();
        for editor in &people {
            let allowance = allowances.get(&editor.id).copied().unwrap_or_default();
            self.owe(editor, &alerts, allowance, &mut owed);
        }
        notifications::add_all(&transaction, &owed, at).await?;
        notifications::fanned_out(&transaction, &alerts, at).await?;
        transaction.commit().await?;
        debug!(
            tickets = alerts.len(),
            mails = owed.len(),
            "the newsroom is told of new tickets"
        );
        Ok(())
    }

    /// An editor's own alerts as far as the hour allows, else a bundle; where one is waiting, it is about these too.
    fn owe(
        &self,
        editor: &Editor,
        alerts: &[NewsroomAlert],
        allowance: Allowance,
        owed: &mut Vec<NewNotification>,
    ) {
        if allowance.has_bundle {
            return;
        }
        let now = self.services.now();
        let used = allowance.sent + allowance.waiting;
        let mut left = self.alerts_per_hour.saturating_sub(used);
        let theirs = alerts
            .iter()
            .filter(|a| editor.role_on(a.site).is_some_and(|r| r >= Role::Editor));
        for alert in theirs {
            let mut new = NewNotification {
                id: NotificationId(self.services.new_id()),
                occasion: Occasion::TicketOpened,
                recipient: Recipient::Editor(editor.id),
                site: alert.site,
                ticket: Some(alert.ticket),
                due_at: now,
                dedupe_key: String::new(),
                act: None,
            };
            if left == 0 {
                new.occasion = Occasion::AlertsBundled;
                new.ticket = None;
                new.due_at = allowance.first_sent_at.unwrap_or(now) + HOUR;
                new.dedupe_key = format!("alerts_bundled:{}", new.id);
                owed.push(new);
                return;
            }
            left -= 1;
            new.dedupe_key = new.usual_dedupe_key();
            owed.push(new);
        }
    }
}
