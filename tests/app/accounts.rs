//! People and their accounts: invited, let in with a second factor, given rights, switched off; passwords forgotten; sessions and tokens ended.

use fehlermelder::domain::account::{Account, Factor};
use fehlermelder::domain::clock::{DAY, MINUTE, SECOND};
use fehlermelder::domain::editor::{Editor, Role};
use fehlermelder::domain::second_factor::code_at;
use fehlermelder::domain::site::Lang;
use fehlermelder::domain::ticket::Step;
use fehlermelder::services::{manage_editors, manage_tokens, own_account, second_factor, sign_in};
use fehlermelder::storage::{accounts, editors};
use reqwest::StatusCode;

use crate::pages::words;
use crate::support::database::both_databases;
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{Answer, TestServer, ask, signed_in};

pub(crate) const PASSWORD: &str = "drei kleine Elche im Regen";

/// A browser that keeps its cookie.
pub(crate) struct Browser<'a> {
    server: &'a TestServer,
    cookie: String,
    csrf: String,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(server: &'a TestServer) -> Self {
        Self {
            server,
            cookie: String::new(),
            csrf: String::new(),
        }
    }

    pub(crate) async fn of(
        newsroom: &TestNewsroom,
        server: &'a TestServer,
        editor: &Editor,
    ) -> Self {
        let (cookie, csrf) = signed_in(newsroom, editor).await;
        Self {
            server,
            cookie,
            csrf,
        }
    }

    fn keep(&mut self, newsroom: &TestNewsroom, answer: Answer) -> Answer {
        if let Some(cookie) = answer.header("Set-Cookie") {
            cookie
                .split(';')
                .next()
                .unwrap()
                .clone_into(&mut self.cookie);
            let token = self.cookie.split_once('=').unwrap().1;
            let hash = fehlermelder::domain::secret::sha256(token.as_bytes());
            self.csrf = newsroom.services.key.csrf_token(&hash);
        }
        answer
    }

    pub(crate) async fn get(&mut self, newsroom: &TestNewsroom, path: &str) -> Answer {
        let answer = ask(self.server.get(path).header("Cookie", &self.cookie)).await;
        self.keep(newsroom, answer)
    }

    pub(crate) async fn post(
        &mut self,
        newsroom: &TestNewsroom,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let csrf = self.csrf.clone();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        let request = self.server.post_form(path, &all);
        let request = request.header("Cookie", &self.cookie).header(
            "User-Agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        );
        let answer = ask(request).await;
        self.keep(newsroom, answer)
    }

    pub(crate) async fn is_in(&mut self, newsroom: &TestNewsroom) -> bool {
        self.get(newsroom, "/").await.status == StatusCode::OK
    }
}

pub(crate) fn location(answer: &Answer) -> &str {
    answer.header("Location").unwrap_or_default()
}

/// The path of the first link of ours in the newest mail.
pub(crate) async fn link_of_new_mail(newsroom: &TestNewsroom, part: &str) -> String {
    let letters = newsroom.new_letters().await;
    let letter = letters
        .last()
        .unwrap_or_else(|| panic!("no mail with {part}"));
    let raw = &letter.text;
    let at = raw.find(part).unwrap_or_else(|| panic!("{part} in {raw}"));
    raw[at..].split_whitespace().next().unwrap().to_owned()
}

pub(crate) async fn set_password(newsroom: &TestNewsroom, editor: &Editor) {
    manage_editors::reset_password(&newsroom.services, &editor.email, Some(PASSWORD.into()))
        .await
        .unwrap();
}

