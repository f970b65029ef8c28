#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{IN_TIERS, MUTATIONS};

#[test]
fn every_mutation_has_a_name_of_its_own_and_one_place_in_the_core() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("src");
    let places = |file: &str, text: &str| fs::read_to_string(src.join(file)).unwrap().matches(text).count();
    let lost: Vec<_> = MUTATIONS.iter().filter(|one| places(one.file, one.find) != 1).map(|one| one.name).collect();
    assert!(lost.is_empty(), "{lost:?} are not found exactly once");
    assert!(IN_TIERS.iter().all(|(name, _)| MUTATIONS.iter().any(|one| one.name == *name)));
    let names: BTreeSet<_> = MUTATIONS.iter().map(|one| one.name).collect();
    assert_eq!(names.len(), MUTATIONS.len());
}
