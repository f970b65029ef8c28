//! The mutations: one place in `src/` each, and the promise it breaks. A text that is not found exactly once stops the run.

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
pub const MUTATIONS: [Mutation; 29] = [
    mutation(
        "skip-the-purge",
        "client.rs",
        "            self.remove_keys();\n            if kept.as_ref()",
        "            if kept.as_ref()",
        "3: opt_out leaves everything in storage",
    ),
    mutation("purge-forgets-the-queue", "client.rs", "        keys.push_str(&self.segment_keys());\n", "", "3: segments stay"),
    mutation(
        "skip-the-flag-check",
        "sending.rs",
        "let may = self.decision.allowed && self.confirmed();",
        "let may = self.decision.allowed;",
        "2: a tab that heard nothing sends",
    ),
    mutation(
        "skip-the-abort",
        "client.rs",
        "            self.platform.abort(lane.request);\n",
        "            let _ = lane.request;\n",
        "2: requests go on",
    ),
    mutation(
        "keep-the-epoch",
        "client.rs",
        "(later + AFTER_DENIAL) & !AFTER_DENIAL | self.epoch & AFTER_DENIAL",
        "later.min(self.epoch.max(1))",
        "4: a withdrawal cannot be told from none",
    ),
    mutation(
        "follow-without-the-epoch",
        "client.rs",
        "choice.epoch != self.epoch && (was_allowed || choice.epoch & AFTER_DENIAL != 0)",
        "false",
        "4: a tab that slept through a withdrawal keeps its records",
    ),
    mutation(
        "adopt-any-epoch",
        "stored.rs",
        "|_| ours && epoch == self.epoch)",
        "|_| ours && epoch < u64::MAX)",
        "4: segments of before a withdrawal are adopted",
    ),
    mutation(
        "keep-the-identity",
        "client.rs",
        "            self.identity = Identity::new(&mut self.platform);\n            self.identity_loaded = false;\n",
        "",
        "4: the old identity after a withdrawal",
    ),
    mutation(
        "forget-to-read-back",
        "stores.rs",
        "platform.read(self, key).is_ok_and(|found| found.is_some_and(|found| found == value))",
        "platform.read(self, key).is_ok()",
        "5: a store that took nothing is believed",
    ),
    mutation(
        "no-other-store",
        "flag.rs",
        "[config.consent_store, config.consent_store.other()].iter().copied().find(",
        "[config.consent_store].iter().copied().find(",
        "5: a denial that one store refuses is lost",
    ),
    mutation(
        "unread-is-granted",
        "client.rs",
        "(reading != Reading::Unreadable || self.unkept)",
        "(reading != Reading::Unreadable || self.decision.allowed)",
        "5: sends while the flag cannot be read",
    ),
    mutation("keep-the-timer", "client.rs", "        self.platform.wake_after(None);\n", "", "2: timers go on after a denial"),
    mutation(
        "deaf",
        "client.rs",
        "        self.adopt(choice);\n        if reading == Reading::Denied",
        "        let _ = choice;\n        if reading == Reading::Denied",
        "2: messages of other tabs change nothing",
    ),
    mutation(
        "save-unasked",
        "client.rs",
        "if !self.decision.allowed || !self.confirmed() {",
        "if !self.decision.allowed {",
        "3: a tab that heard nothing writes the identity",
    ),
    mutation(
        "store-unasked",
        "stored.rs",
        "if !self.confirmed() || self.queue.is_stored() {",
        "if self.queue.is_stored() {",
        "3: a tab that heard nothing writes its queue",
    ),
    mutation(
        "default-is-a-choice",
        "client.rs",
        "        client.follow(choice);\n",
        "        client.follow(choice);\n        if client.decision.allowed {\n            flag::write(&mut client.platform, &client.config, true, \"{}\");\n        }\n",
        "6: a default is stored",
    ),
    mutation(
        "never-store",
        "stored.rs",
        "if self.config.persistence.is_none() || now < self.store_at",
        "if now > 0 || now < self.store_at",
        "7: records live in memory only",
    ),
    mutation(
        "leave-what-was-taken",
        "stored.rs",
        "in &core::mem::take(&mut self.queue.stale) {",
        "in core::mem::take(&mut self.queue.stale).get(..0).unwrap_or_default() {",
        "7: acknowledged segments stay",
    ),
    mutation(
        "drop-on-503",
        "delivery.rs",
        "0 | 408 | 429 | 500.. => Verdict::Retry,",
        "0 | 408 | 429 => Verdict::Retry,",
        "7: a passing failure costs records",
    ),
    mutation(
        "drop-in-silence",
        "sending.rs",
        "            self.report(code, \"\", count);\n",
        "            let _ = (code, count);\n",
        "7: what a refusal costs is not reported",
    ),
    mutation(
        "change-on-adoption",
        "stored.rs",
        "String::from(json), String::new(), at)",
        "json.replace(\"\\\"time\\\":1\", \"\\\"time\\\":2\"), String::new(), at)",
        "7: a record is another when it is sent again",
    ),
    mutation(
        "keep-what-others-own",
        "stored.rs",
        "self.queue.forget(kind, at, 1);",
        "let _ = at;",
        "7: a page back from the cache sends what others own",
    ),
    mutation("always-opt-in", "client.rs", "let first = self.decided != Some(true);", "let first = true;", "9: $opt_in with every call"),
    mutation(
        "set-after-delete",
        "client.rs",
        "            self.delete_profile();\n",
        "            self.delete_profile();\n            self.due = 0;\n            self.pump();\n",
        "10: what waits is sent after the $delete",
    ),
    mutation(
        "tell-twice",
        "sending.rs",
        "            self.platform.deleted(verdict == Verdict::Taken);\n",
        "            self.platform.deleted(verdict == Verdict::Taken);\n            self.platform.deleted(false);\n",
        "10: the outcome of a deletion is told twice",
    ),
    mutation("no-ip", "delivery.rs", "?verbose=1&ip=0&_=", "?verbose=1&_=", "11: the server may geolocate"),
    mutation(
        "store-the-blacklisted",
        "record.rs",
        "(!self.is_blacklisted(name)).then(|| (json::cut(name), value))",
        "Some((json::cut(name), value))",
        "12: blacklisted properties are stored and sent",
    ),
    mutation("one-too-many", "sending.rs", ".take(lane.limit)", ".take(lane.limit + 1)", "13: a request over the batch size"),
    mutation(
        "ignore-retry-after",
        "delivery.rs",
        "(retry_after.min(MAX_DELAY) + jitter).min(MAX_DELAY)",
        "jitter.min(MAX_DELAY).max(retry_after.min(0))",
        "13: Retry-After is not waited for",
    ),
];
