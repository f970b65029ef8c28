//! Consentry: a consent-first analytics core for web pages that speaks Mixpanel's wire protocol.
//!
//! ```
//! use consentry::{Api, Client, Config, MemoryPlatform, Residency, Status};
//!
//! let mut config = Config::new("TOKEN");
//! config.api_host = Residency::Eu.url(Api::BrowserIngestion);
//! let mut client = Client::new(MemoryPlatform::default(), config);
//! client.track("Viewed", "{}", 0); // nobody agreed yet: nothing is kept
//! client.opt_in("$opt_in", "{}", r#"{"status":"granted","decidedAt":1790000000000,"via":"banner"}"#);
//! client.track("Signed Up", r#"{"plan":"pro"}"#, 0);
//! client.flush(1);
//! assert_eq!(client.status(), Status::Granted);
//! assert!(client.platform().sent[0].url.starts_with("https://api-eu.mixpanel.com/track/?verbose=1&ip=0&_="));
//! ```
//!
//! The core cannot see a browser. It is driven by the calls and inputs of [`Client`] and acts through a [`Platform`]; who may record,
//! store or send is decided by [`decide`], a pure function. In browsers it is used through the npm package of the same name.
//!
//! What it does not do: it draws no banner, reads no clock or storage of its own, and never calls Mixpanel's server-side APIs.
//!
//! | module | concern |
//! |---|---|
//! | `decide`, `status`, `signals` | what may happen, and why |
//! | `flag`, `stores` | the stored decision and where it is kept |
//! | `config`, `residency`, `error` | options, hosts, errors |
//! | `identity`, `record`, `clean` | who, what a record says, and what a value may be |
//! | `queue`, `stored`, `delivery` | what waits, what of it is stored, and what goes over the wire |
//! | `client`, `recording`, `sending` | one client, where it all meets |
//! | `platform`, `memory` | the door to the host, and a host in memory |
//! | `npm` | the npm package in the browser, wasm32 and feature `npm` only |

extern crate alloc;

mod clean;
mod client;
mod config;
mod decide;
mod delivery;
mod error;
mod flag;
mod identity;
mod json;
mod memory;
mod platform;
mod queue;
mod record;
mod recording;
mod residency;
mod sending;
mod signals;
mod status;
mod stored;
mod stores;

#[cfg(all(feature = "npm", target_arch = "wasm32"))]
pub mod npm;

pub use client::Client;
pub use config::Config;
pub use decide::{Decision, Reading, Recording, decide};
pub use error::{Code, Error};
pub use memory::{Health, MemoryPlatform, Notice, Sent};
pub use platform::{Facts, Fault, Platform};
pub use record::{Kind, Operation};
pub use residency::{Api, Residency};
pub use signals::{Signal, SignalMode, Signals};
pub use status::{Source, Status};
pub use stores::Store;
