//! Ready answers of sites, and letters written for one act alone.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
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

/// What was written for an act alone, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActLetter {
    /// For which act.
    pub act: ActId,
    /// In which language.
    pub lang: Lang,
    /// Its words, with places.
    pub body: String,
    /// When it was written.
    pub created_at: i64,
}

/// All that was written for those acts alone.
///
/// # Errors
/// [`StorageError`]
pub async fn letters_of(
    db: &impl ConnectionTrait,
    acts: &[ActId],
) -> Result<Vec<ActLetter>, StorageError> {
    let mut all = Vec::new();
    // As many at once as every database takes.
    for part in acts.chunks(500) {
        let rows = act_letters::Entity::find()
            .filter(act_letters::Column::ActId.is_in(part.iter().map(|act| act.0)))
            .all(db)
            .await?;
        for row in rows {
            all.push(ActLetter {
                act: ActId(row.act_id),
                lang: word("act_letters", "lang", &row.lang, Lang::parse)?,
                body: row.body,
                created_at: row.created_at,
            });
        }
    }
    Ok(all)
}

/// Changes the words of a letter, for private ones that are blacked out.
///
/// # Errors
/// [`StorageError`]
pub async fn set_letter(db: &impl ConnectionTrait, letter: &ActLetter) -> Result<(), StorageError> {
    act_letters::Entity::update_many()
        .col_expr(act_letters::Column::Body, Expr::value(letter.body.as_str()))
        .filter(act_letters::Column::ActId.eq(letter.act.0))
        .filter(act_letters::Column::Lang.eq(letter.lang.as_str()))
        .exec(db)
        .await?;
    Ok(())
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
