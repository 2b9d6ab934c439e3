//! One row type per table; private to storage.
#![allow(
    missing_docs,
    reason = "the columns are documented in the migrations, the values in the domain"
)]

macro_rules! entity {
    ($(#[$own:meta])* $module:ident, $table:literal, { $($(#[$attr:meta])* $field:ident : $ty:ty),+ $(,)? }) => {
        pub mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize)]
            $(#[$own])*
            #[sea_orm(table_name = $table)]
            pub struct Model { $($(#[$attr])* pub $field: $ty),+ }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(sites, "sites", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, site_key: String, name: String, lang: String, time_zone: String, settings: String, created_at: i64,
});

entity!(site_origins, "site_origins", {
    #[sea_orm(primary_key, auto_increment = false)]
    site_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    origin: String,
});

entity!(site_addresses, "site_addresses", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, site_id: Uuid, name: String, email: String, purpose: String, created_at: i64,
});

entity!(desks, "desks", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, site_id: Uuid, name: String, sections: String, position: i32, active: bool,
});

entity!(editors, "editors", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, email: String, name: String, role: Option<String>, lang: String, password_hash: Option<String>, active: bool, alerted: bool,
    keys: bool,
    created_at: i64,
});

entity!(bulk_acts, "bulk_acts", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, editor_id: Uuid, act: String, created_at: i64, finished_at: Option<i64>,
});

entity!(bulk_items, "bulk_items", {
    #[sea_orm(primary_key, auto_increment = false)]
    bulk_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    position: i64, ticket_id: i64, version: i64, outcome: Option<String>,
});

entity!(editor_sites, "editor_sites", {
    #[sea_orm(primary_key, auto_increment = false)]
    editor_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    site_id: Uuid,
    role: String,
});

entity!(sessions, "sessions", {
    #[sea_orm(primary_key, auto_increment = false)]
    token_hash: Vec<u8>, editor_id: Uuid, created_at: i64, last_seen_at: i64, id: Option<Uuid>, device: String, confirmed_at: i64,
    awaits_factor: bool,
});

entity!(api_tokens, "api_tokens", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, editor_id: Uuid, token_hash: Vec<u8>, scopes: String, created_at: i64, last_used_at: Option<i64>, revoked_at: Option<i64>,
});

entity!(failed_sign_ins, "failed_sign_ins", {
    #[sea_orm(primary_key, auto_increment = false)]
    key: Vec<u8>, failures: i64, last_at: i64,
});

entity!(desk_people, "desk_people", {
    #[sea_orm(primary_key, auto_increment = false)]
    desk_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    part: String,
    #[sea_orm(primary_key, auto_increment = false)]
    editor_id: Uuid,
});

entity!(bylines, "bylines", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, site_id: Uuid, name: String, name_key: String, editor_id: Option<Uuid>, email: Option<String>,
});

entity!(escalations, "escalations", {
    #[sea_orm(primary_key, auto_increment = false)]
    ticket_id: i64, stage: i32, due_at: i64,
});

entity!(round_marks, "round_marks", {
    #[sea_orm(primary_key, auto_increment = false)]
    name: String, value: i64,
});

entity!(editor_accounts, "editor_accounts", {
    #[sea_orm(primary_key, auto_increment = false)]
    editor_id: Uuid, time_zone: String, alert_mode: String, mentioned: bool, absent_from: Option<i64>, absent_until: Option<i64>,
    factor_nonce: Option<Vec<u8>>, factor_confirmed_at: Option<i64>, factor_last_step: Option<i64>,
});

entity!(recovery_codes, "recovery_codes", {
    #[sea_orm(primary_key, auto_increment = false)]
    editor_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    code_hash: Vec<u8>,
});

entity!(account_links, "account_links", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, editor_id: Uuid, purpose: String, created_at: i64, expires_at: i64, used_at: Option<i64>,
});

entity!(admin_events, "admin_events", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, at: i64, editor_id: Option<Uuid>, site_id: Option<Uuid>, action: String, subject: String, details: String,
});

entity!(#[derive(serde::Deserialize)] articles, "articles", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, site_id: Uuid, url: String, url_key: Vec<u8>, title: Option<String>, sections: String, authors: String,
    lang: Option<String>, modified_at: Option<String>, created_at: i64, tickets_version: i64, look_at: Option<i64>,
    lease: Option<Uuid>, leased_until: Option<i64>, current_version: Option<Uuid>,
    host: Option<String>,
});

entity!(article_versions, "article_versions", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, article_id: Uuid, hash: Vec<u8>, text: String, rule_version: i32, source: String, first_seen_at: i64,
    last_seen_at: i64, partial: bool,
});

entity!(article_watch, "article_watch", {
    #[sea_orm(primary_key, auto_increment = false)]
    article_id: Uuid, host: String, etag: Option<String>, last_modified: Option<String>, failures: i32,
    last_error: Option<String>, last_try_at: Option<i64>, last_success_at: Option<i64>, not_before: Option<i64>,
    search_row: Option<i64>,
});

