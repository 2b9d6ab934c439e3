//! `/bulk`: the same done to many tickets. What will happen is shown before, how far it came while it is done, and what was not done after.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use minijinja::{Value, context};
use poem::{
    IntoResponse, Request, Response, handler,
    http::{HeaderValue, StatusCode, header},
    web::{Data, Redirect},
};
use uuid::Uuid;

use super::{frame, names, undoing::offering};
use crate::{
    domain::{
        bulk::{BulkAct, MAX_TICKETS, Outcome},
        ids::{BulkId, EditorId, TicketId},
        tag::{InvalidTag, MAX_TAG, read_tag},
        ticket::{Reason, Resolution, Ticket, UNDO_TIME},
    },
    links::ticket_path,
    rendering::translate,
    services::{
        browse_tickets::{self, Newsroom},
        bulk_act::{self, BulkError, Plan},
        list_tickets,
    },
    storage::bulks::{Bulk, Item},
    views,
    web::{
        AppState,
        forms::Form,
        session::{CurrentEditor, local_path},
    },
};

/// So long an act is waited for; what takes longer shows its progress.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What the form of the list, and that of the preview, carry.
#[derive(Debug, Default)]
struct Asked {
    csrf: String,
    act: String,
    /// The tickets, each with the version that was seen, where the form says it.
    tickets: Vec<(TicketId, Option<i64>)>,
    assignee: String,
    resolution: String,
    reason: String,
    into: String,
    tag: String,
    back: String,
}

/// What is wrong with a field: its name, and the message that says so.
type Fault = (&'static str, &'static str);

impl Asked {
    fn read(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "csrf" => asked.csrf = value,
                "act" => asked.act = value,
                "ticket" => asked.tickets.extend(read_ticket(&value)),
                "assignee" => asked.assignee = value,
                "resolution" => asked.resolution = value,
                "reason" => asked.reason = value,
                "into" => asked.into = value,
                "tag" => asked.tag = value,
                "back" => asked.back = value,
                _ => {}
            }
        }
        let mut seen = std::collections::HashSet::new();
        asked.tickets.retain(|(id, _)| seen.insert(*id));
        asked
    }

    fn ids(&self) -> Vec<TicketId> {
        self.tickets.iter().map(|(id, _)| *id).collect()
    }

    /// The list to go back to.
    fn back(&self) -> String {
        match self.back.as_str() {
            "" => "/".to_owned(),
            back => local_path(back),
        }
    }

    /// What is to be done, complete; as it is offered first where nothing was filled in yet.
    fn act(&self, editor: &CurrentEditor, filled: bool) -> Option<Result<BulkAct, Fault>> {
        Some(match self.act.as_str() {
            "assign" if !filled => Ok(BulkAct::Assign {
                assignee: Some(editor.editor.id),
            }),
            "assign" => match self.assignee.as_str() {
                "" => Ok(BulkAct::Assign { assignee: None }),
                id => Uuid::parse_str(id)
                    .map(|id| BulkAct::Assign {
                        assignee: Some(EditorId(id)),
                    })
                    .map_err(|_| ("assignee", "error-field-required")),
            },
            "tag" if !filled => Ok(BulkAct::Tag { tag: String::new() }),
            "tag" => self.tag().map(|tag| BulkAct::Tag { tag }),
            "untag" if !filled => Ok(BulkAct::Untag { tag: String::new() }),
            "untag" => self.tag().map(|tag| BulkAct::Untag { tag }),
            "close" if !filled => Ok(BulkAct::Close {
                resolution: Resolution::Corrected,
                reason: None,
            }),
            "close" => self.closure(),
            "spam" => Ok(BulkAct::Close {
                resolution: Resolution::Spam,
                reason: None,
            }),
            "merge" => {
                let oldest = self.tickets.iter().map(|(id, _)| *id).min();
                match (filled, oldest) {
                    (false, Some(into)) => Ok(BulkAct::Merge { into }),
                    _ => TicketId::parse(&self.into)
                        .map(|into| BulkAct::Merge { into })
                        .ok_or(("into", "error-field-reference")),
                }
            }
            _ => return None,
        })
    }

    fn tag(&self) -> Result<String, Fault> {
        read_tag(&self.tag).map_err(|fault| match fault {
            InvalidTag::TooLong => ("tag", "error-field-tag-too-long"),
            _ => ("tag", "error-field-required"),
        })
    }

    fn closure(&self) -> Result<BulkAct, Fault> {
        let resolution = Resolution::parse(&self.resolution)
            .filter(|resolution| *resolution != Resolution::Duplicate)
            .ok_or(("resolution", "error-field-required"))?;
        let reason = Reason::parse(&self.reason);
        if resolution == Resolution::NotAnError && reason.is_none() {
            return Err(("reason", "error-field-reason"));
        }
        Ok(BulkAct::Close {
            resolution,
            reason: reason.filter(|_| resolution == Resolution::NotAnError),
        })
    }
}

