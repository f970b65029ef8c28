//! Updates of the visitor's profile, and of groups.

use serde::Serialize;

use crate::error::Code;
use crate::outbox::record::Operation;
use crate::values;
use crate::web::calls::Kind;
use crate::web::client::Client;
use crate::web::page::{self, Core};
use crate::web::short::properties;

/// The head of an example.
macro_rules! example {
    ($receiver:literal, $call:literal) => {
        concat!(
            "```\nuse consentry::{Options, web::{Client, properties}};\n# fn main() -> Result<(), consentry::Error> {\n",
            "let client = Client::start(\"TOKEN\", Options::default())?;\nclient.",
            $receiver,
            ".",
            $call,
            ";\n# let _ = properties();\n# Ok(())\n# }\n```"
        )
    };
}

/// What can be done to the profile of the identified user. Before `identify`, up to 1,000 updates
/// wait for it in memory.
///
/// ```
/// use consentry::{Options, web::Client};
/// # fn main() -> Result<(), consentry::Error> {
/// let people = Client::start("TOKEN", Options::default())?.people();
/// people.set("$email", &"ada@example.com");
/// people.append("orders", &7);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct People {
    pub(super) client: Client,
    pub(super) purpose: Option<&'static str>,
}

/// What can be done to a group. Nothing happens unless records are kept or held at the moment.
///
/// ```
/// use consentry::{Options, web::Client};
/// # fn main() -> Result<(), consentry::Error> {
/// let company = Client::start("TOKEN", Options::default())?.group("company", "acme");
/// company.set_once("since", &2026);
/// company.unset(&["trial"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    pub(super) client: Client,
    pub(super) key: String,
    pub(super) id: String,
    pub(super) purpose: Option<&'static str>,
}

impl People {
    /// The same, its updates for another purpose than `analytics`, one of the option
    /// [`purposes`](crate::ConsentOptions::purposes); of any other name nothing is recorded
    /// (`invalid_argument`).
    ///
    #[doc = example!("people()", r#"for_purpose("functional").set("theme", &"calm")"#)]
    pub fn for_purpose(self, purpose: &'static str) -> People {
        People { purpose: Some(purpose), ..self }
    }

    fn update(self, operation: Operation, operand: String) {
        page::call(self.client.number, Kind::Records, move |core| {
            if is_for(core, self.purpose, operation) {
                core.profile(operation, &operand);
            }
        });
    }
}

impl Group {
    /// The same, its updates for another purpose, as [`People::for_purpose`].
    ///
    #[doc = example!(r#"group("company", "acme")"#, r#"for_purpose("functional").set("plan", &"pro")"#)]
    pub fn for_purpose(self, purpose: &'static str) -> Group {
        Group { purpose: Some(purpose), ..self }
    }

    fn update(&self, operation: Operation, operand: String) {
        let Group { client, key, id, purpose } = self.clone();
        page::call(client.number, Kind::Records, move |core| {
            if is_for(core, purpose, operation) {
                core.group(operation, &operand, &key, &id);
            }
        });
    }
}

/// Whether the site has the purpose that the next record is of; one that it has not is told of.
fn is_for(core: &mut Core, purpose: Option<&str>, operation: Operation) -> bool {
    let Some(name) = purpose else { return true };
    let found = core.purpose(name);
    match found {
        Some(purpose) => core.for_purpose(purpose),
        None => core.found_wrong(Code::InvalidArgument, operation.name()),
    }
    found.is_some()
}

macro_rules! updates {
    ($type:ty, $receiver:literal) => {
        impl $type {
            /// Sets a property.
            ///
            #[doc = example!($receiver, r#"set("plan", &"pro")"#)]
            pub fn set<T: Serialize + ?Sized>(&self, name: &str, value: &T) {
                self.set_all(&properties().and(name, value));
            }

            /// Sets properties.
            ///
            #[doc = example!($receiver, r#"set_all(&properties().and("plan", &"pro").and("seats", &3))"#)]
            pub fn set_all<P: Serialize + ?Sized>(&self, properties: &P) {
                self.update_with(Operation::Set, "set", properties);
            }

            /// Sets a property that is not set yet.
            ///
            #[doc = example!($receiver, r#"set_once("first seen", &"2026-11-27")"#)]
            pub fn set_once<T: Serialize + ?Sized>(&self, name: &str, value: &T) {
                self.set_all_once(&properties().and(name, value));
            }

            /// Sets those properties that are not set yet.
            ///
            #[doc = example!($receiver, r#"set_all_once(&properties().and("first seen", &"2026-11-27"))"#)]
            pub fn set_all_once<P: Serialize + ?Sized>(&self, properties: &P) {
                self.update_with(Operation::SetOnce, "setOnce", properties);
            }

            /// Adds values, texts and numbers, to a list that holds each value once.
            ///
            #[doc = example!($receiver, r#"union("interests", &["ski", "sea"])"#)]
            pub fn union<T: Serialize + ?Sized>(&self, name: &str, values: &T) {
                self.update_with(Operation::Union, "union", &properties().and(name, values));
            }

            /// Removes one value from a list.
            ///
            #[doc = example!($receiver, r#"remove("interests", &"ski")"#)]
            pub fn remove<T: Serialize + ?Sized>(&self, name: &str, value: &T) {
                self.update_with(Operation::Remove, "remove", &properties().and(name, value));
            }

            /// Removes properties.
            ///
            #[doc = example!($receiver, r#"unset(&["plan", "seats"])"#)]
            pub fn unset(&self, names: &[&str]) {
                if page::records(self.client.number) {
                    self.update(Operation::Unset, values::names(names.iter().copied()));
                }
            }

            /// Deletes all of it.
            ///
            #[doc = example!($receiver, "delete()")]
            pub fn delete(&self) {
                if page::records(self.client.number) {
                    self.update(Operation::Delete, String::from("{}"));
                }
            }

            fn update_with<P: Serialize + ?Sized>(&self, operation: Operation, call: &str, properties: &P) {
                if page::records(self.client.number) {
                    self.update(operation, self.client.object(properties, call));
                }
            }
        }
    };
}

updates!(People, "people()");
updates!(Group, r#"group("company", "acme")"#);

impl People {
    /// Adds to a number; a negative number subtracts.
    ///
    #[doc = example!("people()", r#"increment("visits", 1)"#)]
    pub fn increment(self, name: &str, by: impl Into<f64>) {
        self.update_with(Operation::Add, "increment", &properties().and(name, &by.into()));
    }

    /// Appends a value to a list.
    ///
    #[doc = example!("people()", r#"append("orders", &7)"#)]
    pub fn append<T: Serialize + ?Sized>(self, name: &str, value: &T) {
        self.update_with(Operation::Append, "append", &properties().and(name, value));
    }
}
