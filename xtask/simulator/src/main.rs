//! `cargo xtask simulate`.

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [show, seed] = arguments.as_slice()
        && show == "show"
    {
        for line in consentry_simulator::shrink(seed.parse().unwrap_or(0)).trace {
            println!("{line}");
        }
        return;
    }
    let from: u64 = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(0);
    let runs: u64 = arguments.get(1).and_then(|text| text.parse().ok()).unwrap_or(1000);
    let mut seen = std::collections::BTreeMap::new();
    let start = std::time::Instant::now();
    for seed in from..from + runs {
        if let Some(violation) = consentry_simulator::run(seed).violation {
            let entry = seen.entry(violation.check).or_insert((0, seed, violation.seen.clone()));
            entry.0 += 1;
        }
    }
    println!("{runs} runs in {:?}", start.elapsed());
    for (check, (times, seed, what)) in &seen {
        println!("{check:?} {times} times, first seed {seed}: {}", what.chars().take(150).collect::<String>());
    }
}
