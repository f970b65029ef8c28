//! What is true about every record, whatever the clients believe: who made it, under which consent,
//! and what became of it.

use std::collections::BTreeMap;

use crate::checks::Cause;
use crate::checks::whose::Whose;
use crate::text;

/// How the last request with a record ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Ending {
    UnderWay,
    /// No answer, a passing failure, or aborted: it may be sent again.
    Open,
    /// Accepted or refused for good, and the page took the answer.
    Final,
    /// The page that waited for the answer is gone or was put away, or could not keep what it
    /// learned.
    NobodyKnows,
}

/// One record.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Entry {
    /// The page that made it.
    pub(crate) actor: usize,
    /// When, by the wall clock.
    pub(crate) at: u64,
    /// When it was made, by the clock that only goes forward.
    pub(crate) since: u64,
    /// It must not be sent by who knows of that many withdrawals.
    pub(crate) limit: u32,
    /// Withdrawals its maker knew of.
    pub(crate) known: u32,
    /// It was made or released under a grant: it must arrive, unless there is an excuse.
    pub(crate) due: bool,
    /// It was made under a grant, and had a cause not to arrive from the first.
    pub(crate) shirked: bool,
    /// Whether it waits for a decision in memory.
    pub(crate) held: bool,
    /// Whether it waits in memory, for a decision or for a user.
    pub(crate) waits: bool,
    /// Its maker heard of a withdrawal within the call, before it was made or after.
    pub(crate) heard: bool,
    /// An `$opt_in` that must not be made.
    pub(crate) forbidden: bool,
    /// The address it was made at, if it is an event.
    pub(crate) address: Option<String>,
    /// It is of the other purpose, and its maker knew of so many withdrawals of that one.
    pub(crate) partly: Option<u32>,
    /// Whose it is.
    pub(crate) whose: Whose,
    /// Some segment held it.
    pub(crate) written: bool,
    /// It was in storage when its task ended.
    pub(crate) stored: bool,
    /// Its page was granted by default.
    pub(crate) by_default: bool,
    /// Why it need not arrive, since before it did.
    pub(crate) cause: Option<Cause>,
    /// The world emptied or spoiled the store that held it, or the store failed while it was there.
    pub(crate) erased: bool,
    /// That is because the largest epoch is stored nowhere any more.
    pub(crate) torn: bool,
    /// Its grant had expired when it was to be stored.
    pub(crate) lapsed: bool,
    /// The store had worked for long when its page died, which had not stored it.
    pub(crate) neglected: bool,
    /// It waited behind a burst, and others still did when its page died.
    pub(crate) waited: bool,
    /// A page that had it in memory is gone, or gave it up on its return.
    pub(crate) holder_gone: bool,
    /// Its page had stored it and came back from the back-forward cache: it is whoever's queue that is.
    pub(crate) left: bool,
    /// Two queues hold it, because a page saw late that it had been joined to another.
    pub(crate) doubled: bool,
    /// Times it was sent.
    pub(crate) sent: u32,
    /// Times a page asked about it, after somebody else had sent it, and was gone before the answer, or
    /// saw late what another had heard.
    pub(crate) cut_short: u32,
    /// Times the server took it.
    pub(crate) accepted: u32,
    pub(crate) text: Option<String>,
    /// The request it was in last.
    pub(crate) request: Option<usize>,
    /// Who got the last final answer.
    pub(crate) answered: Option<usize>,
}

/// All records.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) entries: Vec<Entry>,
    /// Records the core makes by itself, by their `$insert_id`.
    pub(crate) own: BTreeMap<String, usize>,
    /// Device ids, with the fewest withdrawals a page knew of that used them.
    pub(crate) devices: BTreeMap<String, u32>,
    /// How many withdrawals there were when each was seen first, whatever is forgiven since.
    pub(crate) made: BTreeMap<String, u32>,
    /// How each request ended, by number.
    pub(crate) endings: Vec<Ending>,
}

impl Entry {
    /// It need not arrive from now on, unless it has. What a promise says counts before what a fault
    /// excuses.
    pub(crate) fn excuse(&mut self, cause: Cause) {
        if self.accepted == 0 && self.cause.is_none_or(|before| !before.is_promised()) {
            self.cause = Some(if cause.is_promised() { cause } else { self.cause.unwrap_or(cause) });
        }
    }
}

impl Ledger {
    pub(crate) fn add(&mut self, entry: Entry) -> usize {
        self.entries.push(entry);
        self.entries.len() - 1
    }

    /// The place of a record that the core made by itself, found by its `$insert_id`.
    pub(crate) fn of_the_core(&mut self, actor: usize, record: &str) -> usize {
        let id = text::member(record, "\"$insert_id\"").unwrap_or_default();
        if let Some(place) = self.own.get(id) {
            return *place;
        }
        let place = self.add(Entry { actor, limit: u32::MAX, ..Entry::default() });
        self.own.insert(id.into(), place);
        place
    }

    pub(crate) fn ending(&self, request: usize) -> Ending {
        self.endings.get(request).copied().unwrap_or(Ending::Open)
    }

    pub(crate) fn end(&mut self, request: usize, ending: Ending) {
        if let Some(place) = self.endings.get_mut(request) {
            *place = ending;
        }
    }

    /// Nobody hears the answer to a request with these records.
    pub(crate) fn cut_short(&mut self, records: &[usize]) {
        for record in records {
            if let Some(entry) = self.entries.get_mut(*record) {
                entry.cut_short += u32::from(entry.sent > 1);
            }
        }
    }

    /// Marks every record that exists now.
    pub(crate) fn for_all(&mut self, change: impl Fn(&mut Entry)) {
        self.entries.iter_mut().for_each(change);
    }
}
