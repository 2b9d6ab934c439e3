//! The settings: sites are added and changed, each change is written down, and the two lines are checked in a live page.

use std::sync::Arc;
use std::time::Duration;

use fehlermelder::domain::clock::SystemClock;
use fehlermelder::domain::editor::{Editor, Role};
use fehlermelder::domain::site::{Lang, SiteSettings};
use fehlermelder::services::manage_sites::SiteChange;
use fehlermelder::services::{admin_history, manage_desks, manage_sites};
use fehlermelder::storage::{editors, sites};
use fehlermelder::watch::fetch::{FetchSettings, HttpSource};
use reqwest::StatusCode;

use crate::pages::{is_page, words};
use crate::support::article_host::{ArticleHost, Behaviour};
use crate::support::database::{TestDatabase, both_databases};
use crate::support::newsroom::TestNewsroom;
use crate::support::server::{Answer, TestServer, ask, signed_in};

/// Somebody at the desk.
struct Desk<'a> {
    server: &'a TestServer,
    cookie: String,
    csrf: String,
}

impl<'a> Desk<'a> {
    async fn of(newsroom: &TestNewsroom, server: &'a TestServer, editor: &Editor) -> Self {
        let (cookie, csrf) = signed_in(newsroom, editor).await;
        Self {
            server,
            cookie,
            csrf,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        ask(self.server.get(path).header("Cookie", &self.cookie)).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend_from_slice(fields);
        let request = self.server.post_form(path, &all);
        ask(request.header("Cookie", &self.cookie)).await
    }
}

fn location(answer: &Answer) -> &str {
    answer.header("Location").unwrap_or_default()
}

/// What one of a page's forms showed when it was opened, as it is sent back.
fn shown_first(body: &str, form: usize) -> String {
    let carried = body.split("name=\"was\" value=\"").nth(form + 1).unwrap();
    let (was, _) = carried.split_once('"').unwrap();
    was.replace("&quot;", "\"").replace("&#x2f;", "/")
}

const FORM: [(&str, &str); 4] = [
    ("name", "Tagblatt"),
    (
        "origins",
        "https://tagblatt.example https://www.tagblatt.example",
    ),
    ("lang", "de"),
    ("time_zone", "Europe/Vienna"),
];

both_databases! {
    async fn a_site_is_added_changed_and_each_change_written_down(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let desk = Desk::of(&newsroom, &server, &chief).await;

        let added = desk.post("/settings/sites", &FORM).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let path = location(&added).trim_end_matches("/embedding").to_owned();
        let site = manage_sites::find(&newsroom.services, path.rsplit('/').next().unwrap()).await.unwrap();
        assert_eq!((site.name.as_str(), site.origins.len(), site.time_zone.as_str()), ("Tagblatt", 2, "Europe/Vienna"));

        let mut changed = FORM.to_vec();
        changed[0] = ("name", "Tagblatt Online");
        changed[1] = ("origins", "https://tagblatt.example");
        changed.push(("privacy_url", "https://tagblatt.example/datenschutz"));
        changed.push(("cms_url", "https://cms.tagblatt.example/edit?slug={slug}"));
        changed.push(("contact_days", "30"));
        changed.push(("report_text_days", "365"));
        changed.push(("confirm_corrections", "on"));
        let saved = desk.post(&path, &changed).await;
        assert_eq!(location(&saved), format!("{path}?done=saved"));
        let site = manage_sites::find(&newsroom.services, &site.key).await.unwrap();
        assert_eq!((site.name.as_str(), site.origins.len()), ("Tagblatt Online", 1));
        assert_eq!((site.settings.contact_days_after_closing, site.settings.report_text_days), (Some(30), Some(365)));

        let (events, next) = admin_history::page(&newsroom.services, &chief, None).await.unwrap();
        assert_eq!(next, None);
        let told: Vec<_> = events[..2].iter().map(|e| (e.action.as_str(), e.editor)).collect();
        assert_eq!(told, [("site_changed", Some(chief.id)), ("site_added", Some(chief.id))]);
        let fields: Vec<_> = events[0].changes.iter().map(|c| (c.field.as_str(), c.before.as_str(), c.after.as_str())).collect();
        assert_eq!(fields, [
            ("name", "Tagblatt", "Tagblatt Online"),
            ("origins", "https://tagblatt.example https://www.tagblatt.example", "https://tagblatt.example"),
            ("privacy_url", "", "https://tagblatt.example/datenschutz"),
            ("cms_url", "", "https://cms.tagblatt.example/edit?slug={slug}"),
            ("contact_days", "", "30"),
            ("report_text_days", "", "365"),
            ("confirm_corrections", "false", "true"),
        ]);
        // What changes nothing leaves nothing.
        desk.post(&path, &changed).await;
        assert_eq!(admin_history::page(&newsroom.services, &chief, None).await.unwrap().0.len(), events.len());
        let page = desk.get("/settings/history").await;
        assert!(words(&page).contains("Website geändert: Tagblatt Online"), "{}", words(&page));
        let shown = words(&page);
        let lines: Vec<&str> = shown.lines().map(str::trim).collect();
        assert!(lines.windows(2).any(|l| l == ["Korrekturen bestätigen", "Nein Ja"]), "{shown}");

        let house = [("words", "Reeperbahn-Festival"), ("reason", "So schreibt es die Redaktion.")];
        assert!(desk.post(&format!("/sites/{}/house-rules", site.key), &house).await.status.is_redirection());
        let (events, _) = admin_history::page(&newsroom.services, &chief, None).await.unwrap();
        assert_eq!((events[0].changes[0].field.as_str(), events[0].changes[0].after.as_str()), ("house_rules", "Reeperbahn-Festival"));
    }

    async fn two_forms_open_at_once_take_nothing_from_each_other(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let desk = Desk::of(&newsroom, &server, &chief).await;
        let path = location(&desk.post("/settings/sites", &FORM).await).trim_end_matches("/embedding").to_owned();
        let opened = desk.get(&path).await.body;
        let was = shown_first(&opened, 0);
        let with = |changes: &[(&'static str, &'static str)]| -> Vec<(&'static str, String)> {
            let mut form: Vec<(&str, String)> = FORM.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            for (name, value) in changes {
                form.retain(|(n, _)| n != name);
                form.push((name, (*value).to_owned()));
            }
            form.push(("was", was.clone()));
            form
        };
        let send = async |form: Vec<(&'static str, String)>| {
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(desk.post(&path, &form).await.status, StatusCode::SEE_OTHER);
        };
        send(with(&[("origins", "https://tagblatt.example https://neu.tagblatt.example"), ("legal_contact", "recht@tagblatt.example")])).await;
        send(with(&[("name", "Tagblatt am Morgen")])).await;
        let site = manage_sites::find(&newsroom.services, path.rsplit('/').next().unwrap()).await.unwrap();
        let mut origins: Vec<&str> = site.origins.iter().map(fehlermelder::domain::site::Origin::as_str).collect();
        origins.sort_unstable();
        assert_eq!(origins, ["https://neu.tagblatt.example", "https://tagblatt.example"]);
        assert_eq!((site.name.as_str(), site.settings.legal_contact.as_deref()), ("Tagblatt am Morgen", Some("recht@tagblatt.example")));
    }

    async fn two_forms_of_a_desk_open_at_once_take_nothing_from_each_other(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let deputies = [newsroom.add_editor("Dora", Role::Editor).await.id.to_string(), newsroom.add_editor("Emil", Role::Editor).await.id.to_string()];
        let server = TestServer::of(&newsroom).await;
        let desk = Desk::of(&newsroom, &server, &chief).await;
        let path = format!("/settings/sites/{}/desks", newsroom.site.key);
        desk.post(&path, &[("act", "add"), ("name", "Hardware"), ("sections", "Hardware\nTest")]).await;
        let id = manage_sites::desks(&newsroom.services).await.unwrap()[0].id.to_string();
        let was = shown_first(&desk.get(&path).await.body, 0);
        let save = async |name: &str, sections: &str, deputy: &str| {
            let form = [("act", "desk"), ("desk", id.as_str()), ("was", was.as_str()), ("name", name), ("sections", sections), ("deputy", deputy), ("chief", "")];
            assert_eq!(location(&desk.post(&path, &form).await), format!("{path}?done=saved"));
        };
        save("Hardware", "Hardware\nNetze", "").await;
        save("Hardware", "Test\nHardware", deputies[0].as_str()).await;
        save("Geräte", "Hardware\nTest", "").await;
        save("Hardware", "Hardware\nTest", deputies[1].as_str()).await;
        let saved = manage_sites::desks(&newsroom.services).await.unwrap().pop().unwrap();
        assert_eq!((saved.name.as_str(), saved.sections), ("Geräte", vec!["Hardware".to_owned(), "Netze".to_owned()]));
        let people = manage_desks::people(&newsroom.services).await.unwrap();
        let of = |name: &str| people.iter().filter(|p| p.part.as_str() == name).map(|p| p.editor.to_string()).collect::<Vec<_>>();
        let mut both = of("deputy");
        both.sort_unstable();
        let mut expected = deputies.to_vec();
        expected.sort_unstable();
        assert_eq!((both, of("chief")), (expected, Vec::new()));
        // Both are seen, and one can be taken out again.
        let page = desk.get(&path).await.body;
        assert!(page.contains(&format!("id=\"deputy-{id}-2\"")), "{page}");
        let was = shown_first(&page, 0);
        let form = [("act", "desk"), ("desk", id.as_str()), ("was", was.as_str()), ("name", "Geräte"), ("sections", "Hardware\nNetze"), ("deputy", deputies[1].as_str()), ("deputy", ""), ("chief", "")];
        desk.post(&path, &form).await;
        let left = manage_desks::people(&newsroom.services).await.unwrap();
        assert_eq!(left.iter().map(|p| p.editor.to_string()).collect::<Vec<_>>(), deputies[1..]);
    }

    async fn a_desks_form_with_a_fault_comes_back_open_with_what_was_typed(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let desk = Desk::of(&newsroom, &server, &chief).await;
        let path = format!("/settings/sites/{}/desks", newsroom.site.key);
        for name in ["Hardware", "Software"] {
            desk.post(&path, &[("act", "add"), ("name", name), ("sections", name)]).await;
        }
        let id = manage_sites::desks(&newsroom.services).await.unwrap()[0].id.to_string();
        let was = shown_first(&desk.get(&path).await.body, 0);
        let form = [("act", "desk"), ("desk", id.as_str()), ("was", was.as_str()), ("name", "Software"), ("sections", "Hardware\nMühsam Getipptes")];
        let refused = desk.post(&path, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("class=\"disclosure\" open") && refused.body.contains("Mühsam Getipptes"), "{}", refused.body);
        assert!(refused.body.contains(&format!("id=\"name-{id}\" aria-invalid=\"true\"")), "{}", refused.body);
        assert_eq!(shown_first(&refused.body, 0), was);
    }

    async fn two_forms_of_the_service_hours_take_nothing_from_each_other(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let desk = Desk::of(&newsroom, &server, &chief).await;
        let path = format!("/settings/sites/{}/desks", newsroom.site.key);
        let was = shown_first(&desk.get(&path).await.body, 0);
        let save = async |changes: [(&str, &str); 2]| {
            let mut form = vec![("act", "hours"), ("was", was.as_str())];
            for day in ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "patience"] {
                let shown = if matches!(day, "sat" | "sun" | "patience") { "" } else { "09:00–18:00" };
                form.push((day, changes.iter().find(|(name, _)| *name == day).map_or(shown, |(_, value)| *value)));
            }
            assert_eq!(location(&desk.post(&path, &form).await), format!("{path}?done=saved"));
        };
        save([("mon", "8-16"), ("patience", "2")]).await;
        save([("sat", "10-14"), ("fri", "")]).await;
        let site = manage_sites::find(&newsroom.services, &newsroom.site.key).await.unwrap();
        let hours = site.settings.service_hours.unwrap().to_string();
        assert_eq!(hours, "08:00–16:00, 09:00–18:00, 09:00–18:00, 09:00–18:00, –, 10:00–14:00, –");
        assert_eq!(site.settings.escalate_after_minutes, Some(120));
    }

