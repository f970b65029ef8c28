//! Data requests: people's data retrieved or deleted for the GDPR and the CCPA. For servers only: the
//! bearer token they need must never reach a page.
//!
//! The core does no IO. [`Project`] makes a [`Call`] of what is asked, and what came back goes to
//! [`created`], [`retrieval`], [`deletion`] or [`cancelled`]. A [`Sender`] takes a whole plan through:
//! it says what to write, send or wait for, and is told what came of it, the time and the chance.
//! [`Replay`] reads what an earlier process wrote.
//!
//! With the feature `requests` there is IO beside it: `Plan`, `Journal` and `Client`.
//!
//! | file | concern |
//! |---|---|
//! | `token`, `kinds`, `error` | the bearer token, the words of the API, what can go wrong |
//! | `ids` | which ids are refused, how many go into a request |
//! | `call`, `answer` | what is sent, and what an answer says |
//! | `record`, `replay` | the lines of the journal, and what they add up to |
//! | `pace` | when the next request may go |
//! | `parts`, `sender` | one batch, and all of them |
//! | `sort`, `plan`, `journal`, `client`, `download` | what does IO |

mod answer;
mod call;
#[cfg(all(feature = "requests", not(target_arch = "wasm32")))]
mod client;
mod deadline;
#[cfg(all(feature = "requests", not(target_arch = "wasm32")))]
mod download;
mod error;
mod ids;
#[cfg(all(feature = "requests", not(target_arch = "wasm32")))]
mod journal;
mod kinds;
mod pace;
mod parts;
#[cfg(all(feature = "requests", not(target_arch = "wasm32")))]
mod plan;
mod record;
mod replay;
mod sender;
#[cfg(all(feature = "requests", not(target_arch = "wasm32")))]
mod sort;
mod token;

pub use answer::{Created, Deletion, Retrieval, cancelled, created, deletion, retrieval};
pub use call::{Call, Method, Project};
#[cfg(all(feature = "requests", not(target_arch = "wasm32")))]
pub use client::Client;
pub use deadline::{Deadline, Warning};
#[cfg(all(feature = "requests", not(target_arch = "wasm32")))]
pub use download::{Downloaded, Links, PlainLinks};
pub use error::{Code, Conflict, Error};
pub use ids::{Refused, batch_size, refused};
#[cfg(all(feature = "requests", not(target_arch = "wasm32")))]
pub use journal::Journal;
pub use kinds::{ComplianceType, DisclosureType, JobState, Operation};
pub use pace::{Moment, Pace};
#[cfg(all(feature = "requests", not(target_arch = "wasm32")))]
pub use plan::Plan;
pub use record::{Head, Record, Seal};
pub use replay::{Replay, Report, Task};
pub use sender::{Next, Sender};
pub use token::Token;
