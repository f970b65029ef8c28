//! Consentry: a consent-first analytics core for web pages that speaks Mixpanel's wire protocol.
//!
//! ```
//! use consentry::{Client, FlushId, MemoryPlatform, OptIn, Options, Residency, Status};
//! use std::num::NonZeroU32;
//!
//! # fn main() -> Result<(), consentry::Error> {
//! let mut options = Options::default();
//! options.residency = Residency::Eu;
//! let mut client = Client::new(MemoryPlatform::default(), "TOKEN", &options)?;
//! client.track("Viewed", "{}"); // nobody agreed yet: nothing is kept
//! client.opt_in(&OptIn { via: "banner", ..OptIn::default() });
//! client.track("Signed Up", r#"{"plan":"pro"}"#);
//! client.flush(FlushId(NonZeroU32::MIN));
//! assert_eq!(client.status(), Status::Granted);
//! assert!(client.platform().sent[0].url.starts_with("https://api-eu.mixpanel.com/track/?verbose=1&ip=0&_="));
//! # Ok(())
//! # }
//! ```
//!
//! The core cannot see a browser. It is driven by the calls and inputs of [`Client`] and acts through a
//! [`Platform`]; who may record, store or send is decided by [`decide`], a pure function, and what a
//! decision or the news of one changes by [`State::step`], another. In browsers it is used through the
//! npm package of the same name, or by an application in Rust with the feature `web`.
//!
//! What it does not do: it draws no banner, reads no clock or storage of its own, and never calls
//! Mixpanel's server-side APIs.
//!
//! | module | concern | what it may touch |
//! |---|---|---|
//! | `consent` | what may happen and why; the stored decision and its proof | the two keys of the decision |
//! | `visitor` | ids and super properties | the identity's key |
//! | `event`, `names`, `limits`, `json`, `text` | what a record says, and what a value may be | nothing |
//! | `outbox` | what waits, how it is stored, what goes over the wire | the keys of stored queues |
//! | `timer` | when the client is called next | nothing |
//! | `client` | owns them all, and applies what consent decides | the platform, through the others |
//! | `options`, `project`, `keys`, `residency`, `error` | options, what follows from them, hosts, errors | nothing |
//! | `platform`, `memory` | the door to the host, and a host in memory | |
//! | `hash` | ids that say nobody's name, with the feature `hash` | nothing |
//! | `requests` | people's data retrieved or deleted, on servers alone, with the feature `requests` | no part of the client |
//! | `npm` | the npm package's side in the browser, wasm32 only | the browser |
//! | `web` | the client for web applications in Rust; natively it does nothing | the browser |
//! | `values` | values of a Rust program as JSON within the limits, by serde | nothing |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod consent;
mod error;
mod event;
#[cfg(feature = "hash")]
mod hash;
mod json;
#[doc(hidden)] // for xtask, which makes JavaScript of them
pub mod keys;
pub mod limits;
mod memory;
mod names;
mod options;
mod outbox;
mod platform;
mod project;
#[cfg(feature = "requests-core")]
pub mod requests;
mod residency;
mod text;
mod timer;
mod told;
#[cfg(feature = "serde")]
mod values;
mod visitor;

#[cfg(all(feature = "node", target_arch = "wasm32"))]
pub mod node;
#[cfg(all(feature = "npm", target_arch = "wasm32"))]
pub mod npm;
#[cfg(feature = "web")]
pub mod web;

pub use client::Client;
pub use client::consent::{OptIn, OptOut, VIA};
pub use consent::decision::{Decision, Reading, Recording, Signal, SignalMode, Signals, Source, Status, decide};
pub use consent::epoch::Epoch;
pub use consent::flag::StoredChoice;
#[doc(hidden)] // for xtask, which makes JavaScript of it
pub use consent::history::MOST as MOST_RECORDS;
pub use consent::proof::{ConsentRecord, Decided, Shown};
pub use consent::purposes::{ANALYTICS, Standing};
pub use consent::state::{Circumstances, Input, Open, State, Transition, Write};
pub use consent::view::Consent;
pub use error::{Code, Error};
#[cfg(feature = "hash")]
pub use hash::{Salt, hash_id};
pub use memory::{Health, MemoryPlatform, Notice, Sent};
#[doc(hidden)] // for xtask, which makes JavaScript of them
pub use options::rules;
pub use options::{BatchOptions, BeforeDecision, ConsentOptions, CookieOptions, Options, Persistence, Regime, Routes, SameSite};
pub use outbox::Delivery;
pub use outbox::ids::{FlushId, RequestId, SegmentId};
pub use outbox::lease::{Lock, Message, QueueId};
pub use outbox::record::{Kind, Operation};
pub use outbox::request::Answer;
pub use platform::{Facts, Fault, Platform, Store};
pub use residency::{Api, Residency};
#[cfg(feature = "serde")]
pub use values::Value;
