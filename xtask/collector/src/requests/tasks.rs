//! What was scheduled, and how far it is.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::settings::Settings;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum What {
    Retrieval,
    Deletion,
}

/// A retrieval or deletion that was accepted.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) name: String,
    pub(super) what: What,
    pub(super) ids: Vec<String>,
    pub(super) project: String,
    pub(super) compliance_type: String,
    pub(super) disclosure_type: Option<String>,
    /// By the tasks' clock.
    pub(super) at: u64,
    pub(super) revoked: bool,
}

impl Task {
    pub(super) fn state<'a>(&self, settings: &'a Settings, now: u64) -> &'a str {
        let age = now.saturating_sub(self.at);
        let staging = settings.pending_ms;
        let started = staging.saturating_add(settings.staging_ms);
        let ended = started.saturating_add(settings.started_ms);
        match age {
            _ if self.revoked => "REVOKED",
            age if age < staging => "PENDING",
            age if age < started => "STAGING",
            age if age < ended => "STARTED",
            _ => &settings.end,
        }
    }

    fn runs(&self, settings: &Settings, now: u64) -> bool {
        matches!(self.state(settings, now), "PENDING" | "STAGING" | "STARTED")
    }
}

/// Every task, and how often each id was scheduled.
#[derive(Default)]
pub(super) struct Tasks {
    all: Vec<Task>,
    by_name: HashMap<String, usize>,
    /// The newest deletion of an id in a project.
    deletion_of: HashMap<(String, String), usize>,
    pub(super) retrievals: BTreeMap<String, u32>,
    pub(super) deletions: BTreeMap<String, u32>,
}

impl Tasks {
    pub(super) fn all(&self) -> &[Task] {
        &self.all
    }

    pub(super) fn named(&self, what: What, project: &str, name: &str) -> Option<&Task> {
        let task = self.all.get(*self.by_name.get(name)?)?;
        (task.what == what && task.project == project).then_some(task)
    }

    pub(super) fn export(&self, name: &str) -> Option<&Task> {
        self.all.get(*self.by_name.get(name)?).filter(|task| task.what == What::Retrieval)
    }

    /// The ids of these that have a running deletion, and the tasks it is.
    pub(super) fn running(&self, project: &str, ids: &[String], settings: &Settings, now: u64) -> (Vec<String>, Vec<String>) {
        let (mut conflicting, mut tasks) = (Vec::new(), Vec::new());
        for id in ids {
            let found = self.deletion_of.get(&(project.to_owned(), id.clone())).and_then(|at| self.all.get(*at));
            if let Some(task) = found.filter(|task| task.runs(settings, now)) {
                conflicting.push(id.clone());
                if !tasks.contains(&task.name) {
                    tasks.push(task.name.clone());
                }
            }
        }
        (conflicting, tasks)
    }

    pub(super) fn add(&mut self, task: Task) {
        let at = self.all.len();
        self.by_name.insert(task.name.clone(), at);
        let counts = match task.what {
            What::Retrieval => &mut self.retrievals,
            What::Deletion => &mut self.deletions,
        };
        for id in &task.ids {
            *counts.entry(id.clone()).or_default() += 1;
            if task.what == What::Deletion {
                self.deletion_of.insert((task.project.clone(), id.clone()), at);
            }
        }
        self.all.push(task);
    }

    pub(super) fn revoke(&mut self, name: &str) {
        if let Some(task) = self.by_name.get(name).and_then(|at| self.all.get_mut(*at)) {
            task.revoked = true;
        }
    }
}
