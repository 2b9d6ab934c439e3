//! The outbox. A worker claims due rows under a lease and a fencing token, so that a slow worker cannot mark another's row.

mod activity;
mod bundles;
mod dropping;
mod fan_out;
mod threads;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, Value, sea_query::Expr,
};
use uuid::Uuid;

pub use self::{
    activity::{drop_activity, waiting_activity},
    bundles::{Whose, bundle_all, bundled_bylines, bundled_tickets, sent_since, waiting_bundle},
    dropping::{bring_back, drop_alerts, drop_closings_to, drop_earlier_closings, drop_of_contact},
    fan_out::{
        Allowance, NewsroomAlert, allowances, due_to_newsroom, due_to_newsroom_is_empty, fanned_out,
    },
    threads::first_sent,
};
use super::{
    entities::notifications,
    error::{StorageError, word},
    rows::{RowStatement, Together},
};
use crate::domain::{
    ids::{ActId, AddressId, BylineId, ContactId, EditorId, NotificationId, SiteId, TicketId},
    notification::{DeliveryState, NewNotification, Occasion, Recipient},
    ticket::MAIL_WAITS,
};

/// A stored notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Its key; its mail's Message-ID is made of it, so that a second try is the same mail.
    pub id: NotificationId,
    /// Of which site.
    pub site: SiteId,
    /// Why.
    pub occasion: Occasion,
    /// About which ticket.
    pub ticket: Option<TicketId>,
    /// For whom.
    pub recipient: Recipient,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries so far.
    pub attempts: i32,
    /// Not before.
    pub due_at: i64,
    /// What the last try said.
    pub last_error: Option<String>,
    /// When it was owed.
    pub created_at: i64,
    /// When it went.
    pub sent_at: Option<i64>,
    /// The act that owes it.
    pub act: Option<ActId>,
}

/// Adds notifications; of two with the same dedupe key the first stays.
pub(super) static NOTIFICATIONS: RowStatement = RowStatement::insert(
    "notifications",
    &[
        "id",
        "site_id",
        "occasion",
        "ticket_id",
        "editor_id",
        "contact_id",
        "state",
        "attempts",
        "due_at",
        "created_at",
        "dedupe_key",
    ],
    "ON CONFLICT (dedupe_key) DO NOTHING",
);

/// The row of a notification owed since then, for [`NOTIFICATIONS`].
pub(super) fn notification_row(n: &NewNotification, now: i64) -> [Value; 11] {
    let (editor, contact) = match n.recipient {
        Recipient::Editor(id) => (Some(id.0), None),
        Recipient::Contact(id) => (None, Some(id.0)),
        // Keys of contacts, bylines and addresses are told apart by the occasion.
        Recipient::Byline(id) => (None, Some(id.0)),
        Recipient::Address(id) => (None, Some(id.0)),
        Recipient::SiteContact | Recipient::Newsroom => (None, None),
    };
    [
        n.id.0.into(),
        n.site.0.into(),
        n.occasion.as_str().into(),
        n.ticket.map(|t| t.0).into(),
        editor.into(),
        contact.into(),
        DeliveryState::Pending.as_str().into(),
        0i32.into(),
        n.due_at.into(),
        now.into(),
        n.dedupe_key.as_str().into(),
    ]
}

/// As [`NOTIFICATIONS`], with the acts that owe them: intake has none, and writes none.
static OF_ACTS: RowStatement = RowStatement::insert(
    "notifications",
    &[
        "id",
        "site_id",
        "occasion",
        "ticket_id",
        "editor_id",
        "contact_id",
        "state",
        "attempts",
        "due_at",
        "created_at",
        "dedupe_key",
        "act_id",
    ],
    "ON CONFLICT (dedupe_key) DO NOTHING",
);

/// Adds notifications; of two with the same dedupe key the first stays.
///
/// # Errors
/// [`StorageError`]
pub async fn add_all(
    db: &impl ConnectionTrait,
    list: &[NewNotification],
    now: i64,
) -> Result<(), StorageError> {
    static STATEMENT: Together<1> = Together::new([&OF_ACTS]);
    let rows = list.iter().flat_map(|n| {
        let act = n.act.map(|act| act.0).into();
        notification_row(n, now).into_iter().chain([act])
    });
    STATEMENT.execute(db, [rows.collect()]).await
}

/// Drops what an act owes about a ticket; false when one of it has been claimed, tried or sent already, and so cannot be
/// taken back. The same row is changed by whoever claims it, so that one of the two sees what the other did.
///
/// # Errors
/// [`StorageError`]
pub async fn drop_of_act(
    db: &impl ConnectionTrait,
    act: ActId,
    ticket: TicketId,
) -> Result<bool, StorageError> {
    use notifications::Column;
    let pending = DeliveryState::Pending.as_str();
    notifications::Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Dropped.as_str()))
        .filter(Column::ActId.eq(act.0))
        .filter(Column::TicketId.eq(ticket.0))
        .filter(Column::State.eq(pending))
        .filter(Column::Lease.is_null())
        .filter(Column::Attempts.eq(0))
        .exec(db)
        .await?;
    let left = notifications::Entity::find()
        .filter(Column::ActId.eq(act.0))
        .filter(Column::TicketId.eq(ticket.0))
        .filter(Column::State.ne(DeliveryState::Dropped.as_str()))
        .count(db)
        .await?;
    Ok(left == 0)
}

