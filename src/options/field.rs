//! The values of options: how each kind is read from JSON, and whether it has the form its rule asks
//! for.

use crate::consent::decision::{SignalMode, Status};
use crate::json;
use crate::options::choices::{BeforeDecision, Persistence, SameSite};
use crate::options::form::Form;
use crate::platform::Store;
use crate::residency::Residency;

/// Where the value of an option is kept.
pub(super) trait Field {
    /// Takes a value as JSON writes it; false when it has not that form.
    fn read(&mut self, form: Form, json: &str) -> bool;

    /// Whether the value has that form.
    fn fits(&self, form: Form) -> bool;
}

/// A choice among a few words.
pub(super) trait Word: Copy + 'static {
    const ALL: &'static [Self];
    fn word(self) -> &'static str;
}

pub(super) fn words<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|one| one.word()).collect()
}

macro_rules! word {
    ($($name:ident),*) => {
        $(impl Word for $name {
            const ALL: &'static [$name] = &$name::ALL;
            fn word(self) -> &'static str {
                self.name()
            }
        })*
    };
}

word!(Residency, Persistence, Status, BeforeDecision, Store, SignalMode, SameSite);

impl<W: Word> Field for W {
    fn read(&mut self, _: Form, json: &str) -> bool {
        let known = json::plain(json).and_then(|text| W::ALL.iter().find(|one| one.word() == text));
        if let Some(one) = known {
            *self = *one;
        }
        known.is_some()
    }

    fn fits(&self, _: Form) -> bool {
        true
    }
}

impl Field for bool {
    fn read(&mut self, _: Form, json: &str) -> bool {
        *self = json == "true";
        *self || json == "false"
    }

    fn fits(&self, _: Form) -> bool {
        true
    }
}

impl Field for u32 {
    fn read(&mut self, form: Form, json: &str) -> bool {
        let is_whole = json.bytes().all(|byte| byte.is_ascii_digit());
        *self = if is_whole { u32::try_from(json::whole(json, 0)).unwrap_or(0) } else { 0 };
        self.fits(form)
    }

    fn fits(&self, form: Form) -> bool {
        matches!(form, Form::UpTo(most) if (1..=most).contains(self))
    }
}

impl Field for String {
    fn read(&mut self, form: Form, json: &str) -> bool {
        let Some(text) = json::plain(json) else { return false };
        *self = String::from(text);
        self.fits(form)
    }

    fn fits(&self, form: Form) -> bool {
        matches!(form, Form::Text(form) if form.fits(self))
    }
}

impl Field for Vec<String> {
    fn read(&mut self, form: Form, json: &str) -> bool {
        let texts = json::texts(json);
        let read = texts.is_some();
        *self = texts.unwrap_or_default();
        read && self.fits(form)
    }

    fn fits(&self, _: Form) -> bool {
        self.iter().all(|text| json::is_plain(text))
    }
}

impl<F: Field + Default> Field for Option<F> {
    fn read(&mut self, form: Form, json: &str) -> bool {
        self.insert(F::default()).read(form, json)
    }

    fn fits(&self, form: Form) -> bool {
        self.as_ref().is_none_or(|value| value.fits(form))
    }
}
