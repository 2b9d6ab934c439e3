//! "Not an error" becomes memory: house words of a site, and passages that were judged before. Readers who mark them are told the
//! reason before they send, and may insist.

use std::collections::BTreeMap;

use super::{
    Services,
    manage_sites::{self, ManageSitesError, SiteChange},
};
use crate::{
    domain::{
        article::ArticleUrl,
        clean::clean_text,
        editor::Editor,
        house_rules::{self, HouseRule, MAX_REASON, MAX_RULES, MAX_WORDS},
        site::Site,
        ticket::Reason,
    },
    storage::{StorageError, articles, tickets},
};

/// The most judged passages of one article that readers are told of.
const MOST_JUDGED: u64 = 100;

/// Why a house word was not taken.
#[derive(Debug, thiserror::Error)]
pub enum HouseRuleError {
    /// No words, or too many.
    #[error("a house word has between 1 and {MAX_WORDS} characters")]
    Words,
    /// No reason, or too long a one.
    #[error("a reason has between 1 and {MAX_REASON} characters")]
    Reason,
    /// The list is full.
    #[error("a site has at most {MAX_RULES} house words")]
    TooMany,
    /// The site cannot be changed.
    #[error(transparent)]
    Site(#[from] ManageSitesError),
}

/// Adds a house word, or gives it another reason.
///
/// # Errors
/// [`HouseRuleError`]
pub async fn add(
    services: &Services,
    editor: &Editor,
    site: &Site,
    words: &str,
    reason: &str,
) -> Result<(), HouseRuleError> {
    let rule = HouseRule {
        words: clean_text(words),
        reason: clean_text(reason),
    };
    let long = |text: &str, most: usize| !(1..=most).contains(&text.chars().count());
    if long(&house_rules::key(&rule.words), MAX_WORDS) {
        return Err(HouseRuleError::Words);
    }
    if long(&rule.reason, MAX_REASON) {
        return Err(HouseRuleError::Reason);
    }
    if house_rules::with(site.settings.house_rules.clone(), rule.clone()).len() > MAX_RULES {
        return Err(HouseRuleError::TooMany);
    }
    let change = |settings: &mut crate::domain::site::SiteSettings| {
        settings.house_rules = house_rules::with(std::mem::take(&mut settings.house_rules), rule);
    };
    let who = Some(editor.id);
    let none = SiteChange::default();
    manage_sites::change_as(services, who, &site.key, none, change).await?;
    Ok(())
}

/// Takes a house word away.
///
/// # Errors
/// [`ManageSitesError`]
pub async fn remove(
    services: &Services,
    editor: &Editor,
    site: &Site,
    words: &str,
) -> Result<(), ManageSitesError> {
    let change = |settings: &mut crate::domain::site::SiteSettings| {
        settings.house_rules =
            house_rules::without(std::mem::take(&mut settings.house_rules), words);
    };
    let who = Some(editor.id);
    let none = SiteChange::default();
    manage_sites::change_as(services, who, &site.key, none, change).await?;
    Ok(())
}

/// Why something is no error, as a reader is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// In the newsroom's own words.
    Rule(String),
    /// The passage was judged before.
    Judged(Reason),
}

/// What is no error at a site and in one of its articles, by words as [`house_rules::key`] makes them. A house word goes before.
///
/// # Errors
/// [`StorageError`]
pub async fn known(
    services: &Services,
    site: &Site,
    article: Option<&ArticleUrl>,
) -> Result<BTreeMap<String, Told>, StorageError> {
    let mut known = BTreeMap::new();
    if let Some(url) = article {
        let db = services.store.reader();
        if let Some(article) = articles::at_address(db, site.id, url.key()).await? {
            for ticket in tickets::not_errors(db, article.id, MOST_JUDGED).await? {
                if let (Some(passage), Some(reason)) = (ticket.passage, ticket.reason) {
                    known.insert(house_rules::key(&passage.exact), Told::Judged(reason));
                }
            }
        }
    }
    for rule in &site.settings.house_rules {
        known.insert(
            house_rules::key(&rule.words),
            Told::Rule(rule.reason.clone()),
        );
    }
    Ok(known)
}
