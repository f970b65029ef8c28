#![cfg(not(target_arch = "wasm32"))]
//! The promises as properties: of any value, of any rubbish in storage, and after every step of any
//! sequence of calls and inputs.

// The helpers of properties fail by panicking, as the properties do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Health, MemoryPlatform, RequestId, Status, Store};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use support::*;

const BLACKLIST: [&str; 4] = ["secret", "$os", "ключ", "a b"];

/// Names that tend to hit a rule, and any others.
fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "secret", "$os", "ключ", "a b", "token", "time", "$insert_id", "distinct_id", "$ignore", "ip", "$city", "plan", "__x", "", "length",
        ]).prop_map(String::from),
        3 => "\\PC{0,12}",
        1 => any::<String>(),
        1 => "[a-z😀]{250,270}",
    ]
}

/// Any JSON value.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\"\\\\\u{0}-\u{20}a😀]{240,270}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((names(), inner), 0..8).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn objects() -> impl Strategy<Value = Value> {
    prop::collection::vec((names(), values()), 0..6).prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()))
}

/// Text that is nearly JSON, nearly a flag, nearly a stored entry, or nothing at all.
fn rubbish() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "\\",
        "\\u",
        "\\ud83d",
        "\\u00",
        "0",
        "1",
        "01",
        "-",
        ".",
        "e",
        "true",
        "null",
        "\n",
        " ",
        "é",
        "😀",
        "\u{0}",
        "\"status\":",
        "\"granted\"",
        "\"denied\"",
        "\"decidedAt\":",
        "\"policyVersion\":",
        "\"distinct_id\":",
        "\"$user_id\":",
        "\"$device_id\":",
        "\"plan\":",
        "\"secret\":",
        "\"x\"",
        "{\"distinct_id\":\"x\",",
        "{\"status\":\"granted\",\"decidedAt\":1790000000000,",
    ]);
    prop_oneof![
        3 => prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
        1 => objects().prop_map(|object| object.to_string()),
    ]
}

