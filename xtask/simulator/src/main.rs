//! The simulator as a program. `cargo xtask simulate` builds and starts it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use std::{env, fs, panic, thread};

use consentry_simulator::{Check, Cover, EXCUSES, Met, Mix, Setup, fleet, rules, run, shrink, trace};

const HELP: &str = "\
simulate [options]
  --runs N      so many seeds (default 10000), on all cores
  --from SEED   beginning with this one (default 0)
  --seed SEED   this one alone, with its trace, shortened if it fails
  --whole       with --seed: the whole trace
  --until-caught
                print only which check failed first, and after how many runs
  --ignore A,B  leave these checks out
  --tiers A+B   all seeds with these tiers of faults (full, late, lying, clock), or honest
  --failing     print the seeds that fail with their check and tiers, and nothing else
  --skip FILE   leave out the seeds in this file
  --fleet       a million pages through an outage, beside clients without jitter
  --pages N     with --fleet: play so many and scale (default 50000)";

/// What the command line asks for.
struct Options {
    runs: u64,
    from: u64,
    seed: Option<u64>,
    whole: bool,
    until_caught: bool,
    fleet: bool,
    pages: u64,
    setup: Setup,
    /// Seeds that are left out.
    skipped: BTreeSet<u64>,
    /// Print the seeds that fail, and nothing else.
    failing: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let options = match parse(&arguments) {
        Ok(options) => options,
        Err(mistake) => {
            eprintln!("simulate: {mistake}\n{HELP}");
            return ExitCode::FAILURE;
        }
    };
    // A panic of the core is a violation with a trace, not a stack on the screen.
    panic::set_hook(Box::new(|_| {}));
    if options.fleet {
        print!("{}", fleet::report(options.pages));
        return ExitCode::SUCCESS;
    }
    match options.seed {
        Some(seed) => one(seed, &options),
        None => many(&options),
    }
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        runs: 10_000,
        from: 0,
        seed: None,
        whole: false,
        until_caught: false,
        fleet: false,
        pages: 50_000,
        setup: Setup::default(),
        skipped: BTreeSet::new(),
        failing: false,
    };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let mut number = || rest.next().and_then(|value| value.parse().ok()).ok_or_else(|| format!("{name} takes a number"));
        match name.as_str() {
            "--runs" => options.runs = number()?,
            "--from" => options.from = number()?,
            "--seed" => options.seed = Some(number()?),
            "--pages" => options.pages = number()?,
            "--failing" => options.failing = true,
            "--skip" => {
                let text = rest.next().and_then(|file| fs::read_to_string(file).ok()).ok_or("--skip takes a file")?;
                options.skipped = text.split_whitespace().filter_map(|seed| seed.parse().ok()).collect();
            }
            "--whole" => options.whole = true,
            "--until-caught" => options.until_caught = true,
            "--fleet" => options.fleet = true,
            "--ignore" => {
                let names = rest.next().ok_or("--ignore takes names of checks")?;
                options.setup.ignored =
                    rules().map(|rule| rule.check).filter(|check| names.split(',').any(|name| name == format!("{check:?}"))).collect();
            }
            "--tiers" => options.setup.mix = Some(rest.next().and_then(|name| Mix::named(name)).ok_or("--tiers takes tiers")?),
            _ => return Err(format!("`{name}` is not an option")),
        }
    }
    Ok(options)
}

fn one(seed: u64, options: &Options) -> ExitCode {
    let outcome = if options.whole { trace(seed, &options.setup) } else { shrink(seed, &options.setup) };
    for line in &outcome.trace {
        println!("{line}");
    }
    match outcome.violation {
        Some(violation) => {
            println!("violated: {:?}\n  {}", violation.check, violation.seen);
            for rule in rules().filter(|rule| rule.check == violation.check) {
                println!("  promise {}", rule.promise);
                if !rule.allowed.is_empty() {
                    println!("  allowed: {}", rule.allowed);
                }
            }
            ExitCode::FAILURE
        }
        None => {
            println!("nothing violated");
            ExitCode::SUCCESS
        }
    }
}

/// What one thread saw: counters, and for each check how often it failed, the first seed, and what
/// was seen there.
#[derive(Default)]
struct Seen {
    cover: Cover,
    runs: u64,
    failed: BTreeMap<Check, (u64, u64, String)>,
    failing: Vec<String>,
}

