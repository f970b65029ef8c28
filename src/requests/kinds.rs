//! The words of the API.

use core::fmt;

use serde::{Deserialize, Serialize};

/// What is asked of people's data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// A copy of it.
    Retrieve,
    /// Its deletion.
    Delete,
}

/// The law a request is made under.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ComplianceType {
    /// The European regulation, the default.
    #[default]
    Gdpr,
    /// California's act.
    Ccpa,
}

/// What a retrieval under the CCPA discloses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum DisclosureType {
    /// The data itself, the default.
    #[default]
    Data,
    /// The categories of data.
    Categories,
    /// The sources of the data.
    Sources,
}

impl ComplianceType {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            ComplianceType::Gdpr => "GDPR",
            ComplianceType::Ccpa => "CCPA",
        }
    }

    /// The one of this name, in whatever case.
    pub fn named(name: &str) -> Option<ComplianceType> {
        [ComplianceType::Gdpr, ComplianceType::Ccpa].into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
    }
}

impl DisclosureType {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            DisclosureType::Data => "Data",
            DisclosureType::Categories => "Categories",
            DisclosureType::Sources => "Sources",
        }
    }

    /// The one of this name, in whatever case.
    pub fn named(name: &str) -> Option<DisclosureType> {
        let all = [DisclosureType::Data, DisclosureType::Categories, DisclosureType::Sources];
        all.into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
    }
}

/// How far a retrieval or deletion has come.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum JobState {
    /// Taken, and not begun.
    Pending,
    /// Being prepared. The last state in which a deletion can be cancelled.
    Staging,
    /// Running.
    Started,
    /// Finished.
    Success,
    /// Failed.
    Failure,
    /// Cancelled.
    Revoked,
    /// The server knows no such job.
    NotFound,
    /// The server cannot tell.
    Unknown,
    /// A word that is not documented, as the server wrote it.
    Other(String),
}

impl JobState {
    /// The state of this name, in whatever case.
    ///
    /// ```
    /// use consentry::requests::JobState;
    /// assert_eq!(JobState::named("success"), JobState::Success);
    /// assert_eq!(JobState::named("THAWING").name(), "THAWING");
    /// ```
    pub fn named(name: &str) -> JobState {
        match name.to_ascii_uppercase().as_str() {
            "PENDING" => JobState::Pending,
            "STAGING" => JobState::Staging,
            "STARTED" => JobState::Started,
            "SUCCESS" => JobState::Success,
            "FAILURE" => JobState::Failure,
            "REVOKED" => JobState::Revoked,
            "NOT_FOUND" => JobState::NotFound,
            "UNKNOWN" => JobState::Unknown,
            _ => JobState::Other(String::from(name)),
        }
    }

    /// The word on the wire.
    pub fn name(&self) -> &str {
        match self {
            JobState::Pending => "PENDING",
            JobState::Staging => "STAGING",
            JobState::Started => "STARTED",
            JobState::Success => "SUCCESS",
            JobState::Failure => "FAILURE",
            JobState::Revoked => "REVOKED",
            JobState::NotFound => "NOT_FOUND",
            JobState::Unknown => "UNKNOWN",
            JobState::Other(name) => name,
        }
    }

    /// Whether the job will change no more. A state nobody knows may.
    pub fn is_final(&self) -> bool {
        matches!(self, JobState::Success | JobState::Failure | JobState::Revoked | JobState::NotFound)
    }

    /// Whether a deletion in this state can be cancelled.
    pub fn can_cancel(&self) -> bool {
        matches!(self, JobState::Pending | JobState::Staging)
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
