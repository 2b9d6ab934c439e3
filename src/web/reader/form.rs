//! `GET/POST /melden`: the form that works without script. It is read by the same rules as the control's submissions.

use std::collections::BTreeMap;

use minijinja::context;
use poem::{
    Request, Response, handler,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{known::told_words, page};
use crate::{
    domain::{
        article::{ArticleUrl, http_url},
        house_rules::key,
        legal,
        report::{FieldError, Problem, read_report},
        secret::sha256,
        site::{Lang, Site},
    },
    rendering::translate,
    services::{
        file_report::{FileReportError, Sites, Submission},
        house_rules,
    },
    storage::StorageError,
    web::{AppState, consent::consent_text, problem::sentence, request_lang},
};

/// What the link in the article page says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FormQuery {
    site: String,
    url: String,
    title: String,
    quote: String,
}

/// What the form holds; also what is shown again after a refusal.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReportForm {
    site: String,
    key: String,
    url: String,
    title: String,
    quote: String,
    part: String,
    kind: String,
    suggestion: String,
    comment: String,
    source: String,
    email: String,
    consent: String,
    website: String,
    insisted: String,
}

/// `GET /melden`
#[handler]
pub async fn show(
    request: &Request,
    Query(query): Query<FormQuery>,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    let is_known = |sites: &Sites| sites.by_key(&query.site).is_some();
    let sites = state.sites.sites_that(&state.services, is_known).await?;
    let site = sites
        .by_key(&query.site)
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))?;
    let form = ReportForm {
        // The article's address stands in a link of the page we make: only http and https may.
        url: http_url(&query.url).map(String::from).unwrap_or_default(),
        title: query.title,
        quote: query.quote,
        key: state.services.new_id().to_string(),
        ..ReportForm::default()
    };
    let known = reason(state, site, &form, request_lang(request)).await?;
    Ok(shown(state, request, site, &form, &BTreeMap::new(), known)?)
}

/// Why what is quoted is no error here, if the site knows of it.
async fn reason(
    state: &AppState,
    site: &Site,
    form: &ReportForm,
    lang: Lang,
) -> Result<Option<String>, StorageError> {
    if form.quote.trim().is_empty() {
        return Ok(None);
    }
    let article = ArticleUrl::parse(&form.url).ok();
    let known = house_rules::known(&state.services, site, article.as_ref()).await?;
    Ok(known
        .get(&key(&form.quote))
        .map(|told| told_words(told, lang)))
}

/// `POST /melden`
#[handler]
pub async fn create(
    request: &Request,
    body: poem::Body,
    Data(state): Data<&AppState>,
) -> poem::Result<Response> {
    let bytes = body.into_bytes_limit(state.settings.max_body_bytes).await?;
    let form: ReportForm = serde_urlencoded::from_bytes(&bytes)
        .map_err(|_| poem::Error::from_status(StatusCode::BAD_REQUEST))?;
    let is_known = |sites: &Sites| sites.by_key(&form.site).is_some();
    let sites = state.sites.sites_that(&state.services, is_known).await?;
    let site = sites
        .by_key(&form.site)
        .ok_or_else(|| poem::Error::from_status(StatusCode::NOT_FOUND))?;
    let lang = request_lang(request);
    if let Err(wait) = state.rate_limit.check(state.networks.key(request)) {
        let seconds = [("seconds", wait.0.to_string().into())];
        let words = translate(lang, "detail-rate-limited", &seconds);
        let mut response = shown(
            state,
            request,
            site,
            &form,
            &[("quote", words)].into(),
            None,
        )?;
        response.set_status(StatusCode::TOO_MANY_REQUESTS);
        response.headers_mut().insert("Retry-After", wait.0.into());
        return Ok(response);
    }
    let mut report = match read_report(&form.document()) {
        Ok(report) => report,
        Err(errors) => return refused(state, request, site, &form, &errors, lang),
    };
    // Before it is sent, not after: what is no error here is told, and the reader may insist.
    if !report.insisted
        && let Some(known) = reason(state, site, &form, lang).await?
    {
        return Ok(shown(
            state,
            request,
            site,
            &form,
            &BTreeMap::new(),
            Some(known),
        )?);
    }
    let article_url = report.article.as_str().to_owned();
    let network = state.networks.key(request);
    let confirmations = &state.confirmations;
    let submission = Submission {
        confirm_after: confirmations.of_report(&state.services, network, &mut report),
        site: site.clone(),
        report,
        idempotency_key: (!form.key.is_empty()).then(|| sha256(form.key.as_bytes())),
        body_hash: sha256(&bytes),
        lang,
        consent_text: consent_text(&state.services, site, lang),
    };
    match state.intake.file(submission).await {
        Ok(receipt) => {
            state.waves.note(&state.services, network, receipt.id);
            let status_url = state.services.links.status(&receipt.status_token);
            let own = context! {
                site_name => site.name.as_str(),
                reference => receipt.ticket.to_string(),
                status_url => status_url,
                article_url => article_url,
                legal => legal::speaks_of_legal_claims(&form.comment),
                legal_url => site.settings.legal_url.as_deref(),
            };
            Ok(page(state, "reader/thanks.html", lang, "/melden", own)?)
        }
        // The same form sent again with other words: it gets a new key and is sent.
        Err(FileReportError::KeyReused) => {
            let form = ReportForm {
                key: state.services.new_id().to_string(),
                ..form
            };
            let mut response = shown(
                state,
                request,
                site,
                &form,
                &[("quote", translate(lang, "detail-key-reused", &[]))].into(),
                None,
            )?;
            response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(response)
        }
        Err(FileReportError::Busy | FileReportError::Storage(_)) => {
            let mut response = shown(
                state,
                request,
                site,
                &form,
                &[("quote", translate(lang, "detail-unavailable", &[]))].into(),
                None,
            )?;
            response.set_status(StatusCode::SERVICE_UNAVAILABLE);
            response.headers_mut().insert("Retry-After", 5.into());
            Ok(response)
        }
    }
}