    async fn of_two_who_change_a_site_at_the_same_moment_nobody_loses_anything(newsroom: TestNewsroom) {
        let (services, key) = (newsroom.services.clone(), newsroom.site.key.clone());
        let transaction = services.store.begin().await.unwrap();
        let mut site = sites::find_by_key(&transaction, &key).await.unwrap().unwrap();
        site.settings.privacy_url = Some("https://magazin.example/datenschutz".into());
        sites::save(&transaction, &site).await.unwrap();
        let other = tokio::spawn(async move {
            let change = SiteChange { name: Some("Magazin am Morgen".into()), ..SiteChange::default() };
            manage_sites::change(&services, &key, change, |settings| settings.legal_contact = Some("recht@magazin.example".into())).await
        });
        // The other waits, rather than to go on from what is no longer so.
        tokio::time::sleep(Duration::from_millis(300)).await;
        transaction.commit().await.unwrap();
        other.await.unwrap().unwrap();
        let site = manage_sites::find(&newsroom.services, &newsroom.site.key).await.unwrap();
        let settings = &site.settings;
        assert_eq!((site.name.as_str(), settings.privacy_url.as_deref(), settings.legal_contact.as_deref()),
            ("Magazin am Morgen", Some("https://magazin.example/datenschutz"), Some("recht@magazin.example")));
    }

