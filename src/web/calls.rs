//! The calls of an application, as they are kept until they can be made.

#[cfg(target_arch = "wasm32")]
use crate::client::Client;
use crate::client::consent::{OptIn, OptOut};
use crate::consent::proof::Shown;
use crate::json;
use crate::options::rules::NAME;
#[cfg(target_arch = "wasm32")]
use crate::platform::Platform;

/// What a call is about, where it waits for the page to be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))] // where there is no page nothing waits
pub enum Kind {
    /// It makes a record.
    Records,
    /// It names the visitor; nobody where it makes the visitor somebody new.
    Names(String),
    /// It tells of something wrong.
    Complains,
    /// Somebody waits for its end.
    Flush,
    /// The visitor agrees.
    OptIn,
    /// The visitor refuses.
    OptOut,
    /// The decision is forgotten.
    Forgets,
    /// The site has another default.
    Defaults,
    /// Another one.
    Other,
}

/// A grant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// See [`OptIn`].
    pub event: String,
    /// See [`OptIn`].
    pub properties: String,
    /// See [`OptIn`].
    pub via: String,
    /// See [`OptIn`].
    pub purposes: Option<Vec<String>>,
    /// See [`OptIn`].
    pub saw: Saw,
}

/// What the visitor saw, see [`Shown`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Saw([String; 3]);

impl Saw {
    fn of(shown: Shown<'_>) -> Saw {
        // What JSON would write otherwise, or is no short text, says nothing.
        let short = |text: &str| if NAME.fits(text) && json::is_plain(text) { String::from(text) } else { String::new() };
        Saw([shown.policy_fingerprint, shown.language, shown.region].map(short))
    }

    #[cfg(target_arch = "wasm32")]
    fn shown(&self) -> Shown<'_> {
        let Saw([policy_fingerprint, language, region]) = self;
        Shown { policy_fingerprint, language, region }
    }
}

impl Grant {
    pub fn of(choice: OptIn<'_>) -> Grant {
        let OptIn { event, properties, via, purposes, shown } = choice;
        let [event, properties, via] = [event, properties, via].map(String::from);
        Grant { event, properties, via, purposes: purposes.map(<[String]>::to_vec), saw: Saw::of(shown) }
    }

    #[cfg(target_arch = "wasm32")]
    pub fn make<P: Platform>(&self, core: &mut Client<P>) {
        let Grant { event, properties, via, purposes, saw } = self;
        core.opt_in(&OptIn { event, properties, via, purposes: purposes.as_deref(), shown: saw.shown() });
    }
}

/// A refusal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// See [`OptOut`].
    pub delete_profile: bool,
    /// See [`OptOut`].
    pub via: String,
    /// See [`OptOut`].
    pub purposes: Option<Vec<String>>,
    /// See [`OptOut`].
    pub saw: Saw,
}

impl Refusal {
    pub fn of(choice: OptOut<'_>) -> Refusal {
        let OptOut { delete_profile, via, purposes, shown } = choice;
        Refusal { delete_profile, via: String::from(via), purposes: purposes.map(<[String]>::to_vec), saw: Saw::of(shown) }
    }

    #[cfg(target_arch = "wasm32")]
    pub fn make<P: Platform>(&self, core: &mut Client<P>) {
        let Refusal { delete_profile, via, purposes, saw } = self;
        core.opt_out(&OptOut { delete_profile: *delete_profile, via, purposes: purposes.as_deref(), shown: saw.shown() });
    }
}
