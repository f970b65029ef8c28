//! What each page sees of localStorage. A browser keeps a copy for each process and brings it up to
//! date between tasks, so a page can read for seconds what is no longer there. Its own writes it sees
//! at once, and cookies are the same for all.

use std::collections::{BTreeMap, VecDeque};

use super::Ground;
use super::origin::{FLAG, RECORD, epoch_of};

/// One page's copy.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct View {
    kept: BTreeMap<String, String>,
    /// Changes by others that it does not show yet, and when it may.
    pending: VecDeque<(u64, String, Option<String>)>,
}

impl View {
    fn show(&mut self, until: u64) {
        while let Some((_, key, value)) = self.pending.pop_front_if(|(at, ..)| *at <= until) {
            match value {
                Some(value) => drop(self.kept.insert(key, value)),
                None => drop(self.kept.remove(&key)),
            }
        }
    }
}

/// The copies, where pages have some.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Views {
    /// They come late now.
    pub(crate) late: bool,
    /// They came late at some time in this run.
    pub(crate) ever: bool,
    of: BTreeMap<usize, View>,
}

impl Ground {
    fn page_of(&self, actor: usize) -> usize {
        self.actors.get(actor).map_or(0, |actor| actor.page)
    }

    /// What the page of that client sees.
    pub(crate) fn seen_by(&self, actor: usize) -> &BTreeMap<String, String> {
        let view = self.views.of.get(&self.page_of(actor)).filter(|_| self.views.late);
        view.map_or(&self.origin.local.kept, |view| &view.kept)
    }

    /// Whether the page of that client sees the decision that is stored, as far as it can be seen: in
    /// localStorage, or in a cookie.
    pub(crate) fn sees_decision(&self, actor: usize) -> bool {
        let (seen, kept, jar) = (self.seen_by(actor), &self.origin.local.kept, &self.origin.jar);
        let same = |copy: &BTreeMap<String, String>| [FLAG, RECORD].iter().all(|key| copy.get(*key) == kept.get(*key));
        same(seen) || (jar.readable() && kept.contains_key(FLAG) && same(&jar.kept))
    }

    /// Whether that client cannot see the refusal that is stored, because no cookie tells of it and its
    /// copy of localStorage is late.
    pub(crate) fn is_refusal_unseen(&self, actor: usize) -> bool {
        let told = (self.origin.jar.readable() && self.origin.jar.denies()) || (self.trouble == 0 && self.evidence.overruled == 0);
        self.says_denied() && !told && !self.sees_decision(actor)
    }

    /// Whether that page's copy of localStorage shows an older decision than the cookie beside it.
    pub(crate) fn shows_older(&self, actor: usize) -> bool {
        let epoch = |kept: &BTreeMap<String, String>| kept.get(RECORD).and_then(|record| epoch_of(record)).unwrap_or(0);
        let (seen, jar) = (self.seen_by(actor), &self.origin.jar.kept);
        epoch(seen) < epoch(jar) && (seen.contains_key(RECORD) || !jar.contains_key(FLAG))
    }

    /// Whether it sees the flag that is stored.
    pub(crate) fn sees_flag(&self, actor: usize) -> bool {
        self.seen_by(actor).get(FLAG) == self.origin.local.kept.get(FLAG)
    }

    /// A page opens: it sees what there is.
    pub(crate) fn open_view(&mut self, page: usize) {
        if self.views.late {
            self.views.of.insert(page, View { kept: self.origin.local.kept.clone(), pending: VecDeque::new() });
        }
    }

    /// A page is gone.
    pub(crate) fn close_view(&mut self, page: usize) {
        self.views.of.remove(&page);
    }

    /// A task begins there: what has come until now is shown, or all of it.
    pub(crate) fn refresh_view(&mut self, page: usize, all: bool) {
        let until = if all { u64::MAX } else { self.monotonic };
        if let Some(view) = self.views.of.get_mut(&page) {
            view.show(until);
        }
    }

    /// A client has written, and localStorage took it.
    pub(crate) fn spread(&mut self, actor: usize, key: &str, value: Option<&str>) {
        if !self.views.late {
            return;
        }
        let (here, now) = (self.page_of(actor), self.monotonic);
        for (page, view) in &mut self.views.of {
            if *page == here {
                // What others wrote before is overwritten.
                view.pending.retain(|(_, other, _)| other != key);
                view.pending.push_front((0, key.into(), value.map(String::from)));
                view.show(0);
            } else {
                let last = view.pending.back().map_or(0, |(at, ..)| *at);
                let wait = if self.random.chance(50) { 0 } else { self.random.below(3_000) };
                view.pending.push_back((last.max(now + wait), key.into(), value.map(String::from)));
            }
        }
    }

    /// The world wrote, or nothing is late any more: all pages see what there is.
    pub(crate) fn align_views(&mut self) {
        for view in self.views.of.values_mut() {
            *view = View { kept: self.origin.local.kept.clone(), pending: VecDeque::new() };
        }
    }
}