fn many(options: &Options) -> ExitCode {
    let start = Instant::now();
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    let first = &AtomicU64::new(u64::MAX);
    let seen = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|worker| scope.spawn(move || work(options, worker, threads, first))).collect();
        let mut all = Seen::default();
        for seen in workers.into_iter().filter_map(|worker| worker.join().ok()) {
            all.cover.merge(&seen.cover);
            all.runs += seen.runs;
            all.failing.extend(seen.failing);
            for (check, (times, seed, what)) in seen.failed {
                let place = all.failed.entry(check).or_insert((0, seed, what.clone()));
                place.0 += times;
                if seed < place.1 {
                    (place.1, place.2) = (seed, what);
                }
            }
        }
        all
    });
    if options.failing {
        seen.failing.iter().for_each(|line| println!("{line}"));
        return ExitCode::SUCCESS;
    }
    if options.until_caught {
        let caught = seen.failed.iter().min_by_key(|(_, (_, seed, _))| *seed);
        match caught {
            Some((check, (_, seed, _))) => println!("caught {check:?} {}", seed - options.from + 1),
            None => println!("missed {}", seen.runs),
        }
        return ExitCode::SUCCESS;
    }
    summary(&seen, start.elapsed().as_secs_f64());
    if let Some((check, (_, seed, _))) = seen.failed.iter().min_by_key(|(_, (_, seed, _))| *seed) {
        println!("\nThe first, seed {seed} ({check:?}), shortened:\n");
        let _ = one(*seed, options);
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn work(options: &Options, worker: u64, threads: u64, first: &AtomicU64) -> Seen {
    let mut seen = Seen::default();
    for seed in (options.from..options.from + options.runs).filter(|seed| seed % threads == worker && !options.skipped.contains(seed)) {
        // Every smaller seed is still played, so that the first is the first however many threads
        // there are.
        if options.until_caught && seed > first.load(Ordering::Relaxed) {
            break;
        }
        let outcome = run(seed, &options.setup);
        seen.cover.add_run(&outcome.cover);
        seen.runs += 1;
        if let Some(violation) = outcome.violation {
            seen.failing.push(format!("{seed} {:?} {}", violation.check, outcome.mix.name()));
            seen.failed.entry(violation.check).or_insert((0, seed, violation.seen)).0 += 1;
            first.fetch_min(seed, Ordering::Relaxed);
        }
    }
    seen
}

/// What share of the records had to arrive, what of the rest the promises allow, and what the faults of
/// each mix of tiers excuse.
fn shares(cover: &Cover) {
    println!("\n| tiers | records | due | by promise | excused | which |\n|---|---:|---:|---:|---:|---|");
    let (mut all, mut excused) = (0, 0);
    for mix in Mix::all() {
        let due = cover.share(mix, None);
        let total = due + EXCUSES.iter().map(|row| cover.share(mix, Some(row.cause))).sum::<u64>();
        let share = |part: u64| format!("{:.1} %", 100.0 * part as f64 / total.max(1) as f64);
        let (mut sums, mut names) = ([0; 2], Vec::new());
        for row in &EXCUSES {
            let count = cover.share(mix, Some(row.cause));
            let column = usize::from(!row.cause.is_promised());
            if let Some(sum) = sums.get_mut(column) {
                *sum += count;
            }
            if count > 0 {
                names.push(format!("{:?} {}", row.cause, share(count)));
            }
        }
        let [promised, faults] = sums;
        let columns = [promised, faults].map(share).join(" | ");
        println!("| {} | {total} | {} | {columns} | {} |", mix.name(), share(due), names.join(", "));
        (all, excused) = (all + due + faults, excused + faults);
    }
    println!("\nexcused of what no promise lets go: {:.2} %", 100.0 * excused as f64 / all.max(1) as f64);
}

fn summary(seen: &Seen, seconds: f64) {
    println!("{} runs in {seconds:.1} s, {:.0} a second", seen.runs, seen.runs as f64 / seconds);
    println!("\n| met | times | in runs |\n|---|---:|---:|");
    for met in Met::ALL {
        let (times, runs) = seen.cover.of(met);
        println!("| {met:?} | {times} | {:.1} % |", 100.0 * runs as f64 / seen.runs.max(1) as f64);
    }
    shares(&seen.cover);
    if seen.failed.is_empty() {
        println!("\nnothing violated");
        return;
    }
    println!("\n| violated | runs | first seed | seen |\n|---|---:|---:|---|");
    for (check, (times, seed, what)) in &seen.failed {
        let what: String = what.chars().take(120).collect();
        println!("| {check:?} | {times} | {seed} | {} |", what.replace('\n', " "));
    }
}
