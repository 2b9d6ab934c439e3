//! Reads the file and the environment, refuses what nobody knows, and says where a bad value stands.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;
use std::{fs, io};

use config::{FileFormat, Map, Source, Value, ValueKind};
use serde::de::{self, DeserializeOwned, Visitor};

use super::{
    Config, ConfigError, Database, FILE_VARIABLE, Intake, Log, Mail, Privacy, PublicUrl, Server,
    Sessions, Watch, check,
};

const PREFIX: &str = "FEHLERMELDER_";
/// Keys that must not be shown and may stand in a file of their own. (`secret_key_file` is a key by itself.)
const SECRETS: [&str; 2] = ["database_url", "mail.url"];
const NEVER_SHOWN: [&str; 3] = ["database_url", "mail.url", "secret_key"];

/// Variables of ours that set nothing here: what names the file, and what the tests and CI tell one another. A server
/// that a test starts inherits them.
const NOT_SETTINGS: [&str; 7] = [
    FILE_VARIABLE,
    "FEHLERMELDER_BIN",
    "FEHLERMELDER_ADVISORY_DB",
    "FEHLERMELDER_TEST_POSTGRES_URL",
    "FEHLERMELDER_TEST_POSTGRES_FSYNC",
    "FEHLERMELDER_DEMO_EMAIL",
    "FEHLERMELDER_DEMO_PASSWORD",
];

/// The content of the configuration file.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl File {
    pub(super) fn read(path: PathBuf) -> Result<Self, ConfigError> {
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self { path, text }),
            Err(source) => Err(ConfigError::Read { path, source }),
        }
    }

    pub(super) fn read_if_present(path: PathBuf) -> Result<Option<Self>, ConfigError> {
        match Self::read(path) {
            Err(ConfigError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(None)
            }
            read => read.map(Some),
        }
    }
}

impl Config {
    pub(super) fn from_sources(
        file: Option<File>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut places = Places::default();
        let mut builder = config::Config::builder();
        if let Some(file) = file {
            let place = file.path.display().to_string();
            let table = config::File::from_str(&file.text, FileFormat::Toml)
                .collect()
                .map_err(|error| ConfigError::Syntax {
                    path: file.path,
                    reason: without_the_line(&error),
                })?;
            for key in flat_keys(&table) {
                places.note(key, place.clone())?;
            }
            builder = builder.add_source(config::File::from_str(&file.text, FileFormat::Toml));
        }
        for (key, (variable, value)) in overrides(environment)? {
            places.note(key.clone(), variable)?;
            builder = builder
                .set_override(&key, value)
                .map_err(|error| places.explain(error))?;
        }
        let mut config: Self = builder
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|error| places.explain(error))?;
        if !places.0.contains_key("public_url") {
            config.public_url = PublicUrl::of_address(config.listen);
        }
        check::check(&config).map_err(|(key, reason)| places.value_error(key, reason))?;
        Ok(config)
    }
}

