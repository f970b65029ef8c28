//! Every order of few things: the real core in two pages, searched exhaustively with stateright.

use std::hash::{Hash, Hasher};

use consentry_simulator::model::{Act, Bounds, Small};
use stateright::{Checker, Model, Property};

/// A way, and what it comes to. Ways that come to the same are one state.
#[derive(Clone, Debug)]
struct Way {
    acts: Vec<Act>,
    print: u64,
    violated: Option<String>,
    next: Vec<Act>,
}

impl Hash for Way {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.print.hash(state);
        self.violated.hash(state);
    }
}

impl PartialEq for Way {
    fn eq(&self, other: &Way) -> bool {
        self.print == other.print && self.violated == other.violated
    }
}

struct Tabs(Bounds);

impl Tabs {
    fn way(&self, acts: Vec<Act>) -> Way {
        let small = Small::play(&acts, &self.0);
        let violated = small.violation().map(|violation| format!("{:?}: {}", violation.check, violation.seen));
        Way { next: small.acts(&acts, &self.0), print: small.print(), violated, acts }
    }
}

impl Model for Tabs {
    type State = Way;
    type Action = Act;

    fn init_states(&self) -> Vec<Way> {
        vec![self.way(Vec::new())]
    }

    fn actions(&self, state: &Way, actions: &mut Vec<Act>) {
        actions.extend(&state.next);
    }

    fn next_state(&self, state: &Way, act: Act) -> Option<Way> {
        let mut acts = state.acts.clone();
        acts.push(act);
        Some(self.way(acts))
    }

    fn properties(&self) -> Vec<Property<Tabs>> {
        vec![Property::always("every promise holds", |_, state: &Way| state.violated.is_none())]
    }
}

fn search(bounds: Bounds) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let checker = Tabs(bounds).checker().threads(threads).spawn_bfs().join();
    println!("{bounds:?}: {} ways, {} states", checker.state_count(), checker.unique_state_count());
    let found = checker.discovery("every promise holds").map(|path| path.last_state().clone());
    assert!(found.is_none(), "{found:?}");
    assert!(checker.unique_state_count() > 1_000);
}

#[test]
fn every_order_with_a_grant_by_default() {
    search(Bounds { depth: 6, tracks: 2, decisions: 3, accidents: 1, granted: true });
}

#[test]
fn every_order_with_nothing_decided() {
    search(Bounds { depth: 6, tracks: 1, decisions: 3, accidents: 1, granted: false });
}
