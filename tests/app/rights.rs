//! The table of rights, walked: every address as everybody, on the own and on a foreign site, over a real socket.
//!
//! What is expected follows from the entry alone (`web::routes::table`). A new address needs nothing here, but for an example of each
//! parameter behind its first (`EXAMPLES`).

use fehlermelder::domain::clock::HOUR;
use fehlermelder::domain::editor::{Editor, Role, Scope};
use fehlermelder::domain::ids::{ArticleId, DeskId, EditorId, TicketId};
use fehlermelder::domain::site::Site;
use fehlermelder::services::rights::Thing;
use fehlermelder::services::{manage_sites, manage_tokens};
use fehlermelder::storage;
use fehlermelder::web::rights::{Entry, Right};
use fehlermelder::web::routes;
use reqwest::{RequestBuilder, StatusCode};

use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{Answer, TestServer, ask, signed_in};

/// Something to put in place of parameters that name no thing with a site: the start of a path, the parameter, the example.
const EXAMPLES: [(&str, &str, &str); 15] = [
    ("/embed/", "part", "nothing.js"),
    ("/embed/site/", "file", "nothing.json"),
    ("/assets/", "file", "nothing.css"),
    ("/r/", "token", "nothing"),
    ("/bestaetigen/", "token", "nothing"),
    ("/tickets/", "decision", "notes"),
    ("/api/v1/tickets/", "double", "FM-9"),
    ("/api/v1/tickets/", "split", "FM-9"),
    ("/invitation/", "token", "nothing"),
    ("/password/", "token", "nothing"),
    ("/profile/", "id", "00000000-0000-7000-8000-000000000000"),
    ("/settings/people/", "id", "person"),
    ("/settings/people/", "act", "on"),
    ("/waves/", "wave", "nothing"),
    ("/acts/", "act", "01a207b9-15e0-7179-953a-a71cf983abf7"),
];

/// A site with one of each thing on it.
struct Place {
    site: Site,
    ticket: TicketId,
    article: ArticleId,
    desk: DeskId,
    /// Somebody to be administered.
    person: EditorId,
}

impl Place {
    async fn furnish(newsroom: &TestNewsroom, site: Site) -> Self {
        let reader = newsroom.reader_of(&site);
        let ticket = reader.marks("Standart").sends().await.ticket;
        let services = &newsroom.services;
        let desk = manage_sites::add_desk(services, site.id, "Hardware", vec!["Hardware".into()]);
        let desk = desk.await.unwrap().id;
        let article = newsroom.ticket(ticket).await.article;
        let person = format!("Person of {}", site.key);
        let person = newsroom
            .add_editor_of(&person, Role::Viewer, &[&site])
            .await
            .id;
        Self {
            site,
            ticket,
            article,
            desk,
            person,
        }
    }

    fn name(&self, thing: Thing) -> String {
        match thing {
            Thing::Ticket => self.ticket.to_string(),
            Thing::Article => self.article.to_string(),
            Thing::Site => self.site.key.clone(),
            Thing::Desk => self.desk.to_string(),
        }
    }

