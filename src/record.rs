//! Records: one event, profile update or group update, as the JSON that goes over the wire.

use alloc::string::String;
use alloc::vec::Vec;

use crate::clean::{Room, clean};
use crate::config::Config;
use crate::error::Code;
use crate::identity::Identity;
use crate::json;
use crate::platform::Platform;
use crate::queue::Segment;

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

    /// Bytes of JSON a list or object value may have.
    fn max_nested(self) -> usize {
        match self {
            Kind::Track => 8 * 1024,
            Kind::Engage | Kind::Groups => 256 * 1024,
        }
    }

    /// Properties a record may have besides ours: an event takes fewer than 255 and seven are ours, a profile 2,000.
    fn max_properties(self) -> usize {
        match self {
            Kind::Track => 247,
            Kind::Engage | Kind::Groups => 2_000,
        }
    }
}

/// Names that are ours to write, or that the server keeps for itself: `$ignore` would make it drop the event without a word.
const RESERVED: &str =
    "token|distinct_id|$device_id|$user_id|$had_persisted_distinct_id|$token|$distinct_id|$ignore|bucket|$bucket|$insert_id|time";

/// Names that tell where the visitor is; with geolocation off they are not forwarded, or the switch would be a lie.
const GEOLOCATION: &str = "ip|$ip|$city|$region|mp_country_code|$country_code|$latitude|$longitude";

/// Whether a name is on a list of names with bars between them.
pub(crate) fn is_listed(list: &str, name: &str) -> bool {
    list.as_bytes().split(|byte| *byte == b'|').any(|listed| listed == name.as_bytes())
}

/// Which names may leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a>(&'a Config);

impl<'a> Names<'a> {
    pub(crate) fn of(config: &'a Config) -> Names<'a> {
        Names(config)
    }

    pub(crate) fn is_reserved(&self, name: &str) -> bool {
        is_listed(RESERVED, name) || (!self.0.geolocation && is_listed(GEOLOCATION, name))
    }

    pub(crate) fn is_blacklisted(&self, name: &str) -> bool {
        self.0.blacklist.iter().any(|listed| listed == name)
    }

    /// Names of ours that may leave; those that begin with `__` are mixpanel-js's book-keeping and stay behind.
    pub(crate) fn may_leave(&self, name: &str) -> bool {
        !name.starts_with("__") && !self.is_blacklisted(name) && !self.is_reserved(name)
    }

    /// Checks a property that came from the page: answers its name and value as they may be kept, and reports what there is to complain of.
    pub(crate) fn admit<'n, 'v, P: Platform>(
        &self,
        platform: &mut P,
        kind: Kind,
        (name, value): (&'n str, &'v str),
        room: &'v mut Room,
    ) -> Option<(&'n str, &'v str)> {
        let reserved = self.is_reserved(name);
        let nested = matches!(value.as_bytes().first(), Some(b'{' | b'['));
        let found = if reserved || !json::is_plain(name) { None } else { clean(value, room) };
        let found = found.filter(|(value, _)| !nested || value.len() <= kind.max_nested());
        if found.is_none_or(|(_, trimmed)| trimmed) {
            platform.report(if reserved { Code::ReservedProperty } else { Code::PropertyTrimmed }, name, 0);
        }
        let (value, _) = found?;
        (!self.is_blacklisted(name)).then(|| (json::cut(name), value))
    }
}

/// Properties on their way into one record. What is put first stays: put the strongest layer first.
#[derive(Debug)]
pub(crate) struct Properties<'a> {
    names: Names<'a>,
    kind: Kind,
    seen: Vec<&'a str>,
    /// The members of a JSON object, or the items of a list.
    pub(crate) json: String,
}

impl<'a> Properties<'a> {
    pub(crate) fn new(kind: Kind, names: Names<'a>) -> Properties<'a> {
        Properties { names, kind, seen: Vec::new(), json: String::new() }
    }

    /// Puts a value that came from the page.
    pub(crate) fn put<P: Platform>(&mut self, platform: &mut P, name: &'a str, value: &str) {
        if let Some((name, value)) = self.names.admit(platform, self.kind, (name, value), &mut Room::default()) {
            self.add(platform, name, value);
        }
    }

    /// Puts a value that may leave, under a name that needs no escape. Without a value it becomes an item of a list of names.
    pub(crate) fn add<P: Platform>(&mut self, platform: &mut P, name: &'a str, value: &str) {
        if self.seen.contains(&name) {
            return;
        }
        if self.seen.len() >= self.kind.max_properties() {
            platform.report(Code::PropertyTrimmed, name, 0);
            return;
        }
        self.seen.push(name);
        self.json.push_str(if self.json.is_empty() { "\"" } else { ",\"" });
        self.json.push_str(name);
        self.json.push_str(if value.is_empty() { "\"" } else { "\":" });
        self.json.push_str(value);
    }
}

/// A record. Its ids stand between head and tail once it is signed; sealed, it is all in the head, as it goes over the wire.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    /// The JSON before the ids.
    pub(crate) head: String,
    /// The JSON after the ids.
    pub(crate) tail: String,
    /// When it was made, in milliseconds since 1970.
    pub(crate) at: u64,
    /// Whether the ids stand in the head. They come late, when somebody is known, and the gate lets the record into the queue.
    pub(crate) signed: bool,
    /// Where it is stored.
    pub(crate) segment: Segment,
}

impl Record {
    pub(crate) fn new(kind: Kind, head: String, tail: String, at: u64) -> Record {
        Record { kind, head, tail, at, signed: false, segment: (0, 0) }
    }

    pub(crate) fn is_stored(&self) -> bool {
        self.segment.1 != 0
    }

    /// Whether it would count twice if the server got it twice: a profile's `$add` and `$append`. What only looks so loses nothing by it.
    pub(crate) fn counts(&self) -> bool {
        self.head.as_bytes().windows(3).any(|bytes| bytes == b"\"$a")
    }

    /// Puts the ids in.
    pub(crate) fn sign(&mut self, token: &str, identity: &Identity) {
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
            self.head.push_str(&identity.ids);
        }
    }

    /// Makes it ready to be sent.
    pub(crate) fn seal(&mut self, token: &str, identity: &Identity) {
        self.sign(token, identity);
        self.head.push_str(&self.tail);
        self.tail = String::new();
    }
}

/// An event.
pub(crate) fn event(name: &str, at: u64, insert_id: &str, properties: &str) -> Record {
    let mut head = json::begun("{");
    json::push_text(&mut head, "event", json::cut(name));
    head.push_str(",\"properties\":{");
    let mut tail = json::begun(",\"time\":");
    // Seconds with a fraction of milliseconds, as mixpanel-js sends them.
    json::push_number(&mut tail, at / 1_000);
    tail.push('.');
    let mut place = 1_000;
    while place > 1 {
        place /= 10;
        json::push_number(&mut tail, at / place % 10);
    }
    json::push_text(&mut tail, "$insert_id", insert_id);
    if !properties.is_empty() {
        tail.push(',');
        tail.push_str(properties);
    }
    tail.push_str("}}");
    Record::new(Kind::Track, head, tail, at)
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
    /// Every operation, in the order of the numbers JavaScript uses.
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
}
