//! Templates and catalogues: everything that people read is made here, from `templates/` and `locales/` in the binary, or from
//! the operator's folder where it holds a template of the same name. A leaf: knows nothing of what it renders.

mod kept;

use std::{
    borrow::Cow,
    collections::HashMap,
    hash::Hash,
    path::PathBuf,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use fluent_templates::{
    LanguageIdentifier, Loader,
    fluent_bundle::{
        FluentValue,
        types::{FluentNumber, FluentNumberOptions},
    },
    langid,
};
use jiff::{Timestamp, tz::TimeZone};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior,
    value::{Enumerator, Kwargs, Object, Value, ValueKind},
};
use rust_embed::RustEmbed;

use self::kept::Kept;
use crate::domain::{
    clean::mark_invisible,
    clock::{Clock, DAY, HOUR, MINUTE, UnixMillis},
    site::Lang,
};

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "de",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

#[derive(RustEmbed)]
#[folder = "templates/"]
#[exclude = "demo/magazine/images/*"]
struct BuiltIn;

static GERMAN: LanguageIdentifier = langid!("de");
static ENGLISH: LanguageIdentifier = langid!("en");

/// One rendering may cost so much; a template gone astray ends there.
const FUEL: u64 = 10_000_000;

/// Why a page or a mail could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the template {name} cannot be rendered: {source:#}")]
pub struct RenderError {
    name: String,
    source: Error,
}

/// Sentences that are said over and over: those without a name, and those with one small whole number. As they stand in the
/// catalogues they never change while the program runs.
#[derive(Default)]
struct Said(RwLock<HashMap<String, Value>>);

/// The most sentences that are kept for a language.
const MOST_SAID: usize = 10_000;

static SAID: LazyLock<[Said; 2]> = LazyLock::new(Default::default);

impl Said {
    fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::De => &SAID[0],
            Lang::En => &SAID[1],
        }
    }

    /// The sentence under that key, or what `say` comes to.
    fn once(&self, key: &str, say: impl FnOnce() -> Option<String>) -> Option<Value> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(said) = known.get(key) {
            return Some(said.clone());
        }
        drop(known);
        let said = Value::from(say()?);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_SAID {
            known.insert(key.to_owned(), said.clone());
        }
        Some(said)
    }
}

/// What stands for a name in a sentence: words, or a number, whose plural is chosen by its language.
pub type Argument = FluentValue<'static>;

