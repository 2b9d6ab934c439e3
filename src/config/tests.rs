//! Every key is documented, every layer counts, and a mistake is one line that names its key.

use std::collections::BTreeSet;
use std::ffi::OsString;

use secrecy::ExposeSecret;

use super::sources::{File, known_keys};
use super::*;

const EXAMPLE: &str = include_str!("../../fehlermelder.example.toml");
const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn read(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let file = File {
        path: "fehlermelder.toml".into(),
        text: text.to_owned(),
    };
    let environment = environment
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Config::from_sources(Some(file), environment).map_err(|error| error.to_string())
}

fn from_file(text: &str) -> Result<Config, String> {
    read(text, &[])
}

fn from_environment(name: &str, value: &str) -> Result<Config, String> {
    read("", &[(name, value)])
}

/// The example with every key set.
fn example_in_full() -> String {
    EXAMPLE
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with([' ', '#']) => setting,
            _ => line,
        })
        .collect::<Vec<_>>()
        .join("\n")
        .replace(&"0".repeat(64), KEY)
}

/// The keys and values of the example, as environment variables would have them. Just enough of TOML for it.
fn settings(text: &str) -> Vec<(String, String)> {
    let mut section = String::new();
    let mut settings = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = format!("{}.", name.trim_end_matches(']'));
        } else if let Some((key, value)) = line.split_once(" = ").filter(|_| !line.starts_with('#'))
        {
            settings.push((
                format!("{section}{key}"),
                value.replace(['"', '[', ']'], ""),
            ));
        }
    }
    settings
}

#[test]
fn the_example_loads_and_changes_nothing() {
    let example = from_file(EXAMPLE).unwrap();
    assert_eq!(format!("{example:?}"), format!("{:?}", Config::default()));
}

#[test]
fn the_example_shows_every_key_with_a_valid_value() {
    let text = example_in_full();
    from_file(&text).unwrap();
    let shown: BTreeSet<String> = settings(&text).into_iter().map(|(key, _)| key).collect();
    assert_eq!(shown, known_keys());
}

#[test]
fn the_example_shows_the_defaults() {
    let optional = [
        "secret_key =",
        "burst =",
        "templates_dir =",
        "url =",
        "reply_to =",
        "envelope_from =",
        "trusted_proxies =",
        "inner_hosts =",
    ];
    let text: Vec<String> = example_in_full()
        .lines()
        .filter(|line| !optional.iter().any(|key| line.starts_with(key)))
        .map(str::to_owned)
        .collect();
    let text = text.join("\n");
    assert_eq!(
        format!("{:?}", from_file(&text).unwrap()),
        format!("{:?}", Config::default())
    );
}

#[test]
fn the_environment_goes_before_the_file() {
    let config = read(
        "listen = \"127.0.0.1:1\"\n[mail]\nrate_per_minute = 1\nalerts_per_hour = 2",
        &[
            ("FEHLERMELDER_LISTEN", "[::1]:2"),
            ("FEHLERMELDER_MAIL__RATE_PER_MINUTE", "3"),
            ("OTHER", "x"),
        ],
    )
    .unwrap();
    assert_eq!(config.listen, "[::1]:2".parse().unwrap());
    assert_eq!(config.mail.rate_per_minute, 3);
    assert_eq!(config.mail.alerts_per_hour, 2);
    assert_eq!(config.public_url.as_str(), "http://[::1]:2");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let config = read(
        "[mail]\nreply_to = \"a@b.example\"",
        &[("FEHLERMELDER_MAIL__REPLY_TO", "")],
    )
    .unwrap();
    assert!(config.mail.reply_to.is_some());
}

#[test]
fn variables_of_the_tests_are_no_settings() {
    for name in [
        "FEHLERMELDER_CONFIG",
        "FEHLERMELDER_BIN",
        "FEHLERMELDER_TEST_POSTGRES_URL",
    ] {
        assert!(from_environment(name, "x").is_ok(), "{name}");
    }
    for unknown in [
        "FEHLERMELDER_TESTS",
        "FEHLERMELDER_TEST_NOTHING",
        "FEHLERMELDER_DEMO_PASSWORT",
    ] {
        assert!(from_environment(unknown, "x").is_err(), "{unknown}");
    }
}