entity!(#[derive(serde::Deserialize)] tickets, "tickets", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: i64, site_id: Uuid, article_id: Uuid, state: String, resolution: Option<String>, reason: Option<String>,
    passage_state: String, regressed: bool, kind: String, part: Option<String>, exact: Option<String>, prefix: Option<String>,
    suffix: Option<String>, start_position: Option<i64>, end_position: Option<i64>, selector_version: i32, suggestions: String,
    accepted_suggestion: Option<String>, comment: Option<String>, report_count: i64, desk_id: Option<Uuid>,
    assignee_id: Option<Uuid>, duplicate_of: Option<i64>, legal: bool, snoozed_until: Option<i64>, public_note: Option<String>, cause: Option<String>,
    weight: i64, priority: Option<String>, tags: String, version: i64, created_at: i64, updated_at: i64, closed_at: Option<i64>,
});

entity!(ticket_sightings, "ticket_sightings", {
    #[sea_orm(primary_key, auto_increment = false)]
    ticket_id: i64, looked_at: i64, version_id: Option<Uuid>, first_version_id: Option<Uuid>, outcome: String, score: f64,
    margin: f64, now_start: Option<i64>, now_end: Option<i64>, now_words: Option<String>, held_at: Option<i64>,
    correction_seen_at: Option<i64>, correction_source: Option<String>, old_words_seen: i32,
    correction_missing_at: Option<i64>, fits_suggestion: bool, directive: Option<String>,
});

entity!(ticket_events, "ticket_events", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, ticket_id: i64, at: i64, editor_id: Option<Uuid>, kind: String, from_state: Option<String>, to_state: Option<String>,
    details: String, version: i32, act_id: Option<Uuid>,
});

entity!(ticket_followers, "ticket_followers", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, ticket_id: i64, editor_id: Uuid, why: String, following: bool, since_at: i64,
});

entity!(ticket_counters, "ticket_counters", {
    #[sea_orm(primary_key, auto_increment = false)]
    site_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    state: String,
    tickets: i64,
});

entity!(ticket_tags, "ticket_tags", {
    #[sea_orm(primary_key, auto_increment = false)]
    ticket_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    tag: String,
    site_id: Uuid, created_at: i64,
});

entity!(saved_views, "saved_views", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, editor_id: Uuid, site_id: Option<Uuid>, name: String, query: String, position: i64,
});

entity!(ticket_numbers, "ticket_numbers", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: i32, next: i64,
});

entity!(reports, "reports", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, site_id: Uuid, article_id: Uuid, ticket_id: i64, created_at: i64, kind: String, part: Option<String>,
    exact: Option<String>, prefix: Option<String>, suffix: Option<String>, start_position: Option<i64>, end_position: Option<i64>,
    selector_version: i32, suggestion: Option<String>, comment: Option<String>, source: Option<String>, page_url: Option<String>,
    elapsed_ms: Option<i64>, joined_by: String, grouping_version: i32, counted_on_closed: bool, idempotency_key: Option<Vec<u8>>,
    body_hash: Option<Vec<u8>>, token_version: i32, withdrawn_at: Option<i64>,
});

entity!(report_marks, "report_marks", {
    #[sea_orm(primary_key, auto_increment = false)]
    report_id: Uuid, insisted: bool,
});

entity!(report_answers, "report_answers", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, report_id: Uuid, body: String, created_at: i64,
});

entity!(wave_reports, "wave_reports", {
    #[sea_orm(primary_key, auto_increment = false)]
    report_id: Uuid, wave: Uuid, site_id: Uuid, ticket_id: i64, marked_at: i64,
});

entity!(waves, "waves", {
    #[sea_orm(primary_key, auto_increment = false)]
    site_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    wave: Uuid,
    reports: i64, began_at: i64, last_at: i64,
});

entity!(contacts, "contacts", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, site_id: Uuid, report_id: Uuid, email: String, email_hash: Vec<u8>, lang: String, consent_text: String,
    consented_at: i64, confirmation_sent_at: Option<i64>, confirmed_at: Option<i64>,
});

entity!(statistics, "statistics", {
    #[sea_orm(primary_key, auto_increment = false)]
    site_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    measure: String,
    #[sea_orm(primary_key, auto_increment = false)]
    day: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    desk: String,
    #[sea_orm(primary_key, auto_increment = false)]
    bucket: i32,
    tickets: i64,
});

entity!(ticket_statistics, "ticket_statistics", {
    #[sea_orm(primary_key, auto_increment = false)]
    ticket_id: i64, cells: String,
});

entity!(article_statistics, "article_statistics", {
    #[sea_orm(primary_key, auto_increment = false)]
    site_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    day: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    article_id: Uuid,
    reports: i64,
});

entity!(statistics_progress, "statistics_progress", {
    #[sea_orm(primary_key, auto_increment = false)]
    name: String, seen: Option<Uuid>,
});

entity!(notifications, "notifications", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid, site_id: Uuid, occasion: String, ticket_id: Option<i64>, editor_id: Option<Uuid>, contact_id: Option<Uuid>,
    state: String, attempts: i32, due_at: i64, leased_until: Option<i64>, lease: Option<Uuid>, last_error: Option<String>,
    bundled_in: Option<Uuid>, created_at: i64, sent_at: Option<i64>, dedupe_key: String, act_id: Option<Uuid>,
});

entity!(ready_answers, "ready_answers", {
    #[sea_orm(primary_key, auto_increment = false)]
    site_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    lang: String,
    #[sea_orm(primary_key, auto_increment = false)]
    answer_to: String,
    body: String, updated_at: i64,
});

entity!(act_letters, "act_letters", {
    #[sea_orm(primary_key, auto_increment = false)]
    act_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    lang: String,
    body: String, created_at: i64,
});
