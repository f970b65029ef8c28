//! Records: one event, profile update or group update, as the JSON that goes over the wire.

use alloc::string::String;
use alloc::vec::Vec;

use crate::clean::{Cleaned, clean};
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
pub(crate) struct Names<'a> {
    pub(crate) blacklist: &'a [String],
    pub(crate) geolocation: bool,
}

impl<'a> Names<'a> {
    pub(crate) fn of(config: &'a Config) -> Names<'a> {
        Names { blacklist: &config.blacklist, geolocation: config.geolocation }
    }

    pub(crate) fn is_reserved(&self, name: &str) -> bool {
        is_listed(RESERVED, name) || (!self.geolocation && is_listed(GEOLOCATION, name))
    }

    pub(crate) fn is_blacklisted(&self, name: &str) -> bool {
        self.blacklist.iter().any(|listed| listed == name)
    }

    /// Checks a property that came from the page: appends its value, cleaned, when it may be kept, and says what there is to complain of.
    pub(crate) fn admit(&self, kind: Kind, name: &str, value: &str, cleaned: &mut String) -> (bool, Option<Code>) {
        if self.is_reserved(name) {
            return (false, Some(Code::ReservedProperty));
        }
        if !json::is_plain(name) {
            return (false, Some(Code::PropertyTrimmed));
        }
        let result = clean(value, cleaned);
        let nested = matches!(value.as_bytes().first(), Some(b'{' | b'['));
        let keep = result != Cleaned::Broken && (!nested || cleaned.len() <= kind.max_nested());
        (keep, (!keep || result == Cleaned::Trimmed).then_some(Code::PropertyTrimmed))
    }
}

/// Properties on their way into one record. What is put first stays: put the strongest layer first.
#[derive(Debug)]
pub(crate) struct Properties<'a> {
    names: Names<'a>,
    kind: Kind,
    seen: Vec<&'a str>,
    /// The members of a JSON object.
    pub(crate) json: String,
}

impl<'a> Properties<'a> {
    pub(crate) fn new(kind: Kind, names: Names<'a>) -> Properties<'a> {
        Properties { names, kind, seen: Vec::new(), json: String::new() }
    }

    /// Puts a value that came from the page; what there is to complain of is reported.
    pub(crate) fn put<P: Platform>(&mut self, platform: &mut P, name: &'a str, value: &str) {
        let mut cleaned = String::new();
        let (keep, complaint) = self.names.admit(self.kind, name, value, &mut cleaned);
        if keep && !self.names.is_blacklisted(name) {
            self.add(platform, json::cut(name), &cleaned);
        }
        if let Some(code) = complaint {
            platform.report(code, name, 0);
        }
    }

    /// Puts values of our own, or such as were cleaned before: the members of a JSON object. Names that begin with `__` are mixpanel-js's
    /// book-keeping and stay behind.
    pub(crate) fn put_all<P: Platform>(&mut self, platform: &mut P, object: &'a str) {
        for (name, value) in json::members(object, b'{').unwrap_or_default() {
            if !name.starts_with("__") && !self.names.is_blacklisted(name) && !self.names.is_reserved(name) {
                self.add(platform, name, value);
            }
        }
    }

    /// Puts a value that may leave, under a name that needs no escape.
    pub(crate) fn add<P: Platform>(&mut self, platform: &mut P, name: &'a str, value: &str) {
        if self.seen.contains(&name) {
            return;
        }
        if self.seen.len() >= self.kind.max_properties() {
            platform.report(Code::PropertyTrimmed, name, 0);
            return;
        }
        self.seen.push(name);
        let start = if self.json.is_empty() { "\"" } else { ",\"" };
        for piece in [start, name, "\":", value] {
            self.json.push_str(piece);
        }
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
    let mut head = String::from("{");
    json::push_text(&mut head, "event", json::cut(name));
    head.push_str(",\"properties\":{");
    let mut tail = String::from(",\"time\":");
    // Seconds with a fraction of milliseconds, as mixpanel-js sends them.
    json::push_number(&mut tail, at / 1_000);
    tail.push('.');
    for place in [100, 10, 1] {
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

/// Names for `$unset`, without the blacklisted: an array of strings.
pub(crate) fn names(value: &str, names: Names<'_>) -> Option<String> {
    let mut out = String::from("[");
    for (_, name) in json::members(value, b'[').filter(|members| !members.is_empty())? {
        let name = json::plain(name)?;
        if !name.is_empty() && !names.is_blacklisted(name) {
            if out.len() > 1 {
                out.push(',');
            }
            json::push_string(&mut out, json::cut(name));
        }
    }
    out.push(']');
    Some(out)
}
