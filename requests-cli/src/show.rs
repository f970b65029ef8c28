//! What the caller sees: a bar on a terminal, lines without one, JSON where it is asked for.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use consentry::requests::{Refused, Report, Seal};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

/// Refused ids that are told one by one without JSON.
const TOLD: u64 = 20;

/// Tells how far it is.
pub struct Show {
    json: bool,
    bar: Option<ProgressBar>,
    told: u64,
    last: u64,
}

impl Show {
    /// With a bar where the standard error is a terminal.
    pub fn new(json: bool) -> Show {
        Show { json, bar: None, told: 0, last: u64::MAX }
    }

    /// A line of JSON, or this text on the standard error.
    pub fn say(&self, value: &Value, text: &str) {
        match self.json {
            true => line(value),
            false => eprintln!("{text}"),
        }
    }

    /// An id that is refused.
    pub fn refused(&mut self, place: u64, id: &str, why: Refused) {
        self.told += 1;
        let why = why.to_string();
        if self.json {
            return line(&json!({ "type": "refused", "place": place, "id": id, "reason": why }));
        }
        match self.told {
            ..=TOLD => eprintln!("refused: id {place}, {:?}: {why}", id.chars().take(60).collect::<String>()),
            n if n == TOLD + 1 => eprintln!("refused: more; --json shows all"),
            _ => {}
        }
    }

    /// What the plan is.
    pub fn plan(&self, seal: &Seal, size: usize, seconds: u64) {
        let Seal { batches, ids, duplicates, refused, .. } = seal;
        self.say(
            &json!({ "type": "plan", "ids": ids, "batches": batches, "batchSize": size,
                "duplicates": duplicates, "refused": refused, "seconds": seconds }),
            &format!(
                "plan: {ids} ids in {batches} requests of at most {size}, about {seconds} s; \
                 {duplicates} duplicates left out, {refused} refused"
            ),
        );
    }

    /// How far it is.
    pub fn progress(&mut self, report: &Report) {
        let accounted = report.plan.ids.saturating_sub(report.left());
        if accounted == self.last {
            return;
        }
        self.last = accounted;
        let text = format!("{accounted} of {} ids; {} already scheduled", report.plan.ids, report.already_scheduled);
        if self.json {
            return line(&json!({ "type": "progress", "ids": report.plan.ids, "scheduled": report.scheduled,
                "alreadyScheduled": report.already_scheduled }));
        }
        if !io::stderr().is_terminal() {
            return eprintln!("{text}");
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(report.plan.ids), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} ids, {eta} left {msg}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_position(accounted);
        bar.set_message(format!("({} already scheduled)", report.already_scheduled));
    }

    /// What is left, and how to go on.
    pub fn stopped(&mut self, report: &Report, journal: &Path) {
        if let Some(bar) = self.bar.take() {
            bar.abandon();
        }
        if !self.json {
            let left = report.left();
            eprintln!("stopped: {left} ids are left; go on with: consentry-requests resume {}", journal.display());
        }
    }

    /// What became of the ids.
    pub fn done(&mut self, report: &Report) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let tasks: Vec<Value> = report.tasks.iter().map(|task| json!({ "task": task.task, "ids": task.ids })).collect();
        if self.json {
            return line(&json!({ "type": "done", "scheduled": report.scheduled,
                "alreadyScheduled": report.already_scheduled, "refused": report.plan.refused,
                "duplicates": report.plan.duplicates, "repeated": report.repeated, "tasks": tasks }));
        }
        for task in &report.tasks {
            println!("{}\t{} ids", task.task, task.ids);
        }
        eprintln!(
            "done: {} ids scheduled in {} tasks, {} already scheduled, {} refused",
            report.scheduled,
            report.tasks.len(),
            report.already_scheduled,
            report.plan.refused
        );
        if report.repeated > 0 {
            eprintln!("{} ids were asked for once more, after an answer was lost", report.repeated);
        }
    }
}

/// A reader that has gone away is not worth a panic.
pub fn line(value: &Value) {
    let _ = writeln!(io::stdout().lock(), "{value}");
}
