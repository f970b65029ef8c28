#![cfg(not(target_arch = "wasm32"))]
//! What a decision, or the news of one, changes: the table of `vectors/state.json`, and what holds
//! for every step.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;

use consentry::{
    Circumstances, Code, ConsentRecord, Decided, Decision, Epoch, Input, Message, Open, Reading, Shown, Signal, Source, State, Status,
    Store, StoredChoice, Transition, Write,
};
use proptest::prelude::*;
use serde_json::Value;

/// The time of a row that names none.
const NOW: u64 = 1_000;

// ---- the table

#[test]
fn every_row_of_the_table_holds() {
    let table: Value = serde_json::from_str(include_str!("vectors/state.json")).unwrap();
    let rows = table["rows"].as_array().unwrap();
    let mut wrong = Vec::new();
    for row in rows {
        let (found, expected) = played(&table, row);
        if found != expected {
            wrong.push(format!("{}\n   found {found:?}\nexpected {expected:?}", row["name"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_every_input_and_uses_all_it_names() {
    let table: Value = serde_json::from_str(include_str!("vectors/state.json")).unwrap();
    let rows = table["rows"].as_array().unwrap();
    let names: BTreeSet<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert!(names.len() == rows.len() && rows.len() > 90, "{} rows", rows.len());
    for input in INPUTS {
        assert!(rows.iter().filter(|row| row.get(input).is_some()).count() > 2, "{input}");
    }
    for (list, columns) in [("states", &["from"][..]), ("choices", &["began", "looked", "noticed", "kept", "cleared", "defaulted"])] {
        for name in table[list].as_object().unwrap().keys() {
            let used = |row: &Value| columns.iter().any(|column| row[column] == name.as_str());
            assert!(rows.iter().any(used), "{name} is never used");
        }
    }
}

/// The inputs, as the table calls them.
const INPUTS: [&str; 11] =
    ["began", "looked", "noticed", "chose", "kept", "refused", "epoch kept", "forgot", "cleared", "defaulted", "purged"];

/// What a row comes to, and what it should.
fn played(table: &Value, row: &Value) -> (Next, Next) {
    let now = circumstances(row);
    let from = state(&table["states"][row["from"].as_str().unwrap()], &now);
    let (kind, value) = INPUTS.iter().find_map(|kind| Some((*kind, row.get(kind)?))).unwrap();
    let stored = || choice(&table["choices"][value.as_str().unwrap()]);
    let purposes: Option<Vec<String>> = row.get("purposes").map(|list| serde_json::from_value(list.clone()).unwrap());
    let epoch = |value: &Value| Epoch::of(value.as_u64().unwrap_or(0));
    let input = match kind {
        "began" => Input::Began(stored()),
        "looked" => Input::Looked(stored()),
        "noticed" => Input::Noticed(stored()),
        "chose" => Input::Chose {
            granted: value == "granted",
            at: None,
            via: "banner",
            purposes: purposes.as_deref(),
            stored: epoch(row.get("stored").unwrap_or(&Value::Null)),
            id: "",
            shown: Shown::default(),
        },
        "kept" => Input::Kept((!value.is_null()).then(stored)),
        "refused" => Input::Refused(epoch(value)),
        "epoch kept" => Input::EpochKept(value == true),
        "forgot" => Input::Forgot(epoch(value)),
        "cleared" => Input::Cleared(stored(), row["unseen"] == true),
        "defaulted" => Input::Defaulted(stored()),
        _ => Input::Purged(epoch(value)),
    };
    let found = step(&from, input, &now);
    // What a row does not name does not happen, and stays as it was.
    let expect = &row["expect"];
    let mut expected_state = table["states"][row["from"].as_str().unwrap()].clone();
    for (name, value) in expect["state"].as_object().into_iter().flatten() {
        expected_state[name] = value.clone();
    }
    let next = state(&expected_state, &now);
    let transition = Transition {
        stop: expect["stop"] == true,
        pause: expect["pause"] == true,
        write: match expect["write"].as_str() {
            Some("decision") => Some(Write::Decision { granted: value == "granted", proof: next.proof.clone().unwrap() }),
            Some(_) => Some(Write::Epoch),
            None => None,
        },
        purge: expect["purge"] == true,
        forget: expect["forget"] == true,
        open: match expect["open"].as_str() {
            Some("fresh") => Open::Fresh,
            Some(_) => Open::Stored,
            None => Open::No,
        },
        tell: match expect["tell"].as_str() {
            Some("refused") => Some(Message::Refused(next.epoch)),
            Some(_) => Some(Message::Changed),
            None => None,
        },
        report: (expect["report"] == "not_persisted").then_some(Code::NotPersisted),
    };
    (found, Next { state: next, transition })
}

/// What a step leads to.
#[derive(Clone, PartialEq, Debug)]
struct Next {
    state: State,
    transition: Transition,
}

impl std::ops::Deref for Next {
    type Target = Transition;

    fn deref(&self) -> &Transition {
        &self.transition
    }
}

fn step(from: &State, input: Input<'_>, now: &Circumstances<'_>) -> Next {
    let mut state = from.clone();
    let transition = state.step(input, now);
    Next { state, transition }
}

fn circumstances(row: &Value) -> Circumstances<'_> {
    let now = &row["now"];
    Circumstances {
        signal: match now["signal"].as_str() {
            Some("enforced") => Signal::Enforced,
            Some(_) => Signal::Honored,
            None => Signal::Silent,
        },
        default: status(now["default"].as_str().unwrap_or("pending")),
        hold: now["hold"] == true,
        policy_version: now["policy"].as_str().unwrap_or_default(),
        purposes: &[],
        now: now["at"].as_u64().unwrap_or(NOW),
    }
}

fn state(text: &Value, now: &Circumstances<'_>) -> State {
    let source = Source::ALL.into_iter().find(|source| text["source"] == source.name()).unwrap();
    State {
        decision: Decision::of(status(text["status"].as_str().unwrap()), source, now.hold),
        decided: text["decided"].as_bool(),
        proof: text["proof"].as_str().map(proof),
        persisted: text["persisted"].as_str().map(store),
        unkept: text["unkept"] == true,
        epoch: Epoch::of(text["epoch"].as_u64().unwrap_or(0)),
        waits: text["waits"] == true,
        left: Epoch::of(text["left"].as_u64().unwrap_or(0)),
        forgot: Epoch::of(text["forgot"].as_u64().unwrap_or(0)),
        copied: text["copied"] == true,
        doubted: text["doubted"].as_u64(),
    }
}

fn choice(text: &Value) -> StoredChoice {
    StoredChoice {
        reading: match text["reading"].as_str().unwrap() {
            "granted" => Reading::Granted,
            "denied" => Reading::Denied,
            "absent" => Reading::Absent,
            _ => Reading::Unreadable,
        },
        proof: text["proof"].as_str().map(proof),
        epoch: Epoch::of(text["epoch"].as_u64().unwrap_or(0)),
        store: text["store"].as_str().map(store),
        current: text["current"] != false,
        copied: text["copied"] == true,
    }
}

fn status(name: &str) -> Status {
    Status::ALL.into_iter().find(|status| status.name() == name).unwrap()
}

fn store(name: &str) -> Store {
    Store::ALL.into_iter().find(|store| store.name() == name).unwrap()
}

/// `granted at 400 in 402 for 2 to analytics`: when, in which epoch, for which policy version, to
/// which purposes.
fn proof(text: &str) -> ConsentRecord {
    let words: Vec<&str> = text.split(' ').collect();
    let after = |word: &str| words.iter().position(|found| *found == word).map(|at| words[at + 1]);
    let purposes: Option<Vec<String>> = after("to").map(|list| list.split(',').map(String::from).collect());
    let decided = Decided {
        granted: words[0] == "granted",
        at: after("at").unwrap().parse().unwrap(),
        via: "banner",
        purposes: purposes.as_deref(),
        refused: None,
        since: &[],
        policy_version: after("for").unwrap_or_default(),
        id: "",
        shown: Shown::default(),
    };
    ConsentRecord::of(decided, Epoch::of(after("in").unwrap().parse().unwrap()))
}

// ---- every step

fn epochs() -> impl Strategy<Value = Epoch> {
    prop_oneof![8 => prop::sample::select(vec![0, 1, 200, 201, 400, 401, 402, 1_000, 1_001, 2_001]), 1 => 0..1_u64 << 46]
        .prop_map(Epoch::of)
}

fn proofs() -> impl Strategy<Value = ConsentRecord> {
    let decided = |(granted, at)| Decided {
        granted,
        at,
        via: "banner",
        purposes: None,
        refused: None,
        since: &[],
        policy_version: "",
        id: "",
        shown: Shown::default(),
    };
    ((any::<bool>(), prop::sample::select(vec![0, 400, 600])).prop_map(decided), epochs())
        .prop_map(|(decided, epoch)| ConsentRecord::of(decided, epoch))
}

fn stores() -> impl Strategy<Value = Option<Store>> {
    prop::sample::select(vec![None, Some(Store::Local), Some(Store::Cookie)])
}

fn statuses() -> impl Strategy<Value = Status> {
    prop::sample::select(Status::ALL.to_vec())
}

/// What a client can know: a refusal that counts is a denial, whatever else is so.
fn states() -> impl Strategy<Value = State> {
    let decision = (statuses(), prop::sample::select(Source::ALL.to_vec()), any::<bool>());
    let rest = (prop::sample::select(vec![None, Some(true), Some(false)]), prop::option::of(proofs()), stores(), any::<bool>());
    let doubt = (epochs(), any::<bool>(), prop::option::of(prop::sample::select(vec![0, 900, 1_000])), any::<bool>());
    (decision, rest, epochs(), epochs(), doubt)
        .prop_map(|((status, source, hold), (decided, proof, persisted, unkept), epoch, left, (forgot, copied, doubted, waits))| State {
            decision: Decision::of(status, source, hold),
            decided,
            proof,
            persisted,
            unkept,
            epoch,
            waits,
            left,
            forgot,
            copied,
            doubted,
        })
        .prop_map(|state| match state.decided {
            Some(false) if state.decision.status != Status::Denied => State { decided: None, ..state },
            _ => state,
        })
        .prop_map(|state| State { waits: state.waits && !state.decision.allowed, ..state })
}

fn choices() -> impl Strategy<Value = StoredChoice> {
    let reading = prop::sample::select(vec![Reading::Absent, Reading::Granted, Reading::Denied, Reading::Unreadable]);
    let flags = (any::<bool>(), any::<bool>());
    (reading, prop::option::of(proofs()), epochs(), stores(), flags).prop_map(|(reading, proof, epoch, store, (current, copied))| {
        let decided = matches!(reading, Reading::Granted | Reading::Denied);
        // Only a decision can have expired, be proven, and be in a store.
        let (proof, store) = (proof.filter(|_| decided), store.filter(|_| decided));
        StoredChoice { reading, proof, epoch, store, current: current || !decided, copied: copied && reading == Reading::Granted }
    })
}

fn inputs() -> impl Strategy<Value = Input<'static>> {
    prop_oneof![
        choices().prop_map(Input::Began),
        choices().prop_map(Input::Noticed),
        choices().prop_map(Input::Looked),
        (any::<bool>(), epochs()).prop_map(|(granted, stored)| Input::Chose {
            granted,
            at: None,
            via: "banner",
            purposes: None,
            stored,
            id: "",
            shown: Shown::default(),
        }),
        prop::option::of(choices()).prop_map(Input::Kept),
        epochs().prop_map(Input::Refused),
        any::<bool>().prop_map(Input::EpochKept),
        epochs().prop_map(Input::Forgot),
        (choices(), any::<bool>()).prop_map(|(choice, unseen)| Input::Cleared(choice, unseen)),
        choices().prop_map(Input::Defaulted),
        epochs().prop_map(Input::Purged),
    ]
}

fn moments() -> impl Strategy<Value = Circumstances<'static>> {
    let signal = prop::sample::select(vec![Signal::Silent, Signal::Honored, Signal::Enforced]);
    let now = prop_oneof![8 => prop::sample::select(vec![0, 10, 1_000]), 1 => 0..1_u64 << 46];
    (signal, statuses(), any::<bool>(), now).prop_map(|(signal, default, hold, now)| Circumstances {
        signal,
        default,
        hold,
        policy_version: "",
        purposes: &[],
        now,
    })
}

/// What the stores say, where an input tells of it.
fn told<'a>(input: &'a Input<'_>) -> Option<&'a StoredChoice> {
    match input {
        Input::Began(choice) | Input::Noticed(choice) | Input::Looked(choice) | Input::Cleared(choice, _) | Input::Defaulted(choice) => {
            Some(choice)
        }
        Input::Kept(_) | Input::Refused(_) | Input::Chose { .. } | Input::EpochKept(_) | Input::Forgot(_) | Input::Purged(_) => None,
    }
}

fn chooses(input: &Input<'_>, what: bool) -> bool {
    matches!(input, Input::Chose { granted, .. } if *granted == what)
}

fn latest(state: &State) -> Epoch {
    state.epoch.max(state.left)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_denial_always_stops_and_takes_everything_with_it(from in states(), input in inputs(), now in moments()) {
        let was_granted = from.decision.allowed;
        let next = step(&from, input.clone(), &now);
        let status = next.state.decision.status;
        if chooses(&input, false) {
            prop_assert!(next.stop && next.purge && next.tell == Some(Message::Refused(next.state.epoch)));
            let written = matches!(next.write, Some(Write::Decision { granted: false, .. }));
            prop_assert!(written);
            prop_assert_eq!((status, next.state.decided), (Status::Denied, Some(false)));
        }
        // What a reset leaves is asked for once it is known, with `Began`; then nothing is left to
        // stop. Another default is nobody's refusal.
        if !matches!(input, Input::Cleared(..) | Input::Defaulted(_)) {
            // Behind what cannot be read a grant may stand as well, and one that has expired, or is for
            // another policy, is no denial: what was stored under it is not purged.
            let illegible = told(&input).is_some_and(|choice| choice.reading == Reading::Unreadable);
            let lapsed = status == Status::Pending && told(&input).is_some_and(|choice| choice.reading == Reading::Granted);
            let ends = was_granted && !next.state.decision.allowed;
            prop_assert!(!ends || next.stop != next.pause, "a grant that ends");
            // Nor is what a reset left others to go on with by default.
            let goes_on = told(&input).is_some_and(|choice| choice.reading == Reading::Absent && choice.epoch != Epoch::default());
            prop_assert!(!ends || next.purge || illegible || lapsed || goes_on);
            prop_assert!(!next.pause || (ends && lapsed && !next.purge));
            prop_assert!(status != Status::Denied || from.decision.status == Status::Denied || next.stop, "a denial that begins");
        }
        if let Input::Noticed(choice) = &input {
            prop_assert!(choice.reading != Reading::Denied || next.purge, "who had not heard may have written");
        }
        prop_assert!(!next.forget || (next.stop && next.purge), "without a decision nothing of the visitor stays");
    }

    #[test]
    fn another_default_removes_nothing_and_changes_no_decision(from in states(), choice in choices(), now in moments()) {
        let (choice, from) = (StoredChoice { epoch: from.epoch, ..choice }, State { doubted: None, ..from });
        let next = step(&from, Input::Defaulted(choice.clone()), &now);
        prop_assert!(!next.stop && !next.purge && next.write.is_none() && next.tell.is_none());
        prop_assert_eq!(next.pause, from.decision.allowed && !next.state.decision.allowed);
        let speaks = from.decided.is_none() && choice.reading == Reading::Absent && now.signal == Signal::Silent;
        let status = if speaks { now.default } else { from.decision.status };
        prop_assert_eq!(next.state.decision.status, status);
        // What was recorded under a grant waits until something grants again.
        let waits = !next.state.decision.allowed && (from.decision.allowed || from.waits);
        prop_assert_eq!(&next.state, &State { decision: next.state.decision, waits, ..from.clone() });
    }

    #[test]
    fn a_step_ends_whatever_the_numbers_are(from in states(), input in inputs(), now in moments(), epoch in any::<u64>(), left in any::<u64>(), at in any::<u64>()) {
        let from = State { epoch: Epoch::of(epoch), left: Epoch::of(left), ..from };
        let next = step(&from, input.clone(), &Circumstances { now: at, ..now });
        prop_assert!(!chooses(&input, false) || next.state.decision.status == Status::Denied);
    }

    #[test]
    fn nothing_opens_the_gate_but_a_choice_a_legible_grant_or_a_default(from in states(), input in inputs(), now in moments()) {
        let next = step(&from, input.clone(), &now);
        let opens = !from.decision.allowed && next.state.decision.allowed;
        let by_grant = told(&input).is_some_and(|choice| choice.reading == Reading::Granted && choice.current) && now.signal != Signal::Enforced;
        let by_default = told(&input).is_some_and(|choice| choice.reading == Reading::Absent)
            && now.default == Status::Granted
            && now.signal == Signal::Silent;
        prop_assert!(!opens || chooses(&input, true) || by_grant || by_default);
        prop_assert!(next.open == Open::No || next.state.decision.allowed, "it is never opened in vain");
        prop_assert!(!opens || next.open != Open::No || matches!(input, Input::Cleared(..)), "nor granted without being opened");
        let new = from.decided == Some(false) || from.doubted.is_some();
        prop_assert_eq!(next.open == Open::Fresh, chooses(&input, true) && new, "who comes after a refusal is somebody else");
        prop_assert_eq!(next.state.decision.allowed, next.state.decision.status == Status::Granted);
    }

    #[test]
    fn an_epoch_is_never_forgotten_and_a_decision_here_is_later_than_all_that_is_known(from in states(), input in inputs(), now in moments()) {
        let next = step(&from, input.clone(), &now);
        prop_assert!(latest(&next.state) >= latest(&from), "{:?} after {:?}", next.state, from);
        let goes_on = from.decision.allowed && next.state.decision.allowed;
        prop_assert!(!goes_on || next.state.epoch == from.epoch || next.stop, "what was recorded in another epoch is dropped");
        if let Input::Chose { granted, stored, .. } = input
            && (!granted || next.state.epoch != from.epoch)
        {
            prop_assert!(next.state.epoch > latest(&from).max(stored));
            prop_assert!(next.state.epoch.number() >= now.now);
        }
        if chooses(&input, false) || (chooses(&input, true) && from.decided == Some(false)) {
            prop_assert!(next.state.epoch.follows_denial(), "what was held before the denial is not sent");
        }
    }

    #[test]
    fn only_what_is_done_here_is_written_or_told(from in states(), input in inputs(), now in moments()) {
        let next = step(&from, input.clone(), &now);
        let own = matches!(input, Input::Chose { .. } | Input::Cleared(..) | Input::Purged(_));
        prop_assert_eq!(next.tell.is_some(), own, "news is not told on");
        let (written, chosen) = (matches!(next.write, Some(Write::Decision { .. })), matches!(input, Input::Chose { .. }));
        prop_assert_eq!(written, chosen);
        let epoch = next.state.decision.allowed && matches!(input, Input::Purged(_) | Input::Cleared(..));
        prop_assert!(next.write != Some(Write::Epoch) || epoch || matches!(input, Input::Cleared(_, true)));
        prop_assert_eq!(next.forget, matches!(input, Input::Forgot(_)));
        if let Some(Write::Decision { granted, proof }) = &next.write {
            prop_assert_eq!((Some(*granted), Some(proof)), (next.state.decided, next.state.proof.as_ref()));
            prop_assert_eq!(proof.epoch(), next.state.epoch);
        }
        prop_assert_eq!(next.report.is_some(), matches!(input, Input::Kept(None) | Input::EpochKept(false)) || matches!(&input, Input::Kept(Some(choice)) if choice.store.is_none()));
    }

    #[test]
    fn what_was_heard_once_is_no_news(from in states(), choice in choices(), now in moments()) {
        let first = step(&from, Input::Looked(choice.clone()), &now).state;
        let again = step(&first, Input::Looked(choice.clone()), &now);
        prop_assert_eq!(State { left: first.left, ..again.state.clone() }, first);
        prop_assert!(!again.purge && again.write.is_none());
        prop_assert!(!again.state.decision.allowed || (!again.stop && again.open == Open::No));
    }

    #[test]
    fn what_cannot_be_read_makes_no_grant_and_takes_none_away(from in states(), choice in choices(), now in moments()) {
        let choice = StoredChoice { reading: Reading::Unreadable, ..choice };
        let next = step(&from, Input::Looked(choice.clone()), &now);
        let withdrawn = from.decision.allowed && choice.epoch > from.epoch;
        prop_assert_eq!(next.stop, withdrawn, "but a new epoch tells of a withdrawal");
        if withdrawn && choice.proof.is_some() {
            prop_assert!(!next.state.decision.allowed, "and the proof of a refusal of what it was");
            prop_assert!(!next.state.unkept && !next.purge);
        } else {
            prop_assert_eq!(next.state.decision, from.decision);
        }
        prop_assert_eq!(from.confirmed(Reading::Unreadable), from.decision.allowed && from.unkept);
        prop_assert!(!step(&State::new(), Input::Began(choice), &now).state.decision.allowed);
    }
}
