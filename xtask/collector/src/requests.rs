//! The stand-in for the data request API: retrievals and deletions under the GDPR and the CCPA.
//!
//! | file | concern |
//! |---|---|
//! | `settings`, `clock` | what the tests decide |
//! | `tasks` | what was scheduled, and how far it is |
//! | `log` | what arrived |
//! | `api` | from a request to its answer |
//! | `answer` | the shapes of answers |
//! | `export` | the file of a finished retrieval |
//! | `control` | `/_collector/requests` |

mod answer;
mod api;
mod clock;
mod control;
mod export;
mod log;
mod settings;
mod tasks;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use serde::{Deserialize, Serialize};

use crate::server::Shared;
use clock::Clock;
use log::Log;
use settings::Settings;
use tasks::Tasks;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Operation {
    CreateRetrieval,
    RetrievalStatus,
    CreateDeletion,
    DeletionStatus,
    CancelDeletion,
    /// The file of a retrieval.
    Download,
}

/// Everything that is known about data requests.
pub(crate) struct Requests(Mutex<Known>);

#[derive(Default)]
struct Known {
    settings: Settings,
    clock: Clock,
    tasks: Tasks,
    log: Log,
}

impl Requests {
    pub(crate) fn new() -> Self {
        Self(Mutex::default())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new().merge(control::router()).merge(api::router()).merge(export::router())
}