both_databases! {
    async fn who_is_invited_comes_in_once_and_signs_in_with_a_second_factor(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        let fields = [("email", "Neu@magazin.example"), ("name", ""), ("lang", "de"), ("role", "editor")];
        let invited = desk.post(&newsroom, "/settings/people", &fields).await;
        assert_eq!(location(&invited), "/settings/people?done=invited", "{}", invited.body);
        let again = desk.post(&newsroom, "/settings/people", &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        let path = link_of_new_mail(&newsroom, "/invitation/").await;

        // Looking changes nothing; a weak password is refused, and the link is still good.
        let mut new = Browser::new(&server);
        for _ in 0..2 {
            assert!(words(&new.get(&newsroom, &path).await).contains("neu@magazin.example"));
        }
        let weak = new.post(&newsroom, &path, &[("name", "Nele Neu"), ("password", "kurz")]).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(weak.body.contains("Nele Neu"));
        let accepted = new.post(&newsroom, &path, &[("name", "Nele Neu"), ("password", PASSWORD)]).await;
        assert_eq!(location(&accepted), "/profile/security", "{}", accepted.body);
        assert!(new.is_in(&newsroom).await);
        let second = Browser::new(&server).post(&newsroom, &path, &[("name", "Dieb"), ("password", PASSWORD)]).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(words(&second).contains("gilt nicht mehr"), "{}", words(&second));
        let (editor, _) = editors::find_by_email(newsroom.services.store.reader(), "neu@magazin.example").await.unwrap().unwrap();
        assert_eq!((editor.name.as_str(), editor.role, editor.active), ("Nele Neu", Some(Role::Editor), true));

        // The second factor.
        let page = new.get(&newsroom, "/profile/security/factor").await;
        assert!(page.body.contains("<svg") && page.header("Cache-Control").unwrap().contains("no-store"));
        let secret = begun_secret(&newsroom, &editor, &new).await;
        let wrong = new.post(&newsroom, "/profile/security/factor", &[("code", "000000")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let code = code_at(secret, now(&newsroom));
        let confirmed = new.post(&newsroom, "/profile/security/factor", &[("code", &code)]).await;
        assert_eq!(confirmed.status, StatusCode::OK, "{}", words(&confirmed));
        let shown = words(&confirmed);
        let recovery: Vec<&str> = shown.lines().flat_map(str::split_whitespace).filter(|w| w.len() == 19 && w.matches('-').count() == 3).collect();
        assert_eq!(recovery.len(), 10, "{shown}");

        // Signing in.
        let sign_in = [("email", "neu@magazin.example"), ("password", PASSWORD), ("next", "/?state=open")];
        let mut other = Browser::new(&server);
        let half = other.post(&newsroom, "/sign-in", &sign_in).await;
        assert_eq!(location(&half), "/sign-in/factor?next=%2F%3Fstate%3Dopen");
        assert!(!other.is_in(&newsroom).await, "the password alone opens nothing");
        let replayed = other.post(&newsroom, "/sign-in/factor", &[("code", &code), ("next", "/?state=open")]).await;
        assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY, "a code is good once");
        newsroom.clock.advance(30 * SECOND);
        let code = code_at(secret, now(&newsroom));
        let half_cookie = other.cookie.clone();
        let in_now = other.post(&newsroom, "/sign-in/factor", &[("code", &code), ("next", "/?state=open")]).await;
        assert_eq!(location(&in_now), "/?state=open");
        assert!(other.is_in(&newsroom).await);
        assert_ne!(other.cookie, half_cookie, "a session of its own");

        // Without the phone.
        let mut third = Browser::new(&server);
        for (code, good) in [(recovery[0], true), (recovery[0], false), (recovery[1], true)] {
            third.cookie.clear();
            third.post(&newsroom, "/sign-in", &sign_in).await;
            third.post(&newsroom, "/sign-in/factor", &[("code", &code.to_uppercase()), ("next", "/")]).await;
            assert_eq!(third.is_in(&newsroom).await, good, "{code}");
        }
    }

    async fn saving_the_own_profile_brings_no_right_back(newsroom: TestNewsroom) {
        let before = newsroom.editor.clone();
        let change = manage_editors::EditorChange { role: Some(Role::Viewer), ..manage_editors::EditorChange::default() };
        manage_editors::change(&newsroom.services, &before.email, change).await.unwrap();
        let wanted = own_account::Preferences {
            name: "Maria Neu".into(), lang: before.lang, time_zone: None, alert_mode: fehlermelder::domain::account::AlertMode::Each,
            mentioned: true, absent_from: None, absent_until: None,
        };
        own_account::save(&newsroom.services, &before, wanted).await.unwrap();
        let after = editors::find(newsroom.services.store.reader(), before.id).await.unwrap().unwrap();
        assert_eq!((after.name.as_str(), after.role), ("Maria Neu", Some(Role::Viewer)));
    }

    async fn an_invitation_ends_after_a_week_is_sent_again_and_taken_back_whenever(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        desk.post(&newsroom, "/settings/people", &[("email", "neu@magazin.example"), ("role", "viewer")]).await;
        let first = link_of_new_mail(&newsroom, "/invitation/").await;
        newsroom.clock.advance(60 * DAY);
        fehlermelder::services::keep_house::delete_expired(&newsroom.services).await.unwrap();
        let mut browser = Browser::new(&server);
        assert!(words(&browser.get(&newsroom, &first).await).contains("gilt nicht mehr"));
        let (invited, _) = editors::find_by_email(newsroom.services.store.reader(), "neu@magazin.example").await.unwrap().unwrap();
        let person = format!("/settings/people/{}", invited.id);
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        desk.post(&newsroom, &format!("{person}/resend"), &[]).await;
        let second = link_of_new_mail(&newsroom, "/invitation/").await;
        assert_ne!(first, second);
        assert!(words(&browser.get(&newsroom, &second).await).contains("neu@magazin.example"));
        desk.post(&newsroom, &format!("{person}/revoke"), &[]).await;
        assert!(words(&browser.get(&newsroom, &second).await).contains("gilt nicht mehr"));
        assert!(editors::find(newsroom.services.store.reader(), invited.id).await.unwrap().is_none());
    }

    async fn who_is_switched_off_is_out_at_once_and_their_tickets_are_back_at_the_desk(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let editor = newsroom.editor.clone();
        set_password(&newsroom, &editor).await;
        let ticket = newsroom.standart_is_reported().await;
        newsroom.steps(&editor, ticket, vec![Step::Assign(Some(editor.id))]).await.unwrap();
        let (_, token) = manage_tokens::add(&newsroom.services, &editor.email, vec![fehlermelder::domain::editor::Scope::TicketsRead]).await.unwrap().unwrap();
        let server = TestServer::of(&newsroom).await;
        let mut theirs = Browser::of(&newsroom, &server, &editor).await;
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        assert!(theirs.is_in(&newsroom).await);
        let person = format!("/settings/people/{}", editor.id);
        assert_eq!(location(&desk.post(&newsroom, &format!("{person}/off"), &[]).await), format!("{person}?done=switched-off"));
        assert!(!theirs.is_in(&newsroom).await);
        let api = ask(server.get("/api/v1/tickets").bearer_auth(&token)).await;
        assert_eq!(api.status, StatusCode::UNAUTHORIZED);
        assert_eq!(newsroom.ticket(ticket).await.assignee, None);
        let last = newsroom.history(ticket).await.pop().unwrap();
        assert_eq!((last.event.kind.as_str(), last.editor), ("assigned", None));
        // Let in again, the old token stays dead.
        desk.post(&newsroom, &format!("{person}/on"), &[]).await;
        let api = ask(server.get("/api/v1/tickets").bearer_auth(&token)).await;
        assert_eq!(api.status, StatusCode::UNAUTHORIZED);
        assert!(sign_in::sign_in(&newsroom.services, &editor.email, PASSWORD.into(), b"a", String::new()).await.is_ok());
    }

    async fn the_last_admin_stays(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        set_password(&newsroom, &chief).await;
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        let person = format!("/settings/people/{}", chief.id);
        let off = desk.post(&newsroom, &format!("{person}/off"), &[]).await;
        assert_eq!(location(&off), format!("{person}?done=last-admin"));
        let fewer = desk.post(&newsroom, &person, &[("role", "editor")]).await;
        assert_eq!(fewer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(desk.is_in(&newsroom).await);
        let second = newsroom.add_editor("Second", Role::Admin).await;
        set_password(&newsroom, &second).await;
        assert_eq!(location(&desk.post(&newsroom, &person, &[("role", "editor")]).await), format!("{person}?done=saved"));
        assert_eq!(desk.get(&newsroom, "/settings/people").await.status, StatusCode::FORBIDDEN);
    }

    async fn sessions_are_seen_and_ended_and_the_password_is_asked_for_again(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        set_password(&newsroom, &chief).await;
        let server = TestServer::of(&newsroom).await;
        let sign_in = [("email", chief.email.as_str()), ("password", PASSWORD)];
        let mut phone = Browser::new(&server);
        phone.post(&newsroom, "/sign-in", &sign_in).await;
        let mut desk = Browser::new(&server);
        desk.post(&newsroom, "/sign-in", &sign_in).await;
        let list = words(&desk.get(&newsroom, "/profile/sessions").await);
        assert_eq!(list.matches("Firefox, Linux").count(), 2, "{list}");
        desk.post(&newsroom, "/profile/sessions", &[]).await;
        assert!(!phone.is_in(&newsroom).await && desk.is_in(&newsroom).await);

        // What is dangerous asks for the password after a quarter of an hour, and nothing else does.
        assert_eq!(desk.get(&newsroom, "/settings/people/new").await.status, StatusCode::OK);
        newsroom.clock.advance(16 * MINUTE);
        assert!(desk.is_in(&newsroom).await);
        let asked = desk.get(&newsroom, "/settings/people/new").await;
        assert_eq!(location(&asked), "/confirm?next=%2Fsettings%2Fpeople%2Fnew");
        let wrong = desk.post(&newsroom, "/confirm", &[("password", "falsch"), ("next", "/settings/people/new")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = desk.post(&newsroom, "/confirm", &[("password", PASSWORD), ("next", "/settings/people/new")]).await;
        assert_eq!(location(&right), "/settings/people/new");
        assert_eq!(desk.get(&newsroom, "/settings/people/new").await.status, StatusCode::OK);

        // A new password ends the others and asks for the old one.
        phone.post(&newsroom, "/sign-in", &sign_in).await;
        let wrong = desk.post(&newsroom, "/profile/security/password", &[("old", "falsch"), ("password", "fünf Elche am Waldrand")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let changed = desk.post(&newsroom, "/profile/security/password", &[("old", PASSWORD), ("password", "fünf Elche am Waldrand")]).await;
        assert_eq!(location(&changed), "/profile/security?done=password", "{}", words(&changed));
        assert!(!phone.is_in(&newsroom).await && desk.is_in(&newsroom).await);
    }

    async fn a_token_is_made_shown_once_and_revoked(newsroom: TestNewsroom) {
        let editor = newsroom.editor.clone();
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::of(&newsroom, &server, &editor).await;
        let nothing = desk.post(&newsroom, "/profile/tokens", &[]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let made = desk.post(&newsroom, "/profile/tokens", &[("read", "on")]).await;
        let at = made.body.find("fm_").unwrap();
        let secret: String = made.body[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
        let api = async || ask(server.get("/api/v1/tickets").bearer_auth(&secret)).await.status;
        assert_eq!(api().await, StatusCode::OK);
        let list = desk.get(&newsroom, "/profile/tokens").await;
        assert!(!list.body.contains(&secret));
        let tokens = manage_tokens::of_editor(&newsroom.services, &editor).await.unwrap();
        desk.post(&newsroom, &format!("/profile/tokens/{}", tokens[0].id), &[]).await;
        assert_eq!(api().await, StatusCode::UNAUTHORIZED);
    }

    async fn who_goes_away_gives_their_tickets_back(newsroom: TestNewsroom) {
        let editor = newsroom.editor.clone();
        let ticket = newsroom.standart_is_reported().await;
        newsroom.steps(&editor, ticket, vec![Step::Assign(Some(editor.id))]).await.unwrap();
        let server = TestServer::of(&newsroom).await;
        let mut desk = Browser::of(&newsroom, &server, &editor).await;
        let form = |from: &'static str, until: &'static str| [
            ("name", "Maria"), ("lang", "de"), ("time_zone", "Europe/Vienna"), ("alert_mode", "mine"), ("absent_from", from), ("absent_until", until),
        ];
        let wrong = desk.post(&newsroom, "/profile", &form("2026-12-02", "2026-12-01")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let saved = desk.post(&newsroom, "/profile", &form("2026-11-23", "2026-11-23")).await;
        assert_eq!(location(&saved), "/profile?done=saved", "{}", words(&saved));
        assert_eq!(newsroom.ticket(ticket).await.assignee, None);
        let account: Account = own_account::find(&newsroom.services, &editors::find(newsroom.services.store.reader(), editor.id).await.unwrap().unwrap()).await.unwrap();
        assert_eq!(account.absent_until.unwrap() - account.absent_from.unwrap(), DAY);
        assert_eq!(account.time_zone.as_deref(), Some("Europe/Vienna"));
        // No alerts any more but of what is theirs.
        newsroom.delivers().await;
        newsroom.reader().marks("Feler").sends().await;
        assert!(newsroom.new_letters().await.is_empty());
    }
}

fn now(newsroom: &TestNewsroom) -> i64 {
    newsroom.services.now()
}

pub(crate) async fn secret_of(newsroom: &TestNewsroom, editor: &Editor) -> [u8; 20] {
    let account = accounts::find(newsroom.services.store.reader(), editor.id)
        .await
        .unwrap();
    second_factor::secret_of(
        &newsroom.services,
        editor.id,
        account.factor.as_ref().unwrap(),
    )
}

/// The one that a browser is shown while it is set up.
pub(crate) async fn begun_secret(
    newsroom: &TestNewsroom,
    editor: &Editor,
    browser: &Browser<'_>,
) -> [u8; 20] {
    let db = newsroom.services.store.reader();
    let account = accounts::find(db, editor.id).await.unwrap();
    let session = browser.cookie.split_once('=').unwrap().1;
    let session = session.split(';').next().unwrap();
    let begun = second_factor::begun_in(account.factor.as_ref().unwrap(), session);
    second_factor::secret_of(&newsroom.services, editor.id, &begun)
}

pub(crate) async fn with_factor(newsroom: &TestNewsroom, editor: &Editor) {
    let mut account = Account::new(editor.id);
    account.factor = Some(Factor {
        nonce: vec![1; 16],
        confirmed_at: Some(0),
        last_step: None,
    });
    let transaction = newsroom.services.store.begin().await.unwrap();
    accounts::save(&transaction, &account).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn mails_about_accounts_say_what_happened_in_both_languages() {
    use crate::support::database::{OnDatabase as _, TestDatabase};
    let newsroom = TestNewsroom::on(TestDatabase::sqlite()).await;
    let chief = newsroom.add_editor("Chief", Role::Admin).await;
    let server = TestServer::of(&newsroom).await;
    let mut told = String::new();
    for lang in [Lang::De, Lang::En] {
        let mut desk = Browser::of(&newsroom, &server, &chief).await;
        let email = format!("neu-{lang}@magazin.example");
        let fields = [
            ("email", email.as_str()),
            ("name", "Nele Neu"),
            ("lang", lang.as_str()),
            ("role", "editor"),
        ];
        desk.post(&newsroom, "/settings/people", &fields).await;
        let path = link_of_new_mail(&newsroom, "/invitation/").await;
        let mut new = Browser::new(&server);
        new.post(
            &newsroom,
            &path,
            &[("name", "Nele Neu"), ("password", PASSWORD)],
        )
        .await;
        new.post(&newsroom, "/password", &[("email", &email)]).await;
        newsroom.delivers().await;
        let other = "vier grosse Elche im Schnee";
        new.post(
            &newsroom,
            "/profile/security/password",
            &[("old", PASSWORD), ("password", other)],
        )
        .await;
        newsroom.delivers().await;
        let (editor, _) = editors::find_by_email(newsroom.services.store.reader(), &email)
            .await
            .unwrap()
            .unwrap();
        new.get(&newsroom, "/profile/security/factor").await;
        let code = code_at(begun_secret(&newsroom, &editor, &new).await, now(&newsroom));
        new.post(&newsroom, "/profile/security/factor", &[("code", &code)])
            .await;
        newsroom.delivers().await;
    }
    for letter in newsroom.letters() {
        told.push_str(&crate::support::letter::without_ids(&format!(
            "{}\n\n{}\n\n----\n\n",
            letter.subject, letter.text
        )));
    }
    assert_eq!(newsroom.letters().len(), 8);
    let told = told.replace(char::from(13), "");
    let links = regex_free_links(&told);
    insta::assert_snapshot!("account_mails", links);
}

/// The secret parts of links are others in each run of another key.
fn regex_free_links(text: &str) -> String {
    text.split('\n')
        .map(|line| {
            match line
                .find("/invitation/")
                .or_else(|| line.find("/password/"))
            {
                Some(at) => format!("{}…", &line[..at + line[at + 1..].find('/').unwrap() + 2]),
                None => line.to_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}