fn assert_no_blacklisted_key(record: &Value) {
    let members = record.as_object().unwrap();
    let objects =
        members.get("properties").into_iter().chain(members.iter().filter(|(name, _)| name.starts_with('$')).map(|(_, value)| value));
    for object in objects {
        let listed = |name: &str| BLACKLIST.contains(&name);
        assert!(!object.as_object().is_some_and(|object| object.keys().any(|name| listed(name))), "{record}");
        assert!(!object.as_array().is_some_and(|names| names.iter().any(|name| name.as_str().is_some_and(listed))), "{record}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: persistence(), max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_value_becomes_a_valid_record_without_blacklisted_keys(
        name in "\\PC{0,300}", own in objects(), supers in objects(), update in objects(), user in "\\PC{0,260}", unset in prop::collection::vec(names(), 0..4),
    ) {
        let mut page = granted(&json!({ "propertyBlacklist": BLACKLIST, "geolocation": false }).to_string());
        page.register(&supers.to_string(), false);
        page.track(&name, &own.to_string());
        page.identify("user-1");
        page.identify(&user);
        page.register(&own.to_string(), true);
        page.track("Second", &supers.to_string());
        for operation in ["set", "setOnce", "append", "union", "remove", "increment"] {
            profile(&mut page, operation, &update.to_string());
        }
        profile(&mut page, "unset", &json!(unset).to_string());
        for operation in ["set", "setOnce", "union", "remove"] {
            page.group(support::operation(operation), &update.to_string(), &user, &name);
        }
        let all = delivered(&mut page); // checks each against the wire's rules
        prop_assert!(all.iter().any(|record| record["event"] == "Second"));
        prop_assert!(name.is_empty() || all.iter().filter(|record| record.get("event").is_some()).count() >= 3);
        all.iter().for_each(assert_no_blacklisted_key);
        let kept: Value = serde_json::from_str(&stored(&page, Store::Local, IDENTITY).unwrap()).unwrap();
        prop_assert!(BLACKLIST.iter().all(|name| kept.get(name).is_none()));
        let next = reload(&page, "{}");
        prop_assert_eq!(distinct_id(&next), distinct_id(&page), "what was stored can be read");
    }

    #[test]
    fn a_value_within_the_limits_arrives_unchanged(value in prop_oneof![any::<bool>().prop_map(Value::from), any::<i64>().prop_map(Value::from),
        "\\PC{0,127}".prop_map(Value::from), prop::collection::vec("\\PC{0,20}", 0..20).prop_map(Value::from)])
    {
        let mut page = granted("{}");
        page.track("Viewed", &json!({ "value": value }).to_string());
        prop_assert_eq!(&event(&mut page, "Viewed")["value"], &value);
    }

    #[test]
    fn any_text_as_an_argument_harms_nothing(texts in prop::collection::vec(rubbish(), 8)) {
        let mut page = granted("{}");
        page.track("Before", "{}");
        page.track(&texts[0], &texts[1]);
        page.track("Rubbish", &format!(r#"{{"a":{},"b":1}}"#, texts[2]));
        page.register(&texts[3], false);
        page.register(&format!(r#"{{"a":{}}}"#, texts[4]), true);
        page.unregister(&texts[5]);
        page.identify(&texts[6]);
        for operation in ["set", "union", "increment", "unset", "delete", "append"] {
            profile(&mut page, operation, &texts[7]);
            profile(&mut page, operation, &format!(r#"{{"a":{}}}"#, texts[2]));
            page.group(support::operation(operation), &texts[7], &texts[6], &texts[2]);
            page.group(support::operation(operation), r#"{"a":1}"#, "company", &texts[2]);
        }
        page.track("After", "{}");
        delivered(&mut page);
        let names = event_names(&page);
        prop_assert!(names.contains(&String::from("Before")) && names.contains(&String::from("After")));
        let next = reload(&page, "{}");
        prop_assert_eq!(distinct_id(&next), distinct_id(&page));
    }

    #[test]
    fn rubbish_in_storage_never_grants_and_never_spoils_what_is_sent(
        flag in rubbish(), record in rubbish(), entry in rubbish(), queue in rubbish(), cookie in any::<bool>(), asks in any::<bool>(), flagged in any::<bool>(),
    ) {
        let store = if cookie { Store::Cookie } else { Store::Local };
        let options = json!({ "persistence": store.name(), "propertyBlacklist": BLACKLIST,
            "consent": { "storage": store.name(), "policyVersion": if asks { json!("2") } else { Value::Null } } }).to_string();
        let mut world = MemoryPlatform::default();
        put(&mut world, store, FLAG, if flagged { "1" } else { &flag });
        put(&mut world, store, RECORD, &record);
        put(&mut world, store, IDENTITY, &entry);
        put(&mut world, Store::Local, "__mpq_TOKEN_ev", &queue);
        let mut page = page_on(world, &options);
        let lines: Vec<&str> = flag.split('\n').collect();
        prop_assert!(flagged || page.status() != Status::Granted || lines.iter().all(|line| *line == "1"), "{flag:?} granted");
        prop_assert!(flagged || !lines.contains(&"0") || page.status() == Status::Denied, "{flag:?} did not deny");
        page.track("Viewed", "{}");
        page.flushes(1);
        prop_assert!(page.platform().sent.is_empty() || page.status() == Status::Granted);
        page.hears();
        agree(&mut page, "$opt_in");
        page.track("Viewed", "{}");
        for record in delivered(&mut page) {
            assert_no_blacklisted_key(&record);
        }
        refuse(&mut page);
        prop_assert_eq!(keys(&page, store), if store == Store::Local { LEFT.to_vec() } else { vec![FLAG, RECORD] });
        prop_assert_eq!(state(&reload(&page, &options)), "denied/stored", "the proof names the policy version of the site");
        let newer = options.replace(r#""policyVersion":"2""#, r#""policyVersion":"3""#);
        prop_assert_eq!(state(&reload(&page, &newer)), if asks { "pending/stored" } else { "denied/stored" });
    }

    #[test]
    fn the_consent_is_always_json(record in rubbish(), granted in any::<bool>()) {
        let mut world = MemoryPlatform::default();
        put(&mut world, Store::Local, FLAG, if granted { "1" } else { "0" });
        put(&mut world, Store::Local, RECORD, &record);
        let page = page_on(world, "{}");
        prop_assert!(serde_json::from_str::<Value>(&page.consent()).is_ok(), "{}", page.consent());
    }
}

fn persistence() -> Option<Box<dyn proptest::test_runner::FailurePersistence>> {
    Some(Box::new(proptest::test_runner::FileFailurePersistence::Direct("tests/properties.proptest-regressions")))
}

// ---- any sequence of calls and inputs

#[derive(Clone, Debug)]
enum Step {
    Track,
    Profile,
    Group,
    Identify(u8),
    Register,
    Reset,
    OptIn,
    OptOut {
        delete: bool,
    },
    ResetConsent,
    Flush,
    Hidden,
    Pass(u64),
    /// An answer to one of the requests started so far, late or not.
    Answer(usize, u16),
    /// Another tab decides, and this one hears of it.
    Elsewhere(Option<bool>),
    /// Another tab refuses, and this one does not hear of it.
    RefusedUnheard,
    Signal(bool),
    Health(Store, Health),
    Reload,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let healths = prop::sample::select(vec![Health::Works, Health::Works, Health::Full, Health::Throws, Health::Absent]);
    let stores = prop::sample::select(vec![Store::Local, Store::Cookie]);
    let step = prop_oneof![
        8 => Just(Step::Track),
        2 => Just(Step::Profile),
        2 => Just(Step::Group),
        2 => (0..3_u8).prop_map(Step::Identify),
        2 => Just(Step::Register),
        1 => Just(Step::Reset),
        4 => Just(Step::OptIn),
        3 => any::<bool>().prop_map(|delete| Step::OptOut { delete }),
        1 => Just(Step::ResetConsent),
        3 => Just(Step::Flush),
        1 => Just(Step::Hidden),
        4 => prop::sample::select(vec![1, 100, 5_000, 60_000, 700_000, 3_600_000]).prop_map(Step::Pass),
        6 => (0..20_usize, prop::sample::select(vec![200, 200, 200, 503, 413, 400, 0])).prop_map(|(at, status)| Step::Answer(at, status)),
        2 => prop::sample::select(vec![Some(true), Some(false), None]).prop_map(Step::Elsewhere),
        1 => Just(Step::RefusedUnheard),
        1 => any::<bool>().prop_map(Step::Signal),
        1 => (stores, healths).prop_map(|(store, health)| Step::Health(store, health)),
        1 => Just(Step::Reload),
    ];
    prop::collection::vec(step, 1..60)
}

/// What the test knows beside the client: how many withdrawals there were, and what was marked with
/// which.
struct Model {
    page: Page,
    options: String,
    /// Rises whenever everything recorded so far must never be sent.
    epoch: u32,
    marks: u32,
    /// The requests of this page that were answered before the last refusal.
    answered: Vec<RequestId>,
}

impl Model {
    fn decide_elsewhere(&mut self, choice: Option<bool>) {
        let mut other = reload(&self.page, &self.options);
        other.platform_mut().seed = 99;
        match choice {
            Some(granted) => choose(&mut other, granted),
            None => other.reset_consent(),
        }
        let (local, jar) = (other.platform().local.clone(), other.platform().jar.clone());
        let world = self.page.platform_mut();
        (world.local, world.jar) = (local, jar);
    }

    fn take(&mut self, step: &Step) {
        let mark = format!(r#"{{"epoch":{},"mark":{}}}"#, self.epoch, self.marks);
        self.marks += 1;
        let page = &mut self.page;
        match step {
            Step::Track => page.track("Marked", &mark),
            Step::Profile => profile(page, "set", &mark),
            Step::Group => group(page, "set", &mark),
            Step::Identify(user) => page.identify(&format!("user-{user}")),
            Step::Register => page.register(r#"{"plan":"pro"}"#, false),
            Step::Reset => page.reset(),
            Step::OptIn => agree(page, "$opt_in"),
            Step::OptOut { delete: true } => refuse_and_delete(page),
            Step::OptOut { delete: false } => refuse(page),
            Step::ResetConsent => page.reset_consent(),
            Step::Flush => page.flushes(self.marks),
            Step::Hidden => page.page_hidden(false),
            Step::Pass(milliseconds) => pass(page, *milliseconds),
            Step::Answer(at, status) => {
                if let Some(sent) = page.platform().sent.iter().rev().nth(*at) {
                    let id = sent.id;
                    page.answers(id, *status, 0, body(*status));
                    self.answered.push(id);
                }
            }
            Step::Elsewhere(choice) => {
                page.hears(); // it heard of what was decided before, too
                self.decide_elsewhere(*choice);
                self.page.hears();
            }
            Step::RefusedUnheard => self.decide_elsewhere(Some(false)),
            Step::Signal(on) => page.platform_mut().signals.gpc = *on,
            Step::Health(store, health) => {
                page.hears(); // what cannot be read any more was heard of before
                set_health(page.platform_mut(), *store, *health);
            }
            Step::Reload => {
                // A closed tab's records are gone until the queue is persisted.
                self.page = reload(page, &self.options);
                self.answered.clear();
                self.page.platform_mut().seed = u64::from(self.marks);
            }
        }
    }

    /// The stored flag as the wire check may read it: some readable store says no, and the other does
    /// not say that this is undone.
    fn refused_in_storage(&self) -> bool {
        let world = self.page.platform();
        let reads = |store, key| {
            let health = if store == Store::Local { world.local_health } else { world.cookie_health };
            stored(&self.page, store, key).filter(|_| matches!(health, Health::Works | Health::Full))
        };
        let epoch = |store| {
            let record: Value = serde_json::from_str(&reads(store, RECORD)?).ok()?;
            Some((record["epoch"].as_u64()?, record["status"].as_str().map(String::from)))
        };
        [(Store::Local, Store::Cookie), (Store::Cookie, Store::Local)].into_iter().any(|(refusing, other)| {
            let (refusal, newer) = (epoch(refusing), epoch(other));
            let later = matches!((refusal, &newer), (Some((old, Some(_))), Some((new, _))) if old < *new);
            let told = newer.and_then(|(_, status)| status);
            let undone = match reads(other, FLAG).as_deref() {
                Some("1") => told.as_deref() == Some("granted"),
                None => told.is_none() && other == Store::Cookie,
                Some(_) => false,
            };
            reads(refusing, FLAG).as_deref() == Some("0") && !(undone && later)
        })
    }
}

fn check_sequence(steps: &[Step], options: &str) {
    let mut model = Model { page: page(options), options: options.into(), epoch: 0, marks: 0, answered: Vec::new() };
    for (number, step) in steps.iter().enumerate() {
        let what = format!("step {number}: {step:?}, {options}");
        let mut sent_before = model.page.platform().sent.len();
        let before = model.page.status();
        let refused_before = model.refused_in_storage();
        let doubted_before = model.page.is_in_doubt();
        let writes_before = model.page.platform().writes;
        model.take(step);
        if matches!(step, Step::Reload) {
            sent_before = 0;
        }
        let page = &model.page;
        let world = page.platform();
        let new: Vec<_> = world.sent.iter().skip(sent_before).collect();
        let deletion = |data: &str| data.contains("\"$delete\"");
        // These steps first let the page hear of what was decided before: it may then send,
        // rightly, and abort in the same step.
        let two_in_one = matches!(step, Step::Elsewhere(_) | Step::Health(..));
        let exempt = |sent: &consentry::Sent| deletion(&sent.data) || (two_in_one && sent.aborted);
        let new_but_deletions = new.iter().filter(|sent| !exempt(sent)).count();

        // 4. No resurrection: what was recorded before a withdrawal is in no later request.
        for record in new.iter().flat_map(|sent| wire::records_of(sent)) {
            for holder in ["properties", "$set"] {
                if let Some(epoch) = record.get(holder).and_then(|properties| properties.get("epoch")) {
                    assert_eq!(epoch, model.epoch, "an old record was sent, {what}: {record}");
                }
            }
        }
        // 2. Out means out: here, and where the stored flag says so.
        // A grant in doubt counts again when it would have been seen that it does not.
        let opened = matches!(step, Step::OptIn | Step::ResetConsent | Step::Elsewhere(_) | Step::Reload) || doubted_before;
        assert!(!refused_before || opened || new_but_deletions == 0, "sent although the visitor refused, {what}");
        assert!(before == Status::Granted || opened || new.is_empty(), "sent without a grant, {what}");
        if page.status() != Status::Granted {
            assert_eq!(new_but_deletions, 0, "sent, {what}");
            // A deletion is the one thing that may still be under way, and it must end; and a grant in
            // doubt is looked at again.
            let deleting = world.sent.iter().any(|sent| deletion(&sent.data));
            assert!(world.wake.is_none() || deleting || page.is_in_doubt(), "a timer is left, {what}");
        }
        if matches!(step, Step::OptOut { .. }) {
            assert_eq!(page.status(), Status::Denied, "{what}");
            assert!(new.len() <= 1 && world.told > 0, "{what}");
            // 3. Purged, as far as the stores can be written at all.
            for (store, health) in [(Store::Local, world.local_health), (Store::Cookie, world.cookie_health)] {
                let left = keys(page, store);
                let purged = left.iter().all(|key| LEFT.contains(key));
                assert!(purged || matches!(health, Health::Throws | Health::Absent), "{left:?} left, {what}");
            }
        }
        // 1. Untouched: no decision is stored and nothing is granted, so nothing is written.
        let undecided = before != Status::Granted && page.status() != Status::Granted && !refused_before && !model.refused_in_storage();
        if undecided
            && matches!(
                step,
                Step::Track | Step::Profile | Step::Group | Step::Identify(_) | Step::Register | Step::Reset | Step::Flush | Step::Pass(_)
            )
        {
            assert_eq!(world.writes, writes_before, "written without a grant, {what}");
        }
        // A withdrawal, however it came about: from now on another epoch. One that is in doubt is none
        // until it shows.
        let stands = page.status() == Status::Granted || page.is_in_doubt();
        let ended = (before == Status::Granted || doubted_before) && !stands;
        let unheard = matches!(step, Step::RefusedUnheard) && model.refused_in_storage();
        if ended || unheard || page.status() == Status::Denied || matches!(step, Step::ResetConsent) {
            model.epoch += 1;
        }
    }
    // Whatever happened: a refusal leaves the decision and nothing else, and then there is silence.
    set_health(model.page.platform_mut(), Store::Local, Health::Works);
    set_health(model.page.platform_mut(), Store::Cookie, Health::Works);
    refuse(&mut model.page);
    let mut left_alone = model.page.platform().sent.iter().filter(|sent| !sent.aborted && !model.answered.contains(&sent.id));
    assert!(left_alone.all(|sent| sent.data.contains("$delete")), "a request was neither answered nor aborted");
    let sent = model.page.platform().sent.len();
    let ids: Vec<RequestId> = model.page.platform().sent.iter().map(|sent| sent.id).collect();
    ids.into_iter().for_each(|id| model.page.answers(id, 503, 0, ""));
    do_everything(&mut model.page);
    pass(&mut model.page, DAY);
    assert_eq!(model.page.platform().sent.len(), sent);
    let mut left = [keys(&model.page, Store::Local), keys(&model.page, Store::Cookie)].concat();
    left.sort_unstable();
    left.dedup(); // a refusal in localStorage stands in a cookie as well
    assert_eq!(left, LEFT);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: persistence(), max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_promises_hold_after_every_step_of_any_sequence(
        steps in steps(),
        storage in prop::sample::select(vec!["localStorage", "cookie"]),
        persistence in prop::sample::select(vec!["localStorage", "cookie", "memory"]),
        default in prop::sample::select(vec!["pending", "granted", "denied"]),
        before in prop::sample::select(vec!["drop", "hold"]),
        gpc in prop::sample::select(vec!["honor", "enforce", "ignore"]),
        size in prop::sample::select(vec![1, 3, 50]),
    ) {
        let options = json!({ "persistence": persistence, "batch": { "size": size },
            "consent": { "storage": storage, "default": default, "beforeDecision": before, "gpc": gpc } });
        check_sequence(&steps, &options.to_string());
    }
}