fn refused(
    state: &AppState,
    request: &Request,
    site: &Site,
    form: &ReportForm,
    errors: &[FieldError],
    lang: Lang,
) -> poem::Result<Response> {
    let fields = errors
        .iter()
        .map(|e| (field_of(e), words_for(e, lang)))
        .collect();
    let mut response = shown(state, request, site, form, &fields, None)?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

fn shown(
    state: &AppState,
    request: &Request,
    site: &Site,
    form: &ReportForm,
    errors: &BTreeMap<&'static str, String>,
    known: Option<String>,
) -> Result<Response, crate::rendering::RenderError> {
    let settings = &site.settings;
    let text = String::as_str;
    let own = context! {
        site => context! {
            name => site.name.as_str(), key => site.key.as_str(),
            privacy_url => settings.privacy_url.as_deref(), comments_url => settings.comments_url.as_deref(),
            consent => consent_text(&state.services, site, request_lang(request)),
            legal_url => settings.legal_url.as_deref(), subscription_url => settings.subscription_url.as_deref(),
        },
        form => context! {
            url => text(&form.url), title => text(&form.title), quote => text(&form.quote), part => text(&form.part), kind => text(&form.kind),
            suggestion => text(&form.suggestion), comment => text(&form.comment), source => text(&form.source), email => text(&form.email),
            consent => form.consent == "yes",
        },
        errors => errors.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect::<BTreeMap<String, String>>(),
        key => text(&form.key),
        known => known,
        // Without script it stands there from the start: nothing else could tell in time.
        claims => legal::pattern(),
    };
    page(
        state,
        "reader/melden.html",
        request_lang(request),
        "/melden",
        own,
    )
}

impl ReportForm {
    /// The form as the document that the control would have sent. Empty fields count as not filled in.
    fn document(&self) -> Value {
        let filled = |text: &str| (!text.trim().is_empty()).then(|| text.replace("\r\n", "\n"));
        let target = filled(&self.quote)
            .map(|exact| json!({ "source": self.url, "selector": [{ "type": "TextQuoteSelector", "exact": exact.trim() }] }));
        let contact = filled(&self.email)
            .map(|email| json!({ "email": email.trim(), "consent": self.consent == "yes" }));
        json!({
            "site": self.site,
            "article": { "url": self.url, "title": filled(&self.title) },
            "target": target,
            "part": filled(&self.part),
            "kind": filled(&self.kind),
            "suggestion": filled(&self.suggestion),
            "comment": filled(&self.comment),
            "source": filled(&self.source),
            "contact": contact,
            "website": self.website,
            "insisted": self.insisted == "yes",
        })
    }
}

/// Which field of the form a pointer means.
fn field_of(error: &FieldError) -> &'static str {
    match error.pointer.as_str() {
        "/kind" => "kind",
        "/part" => "part",
        "/suggestion" => "suggestion",
        "/comment" => "comment",
        "/source" => "source",
        "/contact/email" | "/contact" => "email",
        "/contact/consent" => "consent",
        pointer if pointer.starts_with("/article") || pointer == "/target/source" => "url",
        _ => "quote",
    }
}

fn words_for(error: &FieldError, lang: Lang) -> String {
    match error.problem {
        Problem::Missing => translate(lang, "error-field-required", &[]),
        problem => sentence(problem, lang),
    }
}