/// `1042`, `FM-1042` or, with the version that was seen, `1042.3`.
fn read_ticket(text: &str) -> Option<(TicketId, Option<i64>)> {
    let (id, version) = match text.split_once('.') {
        Some((id, version)) => (id, version.parse().ok()),
        None => (text, None),
    };
    Some((TicketId::parse(id)?, version))
}

/// `GET /bulk?act=…&ticket=…&ticket=…`: what will happen.
#[handler]
pub async fn preview(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let query = request.uri().query().unwrap_or_default();
    let asked = Asked::read(url::form_urlencoded::parse(query.as_bytes()).into_owned());
    let Some(act) = asked.act(&editor, false) else {
        return Ok(Redirect::see_other(asked.back()).into_response());
    };
    // What is offered first is always complete.
    let act = act.map_err(|_| poem::Error::from_status(StatusCode::BAD_REQUEST))?;
    page(state, request, &editor, &asked, &act, None).await
}

/// `POST /bulk`: does it.
#[handler]
pub async fn create(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> poem::Result<Response> {
    let asked = Asked::read(pairs);
    editor.check(&asked.csrf)?;
    let act = match asked.act(&editor, true) {
        Some(Ok(act)) => act,
        None => return Ok(Redirect::see_other(asked.back()).into_response()),
        Some(Err(fault)) => {
            let offered = asked.act(&editor, false).and_then(Result::ok);
            let offered =
                offered.ok_or_else(|| poem::Error::from_status(StatusCode::BAD_REQUEST))?;
            let mut refused = page(state, request, &editor, &asked, &offered, Some(fault)).await?;
            refused.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            return Ok(refused);
        }
    };
    // A form of ours says which version of each ticket it showed.
    let chosen: Vec<(TicketId, i64)> = asked
        .tickets
        .iter()
        .map(|(id, version)| (*id, version.unwrap_or(-1)))
        .collect();
    let id = match bulk_act::begin(&state.services, &editor.editor, act, &chosen).await {
        Ok(id) => id,
        Err(BulkError::Storage(error)) => return Err(error.into()),
        Err(BulkError::Nothing) => return Ok(Redirect::see_other(asked.back()).into_response()),
        Err(error @ BulkError::TooMany) => {
            tracing::info!(%error, "a bulk act was refused");
            return Err(poem::Error::from_status(StatusCode::BAD_REQUEST));
        }
    };
    let services = state.services.clone();
    // It goes on when nobody waits for it any more.
    let working = tokio::spawn(async move {
        if let Err(error) = bulk_act::go_on(&services, id).await {
            tracing::error!(%error, bulk.id = %id, "a bulk act broke off and is taken up again later");
        }
    });
    let _ = tokio::time::timeout(PATIENCE, working).await;
    let back: String = url::form_urlencoded::byte_serialize(asked.back().as_bytes()).collect();
    Ok(Redirect::see_other(format!("/bulk/result?id={id}&back={back}")).into_response())
}

async fn page(
    state: &AppState,
    request: &Request,
    editor: &CurrentEditor,
    asked: &Asked,
    act: &BulkAct,
    fault: Option<Fault>,
) -> poem::Result<Response> {
    let lang = editor.editor.lang;
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let frame = frame(state, request, Some((editor, &newsroom)), lang).await?;
    let plan = match bulk_act::plan(&state.services, &editor.editor, act, &asked.ids()).await {
        Ok(plan) => Some(plan),
        Err(BulkError::Nothing | BulkError::TooMany) => None,
        Err(BulkError::Storage(error)) => return Err(error.into()),
    };
    let (able, unable, readers) = match &plan {
        Some(plan) => (
            rows(plan, &newsroom),
            refused(plan.unable.iter().copied()),
            plan.readers,
        ),
        None => (Vec::new(), Vec::new(), 0),
    };
    let sites: Vec<_> = plan
        .iter()
        .flat_map(|plan| plan.able.iter().map(|ticket| ticket.site))
        .collect();
    Ok(state.page(
        "desk/bulk.html",
        &context! {
            act => asked.act.as_str(),
            able => able,
            unable => unable,
            readers => readers,
            chosen => asked.tickets.len(),
            most => MAX_TICKETS,
            back => asked.back(),
            into => match act { BulkAct::Merge { into } => Some(into.to_string()), _ => None },
            assignees => newsroom.editors.iter()
                .filter(|person| person.active && sites.iter().all(|site| person.edits(*site)))
                .map(|person| context! { id => person.id.to_string(), name => person.name.as_str() })
                .collect::<Vec<_>>(),
            resolutions => Resolution::ALL.iter()
                .filter(|one| !matches!(one, Resolution::Duplicate | Resolution::Spam))
                .map(|one| one.as_str()).collect::<Vec<_>>(),
            tags_in_use => match asked.act.as_str() {
                "tag" => list_tickets::tags_in_use(&state.services, &newsroom).await?,
                _ => Vec::new(),
            },
            tags_on_them => plan.iter().filter(|_| asked.act == "untag").flat_map(tags_on_them).collect::<Vec<_>>(),
            reasons => Reason::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>(),
            form => context! {
                assignee => if fault.is_some() { asked.assignee.clone() } else { editor.editor.id.to_string() },
                resolution => if fault.is_some() { asked.resolution.as_str() } else { "corrected" },
                reason => asked.reason.as_str(),
                into => asked.into.as_str(),
                tag => asked.tag.as_str(),
                errors => fault.iter().map(|(field, message)| (*field, translate(lang, message, &[("limit", MAX_TAG.to_string().into())]))).collect::<HashMap<_, _>>(),
            },
            ..frame
        },
    )?)
}

fn rows(plan: &Plan, newsroom: &Newsroom) -> Vec<Value> {
    plan.able
        .iter()
        .map(|ticket: &Ticket| views::row(ticket, None, names(newsroom, ticket)))
        .collect()
}

/// Which tags the tickets have, and how many of them.
fn tags_on_them(plan: &Plan) -> Vec<Value> {
    let mut tags: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in plan.able.iter().flat_map(|ticket| &ticket.tags) {
        *tags.entry(tag).or_default() += 1;
    }
    tags.into_iter()
        .map(|(name, count)| context! { name => name, count => count })
        .collect()
}

fn refused(list: impl Iterator<Item = (TicketId, Outcome)>) -> Vec<Value> {
    list.map(|(id, why)| context! { reference => id.to_string(), url => ticket_path(id), why => why.as_str() })
        .collect()
}

/// `GET /bulk/result?id=…`: how far it came, and what was not done.
#[handler]
pub async fn show(
    request: &Request,
    Data(state): Data<&AppState>,
    editor: CurrentEditor,
) -> poem::Result<Response> {
    let query = request.uri().query().unwrap_or_default();
    let asked: HashMap<String, String> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let back = asked
        .get("back")
        .map_or_else(|| "/".to_owned(), |back| local_path(back));
    let Some(id) = asked.get("id") else {
        return Ok(Redirect::see_other(back).into_response());
    };
    let not_found = || poem::Error::from_status(StatusCode::NOT_FOUND);
    let id = Uuid::parse_str(id).map(BulkId).map_err(|_| not_found())?;
    let (bulk, items) = bulk_act::find(&state.services, &editor.editor, id)
        .await?
        .ok_or_else(not_found)?;
    let is_new = bulk
        .finished_at
        .is_some_and(|at| state.services.now() - at < UNDO_TIME);
    if is_new && !asked.contains_key("act") && !asked.contains_key("undone") {
        // As soon as all is done it can be taken back, and not while it goes on.
        let path = request
            .original_uri()
            .path_and_query()
            .map_or("/bulk/result", |path| path.as_str());
        let offered = offering(path, bulk_act::act_of(id));
        return Ok(Redirect::see_other(offered).into_response());
    }
    let newsroom = browse_tickets::newsroom(&state.services, &editor.editor).await?;
    let frame = frame(
        state,
        request,
        Some((&editor, &newsroom)),
        editor.editor.lang,
    )
    .await?;
    let mut response = state.page(
        "desk/bulk_result.html",
        &context! {
            back => back,
            ..context! { ..result_view(&bulk, &items), ..frame }
        },
    )?;
    if bulk.finished_at.is_none() {
        // Also without script one sees it go on.
        let headers = response.headers_mut();
        headers.insert(header::REFRESH, HeaderValue::from_static("2"));
    }
    Ok(response)
}

fn result_view(bulk: &Bulk, items: &[Item]) -> Value {
    let count = |wanted: fn(&Item) -> bool| items.iter().filter(|item| wanted(item)).count();
    let act = match &bulk.act {
        BulkAct::Assign { .. } => "assign",
        BulkAct::Close {
            resolution: Resolution::Spam,
            ..
        } => "spam",
        BulkAct::Close { .. } => "close",
        BulkAct::Tag { .. } => "tag",
        BulkAct::Untag { .. } => "untag",
        BulkAct::Merge { .. } => "merge",
    };
    let unable = items.iter().filter_map(|item| {
        item.outcome
            .filter(|outcome| outcome.is_refusal())
            .map(|outcome| (item.ticket, outcome))
    });
    context! {
        act => act,
        total => items.len(),
        worked => count(|item| item.outcome.is_some()),
        done => count(|item| item.outcome == Some(Outcome::Done)),
        unchanged => count(|item| item.outcome == Some(Outcome::Unchanged)),
        unable => refused(unable),
        finished => bulk.finished_at.is_some(),
    }
}