    /// The entry's address, with what is on this site.
    fn address(&self, entry: &Entry) -> String {
        let mut thing = match entry.right {
            Right::On(_, thing) | Right::TokenOn(_, _, thing) => Some(thing),
            _ => None,
        };
        let parts = entry.path.split('/').map(|part| {
            let Some(parameter) = part.strip_prefix(':') else {
                return part.to_owned();
            };
            if let Some(thing) = thing.take() {
                return self.name(thing);
            }
            let example = EXAMPLES
                .iter()
                .find(|(start, name, _)| entry.path.starts_with(start) && *name == parameter);
            let (_, _, example) = example
                .unwrap_or_else(|| panic!("{}: :{parameter} needs a line in EXAMPLES", entry.path));
            if *example == "person" {
                return self.person.to_string();
            }
            (*example).to_owned()
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// Somebody who asks.
struct Caller {
    name: &'static str,
    /// None for who is not known at all.
    editor: Option<Editor>,
    /// For a program: its token, and what that may do.
    token: Option<(String, &'static [Scope])>,
}

impl Caller {
    fn role_on(&self, site: &Site) -> Option<Role> {
        self.editor.as_ref().and_then(|e| e.role_on(site.id))
    }
}

/// How a request ends.
#[derive(Debug, PartialEq, Eq)]
enum Ends {
    LetIn,
    AtTheDoor,
    Refused(u16),
}

fn end_of(answer: &Answer) -> Ends {
    let to_the_door = answer
        .header("Location")
        .is_some_and(|to| to.starts_with("/sign-in?next="));
    match answer.status.as_u16() {
        303 if to_the_door => Ends::AtTheDoor,
        status @ (401 | 403 | 404) => Ends::Refused(status),
        _ => Ends::LetIn,
    }
}

/// How the table says that it ends.
fn expected(right: Right, caller: &Caller, place: &Place) -> Ends {
    let at_least = |own: Option<Role>, role| match own {
        Some(own) if own >= role => Ends::LetIn,
        _ => Ends::Refused(403),
    };
    let on_site = |role| match caller.role_on(&place.site) {
        None => Ends::Refused(404),
        own => at_least(own, role),
    };
    // A session opens the desk and nothing else, a token the API and nothing else.
    let session = caller
        .editor
        .as_ref()
        .filter(|e| e.active && caller.token.is_none());
    let scopes = caller
        .token
        .as_ref()
        .filter(|_| caller.editor.as_ref().is_some_and(|e| e.active))
        .map(|(_, scopes)| *scopes);
    match right {
        Right::Anyone | Right::Visitor => return Ends::LetIn,
        Right::Token(scope) | Right::TokenOn(scope, ..) => match scopes {
            None => return Ends::Refused(401),
            Some(scopes) if !scopes.contains(&scope) => return Ends::Refused(403),
            Some(_) => {}
        },
        _ if session.is_none() => return Ends::AtTheDoor,
        _ => {}
    }
    let editor = caller.editor.as_ref();
    match right {
        Right::Somewhere(role) => at_least(editor.and_then(Editor::highest_role), role),
        Right::Everywhere(role) => at_least(editor.and_then(Editor::role_everywhere), role),
        Right::On(role, _) | Right::TokenOn(_, role, _) => on_site(role),
        _ => Ends::LetIn,
    }
}

async fn callers(newsroom: &TestNewsroom, own: &Site) -> Vec<Caller> {
    let mut callers = vec![Caller {
        name: "nobody",
        editor: None,
        token: None,
    }];
    let off = newsroom.add_editor("Former", Role::Admin).await;
    let people = [
        (
            "viewer of the site",
            newsroom.add_editor_of("Viewer", Role::Viewer, &[own]).await,
        ),
        (
            "editor of the site",
            newsroom.add_editor_of("Editor", Role::Editor, &[own]).await,
        ),
        (
            "admin of the site",
            newsroom.add_editor_of("Admin", Role::Admin, &[own]).await,
        ),
        (
            "admin of all sites",
            newsroom.add_editor("Chief", Role::Admin).await,
        ),
        (
            "switched off",
            Editor {
                active: false,
                ..off
            },
        ),
    ];
    for (name, editor) in people {
        for scopes in [
            &[Scope::TicketsRead][..],
            &[Scope::TicketsWrite],
            &[Scope::TicketsRead, Scope::TicketsWrite],
        ] {
            let made = manage_tokens::add(&newsroom.services, &editor.email, scopes.to_vec());
            let (_, secret) = made.await.unwrap().unwrap();
            callers.push(Caller {
                name,
                editor: Some(editor.clone()),
                token: Some((secret, scopes)),
            });
        }
        callers.push(Caller {
            name,
            editor: Some(editor),
            token: None,
        });
    }
    let off = callers.last().and_then(|c| c.editor.clone()).unwrap();
    let transaction = newsroom.services.store.begin().await.unwrap();
    storage::editors::save(&transaction, &off).await.unwrap();
    transaction.commit().await.unwrap();
    callers
}

/// The request of that caller: their session and its token for forms, or their program's token.
async fn request(
    newsroom: &TestNewsroom,
    server: &TestServer,
    caller: &Caller,
    method: &str,
    address: &str,
) -> RequestBuilder {
    if let Some((secret, _)) = &caller.token {
        let request = server.request(method, address).bearer_auth(secret);
        return request
            .header("Content-Type", "application/json")
            .body("{}");
    }
    let Some(editor) = &caller.editor else {
        return with_form(server.request(method, address), &[]);
    };
    // A session each: signing out is one of the things that are tried.
    let (cookie, csrf) = signed_in(newsroom, editor).await;
    let request = server.request(method, address).header("Cookie", cookie);
    if method == "GET" {
        request
    } else {
        with_form(request, &[("csrf", &csrf)])
    }
}

fn with_form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    request
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body.finish())
}

fn method_of(entry: &Entry) -> String {
    entry
        .method
        .as_ref()
        .map_or("GET", |method| method.as_str())
        .to_owned()
}

fn needs_session(right: Right) -> bool {
    !matches!(
        right,
        Right::Anyone | Right::Visitor | Right::Token(_) | Right::TokenOn(..)
    )
}

async fn own_and_foreign(newsroom: &TestNewsroom) -> (Place, Place) {
    let own = (*newsroom.site).clone();
    let foreign = newsroom
        .add_site("Anderswo", "https://anderswo.example")
        .await;
    (
        Place::furnish(newsroom, own).await,
        Place::furnish(newsroom, foreign).await,
    )
}

both_databases! {
    async fn every_address_lets_in_whom_the_table_lets_in_and_nobody_else(newsroom: TestNewsroom) {
        let (own, foreign) = own_and_foreign(&newsroom).await;
        let callers = callers(&newsroom, &own.site).await;
        let server = TestServer::of(&newsroom).await;
        // A stream of events would be read for ever.
        newsroom.services.live.close();
        let mut wrong = Vec::new();
        for entry in routes::table() {
            let method = method_of(&entry);
            // What a token opens beyond the API is the same for all of them: nothing.
            let of_programs = matches!(entry.right, Right::Token(_) | Right::TokenOn(..));
            let asking = callers.iter().filter(|caller| {
                of_programs || caller.token.as_ref().is_none_or(|(_, scopes)| caller.name == "admin of all sites" && scopes.len() == 2)
            });
            for caller in asking {
                for place in [&own, &foreign] {
                    let address = place.address(&entry);
                    let answer = ask(request(&newsroom, &server, caller, &method, &address).await).await;
                    let expected = expected(entry.right, caller, place);
                    let ended = end_of(&answer);
                    // Readers' links that lead nowhere say so to everybody.
                    let nowhere = entry.right == Right::Anyone && ended == Ends::Refused(404);
                    if answer.status.is_server_error() || (ended != expected && !nowhere) {
                        let program = caller.token.as_ref().map(|(_, scopes)| scopes);
                        wrong.push(format!("{method} {address} as {} {program:?}: {expected:?} expected, {} {ended:?}", caller.name, answer.status));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn nothing_is_changed_in_an_editors_name_by_a_page_that_is_not_ours(newsroom: TestNewsroom) {
        let (own, _) = own_and_foreign(&newsroom).await;
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let mut tried = 0;
        for entry in routes::table() {
            let method = method_of(&entry);
            if matches!(method.as_str(), "GET" | "OPTIONS") || !(needs_session(entry.right) || entry.right == Right::Visitor) {
                continue;
            }
            let address = own.address(&entry);
            let (cookie, csrf) = signed_in(&newsroom, &chief).await;
            let with = |fields: &[(&str, &str)]| with_form(server.request(&method, &address).header("Cookie", &cookie), fields);
            let good = ("csrf", csrf.as_str());
            let mut forged = vec![
                ("from another site's page", with(&[good]).header("Sec-Fetch-Site", "cross-site")),
                ("from another origin", with(&[good]).header("Origin", "https://evil.example")),
            ];
            if needs_session(entry.right) {
                forged.push(("without the token", with(&[])));
                forged.push(("with a wrong token", with(&[("csrf", "wrong")])));
                forged.push(("with a wrong token in a header", with(&[good]).header("X-CSRF-Token", "wrong")));
            }
            for (how, request) in forged {
                let answer = ask(request).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {address} {how}");
                tried += 1;
            }
        }
        assert!(tried > 20, "{tried}");
    }

    async fn a_session_that_ended_opens_nothing(newsroom: TestNewsroom) {
        let (own, _) = own_and_foreign(&newsroom).await;
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let (cookie, _) = signed_in(&newsroom, &chief).await;
        let server = TestServer::of(&newsroom).await;
        newsroom.clock.advance(9 * HOUR);
        for entry in routes::table().iter().filter(|e| needs_session(e.right)) {
            let request = server.request(&method_of(entry), &own.address(entry)).header("Cookie", &cookie);
            let answer = ask(request).await;
            assert_eq!(end_of(&answer), Ends::AtTheDoor, "{}", entry.path);
        }
    }
}

#[test]
fn no_address_stands_twice_in_the_table() {
    let mut seen = std::collections::HashSet::new();
    for entry in routes::table() {
        let known = (entry.path, entry.method.clone());
        assert!(seen.insert(known), "{} stands twice", entry.path);
    }
}
