//! What the tests decide about the API.

use serde::{Deserialize, Serialize};

/// How answers are shaped: the published file says one thing, older pages another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Shape {
    #[default]
    Published,
    Older,
}

/// The form of a 409, or that there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Conflicts {
    /// The ids and tasks are named.
    #[default]
    Object,
    /// A sentence that names nothing.
    Text,
    /// Ids may be scheduled as often as is asked.
    Off,
}

/// Changed by `PUT /_collector/requests/settings`; what is left out takes its default.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Settings {
    /// The only right bearer token; without it every one is.
    #[serde(skip_serializing)]
    pub(super) bearer: Option<String>,
    /// The project tokens that the bearer may act for; without it every one.
    pub(super) projects: Option<Vec<String>>,
    pub(super) shape: Shape,
    pub(super) conflicts: Conflicts,
    /// Ids in a request.
    pub(super) max_ids: usize,
    /// The least time between two creations; sooner is 429. 0: none.
    pub(super) gap_ms: u64,
    /// The `Retry-After` of such a 429.
    pub(super) retry_after: Option<u32>,
    pub(super) pending_ms: u64,
    pub(super) staging_ms: u64,
    pub(super) started_ms: u64,
    /// What a task ends as.
    pub(super) end: String,
    /// The file of a retrieval.
    pub(super) export_bytes: u64,
    /// Where downloads are redirected to: the address of another collector.
    pub(super) export_redirect: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bearer: None,
            projects: None,
            shape: Shape::default(),
            conflicts: Conflicts::default(),
            max_ids: 2_000,
            gap_ms: 0,
            retry_after: None,
            pending_ms: 2_000,
            staging_ms: 2_000,
            started_ms: 2_000,
            end: "SUCCESS".to_owned(),
            export_bytes: 6_400,
            export_redirect: None,
        }
    }
}