/// What the environment sets: key → (variable, value). Empty variables count as unset, as Compose files leave them.
fn overrides(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<BTreeMap<String, (String, String)>, ConfigError> {
    let mut found = BTreeMap::new();
    for (variable, value) in environment {
        let Some(variable) = variable
            .to_str()
            .filter(|name| name.starts_with(PREFIX))
            .map(str::to_owned)
        else {
            continue;
        };
        if NOT_SETTINGS.contains(&variable.as_str()) || value.is_empty() {
            continue;
        }
        let key = variable[PREFIX.len()..].to_lowercase().replace("__", ".");
        let failed = |reason: String| ConfigError::Value {
            place: variable.clone(),
            key: key.clone(),
            reason,
        };
        let value = value
            .into_string()
            .map_err(|_| failed("expected UTF-8".to_owned()))?;
        let (key, value) = match key
            .strip_suffix("_file")
            .filter(|secret| SECRETS.contains(secret))
        {
            Some(secret) => {
                let text = fs::read_to_string(&value)
                    .map_err(|error| failed(format!("cannot read {value}: {error}")))?;
                (
                    secret.to_owned(),
                    text.trim_end_matches(['\r', '\n']).to_owned(),
                )
            }
            None => (key, value),
        };
        if let Some((other, _)) = found.insert(key.clone(), (variable.clone(), value)) {
            return Err(ConfigError::Value {
                place: variable,
                key,
                reason: format!("already set by {other}"),
            });
        }
    }
    Ok(found)
}

/// Where each key was set.
#[derive(Default)]
struct Places(BTreeMap<String, String>);

impl Places {
    fn note(&mut self, key: String, place: String) -> Result<(), ConfigError> {
        let known = known_keys();
        if !known.contains(&key) {
            let hint = nearest(&key, &known);
            return Err(ConfigError::UnknownKey { place, key, hint });
        }
        self.0.insert(key, place);
        Ok(())
    }

    fn value_error(&self, key: &str, reason: String) -> ConfigError {
        let place = self
            .0
            .get(key)
            .cloned()
            .unwrap_or_else(|| "configuration".to_owned());
        ConfigError::Value {
            place,
            key: key.to_owned(),
            reason,
        }
    }

    fn explain(&self, error: config::ConfigError) -> ConfigError {
        match error {
            config::ConfigError::Type {
                unexpected,
                expected,
                key: Some(key),
                ..
            } => {
                let found = if NEVER_SHOWN.contains(&key.as_str()) {
                    String::new()
                } else {
                    format!(", not {unexpected}")
                };
                self.value_error(&key, one_line(&format!("expected {expected}{found}")))
            }
            config::ConfigError::At {
                error,
                key: Some(key),
                ..
            } => self.value_error(&key, one_line(&error.to_string())),
            error => self.value_error("?", one_line(&error.to_string())),
        }
    }
}

/// All keys there are, with dots between levels. Taken from the structs themselves, so that it cannot lag behind.
pub(super) fn known_keys() -> BTreeSet<String> {
    let sections: [(&str, &[&str]); 8] = [
        ("database", fields::<Database>()),
        ("mail", fields::<Mail>()),
        ("intake", fields::<Intake>()),
        ("server", fields::<Server>()),
        ("log", fields::<Log>()),
        ("privacy", fields::<Privacy>()),
        ("sessions", fields::<Sessions>()),
        ("watch", fields::<Watch>()),
    ];
    let mut keys: BTreeSet<String> = fields::<Config>()
        .iter()
        .map(|&key| key.to_owned())
        .collect();
    for (section, fields) in sections {
        keys.remove(section);
        keys.extend(fields.iter().map(|field| format!("{section}.{field}")));
    }
    keys
}

fn flat_keys(table: &Map<String, Value>) -> Vec<String> {
    let mut keys = Vec::new();
    for (name, value) in table {
        match &value.kind {
            ValueKind::Table(inner) if !inner.is_empty() => {
                keys.extend(
                    flat_keys(inner)
                        .into_iter()
                        .map(|key| format!("{name}.{key}")),
                );
            }
            // An empty section sets nothing, whatever its name.
            ValueKind::Table(_) => {}
            _ => keys.push(name.clone()),
        }
    }
    keys
}

fn nearest(key: &str, known: &BTreeSet<String>) -> Option<String> {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    similar::get_close_matches(key, &known, 1, 0.7)
        .first()
        .map(|&near| near.to_owned())
}

/// The names of a struct's fields, asked of its `Deserialize`.
fn fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut asked = FieldNames(&[]);
    // Always an error: the names are all we came for.
    let _ = T::deserialize(&mut asked);
    asked.0
}

struct FieldNames(&'static [&'static str]);

impl<'de> de::Deserializer<'de> for &mut FieldNames {
    type Error = de::value::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        self.0 = fields;
        Err(de::Error::custom("asked for the names only"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("not a struct"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The first and the last line of what the parser says: place and reason. Between them it shows the line itself.
fn without_the_line(error: &config::ConfigError) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("not TOML").to_owned();
    match lines.next_back() {
        Some(last) => format!("{first}: {last}"),
        None => first,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
