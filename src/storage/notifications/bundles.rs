//! Many mails for one person go into one: how many went already, and what waits in the bundle.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    domain::{
        ids::{BylineId, EditorId, NotificationId, SiteId, TicketId},
        notification::{DeliveryState, Occasion},
    },
    storage::{entities::notifications, error::StorageError},
};

/// Whose mails are counted and bundled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// An editor's.
    Editor(EditorId),
    /// An author's without an account: of the bylines that lead to the same address.
    Bylines(Vec<BylineId>),
    /// A legal contact's: of the sites that name the same address.
    LegalContactOf(Vec<SiteId>),
}

impl Whose {
    fn condition(&self) -> Condition {
        use notifications::Column;
        match self {
            Self::Editor(editor) => Condition::all().add(Column::EditorId.eq(editor.0)),
            Self::Bylines(bylines) => {
                Condition::all().add(Column::ContactId.is_in(bylines.iter().map(|b| b.0)))
            }
            Self::LegalContactOf(sites) => Condition::all()
                .add(Column::EditorId.is_null())
                .add(Column::ContactId.is_null())
                .add(Column::SiteId.is_in(sites.iter().map(|s| s.0))),
        }
    }
}

/// How many mails of those occasions went to them since a moment, and when the first of them did.
///
/// # Errors
/// [`StorageError`]
pub async fn sent_since(
    db: &impl ConnectionTrait,
    whose: &Whose,
    occasions: [Occasion; 2],
    since: i64,
) -> Result<(u64, Option<i64>), StorageError> {
    use notifications::Column;
    let mut query = notifications::Entity::find()
        .filter(whose.condition())
        .filter(Column::SentAt.gt(since))
        .filter(Column::Occasion.is_in(occasions.map(Occasion::as_str)));
    if matches!(whose, Whose::Editor(_)) {
        // As their index has it. What went to a site's mailbox is found by when it went.
        query = query.filter(Column::State.eq(DeliveryState::Sent.as_str()));
    }
    let count = query.clone().count(db).await?;
    let first = query
        .order_by_asc(Column::SentAt)
        .limit(1)
        .one(db)
        .await?
        .and_then(|r| r.sent_at);
    Ok((count, first))
}

/// The bundle that is waiting to be sent to them, and that nobody is sending yet.
///
/// # Errors
/// [`StorageError`]
pub async fn waiting_bundle(
    db: &impl ConnectionTrait,
    whose: &Whose,
    occasion: Occasion,
) -> Result<Option<NotificationId>, StorageError> {
    use notifications::Column;
    let query = notifications::Entity::find()
        .filter(whose.condition())
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Occasion.eq(occasion.as_str()))
        .filter(Column::Lease.is_null())
        // One that was tried may have arrived; what is added to it would be taken for the same mail.
        .filter(Column::Attempts.eq(0))
        .limit(1);
    let query = if db.get_database_backend() == DbBackend::Postgres {
        query.lock_exclusive()
    } else {
        query
    };
    Ok(query.one(db).await?.map(|row| NotificationId(row.id)))
}

/// Puts all mails of an occasion that they are still owed into a bundle: they are dropped with a pointer to it. How many. Those in
/// another worker's hands stay there: one of them may be on its way.
///
/// # Errors
/// [`StorageError`]
pub async fn bundle_all(
    db: &impl ConnectionTrait,
    whose: &Whose,
    occasion: Occasion,
    bundle: NotificationId,
    lease: Uuid,
) -> Result<u64, StorageError> {
    use notifications::Column;
    let result = notifications::Entity::update_many()
        .col_expr(Column::State, Expr::value(DeliveryState::Dropped.as_str()))
        .col_expr(Column::BundledIn, Expr::value(Some(bundle.0)))
        .col_expr(Column::Lease, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::LeasedUntil, Expr::value(Option::<i64>::None))
        .filter(whose.condition())
        .filter(Column::State.eq(DeliveryState::Pending.as_str()))
        .filter(Column::Occasion.eq(occasion.as_str()))
        .filter(
            Condition::any()
                .add(Column::Lease.is_null())
                .add(Column::Lease.eq(lease)),
        )
        .exec(db)
        .await?;
    Ok(result.rows_affected)
}

/// The bylines whose alerts were put into a bundle, each once.
///
/// # Errors
/// [`StorageError`]
pub async fn bundled_bylines(
    db: &impl ConnectionTrait,
    bundle: NotificationId,
) -> Result<Vec<BylineId>, StorageError> {
    use notifications::Column;
    let ids: Vec<Uuid> = notifications::Entity::find()
        .select_only()
        .column(Column::ContactId)
        .filter(Column::BundledIn.eq(bundle.0))
        .filter(Column::ContactId.is_not_null())
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(BylineId).collect())
}

/// The tickets in a bundle, oldest first: those whose alerts were put into it, and those that became known to the newsroom while it
/// was waiting, except where the editor got an alert of their own.
///
/// # Errors
/// [`StorageError`]
pub async fn bundled_tickets(
    db: &impl ConnectionTrait,
    bundle: NotificationId,
    limit: u64,
) -> Result<Vec<TicketId>, StorageError> {
    let backend = db.get_database_backend();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // The bundle after it, if there is one, has what came later.
    let sql = "WITH bundle AS (SELECT id, editor_id, occasion, created_at FROM notifications WHERE id = $1), \
         ended AS (SELECT min(later.created_at) AS at FROM notifications AS later, bundle WHERE later.editor_id = bundle.editor_id \
         AND later.occasion = 'alerts_bundled' AND later.created_at > bundle.created_at) \
         SELECT ticket_id FROM notifications WHERE bundled_in = $1 AND ticket_id IS NOT NULL UNION \
         SELECT told.ticket_id FROM notifications AS told, bundle, ended WHERE bundle.occasion = 'alerts_bundled' AND told.sent_at >= bundle.created_at \
         AND (ended.at IS NULL OR told.sent_at < ended.at) AND told.occasion = 'ticket_opened' AND told.editor_id IS NULL \
         AND told.contact_id IS NULL AND told.ticket_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM notifications AS own \
         WHERE own.ticket_id = told.ticket_id AND own.editor_id = bundle.editor_id AND own.occasion = 'ticket_opened') \
         ORDER BY 1 LIMIT $2";
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(
            backend,
            sql,
            [bundle.0.into(), limit.into()],
        ))
        .await?;
    rows.into_iter()
        .map(|row| Ok(TicketId(row.try_get_by_index(0)?)))
        .collect()
}