/// Puts off what an act owes and nobody has claimed: an act on many tickets goes on, and all of it can be taken back until the end.
///
/// # Errors
/// [`StorageError`]
pub async fn put_off_act(
    db: &impl ConnectionTrait,
    act: ActId,
    due_at: i64,
) -> Result<(), StorageError> {
    use notifications::Column;
    notifications::Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(due_at))
        .filter(Column::ActId.eq(act.0))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Lease.is_null())
        .filter(Column::Attempts.eq(0))
        .exec(db)
        .await?;
    Ok(())
}

/// Claims due notifications until the lease runs out, oldest first. What is for the newsroom is fanned out first
/// ([`due_to_newsroom`]) and never claimed.
///
/// # Errors
/// [`StorageError`]
pub async fn claim(
    db: &impl ConnectionTrait,
    lease: Uuid,
    now: i64,
    until: i64,
    limit: u64,
) -> Result<Vec<Notification>, StorageError> {
    let backend = db.get_database_backend();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (sql, values): (&str, Vec<sea_orm::Value>) = match backend {
        // As an array, which is made first and looked up: a subquery may be taken for a join with the whole table.
        DbBackend::Postgres => (
            "UPDATE notifications SET lease = $1, leased_until = $2 WHERE id = ANY (ARRAY(SELECT id FROM notifications WHERE state = 'pending' \
             AND due_at <= $3 AND (leased_until IS NULL OR leased_until < $3) AND NOT (occasion = 'ticket_opened' AND editor_id IS NULL) ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED))",
            vec![lease.into(), until.into(), now.into(), limit.into()],
        ),
        _ => (
            "UPDATE notifications SET lease = ?, leased_until = ? WHERE id IN (SELECT id FROM notifications WHERE state = 'pending' \
             AND due_at <= ? AND (leased_until IS NULL OR leased_until < ?) AND NOT (occasion = 'ticket_opened' AND editor_id IS NULL) ORDER BY due_at, id LIMIT ?)",
            vec![
                lease.into(),
                until.into(),
                now.into(),
                now.into(),
                limit.into(),
            ],
        ),
    };
    if db
        .execute_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?
        .rows_affected()
        == 0
    {
        return Ok(Vec::new());
    }
    let rows = notifications::Entity::find()
        .filter(notifications::Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(notifications::Column::DueAt.lte(now))
        .filter(notifications::Column::Lease.eq(lease))
        .order_by_asc(notifications::Column::DueAt)
        .order_by_asc(notifications::Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// What a try came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Handed over.
    Sent,
    /// No longer wanted.
    Dropped(&'static str),
    /// To be tried again at that moment.
    Retry {
        /// When.
        due_at: i64,
        /// What the try said.
        error: String,
    },
    /// Given up.
    Failed(String),
    /// Put off without a try.
    PutOff {
        /// Until when.
        due_at: i64,
    },
}

/// Records the outcome; false when the lease was lost to another worker meanwhile.
///
/// # Errors
/// [`StorageError`]
pub async fn record(
    db: &impl ConnectionTrait,
    id: NotificationId,
    lease: Uuid,
    outcome: &Outcome,
    now: i64,
) -> Result<bool, StorageError> {
    use notifications::Column;
    let (state, due_at, error, tried) = match outcome {
        Outcome::Sent => (DeliveryState::Sent, None, None, 1),
        Outcome::Dropped(why) => (DeliveryState::Dropped, None, Some((*why).to_owned()), 0),
        Outcome::Retry { due_at, error } => (
            DeliveryState::Pending,
            Some(*due_at),
            Some(error.clone()),
            1,
        ),
        Outcome::Failed(error) => (DeliveryState::Failed, None, Some(error.clone()), 1),
        Outcome::PutOff { due_at } => (DeliveryState::Pending, Some(*due_at), None, 0),
    };
    let mut update = notifications::Entity::update_many()
        .col_expr(Column::State, Expr::value(state.as_str()))
        .col_expr(Column::Lease, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::LeasedUntil, Expr::value(Option::<i64>::None))
        .col_expr(Column::LastError, Expr::value(error))
        .filter(Column::Id.eq(id.0))
        .filter(Column::Lease.eq(lease));
    if tried == 1 {
        update = update.col_expr(Column::Attempts, Expr::cust("attempts + 1"));
    }
    if let Some(due_at) = due_at {
        update = update.col_expr(Column::DueAt, Expr::value(due_at));
    }
    if *outcome == Outcome::Sent {
        update = update.col_expr(Column::SentAt, Expr::value(now));
    }
    Ok(update.exec(db).await?.rows_affected > 0)
}

/// Makes what a contact is owed due now.
///
/// # Errors
/// [`StorageError`]
pub async fn hasten_of_address(
    db: &impl ConnectionTrait,
    contacts: &[ContactId],
    now: i64,
) -> Result<(), StorageError> {
    use notifications::Column;
    // What can still be taken back waits on.
    let due_at = Expr::cust_with_values(
        match db.get_database_backend() {
            DbBackend::Postgres => {
                "CASE WHEN act_id IS NULL THEN $1::bigint ELSE greatest($2::bigint, created_at + $3::bigint) END"
            }
            _ => "CASE WHEN act_id IS NULL THEN ? ELSE max(?, created_at + ?) END",
        },
        [now, now, MAIL_WAITS],
    );
    notifications::Entity::update_many()
        .col_expr(Column::DueAt, due_at)
        .filter(Column::ContactId.is_in(contacts.iter().map(|c| c.0)))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives back what a worker claimed and did not get to.
///
/// # Errors
/// [`StorageError`]
pub async fn release(db: &impl ConnectionTrait, lease: Uuid) -> Result<(), StorageError> {
    use notifications::Column;
    notifications::Entity::update_many()
        .col_expr(Column::Lease, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::LeasedUntil, Expr::value(Option::<i64>::None))
        .filter(Column::Lease.eq(lease))
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

/// The last act that owed a contact a mail of that occasion; what was dropped does not count.
///
/// # Errors
/// [`StorageError`]
pub async fn last_act_for(
    db: &impl ConnectionTrait,
    contact: ContactId,
    occasion: Occasion,
) -> Result<Option<ActId>, StorageError> {
    use notifications::Column;
    let row = notifications::Entity::find()
        .filter(Column::ContactId.eq(contact.0))
        .filter(Column::Occasion.eq(occasion.as_str()))
        .filter(Column::State.ne(DeliveryState::Dropped.as_str()))
        .order_by_desc(Column::Id)
        .limit(1)
        .one(db)
        .await?;
    Ok(row.and_then(|row| row.act_id).map(ActId))
}

/// Why those notifications were owed; those that are gone are left out.
///
/// # Errors
/// [`StorageError`]
pub async fn occasions(
    db: &impl ConnectionTrait,
    ids: &[NotificationId],
) -> Result<Vec<(NotificationId, Occasion)>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = notifications::Entity::find()
        .filter(notifications::Column::Id.is_in(ids.iter().map(|i| i.0)))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let occasion = word("notifications", "occasion", &row.occasion, Occasion::parse)?;
            Ok((NotificationId(row.id), occasion))
        })
        .collect()
}

/// When the next notification is due, if one is pending.
///
/// # Errors
/// [`StorageError`]
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<i64>, StorageError> {
    let row = notifications::Entity::find()
        .filter(notifications::Column::State.eq(DeliveryState::Pending.as_str()))
        .order_by_asc(notifications::Column::DueAt)
        .limit(1)
        .one(db)
        .await?;
    Ok(row.map(|r| Ord::max(r.due_at, r.leased_until.unwrap_or(0))))
}

/// Deletes what is no longer pending and was due before a moment.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_settled(
    db: &impl ConnectionTrait,
    due_before: i64,
) -> Result<u64, StorageError> {
    let settled = [
        DeliveryState::Sent,
        DeliveryState::Dropped,
        DeliveryState::Failed,
    ];
    let result = notifications::Entity::delete_many()
        .filter(notifications::Column::State.is_in(settled.map(DeliveryState::as_str)))
        .filter(notifications::Column::DueAt.lt(due_before))
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

/// How many notifications are in each state that an operator should know of: pending and failed.
///
/// # Errors
/// [`StorageError`]
pub async fn backlog(db: &impl ConnectionTrait) -> Result<(u64, u64), StorageError> {
    let count = |state: DeliveryState| {
        notifications::Entity::find()
            .filter(notifications::Column::State.eq(state.as_str()))
            .count(db)
    };
    Ok((
        count(DeliveryState::Pending).await?,
        count(DeliveryState::Failed).await?,
    ))
}

fn read(row: notifications::Model) -> Result<Notification, StorageError> {
    let occasion = word("notifications", "occasion", &row.occasion, Occasion::parse)?;
    let recipient = match (row.editor_id, row.contact_id) {
        (Some(id), _) => Recipient::Editor(EditorId(id)),
        (None, Some(id)) => match occasion {
            Occasion::AuthorAlert | Occasion::AuthorAlertsBundled => {
                Recipient::Byline(BylineId(id))
            }
            Occasion::TicketForwarded => Recipient::Address(AddressId(id)),
            _ => Recipient::Contact(ContactId(id)),
        },
        (None, None) if occasion == Occasion::TicketOpened => Recipient::Newsroom,
        (None, None) => Recipient::SiteContact,
    };
    Ok(Notification {
        id: NotificationId(row.id),
        site: SiteId(row.site_id),
        occasion,
        ticket: row.ticket_id.map(TicketId),
        recipient,
        state: word("notifications", "state", &row.state, DeliveryState::parse)?,
        attempts: row.attempts,
        due_at: row.due_at,
        last_error: row.last_error,
        created_at: row.created_at,
        sent_at: row.sent_at,
        act: row.act_id.map(ActId),
    })
}