#[test]
fn every_key_can_be_set_by_the_environment() {
    let text = example_in_full();
    let variables: Vec<(String, String)> = settings(&text)
        .into_iter()
        .map(|(key, value)| {
            (
                format!("FEHLERMELDER_{}", key.replace('.', "__").to_uppercase()),
                value,
            )
        })
        .collect();
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let config = read("", &variables).unwrap();
    assert_eq!(
        format!("{config:?}"),
        format!("{:?}", from_file(&text).unwrap())
    );
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn a_mistake_is_one_line_that_names_its_key_and_place() {
    let check = |read: Result<Config, String>, expected: &str| {
        let error = read.unwrap_err();
        assert_eq!(error, expected);
        assert!(!error.contains('\n'));
    };
    check(
        from_file("lisen = 1"),
        "fehlermelder.toml: there is no key `lisen`; did you mean `listen`?",
    );
    check(
        from_file("[mail]\ntrasport = \"smtp\""),
        "fehlermelder.toml: there is no key `mail.trasport`; did you mean `mail.transport`?",
    );
    check(
        from_file("[zzz]\nx = 1"),
        "fehlermelder.toml: there is no key `zzz.x`",
    );
    check(
        from_environment("FEHLERMELDER_MAIL__FORM", "x"),
        "FEHLERMELDER_MAIL__FORM: there is no key `mail.form`; did you mean `mail.from`?",
    );
    check(
        from_environment("FEHLERMELDER_INTAKE__RATE_LIMIT", "many"),
        "FEHLERMELDER_INTAKE__RATE_LIMIT: `intake.rate_limit`: expected an integer, not string \"many\"",
    );
    check(
        from_file("migrate_on_start = \"perhaps\""),
        "fehlermelder.toml: `migrate_on_start`: expected a boolean, not string \"perhaps\"",
    );
    check(
        from_file("[mail]\ntransport = \"pigeon\""),
        "fehlermelder.toml: `mail.transport`: expected \"file\" or \"smtp\"",
    );
    check(
        from_file("[sessions]\nsecond_factor = \"perhaps\""),
        "fehlermelder.toml: `sessions.second_factor`: expected \"off\", \"admins\" or \"everyone\"",
    );
    check(
        from_file("listen = 8080"),
        "fehlermelder.toml: `listen`: expected an address and a port such as 127.0.0.1:8080 or [::]:8080",
    );
    check(
        from_environment("FEHLERMELDER_PUBLIC_URL", "https://a.example/b"),
        "FEHLERMELDER_PUBLIC_URL: `public_url`: expected a URL without a path, a query or a fragment",
    );
    check(
        from_file("[server]\nmax_connections = 0"),
        "fehlermelder.toml: `server.max_connections`: expected a number from 1 to 1000000, not 0",
    );
    check(
        from_file("[mail]\ntransport = \"smtp\""),
        "configuration: `mail.url`: is missing, and mail.transport is \"smtp\"",
    );
    check(
        from_file("mail = 3"),
        "fehlermelder.toml: there is no key `mail`",
    );
}

#[test]
fn a_file_that_is_not_toml_is_refused_without_showing_its_lines() {
    let error = from_file("listen = \"127.0.0.1:1\"\nsecret_key = \"geheim").unwrap_err();
    assert!(
        error.starts_with("fehlermelder.toml: TOML parse error at line 2, column"),
        "{error}"
    );
    assert!(
        !error.contains("geheim") && !error.contains('\n'),
        "{error}"
    );
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let error = Config::load(Some(Path::new("/nonexistent/fehlermelder.toml"))).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("cannot read /nonexistent/fehlermelder.toml: ")
    );
}

