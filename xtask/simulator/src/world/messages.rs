//! News between pages: what clients say on the channel of the origin, what the browser tells of
//! changed keys, and answers about locks.

use consentry::{Client, Message};

use super::World;
use super::task::MANY;
use crate::cover::Met;
use crate::ground::origin::{FLAG, IDENTITY, Key, QUEUES};
use crate::host::{Context, Host};

/// Something to be heard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum News {
    /// A client said it.
    Said(Message),
    /// The browser tells that a key of that kind was changed, or any.
    Stored(Option<Key>),
}

/// News on its way to a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Letter {
    pub(crate) to: usize,
    pub(crate) news: News,
}

impl News {
    /// What a client that hears of it is to learn.
    pub(super) fn context(self) -> Context {
        match self {
            News::Said(Message::Changed | Message::Refused(_)) | News::Stored(Some(Key::Decision) | None) => Context::Heard,
            News::Said(Message::Asks(_) | Message::Has(_)) | News::Stored(Some(_)) => Context::Other,
        }
    }

    pub(super) fn tell(self, client: &mut Client<Host>) {
        match self {
            News::Said(message) => client.heard(message),
            News::Stored(None) => client.storage_changed(None),
            News::Stored(Some(Key::Decision)) => client.storage_changed(Some(FLAG)),
            News::Stored(Some(Key::Queue)) => client.storage_changed(Some(&format!("{QUEUES}1_1"))),
            News::Stored(Some(Key::History | Key::Identity | Key::Leftover | Key::Foreign)) => client.storage_changed(Some(IDENTITY)),
        }
    }

    /// Whether it is about whose queue is whose. Then it is not lost: pages that live hear it soon.
    fn is_about_queues(self) -> bool {
        matches!(self, News::Said(Message::Asks(_) | Message::Has(_)))
    }
}

impl World {
    /// The other pages are to hear of it, sooner or later or never.
    pub(crate) fn tell_others(&mut self, except: usize, news: News) {
        let World { tabs, messages, letters, ground, .. } = self;
        if matches!(news, News::Said(_)) && tabs.get(except).is_some_and(|tab| tab.mute) {
            return;
        }
        for (_, tab) in tabs.iter().enumerate().filter(|(at, tab)| *at != except && !tab.away) {
            let letter = Letter { to: tab.number, news };
            if news.is_about_queues() {
                let last = letters.last().map_or(0, |(at, _)| *at);
                letters.push((last.max(ground.monotonic + ground.random.below(300)), letter));
            } else if messages.iter().filter(|other| **other == letter).count() < 2 {
                messages.push(letter);
            }
        }
    }

    /// One message arrives.
    pub(crate) fn deliver(&mut self, at: usize) {
        if at < self.messages.len() {
            let letter = self.messages.remove(at);
            self.hear(letter);
        }
    }

    /// The next word about queues arrives.
    pub(super) fn deliver_letter(&mut self) {
        if !self.letters.is_empty() {
            let (_, letter) = self.letters.remove(0);
            self.hear(letter);
        }
    }

    pub(super) fn hear(&mut self, Letter { to, news }: Letter) {
        if let Some(tab) = self.tabs.iter().position(|tab| tab.number == to && !tab.away) {
            self.ground.stirred = self.ground.monotonic;
            self.ground.note(|| format!("    page {to} hears: {news:?}"));
            // The browser tells of a key when the page sees it.
            self.ground.refresh_view(to, matches!(news, News::Stored(_)));
            self.input(tab, news.context(), |client| news.tell(client));
        }
    }

    /// A page hears nothing any more.
    pub(super) fn forget_letters(&mut self, page: usize) {
        self.messages.retain(|letter| letter.to != page);
        self.letters.retain(|(_, letter)| letter.to != page);
    }

    /// The next request for a lock is answered.
    pub(crate) fn answer_lock(&mut self) {
        let Some((actor, queue, lock)) = self.ground.locks.answer() else { return };
        let Some(place) = self.place_of(actor) else { return };
        self.ground.note(|| format!("    c{actor} hears of the lock of queue {}: {lock:?}", queue.get()));
        self.begin_task(place.0);
        self.act(place, Context::Other, |client| client.locked(queue, lock));
        self.end_task(place);
    }

    /// Where nothing is late, messages and answers arrive now.
    pub(crate) fn catch_up(&mut self) {
        let mut turns = 0;
        // Where there are no locks each client asks all others for each queue, and all hear the answers.
        let clients: usize = self.tabs.iter().map(|tab| tab.slots.len()).sum();
        let most = 10 * MANY * (1 + clients as u64);
        while turns <= most {
            if !self.messages.is_empty() {
                self.deliver(0);
            } else if !self.letters.is_empty() {
                self.deliver_letter();
            } else if self.ground.locks.next().is_some() {
                self.answer_lock();
            } else {
                break;
            }
            turns += 1;
        }
        self.ground.check_end(turns, most, || String::from("tabs tell each other the same without end"));
    }

    /// A client took over a queue: counted, so that one can see that it happens.
    pub(super) fn note_adoptions(&mut self, place: (usize, usize)) {
        let Some(slot) = self.slot(place) else { return };
        let host = slot.client.platform();
        let actor = host.actor;
        for (queue, records, holder) in host.took_over.take() {
            self.cover().met(Met::Adoption);
            if records {
                self.cover().met(Met::AdoptionOfRecords);
            }
            self.ground.note(|| format!("      c{actor} takes over queue {}", queue.get()));
            self.ground.check_owner(actor, queue, holder);
        }
    }
}
