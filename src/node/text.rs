//! What crosses to JavaScript and back.

use serde_json::{Value, json};

use crate::requests::{Call, Error, Moment, Report};

/// JavaScript's times have fractions, which do not matter, and none is negative.
pub(super) fn moment(clock: f64, wall: f64) -> Moment {
    Moment { clock: clock as u64, wall: wall as u64 }
}

/// A call as JSON.
pub(super) fn shown(call: &Call) -> Value {
    json!({"method": call.method.name(), "url": call.url, "body": call.body})
}

/// A report as JSON.
pub(super) fn report(report: &Report) -> String {
    let tasks: Vec<Value> = report.tasks.iter().map(|task| json!({"task": task.task, "ids": task.ids})).collect();
    json!({
        "scheduled": report.scheduled,
        "alreadyScheduled": report.already_scheduled,
        "repeated": report.repeated,
        "refused": report.plan.refused,
        "duplicates": report.plan.duplicates,
        "ids": report.plan.ids,
        "left": report.left(),
        "tasks": tasks,
    })
    .to_string()
}

/// An error as JSON.
pub(super) fn about(error: &Error) -> Value {
    let conflict = error.conflict.as_ref().map(|conflict| json!({"ids": conflict.ids, "tasks": conflict.tasks}));
    json!({
        "code": error.code(),
        "status": error.status,
        "message": error.to_string(),
        "todo": error.kind.text().1,
        "about": error.about,
        "conflict": conflict,
    })
}

/// An error as it is thrown.
pub(super) fn thrown(error: &Error) -> String {
    about(error).to_string()
}
