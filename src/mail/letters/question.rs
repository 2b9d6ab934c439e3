//! To a reader: the newsroom asks something about the report. The answer is given on the reader's own page.

use minijinja::context;

use super::{Composed, Letter, LetterError, reader::leads_to};
use crate::{
    domain::{
        ids::ContactId,
        question::words_for,
        ready_answer::{AnswerPlace, AnswerTo, fill_answer},
        site::Site,
        ticket::{EventKind, Ticket, TicketState},
    },
    mail::mailbox::mailbox,
    services::Services,
    storage::{
        articles, contacts, events, notifications::Notification, ready_answers, reports, tickets,
    },
    views,
};

/// Looks up what is asked now, and of whom.
pub(super) async fn compose(
    services: &Services,
    notification: &Notification,
    (site, ticket, contact): (&Site, Ticket, ContactId),
) -> Result<Composed, LetterError> {
    let db = services.store.reader();
    let Some(contact) = contacts::find(db, contact).await? else {
        return Ok(Composed::Unwanted("the address was deleted"));
    };
    let ticket = tickets::original_of(db, ticket).await?;
    if ticket.state == TicketState::Closed {
        return Ok(Composed::Unwanted("the ticket was closed meanwhile"));
    }
    let report = reports::find(db, contact.report).await?;
    let Some(report) = report.filter(|r| r.withdrawn_at.is_none()) else {
        return Ok(Composed::Unwanted("the report was withdrawn"));
    };
    if !leads_to(db, report.id, &ticket).await? {
        return Ok(Composed::Unwanted("the report is another ticket's now"));
    }
    if contact.confirmed_at.is_none() {
        return Ok(Composed::Unconfirmed);
    }
    let act = match notification.act {
        Some(act) => events::of_act(db, act).await?,
        None => Vec::new(),
    };
    let asked = act.iter().find(|e| e.event.kind == EventKind::Asked);
    let questions = asked.map_or(&[][..], |e| e.event.details.questions.as_slice());
    let Some(question) = words_for(questions, contact.lang) else {
        return Ok(Composed::Unwanted("nothing is asked"));
    };
    // What was written for this question alone, else the site's own words.
    let own = match notification.act {
        Some(act) => ready_answers::letter(db, act, contact.lang).await?,
        None => None,
    };
    let own = match own {
        Some(own) => Some(own),
        None => ready_answers::of_site(db, site.id)
            .await?
            .into_iter()
            .find(|a| a.lang == contact.lang && a.to == AnswerTo::Question)
            .map(|a| a.body),
    };
    let article = articles::by_ids(db, &[ticket.article]).await?.pop();
    let title = article
        .as_ref()
        .map_or("", |a| a.facts.title.as_deref().unwrap_or(&a.url));
    let reference = ticket.id.to_string();
    let letter = own.map(|text| {
        fill_answer(&text, |place| match place {
            AnswerPlace::Reference => Some(&reference),
            AnswerPlace::Title => Some(title),
            AnswerPlace::Quote => report.passage.as_ref().map(|p| p.exact.as_str()),
            AnswerPlace::Suggestion => report.suggestion.as_deref(),
            AnswerPlace::Newsroom => Some(&site.name),
            AnswerPlace::Question => Some(&question.text),
            AnswerPlace::Reason | AnswerPlace::PublicNote => None,
        })
    });
    let status_url = services
        .links
        .status(&services.key.status_token(report.id, report.token_version));
    Ok(Composed::Letter(Box::new(Letter {
        to: mailbox("", &contact.email)?,
        template: "reader_asked",
        context: context! {
            lang => contact.lang.as_str(),
            site_name => site.name.as_str(),
            reference => reference,
            article => views::article_view(article.as_ref()),
            exact => report.passage.as_ref().map(|p| p.exact.as_str()),
            suggestion => report.suggestion,
            letter => letter,
            question => question.text.as_str(),
            answer_url => format!("{status_url}#question"),
            delete_url => format!("{status_url}?action=delete_address"),
        },
        list: None,
    })))
}
