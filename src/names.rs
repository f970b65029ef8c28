//! Which names may leave, and the properties that bear them.

use crate::error::Code;
use crate::json;
use crate::limits::{MAX_NESTED, MAX_PROPERTIES, clean};
use crate::outbox::record::{Kind, Operation};
use crate::project::Project;
use crate::text;

/// What there is to tell the page of: the code, and the name it is about.
pub(crate) type Complaints = Vec<(Code, String)>;

/// Bytes of JSON a list or object value may have.
fn max_nested(kind: Kind) -> usize {
    match kind {
        Kind::Track => 8 * 1024,
        Kind::Engage | Kind::Groups => MAX_NESTED,
    }
}

/// Properties a record may have besides ours: an event takes fewer than 255 and seven are ours, a
/// profile 2,000.
pub(crate) fn max_properties(kind: Kind) -> usize {
    match kind {
        Kind::Track => 247,
        Kind::Engage | Kind::Groups => MAX_PROPERTIES,
    }
}

/// Names that are ours to write, or that the server keeps for itself: `$ignore` would make it drop the
/// event without a word.
const RESERVED: &str = "token|distinct_id|$device_id|$user_id|$had_persisted_distinct_id|$token|$distinct_id|$ignore|bucket|$bucket|$insert_id|time|$people_distinct_id";

/// Of these, what an event that is whole has.
const OURS: &str = "token|distinct_id|$device_id|$user_id|$had_persisted_distinct_id|$insert_id|time";

/// Names that tell where the visitor is; with geolocation off they are not forwarded, or the switch
/// would be a lie.
const GEOLOCATION: &str = "ip|$ip|$city|$region|mp_country_code|$country_code|$latitude|$longitude";

/// Whether a name is on a list of names with bars between them.
pub(crate) fn is_listed(list: &str, name: &str) -> bool {
    let mut rest = list;
    while !rest.is_empty() {
        if text::until(&mut rest, b'|') == name {
            return true;
        }
    }
    false
}

/// Which names may leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a>(&'a Project);

impl<'a> Names<'a> {
    pub(crate) fn of(project: &'a Project) -> Names<'a> {
        Names(project)
    }

    pub(crate) fn is_reserved(&self, name: &str) -> bool {
        is_listed(RESERVED, name)
            || self.0.options.consent.stamp.as_deref() == Some(name)
            || (!self.0.options.geolocation && is_listed(GEOLOCATION, name))
    }

    pub(crate) fn is_blacklisted(&self, name: &str) -> bool {
        // Long ones are compared as they would be sent.
        self.0.options.property_blacklist.iter().any(|listed| json::cut(listed) == json::cut(name))
    }

    /// Names of ours that may leave; those that begin with `__` are mixpanel-js's book-keeping and stay
    /// behind.
    pub(crate) fn may_leave(&self, name: &str) -> bool {
        !name.starts_with("__") && !self.is_blacklisted(name) && !self.is_reserved(name)
    }

    /// A whole record that came from elsewhere, with what of it may leave; nothing where it is none.
    pub(crate) fn cleared(&self, kind: Kind, record: &str) -> Option<String> {
        let mut out = String::from("{");
        let all = json::members(record, b'{');
        if !all.more {
            return None;
        }
        for (name, value) in all {
            if name == "properties" || Operation::ALL.iter().any(|operation| operation.name() == name && value.starts_with('{')) {
                let mut inside = String::from("{");
                for (name, value) in json::members(value, b'{') {
                    let mut room = String::new();
                    let own = is_listed(OURS, name) && kind == Kind::Track;
                    if json::is_plain(name)
                        && (own || !(self.is_reserved(name) || self.is_blacklisted(name)))
                        && let Some((value, _)) = clean(value, &mut room)
                    {
                        json::push_member(&mut inside, json::cut(name), value);
                    }
                }
                inside.push('}');
                json::push_member(&mut out, name, &inside);
            } else if json::is_plain(name) && (self.0.options.geolocation || !is_listed(GEOLOCATION, name)) {
                json::push_member(&mut out, name, clean(value, &mut String::new())?.0);
            }
        }
        out.push('}');
        Some(out)
    }

    /// Checks a property that came from the page: answers its name and value as they may be kept.
    pub(crate) fn admit<'n, 'v>(
        &self,
        complaints: &mut Complaints,
        kind: Kind,
        (name, value): (&'n str, &'v str),
        room: &'v mut String,
    ) -> Option<(&'n str, &'v str)> {
        let reserved = self.is_reserved(name);
        let nested = matches!(value.as_bytes().first(), Some(b'{' | b'['));
        let found = if reserved || !json::is_plain(name) { None } else { clean(value, room) };
        let found = found.filter(|(value, _)| !nested || value.len() <= max_nested(kind));
        if found.is_none_or(|(_, trimmed)| trimmed) {
            complaints.push((if reserved { Code::ReservedProperty } else { Code::PropertyTrimmed }, String::from(name)));
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
    /// Something had to be left out because there was no room, which is told once.
    full: bool,
    /// The members of a JSON object, or the items of a list.
    pub(crate) json: String,
}

impl<'a> Properties<'a> {
    pub(crate) fn new(kind: Kind, names: Names<'a>) -> Properties<'a> {
        Properties { names, kind, seen: Vec::new(), full: false, json: String::new() }
    }

    /// Puts a value that came from the page.
    pub(crate) fn put(&mut self, complaints: &mut Complaints, name: &'a str, value: &str) {
        if self.full {
            return;
        }
        if let Some((name, value)) = self.names.admit(complaints, self.kind, (name, value), &mut String::new()) {
            self.add(complaints, name, value);
        }
    }

    /// Puts a value that may leave, under a name that needs no escape. Without a value it becomes an item
    /// of a list of names.
    pub(crate) fn add(&mut self, complaints: &mut Complaints, name: &'a str, value: &str) {
        if self.full || self.seen.contains(&name) {
            return;
        }
        if self.seen.len() >= max_properties(self.kind) {
            self.full = true;
            complaints.push((Code::PropertyTrimmed, String::from(name)));
            return;
        }
        self.seen.push(name);
        self.json.push_str(if self.json.is_empty() { "\"" } else { ",\"" });
        self.json.push_str(name);
        self.json.push_str(if value.is_empty() { "\"" } else { "\":" });
        self.json.push_str(value);
    }
}
