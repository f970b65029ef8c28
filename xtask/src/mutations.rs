//! The mutations: one place in `src/` each, and the promise it breaks. A text that is not found
//! exactly once stops the run.

/// One mutation.
pub struct Mutation {
    /// Its name.
    pub name: &'static str,
    /// The file in `src/`.
    pub file: &'static str,
    /// What stands there, exactly once.
    pub find: &'static str,
    /// What stands there instead.
    pub replace: &'static str,
    /// What it breaks.
    pub breaks: &'static str,
}

const fn mutation(name: &'static str, file: &'static str, find: &'static str, replace: &'static str, breaks: &'static str) -> Mutation {
    Mutation { name, file, find, replace, breaks }
}

/// All of them.
pub const MUTATIONS: [Mutation; 43] = [
    mutation(
        "skip-the-purge",
        "client.rs",
        "            self.remove_keys();\n            if let Some((granted, proof))",
        "            if let Some((granted, proof))",
        "3: opt_out leaves everything in storage",
    ),
    mutation(
        "purge-forgets-the-queue",
        "client.rs",
        "        keys.push_str(&self.platform.keys(&segments::prefix(&self.project.token)));\n",
        "",
        "3: segments stay",
    ),
    mutation(
        "skip-the-flag-check",
        "client/sending.rs",
        "let may = self.consent.decision.allowed && self.confirmed();",
        "let may = self.consent.decision.allowed;",
        "2: a tab that heard nothing sends",
    ),
    mutation(
        "skip-the-abort",
        "client/sending.rs",
        "            self.platform.abort(in_flight.id);\n",
        "            let _ = in_flight.id;\n",
        "2: requests go on",
    ),
    mutation(
        "keep-the-epoch",
        "consent/epoch.rs",
        "Epoch(later.saturating_add(1) & !1 | self.0 & 1)",
        "Epoch(later.min(self.0.max(1)))",
        "4: a withdrawal cannot be told from none",
    ),
    mutation(
        "follow-without-the-epoch",
        "consent/step.rs",
        "(choice.epoch != self.epoch && (was_allowed || choice.epoch.follows_denial()))",
        "false",
        "4: a tab that slept through a withdrawal keeps its records",
    ),
    mutation(
        "adopt-any-epoch",
        "outbox/segments.rs",
        "if Epoch::of(written_in) != epoch {",
        "if Epoch::of(written_in) > epoch.max(Epoch::of(u64::MAX)) {",
        "4: segments of before a withdrawal are adopted",
    ),
    mutation(
        "keep-the-identity",
        "client.rs",
        "            self.visitor = Visitor::new(&mut self.platform);\n",
        "",
        "4: the old identity after a withdrawal",
    ),
    mutation(
        "forget-to-read-back",
        "platform.rs",
        "platform.read(self, key).is_ok_and(|found| found.is_some_and(|found| found == value))",
        "platform.read(self, key).is_ok()",
        "5: a store that took nothing is believed",
    ),
    mutation(
        "no-other-store",
        "consent/flag.rs",
        "[project.consent_store(), project.consent_store().other()].iter().copied().find(",
        "[project.consent_store()].iter().copied().find(",
        "5: a denial that one store refuses is lost",
    ),
    mutation(
        "unread-is-granted",
        "consent/step.rs",
        "self.decision.allowed && (reading != Reading::Unreadable || self.unkept)",
        "self.decision.allowed",
        "5: sends while the flag cannot be read",
    ),
    mutation(
        "tell-no-withdrawal",
        "client.rs",
        "        if before != after {\n            self.platform.changed",
        "        if before != after && !transition.stop {\n            self.platform.changed",
        "5: the page hears nothing of a withdrawal",
    ),
    mutation("keep-the-timer", "client.rs", "        self.platform.wake_after(None);\n", "", "2: timers go on after a denial"),
    mutation(
        "deaf",
        "consent/step.rs",
        "let mut next = self.adopt(choice, now);\n                // A tab",
        "let mut next = Transition::default();\n                let _ = choice;\n                // A tab",
        "2: messages of other tabs change nothing",
    ),
    mutation(
        "save-unasked",
        "client/visiting.rs",
        "if !self.consent.decision.allowed || !self.confirmed() {",
        "if !self.consent.decision.allowed {",
        "3: a tab that heard nothing writes the identity",
    ),
    mutation(
        "store-unasked",
        "client/storing.rs",
        "if !self.confirmed() || self.outbox.lanes.is_stored() {",
        "if self.outbox.lanes.is_stored() {",
        "3: a tab that heard nothing writes its queue",
    ),
    mutation(
        "default-is-a-choice",
        "client.rs",
        "        client.apply(start);\n",
        "        client.apply(start);\n        if client.records() {\n            let key = client.project.flag_key.clone();\n            Store::Local.write(&mut client.platform, &key, \"1\");\n        }\n",
        "6: a default is stored",
    ),
    mutation(
        "never-store",
        "client/storing.rs",
        "if self.project.persistence().is_none() || retry_at",
        "if now > 0 || retry_at",
        "7: records live in memory only",
    ),
    mutation(
        "leave-what-was-taken",
        "client/storing.rs",
        "in std::mem::take(&mut self.outbox.lanes.stale) {",
        "in std::mem::take(&mut self.outbox.lanes.stale).into_iter().take(0) {",
        "7: acknowledged segments stay",
    ),
    mutation(
        "drop-on-503",
        "outbox/request.rs",
        "0 | 408 | 429 | 500.. => Verdict::Retry,",
        "0 | 408 | 429 => Verdict::Retry,",
        "7: a passing failure costs records",
    ),
    mutation(
        "drop-in-silence",
        "client/sending.rs",
        "        self.report(code, \"\", count);\n",
        "        let _ = (code, count);\n",
        "7: what a refusal costs is not reported",
    ),
    mutation(
        "drop-uncounted",
        "client.rs",
        "        self.outbox.dropped += lost;\n",
        "        let _ = lost;\n",
        "7: a flush says nothing of what a withdrawal cost",
    ),
    mutation(
        "change-on-adoption",
        "outbox/segments.rs",
        "Record::stored(kind, line(&mut rest), at, segment)",
        "Record::stored(kind, &line(&mut rest).replace(\"\\\"time\\\":1\", \"\\\"time\\\":2\"), at, segment)",
        "7: a record is another when it is sent again",
    ),
    mutation(
        "adopt-before-storing",
        "client/storing.rs",
        "        self.store_queue(); // new records stand behind those that are stored\n",
        "",
        "7: what is adopted keeps new records out of storage",
    ),
    mutation(
        "keep-what-others-own",
        "outbox/lane.rs",
        "                    self.forget(kind, at, 1);\n",
        "                    let _ = at;\n",
        "7: a page back from the cache sends what others own",
    ),
    mutation(
        "take-what-is-locked",
        "outbox/lease.rs",
        "(Some(State::Requested), Lock::Taken) => self.lose(queue, now, random),",
        "(Some(State::Requested), Lock::Taken) => self.hold(queue),",
        "7: the queue of a page that lives is taken over",
    ),
    mutation(
        "deaf-to-owners",
        "outbox/lease.rs",
        "                self.lose(queue, now, random);\n            }\n            Message::Changed",
        "                let _ = (queue, now, random);\n            }\n            Message::Changed",
        "7: where there are no locks, the queue of a page that lives is taken over",
    ),
    mutation(
        "stamp-when-handed-on",
        "client/calls.rs",
        "let Some((stamp, call)) = self.outbox.inbox.pop() else { return false };",
        "let Some((_, call)) = self.outbox.inbox.pop() else { return false };\n        let stamp = self.stamp();",
        "7: a call that waited has the time of its slice",
    ),
    mutation(
        "leave-without-handing-on",
        "client/sending.rs",
        "    pub fn unloading(&mut self) {\n        self.hand_on_all();\n",
        "    pub fn unloading(&mut self) {\n",
        "7: calls that wait are lost with their page",
    ),
    mutation(
        "always-opt-in",
        "client/consent.rs",
        "let first = self.consent.decided != Some(true);",
        "let first = true;",
        "9: $opt_in with every call",
    ),
    mutation(
        "set-after-delete",
        "client/consent.rs",
        "            self.delete_profile();\n",
        "            self.delete_profile();\n            self.outbox.due = 0;\n            self.pump();\n",
        "10: what waits is sent after the $delete",
    ),
    mutation(
        "tell-twice",
        "client/sending.rs",
        "            self.platform.deleted(verdict == Verdict::Taken);\n",
        "            self.platform.deleted(verdict == Verdict::Taken);\n            self.platform.deleted(false);\n",
        "10: the outcome of a deletion is told twice",
    ),
    mutation("no-ip", "outbox/request.rs", "\"?verbose=1&ip=0&_=\"", "\"?verbose=1&_=\"", "11: the server may geolocate"),
    mutation(
        "store-the-blacklisted",
        "names.rs",
        "(!self.is_blacklisted(name)).then(|| (json::cut(name), value))",
        "Some((json::cut(name), value))",
        "12: blacklisted properties are stored and sent",
    ),
    mutation(
        "one-too-many",
        "client/sending.rs",
        "while count < lane.limit\n",
        "while count <= lane.limit\n",
        "13: a request over the batch size",
    ),
    mutation(
        "ignore-retry-after",
        "outbox/request.rs",
        "(retry_after.min(MAX_DELAY) + jitter).min(MAX_DELAY)",
        "jitter.min(MAX_DELAY).max(retry_after.min(0))",
        "13: Retry-After is not waited for",
    ),
    mutation(
        "ignore-the-date",
        "outbox/retry_after.rs",
        "seconds(header).or_else(|| Some(date(header)?.saturating_sub(now))).unwrap_or(0)",
        "seconds(header).or_else(|| Some(date(header)?.saturating_sub(u64::MAX - now))).unwrap_or(0)",
        "13: a Retry-After that is a date is not waited for",
    ),
    mutation(
        "keepalive-without-a-budget",
        "client/sending.rs",
        "let keepalive = outlives && self.platform.keepalive_bytes() + request::body_bytes(data) <= KEEPALIVE_BYTES;",
        "let keepalive = outlives && (data.is_empty() || KEEPALIVE_BYTES > request::body_bytes(\"\"));",
        "13: more keepalive bytes than a browser takes",
    ),
    mutation(
        "keepalive-always",
        "client/sending.rs",
        "let keepalive = outlives && ",
        "let keepalive = (outlives || !data.is_empty()) && ",
        "13: keepalive on a page that stays",
    ),
    mutation(
        "keepalive-when-hidden",
        "client/sending.rs",
        "self.leaving = left;",
        "self.leaving = true;",
        "2: keepalive, which no refusal aborts, on a page that is only hidden",
    ),
    mutation(
        "all-at-once",
        "outbox/inbox.rs",
        "const SLICE: usize = 100;",
        "const SLICE: usize = 1_000;",
        "13: calls that came too thick hold the page up",
    ),
    mutation(
        "watch-for-ever",
        "client/calls.rs",
        "let wanted = !self.outbox.inbox.is_empty();",
        "let wanted = self.watches_unload || !self.outbox.inbox.is_empty();",
        "13: no browser caches the page any more",
    ),
    mutation(
        "tell-each-time",
        "told.rs",
        "is_new || dropped > 0",
        "is_new || dropped < usize::MAX",
        "13: an error in a loop floods the page",
    ),
];

#[cfg(test)]
mod tests;
