//! Hosts of one domain and their cookies, which know who wrote them and how. Something can happen
//! elsewhere between any two things that a client does with them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use consentry::{Client, Fault, MemoryPlatform, OptIn, OptOut, Options, Platform, Status, Store};

use super::{IDENTITY, TOKEN};

/// Where a cookie stands: a host, or a domain with a dot before it; and whether it is partitioned.
pub type Place = (&'static str, bool);

/// The domain of all hosts.
pub const DOMAIN: &str = ".shop.example";

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cookie {
    pub place: Place,
    pub key: String,
    pub value: String,
}

/// What is to happen before a host call.
type Event = Box<dyn FnOnce(&Jar)>;

/// The cookies of a browser, in the order in which they were made.
#[derive(Clone, Default)]
pub struct Jar {
    pub cookies: Rc<RefCell<Vec<Cookie>>>,
    /// What each host has in localStorage.
    local: Rc<RefCell<BTreeMap<&'static str, BTreeMap<String, String>>>>,
    /// After so many accesses.
    meanwhile: Rc<RefCell<Option<(usize, Event)>>>,
}

impl Jar {
    /// Writes a cookie there, or removes it.
    pub fn put(&self, place: Place, key: &str, value: Option<&str>) {
        let mut cookies = self.cookies.borrow_mut();
        let found = cookies.iter().position(|cookie| cookie.place == place && cookie.key == key);
        match (found, value) {
            (Some(at), Some(value)) => cookies[at].value = value.into(),
            (Some(at), None) => drop(cookies.remove(at)),
            (None, Some(value)) => cookies.push(Cookie { place, key: key.into(), value: value.into() }),
            (None, None) => {}
        }
    }

    /// The values that a key has on a host.
    pub fn values(&self, host: &str, key: &str) -> Vec<String> {
        let seen = |cookie: &&Cookie| cookie.key == key && [host, DOMAIN].contains(&cookie.place.0);
        self.cookies.borrow().iter().filter(seen).map(|cookie| cookie.value.clone()).collect()
    }

    /// What stands in one place.
    pub fn at(&self, place: Place, key: &str) -> Option<String> {
        let found = |cookie: &&Cookie| cookie.place == place && cookie.key == key;
        self.cookies.borrow().iter().find(found).map(|cookie| cookie.value.clone())
    }

    /// What happens before the access after so many.
    pub fn meanwhile(&self, after: usize, event: impl FnOnce(&Jar) + 'static) {
        *self.meanwhile.borrow_mut() = Some((after, Box::new(event)));
    }

    /// Whether it has happened.
    pub fn happened(&self) -> bool {
        self.meanwhile.borrow().is_none()
    }

    fn accessed(&self) {
        let due = match &mut *self.meanwhile.borrow_mut() {
            Some((0, _)) => true,
            Some((after, _)) => {
                *after -= 1;
                false
            }
            None => false,
        };
        if due && let Some((_, event)) = self.meanwhile.take() {
            event(self);
        }
    }

    /// A page of a host whose cookies are written there; `options` are those of a client.
    pub fn visit(&self, host: &'static str, today: Place, options: &str) -> Client<Page> {
        let page = Page { jar: self.clone(), host, today, page: MemoryPlatform::default() };
        Client::new(page, TOKEN, &Options::from_json(options).unwrap()).unwrap()
    }

    /// What a page of that host would say of the consent.
    pub fn status(&self, host: &'static str, options: &str) -> Status {
        let (cookies, local) = (self.cookies.borrow().clone(), self.local.borrow().clone());
        let copy = Jar { cookies: Rc::new(RefCell::new(cookies)), local: Rc::new(RefCell::new(local)), meanwhile: Rc::default() };
        copy.visit(host, (host, false), options).status()
    }
}

/// The host of one page.
pub struct Page {
    pub jar: Jar,
    pub host: &'static str,
    pub today: Place,
    pub page: MemoryPlatform,
}

impl Page {
    fn places(&self) -> [Place; 4] {
        [(self.host, false), (self.host, true), (DOMAIN, false), (DOMAIN, true)]
    }

    fn put(&self, key: &str, value: Option<&str>, places: &[Place]) {
        self.jar.accessed();
        if let Some(value) = value {
            self.jar.put(self.today, key, Some(value));
        }
        if value.is_none() || self.jar.values(self.host, key).len() > 1 {
            places.iter().filter(|place| value.is_none() || **place != self.today).for_each(|place| self.jar.put(*place, key, None));
        }
    }
}

/// A decision of a page.
pub fn decide(client: &mut Client<Page>, granted: bool) {
    if granted {
        client.opt_in(&OptIn { event: "", via: "banner", ..OptIn::default() });
    } else {
        client.opt_out(&OptOut { via: "banner", ..OptOut::default() });
    }
}

impl Platform for Page {
    rest_by_page!();

    fn now(&self) -> u64 {
        self.page.now
    }

    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        self.jar.accessed();
        if store == Store::Local {
            return Ok(self.jar.local.borrow().get(self.host).and_then(|local| local.get(key).cloned()));
        }
        let values = self.jar.values(self.host, key);
        Ok((!values.is_empty()).then(|| values.join("\n")))
    }

    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        match (store, value) {
            (Store::Cookie, _) => {
                let own = key == IDENTITY && self.today.0 != DOMAIN;
                self.put(key, value, &self.places()[..if own { 2 } else { 4 }]);
            }
            (Store::Local, Some(value)) => drop(self.jar.local.borrow_mut().entry(self.host).or_default().insert(key.into(), value.into())),
            (Store::Local, None) => drop(self.jar.local.borrow_mut().entry(self.host).or_default().remove(key)),
        }
    }

    fn renew(&mut self, key: &str, value: &str) {
        self.jar.accessed();
        if self.jar.values(self.host, key).iter().any(|found| found == value) {
            self.jar.accessed(); // a browser compares and writes in two steps
            let stands = |place: &&Place| self.jar.at(**place, key).is_some();
            let place = [self.today].into_iter().chain(self.places()).find(|place| stands(&place));
            self.jar.put(place.unwrap_or(self.today), key, Some(value));
        }
    }

    fn keys(&self, prefix: &str) -> String {
        let local = self.jar.local.borrow();
        let keys = local.get(self.host).into_iter().flat_map(BTreeMap::keys);
        keys.filter(|key| key.starts_with(prefix)).map(|key| format!("{key}\n")).collect()
    }

    fn wake_after(&mut self, milliseconds: Option<u32>) {
        self.page.wake_after(milliseconds);
    }
}
