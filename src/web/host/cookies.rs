//! Cookies: their attributes, the search for a domain, and where one can stand that was written in
//! another way.

use core::cell::RefCell;

use js_sys::decode_uri_component;

use crate::options::{CookieOptions, SameSite};
use crate::platform::Fault;
use crate::web::host::js;
use crate::web::host::percent::encode;

#[derive(Default)]
struct Memory {
    on: bool,
    text: Option<String>,
}

thread_local! {
    static MEMORY: RefCell<Memory> = const { RefCell::new(Memory { on: false, text: None }) };
}

/// From now on what the browser said is remembered, or no more.
pub fn remember(on: bool) {
    MEMORY.set(Memory { on, text: None });
}

fn forget() {
    MEMORY.with_borrow_mut(|memory| memory.text = None);
}

/// All cookies, as the browser gives them.
fn all() -> Result<String, Fault> {
    if let Some(text) = MEMORY.with_borrow(|memory| memory.text.clone()) {
        return Ok(text);
    }
    let text = js::of_document("cookie").and_then(|cookies| cookies.as_string()).ok_or(Fault)?;
    MEMORY.with_borrow_mut(|memory| memory.text = memory.on.then(|| text.clone()));
    Ok(text)
}

/// The names that a key can have in a cookie: as it is, which is mixpanel-js's, where no browser takes
/// it for something else, and encoded.
fn names_of(key: &str) -> Vec<String> {
    let encoded = encode(key);
    let is_name = !key.starts_with(' ') && key.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"%;=".contains(&byte));
    if key != encoded && is_name { vec![String::from(key), encoded] } else { vec![encoded] }
}

/// The values under a key, one a line: cookies can share a name, of several domains or partitions.
pub fn read(key: &str) -> Result<Option<String>, Fault> {
    let all = all()?;
    let starts: Vec<String> = names_of(key).into_iter().map(|name| name + "=").collect();
    let mut values: Option<String> = None;
    for pair in all.split("; ") {
        for start in &starts {
            let Some(value) = pair.strip_prefix(start.as_str()) else { continue };
            let value = decoded(value);
            match &mut values {
                None => values = Some(value),
                Some(values) => {
                    values.push('\n');
                    values.push_str(&value);
                }
            }
        }
    }
    Ok(values)
}

fn decoded(value: &str) -> String {
    if !value.contains('%') {
        return String::from(value);
    }
    decode_uri_component(value).map_or_else(|_| String::from(value), String::from)
}

/// Where a cookie stands: its name, its domain, or none for the host alone, and its other attributes.
struct Place {
    name: String,
    domain: String,
    way: String,
}

/// How a client's cookies are written.
#[derive(Debug)]
pub struct Cookies {
    options: CookieOptions,
    /// The key of the identity, which may be a sibling's.
    identity: String,
    /// The domain to write for, once it was looked for.
    domain: RefCell<Option<String>>,
}

impl Cookies {
    /// Cookies by these options.
    pub fn new(options: CookieOptions, identity: String) -> Cookies {
        Cookies { options, identity, domain: RefCell::new(None) }
    }

    /// Writes a value, or removes the key. Another cookie of the name, written in another way, would
    /// stand beside it and could contradict it: it goes. But the identity may be a sibling's where it is
    /// of a domain that the options are not for.
    pub fn write(&self, key: &str, value: Option<&str>) {
        let today = self.today(key);
        if let Some(value) = value {
            self.assign(&today, value);
            if !read(key).is_ok_and(|found| found.is_some_and(|found| found.contains('\n'))) {
                return;
            }
        }
        let ours = self.options.domain.as_deref().map(|domain| domain.strip_prefix('.').unwrap_or(domain).to_lowercase());
        for place in places(key) {
            let is_ours = match &ours {
                Some(ours) => place.domain.ends_with(ours),
                None => self.options.cross_subdomain,
            };
            if place.domain.is_empty() || key != self.identity || is_ours {
                remove(&place);
            }
        }
        if let Some(value) = value {
            self.assign(&today, value);
        }
    }

