//! Fields of a form as `templates/components/fields.html` wants them: one shape for all forms that are a list of fields.

use minijinja::{Value, context};

use crate::{domain::site::Lang, rendering::translate};

/// What is wrong with which fields: the field's name, and the message.
#[derive(Debug, Clone, Default)]
pub struct Faults(Vec<Fault>);

/// A field, the message, and what stands in its sentence.
type Fault = (&'static str, &'static str, Vec<(&'static str, String)>);

impl Faults {
    /// Notes a fault; the first of a field stays.
    pub fn add(&mut self, field: &'static str, message: &'static str) {
        self.add_with(field, message, Vec::new());
    }

    /// As [`Faults::add`], with what stands in the sentence.
    pub fn add_with(
        &mut self,
        field: &'static str,
        message: &'static str,
        told: Vec<(&'static str, String)>,
    ) {
        if !self.0.iter().any(|(known, ..)| *known == field) {
            self.0.push((field, message, told));
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a field, in words.
    #[must_use]
    pub fn words(&self, field: &str, lang: Lang) -> Option<String> {
        self.of(field, lang)
    }

    fn of(&self, field: &str, lang: Lang) -> Option<String> {
        self.0
            .iter()
            .find(|(known, ..)| *known == field)
            .map(|(_, message, told)| {
                let told: Vec<_> = told
                    .iter()
                    .map(|(name, value)| (*name, value.clone().into()))
                    .collect();
                translate(lang, message, &told)
            })
    }
}

/// A form's fields, in the order in which they are shown.
#[derive(Debug)]
pub struct Fields<'a> {
    lang: Lang,
    faults: &'a Faults,
    shown: Vec<Value>,
}

/// A field.
#[derive(Debug, Clone, Default)]
pub struct Field<'a> {
    /// The name of the control, and its id.
    pub name: &'a str,
    /// `text`, `email`, `url`, `number`, `password`, `lines`, `select`, `radio`, `checkbox`, `date`.
    pub kind: &'static str,
    /// Message of the label.
    pub label: &'static str,
    /// The label itself, where it is no message: the name of a site.
    pub label_text: Option<&'a str>,
    /// Message of the hint.
    pub hint: Option<&'static str>,
    /// What it holds.
    pub value: &'a str,
    /// Whether it may stay empty.
    pub optional: bool,
    /// What a browser may fill in (HTML `autocomplete`).
    pub autocomplete: Option<&'static str>,
    /// What may be chosen: value and words.
    pub options: Vec<(String, String)>,
}

impl<'a> Fields<'a> {
    /// None yet.
    #[must_use]
    pub fn new(lang: Lang, faults: &'a Faults) -> Self {
        Self {
            lang,
            faults,
            shown: Vec::new(),
        }
    }

    /// One more.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "a field is written down where it is added, and is good for nothing afterwards"
    )]
    #[must_use]
    pub fn with(mut self, field: Field<'_>) -> Self {
        let say = |id: &str| translate(self.lang, id, &[]);
        let options: Vec<Value> = field
            .options
            .iter()
            .map(|(value, words)| context! { value => value, words => words })
            .collect();
        let error = self.faults.of(field.name, self.lang);
        let first_wrong = error.is_some()
            && !self
                .shown
                .iter()
                .any(|f| !f.get_attr("error").is_ok_and(|e| e.is_none()));
        self.shown.push(context! {
            name => field.name,
            kind => field.kind,
            label => field.label_text.map_or_else(|| say(field.label), str::to_owned),
            hint => field.hint.map(say),
            value => field.value,
            optional => field.optional,
            autocomplete => field.autocomplete,
            options => options,
            error => error,
            first_wrong => first_wrong,
        });
        self
    }

    /// For the template.
    #[must_use]
    pub fn shown(self) -> Value {
        Value::from(self.shown)
    }
}
