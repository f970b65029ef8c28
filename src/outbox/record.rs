//! Records: one event, profile update or group update, as the JSON that goes over the wire.

use crate::json;
use crate::outbox::ids::SegmentId;

/// The kinds of record; each has its own path and its own batches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An event, to `/track/`.
    Track,
    /// A profile update, to `/engage/`.
    Engage,
    /// A group update, to `/groups/`.
    Groups,
}

impl Kind {
    /// Every kind, in the order they are sent.
    pub const ALL: [Kind; 3] = [Kind::Track, Kind::Engage, Kind::Groups];

    /// The path of its requests.
    ///
    /// ```
    /// assert_eq!(consentry::Kind::Track.path(), "/track/");
    /// ```
    pub fn path(self) -> &'static str {
        match self {
            Kind::Track => "/track/",
            Kind::Engage => "/engage/",
            Kind::Groups => "/groups/",
        }
    }
}

/// A record. Its ids stand between head and tail once it is signed; sealed, it is all in the head, as
/// it goes over the wire.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    /// What it does, if it is an update.
    pub(crate) operation: Option<Operation>,
    /// The JSON before the ids.
    pub(crate) head: String,
    /// The JSON after the ids.
    pub(crate) tail: String,
    /// When it was made, in milliseconds since 1970.
    pub(crate) at: u64,
    /// Whether the ids stand in the head. They come late, when somebody is known, and the gate lets
    /// the record into the queue.
    pub(crate) signed: bool,
    /// Where it is stored.
    pub(crate) segment: Option<SegmentId>,
    /// Its place among all that this client queued.
    pub(crate) turn: usize,
    /// The purpose it belongs to, by number.
    pub(crate) purpose: u8,
    /// How often it went out with pages that were left before they heard of it.
    pub(crate) tries: u32,
}

impl Record {
    /// An event.
    pub(crate) fn event(head: String, tail: String, at: u64) -> Record {
        Record { kind: Kind::Track, operation: None, head, tail, at, signed: false, segment: None, turn: 0, purpose: 0, tries: 0 }
    }

    /// A profile or group update.
    pub(crate) fn update(kind: Kind, operation: Operation, tail: String, at: u64) -> Record {
        let head = String::from("{");
        Record { kind, operation: Some(operation), head, tail, at, signed: false, segment: None, turn: 0, purpose: 0, tries: 0 }
    }

    /// One that an earlier page stored: as it goes over the wire.
    pub(crate) fn stored(kind: Kind, json: &str, at: u64, segment: SegmentId, purpose: u8) -> Record {
        Record { segment: Some(segment), purpose, ..Record::left(kind, String::from(json), at) }
    }

    /// One that another library left, as it goes over the wire.
    pub(crate) fn left(kind: Kind, head: String, at: u64) -> Record {
        let operation = if kind == Kind::Track { None } else { Operation::of_update(&head) };
        Record { kind, operation, head, tail: String::new(), at, signed: true, segment: None, turn: 0, purpose: 0, tries: 0 }
    }

    pub(crate) fn is_stored(&self) -> bool {
        self.segment.is_some()
    }

    /// Whether it would count twice if the server got it twice. The server knows an event by its id.
    pub(crate) fn accumulates(&self) -> bool {
        self.operation.is_some_and(Operation::accumulates)
    }

    /// Puts the ids in: the token, and for all but groups those of the visitor, as `visitor` writes
    /// them.
    pub(crate) fn sign(&mut self, token: &str, ids: &str) {
        if self.signed {
            return;
        }
        self.signed = true;
        let (first, then) = match self.kind {
            Kind::Track => ("token", ",\""),
            Kind::Engage | Kind::Groups => ("$token", ",\"$"),
        };
        json::push_text(&mut self.head, first, token);
        if self.kind != Kind::Groups {
            self.head.push_str(then);
            self.head.push_str(ids);
        }
    }

    /// Makes it ready to be sent.
    pub(crate) fn seal(&mut self, token: &str, ids: &str) {
        self.sign(token, ids);
        self.head.push_str(&self.tail);
        self.tail = String::new();
    }
}

/// What can be done to a profile or group. Groups have neither `Add` nor `Append`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// Sets properties.
    Set,
    /// Sets properties that are not set yet.
    SetOnce,
    /// Adds to numbers; a negative number subtracts.
    Add,
    /// Appends one value to each list.
    Append,
    /// Merges values into lists that hold each value once.
    Union,
    /// Removes one value from each list.
    Remove,
    /// Removes properties: an array of names.
    Unset,
    /// Removes the whole profile or group.
    Delete,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Operation; 8] = [
        Operation::Set,
        Operation::SetOnce,
        Operation::Add,
        Operation::Append,
        Operation::Union,
        Operation::Remove,
        Operation::Unset,
        Operation::Delete,
    ];

    /// The name on the wire.
    ///
    /// ```
    /// assert_eq!(consentry::Operation::SetOnce.name(), "$set_once");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Operation::Set => "$set",
            Operation::SetOnce => "$set_once",
            Operation::Add => "$add",
            Operation::Append => "$append",
            Operation::Union => "$union",
            Operation::Remove => "$remove",
            Operation::Unset => "$unset",
            Operation::Delete => "$delete",
        }
    }

    /// What the JSON of an update does, if it is one.
    pub(crate) fn of_update(update: &str) -> Option<Operation> {
        let does = |(name, _): (&str, &str)| Operation::ALL.iter().copied().find(|operation| operation.name() == name);
        json::members(update, b'{').find_map(does)
    }

    /// Whether it would count twice if the server got it twice.
    pub(crate) fn accumulates(self) -> bool {
        matches!(self, Operation::Add | Operation::Append)
    }
}