#[test]
fn senders_are_mailboxes() {
    let from = |value: &str| from_environment("FEHLERMELDER_MAIL__FROM", value);
    assert_eq!(
        from("Die Redaktion <fehler@blatt.example>")
            .unwrap()
            .mail
            .from
            .to_string(),
        "Die Redaktion <fehler@blatt.example>"
    );
    assert!(from("fehler@blatt.example").is_ok());
    assert!(from("nobody").is_err());
    assert!(from("A\r\nBcc: x <a@b.example>").is_err());
}

#[test]
fn mail_urls_do_not_send_passwords_in_the_clear() {
    let url = |value: &str| from_environment("FEHLERMELDER_MAIL__URL", value);
    for good in [
        "smtps://user:password@relay.example",
        "smtp://user:password@relay.example:587?tls=required",
        "smtp://localhost:1025",
        "smtp://user:password@127.0.0.1:1025",
        "smtp://relay.example",
        "smtp://relay.example?tls=opportunistic",
    ] {
        assert!(url(good).is_ok(), "{good}");
    }
    for bad in [
        "smtp://user:password@relay.example:587",
        "smtp://user:password@relay.example?tls=opportunistic",
        "smtp://relay.example?tls=perhaps",
        "http://relay.example",
        "relay.example:25",
    ] {
        let error = url(bad).unwrap_err();
        assert!(
            error.contains("`mail.url`") && !error.contains("password@"),
            "{error}"
        );
    }
}

#[test]
fn trusted_proxies_are_addresses_or_networks() {
    let proxies = |value: &str| from_environment("FEHLERMELDER_TRUSTED_PROXIES", value);
    assert_eq!(proxies("10.0.0.0/8, ::1").unwrap().trusted_proxies.len(), 2);
    assert_eq!(
        from_file("trusted_proxies = [\"127.0.0.1\"]")
            .unwrap()
            .trusted_proxies
            .len(),
        1
    );
    assert!(
        proxies("10.0.0.0/80")
            .unwrap_err()
            .contains("`trusted_proxies`")
    );
    assert!(from_file("trusted_proxies = 3").is_err());
}

#[test]
fn nothing_secret_is_shown() {
    let config = read(
        "",
        &[
            ("FEHLERMELDER_SECRET_KEY", KEY),
            (
                "FEHLERMELDER_DATABASE_URL",
                "postgres://user:geheim@host/db",
            ),
            ("FEHLERMELDER_MAIL__URL", "smtps://user:geheim@host"),
        ],
    )
    .unwrap();
    let shown = format!(
        "{config:?} {:?}",
        config.load_or_create_secret_key().unwrap()
    );
    assert!(
        !shown.contains("geheim") && !shown.contains("00112233") && !shown.contains("17, 34"),
        "{shown}"
    );
}

#[test]
fn a_secret_may_stand_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("url");
    std::fs::write(&path, "postgres://host/db\n").unwrap();
    let path = path.to_str().unwrap();
    let config = from_environment("FEHLERMELDER_DATABASE_URL_FILE", path).unwrap();
    assert_eq!(config.database_url.expose_secret(), "postgres://host/db");
    assert!(
        from_environment("FEHLERMELDER_MAIL__URL_FILE", "/nonexistent")
            .unwrap_err()
            .contains("mail.url_file")
    );
    let both = [
        ("FEHLERMELDER_DATABASE_URL_FILE", path),
        ("FEHLERMELDER_DATABASE_URL", "sqlite://x"),
    ];
    assert!(read("", &both).unwrap_err().contains("already set by"));
    assert!(from_environment("FEHLERMELDER_LISTEN_FILE", path).is_err());
}

#[test]
fn a_secret_key_is_made_once_and_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fehlermelder.key");
    let config = from_environment("FEHLERMELDER_SECRET_KEY_FILE", path.to_str().unwrap()).unwrap();
    let first = config.load_or_create_secret_key().unwrap();
    assert_eq!(first.expose().len(), 32);
    assert_eq!(
        config.load_or_create_secret_key().unwrap().expose(),
        first.expose()
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no draft is left"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    std::fs::write(&path, "too short").unwrap();
    assert!(
        config
            .load_or_create_secret_key()
            .unwrap_err()
            .to_string()
            .contains("fehlermelder.key")
    );
}
