//! The values of options: how each kind is read from JSON, and whether it has the form its rule asks
//! for.

use crate::consent::decision::{SignalMode, Status};
use crate::json;
use crate::options::choices::{BeforeDecision, Persistence, SameSite};
use crate::options::form::Form;
use crate::platform::Store;
use crate::residency::Residency;

/// Where the value of an option is kept.
pub(super) enum Field<'a> {
    /// One of a few words.
    Word(&'a mut dyn Word),
    /// True or false.
    Flag(&'a mut bool),
    /// True or false, if it is given.
    MaybeFlag(&'a mut Option<bool>),
    /// A number.
    Number(&'a mut u32),
    /// A number, if it is given.
    MaybeNumber(&'a mut Option<u32>),
    /// A text.
    Text(&'a mut String),
    /// A text, if it is given.
    MaybeText(&'a mut Option<String>),
    /// A list of texts.
    List(&'a mut Vec<String>),
}

/// A choice among a few words.
pub(super) trait Word {
    /// Takes the choice of that number.
    fn take(&mut self, number: usize);
}

/// The words of a choice, each by its number.
pub(super) trait Words {
    const WORDS: &'static [&'static str];
}

macro_rules! word {
    ($($name:ident: $($one:ident)*,)*) => {
        $(impl Word for $name {
            fn take(&mut self, number: usize) {
                *self = $name::ALL.get(number).copied().unwrap_or(*self);
            }
        }

        impl Words for $name {
            const WORDS: &'static [&'static str] = {
                let [$($one),*] = $name::ALL;
                &[$($one.name()),*]
            };
        })*
    };
}

word! {
    Residency: a b c,
    Persistence: a b c,
    Status: a b c,
    BeforeDecision: a b,
    Store: a b,
    SignalMode: a b c,
    SameSite: a b c,
}

impl Field<'_> {
    /// Takes a value as JSON writes it; false when it has not that form.
    pub(super) fn read(self, form: Form, json: &str) -> bool {
        match self {
            Field::Word(word) => {
                let (Form::OneOf(words), Some(text)) = (form, json::plain(json)) else { return false };
                let Some(number) = words.iter().position(|word| *word == text) else { return false };
                word.take(number);
                true
            }
            Field::Flag(flag) => {
                *flag = json == "true";
                *flag || json == "false"
            }
            Field::MaybeFlag(flag) => Field::Flag(flag.insert(false)).read(form, json),
            Field::Number(number) => {
                let is_whole = json.bytes().all(|byte| byte.is_ascii_digit());
                *number = if is_whole { json::whole(json, 0).min(u32::MAX.into()) as u32 } else { 0 };
                is_number(form, *number)
            }
            Field::MaybeNumber(number) => Field::Number(number.insert(0)).read(form, json),
            Field::Text(text) => {
                *text = String::from(json::plain(json).unwrap_or_default());
                json.starts_with('"') && is_text(form, text)
            }
            Field::MaybeText(text) => Field::Text(text.insert(String::new())).read(form, json),
            Field::List(list) => json::texts(json).map(|texts| *list = texts).is_some(),
        }
    }

    /// Whether the value has that form.
    pub(super) fn fits(self, form: Form) -> bool {
        match self {
            Field::Word(_) | Field::Flag(_) | Field::MaybeFlag(_) => true,
            Field::Number(number) => is_number(form, *number),
            Field::MaybeNumber(number) => number.is_none_or(|number| is_number(form, number)),
            Field::Text(text) => is_text(form, text),
            Field::MaybeText(text) => text.as_ref().is_none_or(|text| is_text(form, text)),
            Field::List(list) => list.iter().all(|text| json::is_plain(text)),
        }
    }
}

fn is_number(form: Form, number: u32) -> bool {
    matches!(form, Form::UpTo(most) if (1..=most).contains(&number))
}

fn is_text(form: Form, text: &str) -> bool {
    matches!(form, Form::Text(form) if form.fits(text))
}