    /// Writes a cookie again that has this value still. The browser does not say where it stands: that is
    /// where it becomes no second one.
    pub fn renew(&self, key: &str, value: &str) {
        let found = || -> Vec<String> {
            forget();
            let values = read(key).ok().flatten();
            values.iter().flat_map(|values| values.split('\n')).map(String::from).collect()
        };
        let before = found();
        if !before.iter().any(|one| one == value) {
            return;
        }
        for place in core::iter::once(self.today(key)).chain(places(key)) {
            self.assign(&place, value);
            if found().len() == before.len() {
                return;
            }
            remove(&place);
        }
    }

    fn assign(&self, place: &Place, value: &str) {
        assign(place, value, self.options.expires_days);
    }

    /// Where a client writes a cookie.
    fn today(&self, key: &str) -> Place {
        let domain = self.domain.borrow().clone();
        let domain = domain.unwrap_or_else(|| {
            let found = self.find_domain();
            self.domain.replace(Some(found.clone()));
            found
        });
        Place { name: names_of(key).swap_remove(0), domain, way: self.way() }
    }

    /// The attributes. Browsers take SameSite=None and Partitioned only together with Secure.
    fn way(&self) -> String {
        let CookieOptions { same_site, secure, partitioned, .. } = &self.options;
        let secure = *same_site == SameSite::None || *partitioned || secure.unwrap_or_else(|| js::of_location("protocol") == "https:");
        let parts = [(true, "; SameSite="), (true, same_site.name()), (secure, "; Secure"), (*partitioned, "; Partitioned")];
        parts.iter().filter(|(wanted, _)| *wanted).map(|(_, part)| *part).collect()
    }

    /// The domain to write cookies for. Browsers refuse public suffixes, so each candidate is tried and
    /// read back; an empty text is the host alone.
    fn find_domain(&self) -> String {
        let candidates = match &self.options.domain {
            Some(domain) => vec![String::from(domain.strip_prefix('.').unwrap_or(domain))],
            None if self.options.cross_subdomain => domains().into_iter().rev().collect(),
            None => Vec::new(),
        };
        // No token or prefix can have the quote.
        let probe = "consentry\"probe";
        let mut tried = candidates.into_iter().filter(|domain| {
            let place = Place { name: String::from(probe), domain: domain.clone(), way: self.way() };
            assign(&place, "1", 1);
            let found = read(probe);
            remove(&place);
            matches!(found, Ok(Some(_)))
        });
        tried.next().unwrap_or_default()
    }
}

/// Wherever a cookie can have been written: by some attributes alone a page reaches it in a frame,
/// partitioned, or without TLS. Last the widest domain, which may be one that no cookie can have.
fn places(key: &str) -> Vec<Place> {
    let mut all = Vec::new();
    for name in names_of(key) {
        for domain in core::iter::once(String::new()).chain(domains()) {
            for way in ["; SameSite=Lax", "; SameSite=None; Secure", "; SameSite=None; Secure; Partitioned"] {
                all.push(Place { name: name.clone(), domain: domain.clone(), way: String::from(way) });
            }
        }
    }
    all
}

fn remove(place: &Place) {
    assign(place, "", 0);
}

/// Writes a cookie. Max-Age needs no clock and no calendar.
fn assign(place: &Place, value: &str, days: u32) {
    forget();
    let Place { name, domain, way } = place;
    let at = if domain.is_empty() { "" } else { "; Domain=" };
    let seconds = u64::from(days) * 86_400;
    js::set_of_document("cookie", &format!("{name}={}; Path=/; Max-Age={seconds}{at}{domain}{way}", encode(value)));
}

/// The domains this host shares with its siblings, widest last: `www.shop.co.uk`, `shop.co.uk`,
/// `co.uk`. An address in numbers has none.
fn domains() -> Vec<String> {
    let host = js::of_location("hostname");
    let mut all = Vec::new();
    if host.ends_with(|last: char| last.is_ascii_lowercase()) {
        let mut rest = host.as_str();
        while let Some((_, parent)) = rest.split_once('.') {
            all.push(String::from(parent));
            rest = parent;
        }
    }
    all
}
