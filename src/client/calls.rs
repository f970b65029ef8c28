//! The calls of the page that can wait, and how what came too thick is handed on.

use std::rc::Rc;

use super::Client;
use crate::json;
use crate::outbox::ids::FlushId;
use crate::outbox::inbox::{Call, Flush, Stamp};
use crate::outbox::record::Operation;
use crate::platform::{Facts, Platform};

impl<P: Platform> Client<P> {
    /// The next call was made then and there, before this client could take it: `at` in milliseconds
    /// since 1970, the facts of the page's address as JSON.
    pub fn as_of(&mut self, at: u64, address: &str) {
        self.stamp = Some(Stamp { at, address: Rc::new(String::from(address)), purpose: 0 });
    }

    /// Records an event. `properties` is a JSON object.
    pub fn track(&mut self, name: &str, properties: &str) {
        self.take_call(Call::Track(name.into(), properties.into()));
    }

    /// Records a profile update of the identified user. Updates made before `identify` wait for it, in
    /// memory.
    ///
    /// `operand` is a JSON object, for `Unset` a JSON array of names, and for `Delete` it does not
    /// matter.
    pub fn profile(&mut self, operation: Operation, operand: &str) {
        self.take_call(Call::Profile(operation, operand.into()));
    }

    /// The next event of that name says, as `$duration`, how many seconds it is from now.
    pub fn time_event(&mut self, name: &str) {
        self.take_call(Call::Time(name.into()));
    }

    /// Says to which groups of a key the visitor belongs, as a super property: `Set` all of them, `Union`
    /// more, `Remove` fewer. `ids` is a JSON list.
    pub fn membership(&mut self, operation: Operation, key: &str, ids: &str) {
        self.take_call(Call::Membership(operation, key.into(), ids.into()));
    }

    /// Records a group update: as [`Client::profile`], without `Add` and `Append`. A group has a key and
    /// an id.
    pub fn group(&mut self, operation: Operation, operand: &str, key: &str, id: &str) {
        let mut text = String::new();
        json::push_string(&mut text, id);
        self.group_of(operation, operand, key, &text);
    }

    /// As [`Client::group`], of a group whose id is JSON: mixpanel-js takes numbers for other groups than
    /// their texts.
    pub fn group_of(&mut self, operation: Operation, operand: &str, key: &str, id: &str) {
        self.take_call(Call::Group(operation, operand.into(), key.into(), id.into()));
    }

    /// Sets super properties, sent with every event from now on. `once` keeps those that are set
    /// already.
    pub fn register(&mut self, properties: &str, once: bool) {
        self.take_call(Call::Register(properties.into(), once));
    }

    /// Removes a super property.
    pub fn unregister(&mut self, name: &str) {
        self.take_call(Call::Unregister(name.into()));
    }

    /// Sends what is queued in the next task, without waiting for the interval. The outcome arrives as
    /// [`Platform::flushed`] with this number.
    pub fn flush(&mut self, id: FlushId) {
        self.take_call(Call::Flush(Flush { id, turn: 0, sent: self.outbox.sent, dropped: self.outbox.dropped }));
    }

    /// When and where this call was made.
    pub(super) fn stamp(&mut self) -> Stamp {
        let now = self.platform.now();
        let Some(Stamp { at, address, purpose }) = self.stamp.take() else {
            return Stamp { at: now, address: self.address(), purpose: 0 };
        };
        Stamp { at: at.min(now), address, purpose }
    }

    fn address(&mut self) -> Rc<String> {
        let number = self.platform.address();
        let known = self.address.take().filter(|(known, _)| *known == number);
        let (_, address) = known.unwrap_or_else(|| (number, Rc::new(self.platform.facts(Facts::Address))));
        self.address = Some((number, address.clone()));
        address
    }

    /// Takes a call: it is carried out now, or waits. One that records is dropped where nothing is
    /// recorded.
    fn take_call(&mut self, call: Call) {
        if call.records() && !self.records() {
            (self.stamp, self.purpose) = (None, 0);
            self.undelivered();
            return;
        }
        let now = self.platform.now();
        // Who the visitor is is asked once a task, and of calls that wait once a millisecond.
        if call.records() && !self.timer.rings_at_end_of_task() && !self.outbox.inbox.took_another(now) {
            self.follow_visitor();
        }
        let stamp = Stamp { purpose: std::mem::take(&mut self.purpose), ..self.stamp() };
        let hidden = self.platform.hidden();
        let delivery = self.delivery.take().filter(|_| call.records());
        if hidden || delivery.is_some() {
            self.hand_on_all();
        }
        if delivery.is_some() {
            self.delivery = delivery;
            self.carry_out(&stamp, call);
            self.undelivered(); // where nothing came of it
        } else if !self.outbox.inbox.delays(now, hidden) {
            self.carry_out(&stamp, call);
        } else if self.outbox.inbox.push(now, stamp, call) {
            self.watch_unload();
            self.schedule(now);
        } else {
            self.hand_on_all();
        }
    }

    /// Carries out everything that waits.
    pub(super) fn hand_on_all(&mut self) {
        while self.hand_on() {}
        self.watch_unload();
    }

    /// Carries out what is due of what waits.
    pub(super) fn hand_on_slice(&mut self) {
        for _ in 0..self.outbox.inbox.slice(self.platform.now()) {
            if !self.hand_on() {
                break;
            }
        }
        self.watch_unload();
    }

    /// Carries out the oldest call that waits; false when none does.
    fn hand_on(&mut self) -> bool {
        let Some((stamp, call)) = self.outbox.inbox.pop() else { return false };
        self.carry_out(&stamp, call);
        true
    }

    fn carry_out(&mut self, stamp: &Stamp, call: Call) {
        match call {
            Call::Track(name, properties) => self.record_event(stamp, &name, &properties),
            Call::Profile(operation, operand) => self.record_profile(stamp, operation, &operand),
            Call::Group(operation, operand, key, id) => self.record_group(stamp, operation, &operand, &key, &id),
            Call::Time(name) => self.start_timer(stamp, &name),
            Call::Membership(operation, key, ids) => self.set_membership(operation, &key, &ids),
            Call::Register(properties, once) => self.set_super_properties(&properties, once),
            Call::Unregister(name) => self.remove_super_property(&name),
            Call::Flush(flush) => self.begin_flush(flush),
        }
    }

    /// While something waits the page listens to `beforeunload`. Firefox ends what a page is doing as
    /// soon as the next one comes, also in the middle of a `pagehide`, but not before that has returned;
    /// and it keeps no page in its back-forward cache that listens to it.
    pub(super) fn watch_unload(&mut self) {
        let wanted = !self.outbox.inbox.is_empty();
        if std::mem::replace(&mut self.watches_unload, wanted) != wanted {
            self.platform.watch_unload(wanted);
        }
    }
}