    async fn a_form_with_faults_comes_back_with_all_that_was_typed(newsroom: TestNewsroom) {
        let chief = newsroom.add_editor("Chief", Role::Admin).await;
        let server = TestServer::of(&newsroom).await;
        let desk = Desk::of(&newsroom, &server, &chief).await;
        let path = format!("/settings/sites/{}", newsroom.site.key);
        let wrong = [
            ("name", "  "), ("origins", "magazin.example"), ("lang", "de"), ("time_zone", "Mars/Base"), ("article_selector", "::::"),
            ("privacy_url", "datenschutz"), ("legal_contact", "niemand"), ("contact_days", "-1"), ("report_text_days", "29"), ("article_version_days", "0"),
        ];
        let refused = desk.post(&path, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let body = refused.body.replace("&#x2f;", "/");
        for (_, typed) in &wrong[1..] {
            assert!(body.contains(typed), "{typed}");
        }
        assert_eq!(refused.body.matches("aria-invalid").count(), 9, "{}", refused.body);
        let site = manage_sites::find(&newsroom.services, &newsroom.site.key).await.unwrap();
        assert_eq!(site, *newsroom.site);
    }

    async fn who_administers_one_site_sees_nothing_of_another(newsroom: TestNewsroom) {
        let other = newsroom.add_site("Anderswo", "https://anderswo.example").await;
        let admin = newsroom.add_editor_of("Admin", Role::Admin, &[&other]).await;
        let server = TestServer::of(&newsroom).await;
        let desk = Desk::of(&newsroom, &server, &admin).await;
        let list = words(&desk.get("/settings").await);
        assert!(list.contains("Anderswo") && !list.contains("Magazin") && !list.contains("Neue Website"), "{list}");
        let history = words(&desk.get("/settings/history").await);
        assert!(history.contains("Anderswo") && !history.contains("Magazin"), "{history}");
    }
}

/// A page with the two lines as the settings show them.
fn article(base: &str, key: &str) -> String {
    format!(
        "<!doctype html><html><head><link rel=canonical href=/artikel><script type=module src='{base}/embed.js'></script></head>\
         <body><article>{}</article><fehler-melden site='{key}' article='article'></fehler-melden></body></html>",
        "Ein Satz mit einigen Wörtern. ".repeat(20)
    )
}

#[tokio::test]
async fn the_two_lines_are_checked_in_the_live_page() {
    let host = ArticleHost::start().await;
    let mut newsroom =
        TestNewsroom::with_settings(TestDatabase::sqlite(), SiteSettings::default()).await;
    newsroom.services.watch.source = Some(Arc::new(HttpSource::new(
        FetchSettings {
            inner_hosts: vec!["127.0.0.1".into()],
            pause: Duration::ZERO,
            ..FetchSettings::default()
        },
        Arc::new(SystemClock),
    )));
    let address = format!("http://127.0.0.1:{}", host.port());
    let site = newsroom.add_site("Örtlich", &address).await;
    let base = newsroom.services.links.base().to_owned();
    let page = |html: String| Behaviour::Page { html, etag: None };
    host.serves("/artikel", page(article(&base, &site.key)));
    host.serves("/fremd", page(article(&base, "fremder")));
    host.serves("/ohne", page("<article>Kurz.</article>".into()));
    let mut chief = newsroom.add_editor("Chief", Role::Admin).await;
    for lang in [Lang::De, Lang::En] {
        chief.lang = lang;
        let transaction = newsroom.services.store.begin().await.unwrap();
        editors::save(&transaction, &chief).await.unwrap();
        transaction.commit().await.unwrap();
        let server = TestServer::of(&newsroom).await;
        let desk = Desk::of(&newsroom, &server, &chief).await;
        let path = format!("/settings/sites/{}/embedding", site.key);
        let shown = desk.get(&path).await;
        is_page(&shown, lang);
        assert!(
            shown
                .body
                .contains(&format!("&lt;fehler-melden site=&quot;{}&quot;", site.key))
                || shown
                    .body
                    .contains(&format!("&lt;fehler-melden site=\"{}\"", site.key)),
            "{}",
            shown.body
        );
        let check = async |page: &str| {
            let url = if page.starts_with("http") {
                page.to_owned()
            } else {
                format!("{address}{page}")
            };
            desk.post(&path, &[("url", &url)]).await
        };
        let good = check("/artikel").await;
        is_page(&good, lang);
        assert_eq!(
            good.body.matches("class=\"finding good\"").count(),
            7,
            "{}",
            words(&good)
        );
        let foreign = check("/fremd").await;
        assert_eq!(
            foreign.body.matches("class=\"finding bad\"").count(),
            1,
            "{}",
            words(&foreign)
        );
        let without = check("/ohne").await;
        assert_eq!(
            without.body.matches("class=\"finding bad\"").count(),
            2,
            "{}",
            words(&without)
        );
        for elsewhere in [
            "https://evil.example/",
            "/nichts",
            "http://127.0.0.1:1/",
            "file:///etc/passwd",
            "",
        ] {
            let refused = check(elsewhere).await;
            if !elsewhere.is_empty() {
                assert_eq!(
                    refused.status,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "{elsewhere}: {}",
                    words(&refused)
                );
            }
        }
    }
}