/// A sentence of the catalogues.
///
/// An id that no catalogue has is a fault of ours and shows as itself; a test looks for it.
#[must_use]
pub fn translate(lang: Lang, id: &str, arguments: &[(&'static str, Argument)]) -> String {
    if arguments.is_empty() {
        let said = Said::of(lang).once(id, || LOCALES.try_lookup(identifier(lang), id));
        return said.map_or_else(|| id.to_owned(), |said| said.to_string());
    }
    let arguments: HashMap<Cow<'static, str>, FluentValue> = arguments
        .iter()
        .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
        .collect();
    LOCALES
        .try_lookup_with_args(identifier(lang), id, &arguments)
        .unwrap_or_else(|| id.to_owned())
}

fn identifier(lang: Lang) -> &'static LanguageIdentifier {
    match lang {
        Lang::De => &GERMAN,
        Lang::En => &ENGLISH,
    }
}

/// The template engine.
#[derive(Clone)]
pub struct Renderer {
    environment: Arc<Environment<'static>>,
    kept: Arc<Kept>,
    clock: Arc<dyn Clock>,
}

impl Renderer {
    /// An engine that looks for templates in `overrides` first. `asset` gives the address of a style sheet or script by its name.
    #[must_use]
    pub fn new(
        clock: Arc<dyn Clock>,
        overrides: Option<PathBuf>,
        asset: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let mut environment = Environment::new();
        environment.set_loader(move |name| Ok(load(overrides.as_deref(), name)));
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| {
            if std::path::Path::new(name)
                .extension()
                .is_some_and(|e| e == "html")
            {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        environment.set_fuel(Some(FUEL));
        environment.add_function("t", message);
        environment.add_function("asset", move |name: &str| {
            asset(name).ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidOperation,
                    format!("there is no asset {name}"),
                )
            })
        });
        let kept = Arc::new(Kept::default());
        let parts = Arc::clone(&kept);
        environment.add_function("part", move |state: &State, name: &str, of: Kwargs| {
            part(state, &parts, name, &of)
        });
        environment.add_filter("marks", |text: &str| mark_invisible(text));
        environment.add_filter("iso", |ms: i64| timestamp(ms).to_string());
        environment.add_filter("local", local);
        let now = Arc::clone(&clock);
        environment.add_filter("ago", move |state: &State, ms: i64| {
            ago(language(state), now.now(), ms)
        });
        Self {
            environment: Arc::new(environment),
            kept,
            clock,
        }
    }

    /// Renders a template.
    ///
    /// # Errors
    /// [`RenderError`] when there is none of that name, or its context lacks something.
    pub fn render(&self, name: &str, context: &Value) -> Result<String, RenderError> {
        let render = || {
            let template = self.environment.get_template(name)?;
            template.render(Root::of(context))
        };
        render().map_err(|source| RenderError {
            name: name.to_owned(),
            source,
        })
    }

    /// Renders a template as a part of a page, once for what it is made of: `of` must tell all that `context` does. A page in English
    /// is not made of the same as one in German, and "an hour ago" not of the same as "two hours ago".
    ///
    /// # Errors
    /// As for [`Renderer::render`].
    pub fn part(
        &self,
        name: &str,
        of: &impl Hash,
        context: impl FnOnce() -> Value,
    ) -> Result<Value, RenderError> {
        self.kept
            .part(&(name, of), || self.render(name, &context()))
    }

    /// A moment as pages say it: how long ago it was, or in how long it will be.
    #[must_use]
    pub fn ago(&self, lang: Lang, ms: UnixMillis) -> String {
        ago(lang, self.clock.now(), ms)
    }
}

fn load(overrides: Option<&std::path::Path>, name: &str) -> Option<String> {
    if let Some(folder) = overrides {
        let safe = name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..");
        if safe && let Ok(text) = std::fs::read_to_string(folder.join(name)) {
            return Some(text);
        }
    }
    BuiltIn::get(name).and_then(|file| String::from_utf8(file.data.into_owned()).ok())
}

fn language(state: &State) -> Lang {
    state
        .lookup("lang")
        .and_then(|lang| lang.as_str().and_then(Lang::parse))
        .unwrap_or(Lang::De)
}

#[allow(clippy::needless_pass_by_value, reason = "the form minijinja asks for")]
fn message(state: &State, id: &str, arguments: Kwargs) -> Result<Value, Error> {
    let lang = language(state);
    let mut values: HashMap<Cow<'static, str>, FluentValue> = HashMap::new();
    let mut key = Some(Cow::Borrowed(id));
    for (count, name) in arguments.args().enumerate() {
        let value: Value = arguments.get(name)?;
        let small = i64::try_from(value.clone()).ok();
        key = match small.filter(|n| value.is_integer() && count == 0 && n.abs() <= 1_000) {
            Some(number) => key.map(|id| Cow::Owned(format!("{id} {name}={number}"))),
            None => None,
        };
        let value = match value.kind() {
            ValueKind::Number => FluentValue::Number(FluentNumber::new(
                f64::try_from(value).unwrap_or_default(),
                FluentNumberOptions::default(),
            )),
            _ => FluentValue::String(value.to_string().into()),
        };
        values.insert(Cow::Owned(name.to_owned()), value);
    }
    let say = || LOCALES.try_lookup_with_args(identifier(lang), id, &values);
    let said = match key {
        Some(key) => Said::of(lang).once(&key, say),
        None => say().map(Value::from),
    };
    said.ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("the catalogues have no {id}"),
        )
    })
}

/// The context of a page, under one roof: the engine looks there for every name, those of functions too.
#[derive(Debug)]
struct Root(HashMap<Arc<str>, Value>);

