//! Ready answers of sites, and letters written for one act alone.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};

use super::{
    entities::{act_letters, ready_answers},
    error::{StorageError, word},
};
use crate::domain::{
    ids::{ActId, SiteId},
    ready_answer::AnswerTo,
    site::Lang,
};

/// A site's own answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyAnswer {
    /// In which language.
    pub lang: Lang,
    /// To what.
    pub to: AnswerTo,
    /// Its words, with places.
    pub body: String,
}

/// All of a site's own answers.
///
/// # Errors
/// [`StorageError`]
pub async fn of_site(
    db: &impl ConnectionTrait,
    site: SiteId,
) -> Result<Vec<ReadyAnswer>, StorageError> {
    let rows = ready_answers::Entity::find()
        .filter(ready_answers::Column::SiteId.eq(site.0))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ReadyAnswer {
                lang: word("ready_answers", "lang", &row.lang, Lang::parse)?,
                to: word(
                    "ready_answers",
                    "answer_to",
                    &row.answer_to,
                    AnswerTo::parse,
                )?,
                body: row.body,
            })
        })
        .collect()
}

/// Stores an answer in place of the one before; an empty one makes the product's own the site's again.
///
/// # Errors
/// [`StorageError`]
pub async fn save(
    db: &impl ConnectionTrait,
    site: SiteId,
    answer: &ReadyAnswer,
    now: i64,
) -> Result<(), StorageError> {
    use ready_answers::Column;
    let key = (
        site.0,
        answer.lang.as_str().to_owned(),
        answer.to.as_str().to_owned(),
    );
    if answer.body.is_empty() {
        ready_answers::Entity::delete_by_id(key).exec(db).await?;
        return Ok(());
    }
    ready_answers::Entity::insert(ready_answers::ActiveModel {
        site_id: Set(key.0),
        lang: Set(key.1),
        answer_to: Set(key.2),
        body: Set(answer.body.clone()),
        updated_at: Set(now),
    })
    .on_conflict(
        OnConflict::columns([Column::SiteId, Column::Lang, Column::AnswerTo])
            .update_columns([Column::Body, Column::UpdatedAt])
            .to_owned(),
    )
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// Keeps what is written for one act alone.
///
/// # Errors
/// [`StorageError`]
pub async fn add_letter(
    db: &impl ConnectionTrait,
    act: ActId,
    lang: Lang,
    body: &str,
    now: i64,
) -> Result<(), StorageError> {
    act_letters::Entity::insert(act_letters::ActiveModel {
        act_id: Set(act.0),
        lang: Set(lang.as_str().into()),
        body: Set(body.to_owned()),
        created_at: Set(now),
    })
    .exec_without_returning(db)
    .await?;
    Ok(())
}

/// What was written for an act alone, in that language.
///
/// # Errors
/// [`StorageError`]
pub async fn letter(
    db: &impl ConnectionTrait,
    act: ActId,
    lang: Lang,
) -> Result<Option<String>, StorageError> {
    let row = act_letters::Entity::find_by_id((act.0, lang.as_str().to_owned()))
        .one(db)
        .await?;
    Ok(row.map(|row| row.body))
}

/// Deletes what was written for acts before a moment: their mails are gone.
///
/// # Errors
/// [`StorageError`]
pub async fn delete_letters(db: &impl ConnectionTrait, before: i64) -> Result<u64, StorageError> {
    let gone = act_letters::Entity::delete_many()
        .filter(act_letters::Column::CreatedAt.lt(before))
        .exec(db)
        .await?;
    Ok(gone.rows_affected)
}