impl Root {
    fn of(context: &Value) -> Value {
        let Ok(names) = context.try_iter() else {
            return context.clone();
        };
        let entries = names.filter_map(|name| {
            let value = context.get_item(&name).ok()?;
            Some((Arc::from(name.as_str()?), value))
        });
        Value::from_object(Self(entries.collect()))
    }
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_str()?).cloned()
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.get(key).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.0.keys().map(|name| Value::from(Arc::clone(name)));
        Enumerator::Values(names.collect())
    }
}

/// `part(name, a=…, b=…)`: a template that is given these values and the language and nothing else, so that it is made of nothing else
/// and can be kept. The clock is no value: what says how long ago something was does not belong there.
fn part(state: &State, kept: &Kept, name: &str, of: &Kwargs) -> Result<Value, Error> {
    let lang = language(state).as_str();
    let mut given: Vec<(&str, Value)> = vec![("lang", Value::from(lang))];
    for name in of.args() {
        given.push((name, of.get(name)?));
    }
    kept.part(&(name, &given), || {
        let template = state.env().get_template(name)?;
        template.render(Value::from_pairs(given.iter().cloned()))
    })
}

fn timestamp(ms: UnixMillis) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// In the zone that is named, else in the page's.
fn local(state: &State, ms: i64, zone: Option<&str>) -> String {
    let of_page = state.lookup("time_zone");
    let zone = zone.or_else(|| of_page.as_ref().and_then(Value::as_str));
    local_moment(language(state), zone.unwrap_or("Europe/Berlin"), ms)
}

/// A moment in words, in a time zone.
#[must_use]
pub fn local_moment(lang: Lang, zone: &str, ms: UnixMillis) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let moment = timestamp(ms).to_zoned(zone);
    let month = translate(lang, &format!("month-{}", moment.month()), &[]);
    translate(
        lang,
        "moment-local",
        &[
            ("day", moment.day().to_string().into()),
            ("month", month.into()),
            ("year", moment.year().to_string().into()),
            ("hour", moment.hour().to_string().into()),
            ("minute", format!("{:02}", moment.minute()).into()),
        ],
    )
}

fn ago(lang: Lang, now: UnixMillis, ms: UnixMillis) -> String {
    let (past, distance) = (ms <= now, (now - ms).abs());
    let (unit, count) = match distance {
        d if d < MINUTE => return translate(lang, "ago-now", &[]),
        d if d < HOUR => ("minutes", d / MINUTE),
        d if d < DAY => ("hours", d / HOUR),
        d => ("days", d / DAY),
    };
    let id = if past {
        format!("ago-{unit}")
    } else {
        format!("ago-in-{unit}")
    };
    let said = Said::of(lang).once(&format!("{id} count={count}"), || {
        Some(translate(lang, &id, &[("count", count.into())]))
    });
    said.map(|said| said.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_said_in_both_languages() {
        let ms = 1_795_425_900_000;
        assert_eq!(
            local_moment(Lang::De, "Europe/Berlin", ms),
            "23. November 2026, 10:25 Uhr"
        );
        assert_eq!(
            local_moment(Lang::En, "Europe/Berlin", ms),
            "23 November 2026, 10:25"
        );
        assert_eq!(ago(Lang::De, ms, ms - 3 * DAY), "vor 3 Tagen");
        assert_eq!(ago(Lang::De, ms, ms + HOUR), "in einer Stunde");
        assert_eq!(ago(Lang::En, ms, ms - 61_000), "a minute ago");
        assert_eq!(ago(Lang::De, ms, ms - 5), "gerade eben");
    }

    #[test]
    fn both_catalogues_have_the_same_messages() {
        for folder in std::fs::read_dir("locales/de").unwrap() {
            let german = folder.unwrap().path();
            let english = std::path::Path::new("locales/en").join(german.file_name().unwrap());
            let keys = |path: &std::path::Path| -> Vec<String> {
                std::fs::read_to_string(path)
                    .unwrap()
                    .lines()
                    .filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()))
                    .filter_map(|l| l.split_once('=').map(|(key, _)| key.trim().to_owned()))
                    .collect()
            };
            assert_eq!(keys(&german), keys(&english), "{}", german.display());
        }
    }
}
