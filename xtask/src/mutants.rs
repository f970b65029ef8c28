//! `cargo xtask mutants`: the simulator must notice when a promise is broken. Each mutation is
//! built and played until a check fails.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::mutations::{IN_TIERS, MUTATIONS, Mutation};
use crate::paths::{self, Paths};
use crate::run::{self, Context, Failure, Result};

/// Runs after which a mutation counts as missed.
const RUNS: &str = "20000";

/// Plays all mutations, or those whose name contains one of the words, and prints what caught them.
pub fn run(paths: &Paths, words: &[&str]) -> Result<()> {
    let copy = paths.work().join("mutants");
    let sources = copy.join("workspace");
    paths::emptied(&sources)?;
    for folder in ["src", "tests"] {
        copy_tree(&paths.root.join(folder), &sources.join(folder))?;
    }
    copy_tree(&paths.root.join("xtask").join("simulator"), &sources.join("xtask").join("simulator"))?;
    for file in ["Cargo.lock", "README.md"] {
        fs::copy(paths.root.join(file), sources.join(file)).context(format_args!("copy {file}"))?;
    }
    let manifest = fs::read_to_string(paths.root.join("Cargo.toml")).context("read Cargo.toml")?;
    let manifest = simulator_alone(&manifest).map_err(|times| Failure::new(format!("Cargo.toml names its members {times} times")))?;
    fs::write(sources.join("Cargo.toml"), manifest).context("write Cargo.toml")?;
    let (failing, known) = known(&sources, &copy)?;
    let mut table = String::from("| mutation | what it breaks | caught by | after runs |\n|---|---|---|---:|\n");
    let mut missed = Vec::new();
    for mutation in MUTATIONS.iter().filter(|mutation| words.is_empty() || words.iter().any(|word| mutation.name.contains(word))) {
        for tiers in IN_TIERS.iter().filter(|(name, _)| *name == mutation.name).map(|(_, tiers)| Some(*tiers)).chain([None]) {
            let verdict = play(mutation, tiers, &sources, &copy, &known)?;
            let cells = match verdict.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["caught", check, runs] => format!("{check} | {runs}"),
                _ => {
                    missed.push(tiers.map_or(String::from(mutation.name), |tiers| format!("{} in {tiers}", mutation.name)));
                    format!("**missed** | {RUNS}")
                }
            };
            let alone = tiers.map(|tiers| format!(", in {tiers} alone")).unwrap_or_default();
            eprintln!("    {}{alone}: {}", mutation.name, verdict.trim());
            table.push_str(&format!("| {}{alone} | {} | {cells} |\n", mutation.name, mutation.breaks));
        }
    }
    println!("{table}");
    if failing > 0 {
        println!("{failing} of {RUNS} seeds fail without any mutation; they were left out.");
    }
    if missed.is_empty() { Ok(()) } else { Err(Failure::new(format!("not caught: {}", missed.join(", ")))) }
}

/// The seeds that fail on the core as it is; a mutation must be caught by others. Answers how many
/// there are, and the file that names them.
fn known(sources: &Path, copy: &Path) -> Result<(usize, String)> {
    let seeds = simulate(sources, copy, &["--failing"])?;
    let file = copy.join("failing-seeds");
    fs::write(&file, &seeds).context("write the failing seeds")?;
    Ok((seeds.lines().count(), file.to_string_lossy().into_owned()))
}

fn play(mutation: &Mutation, tiers: Option<&str>, sources: &Path, copy: &Path, known: &str) -> Result<String> {
    let file = sources.join("src").join(mutation.file);
    let text = fs::read_to_string(&file).context(format_args!("read {}", file.display()))?;
    let mutated = replaced(&text, mutation.find, mutation.replace).map_err(|times| {
        Failure::new(format!("`{}`: its text is {times} times in src/{}, adapt xtask/src/mutations.rs", mutation.name, mutation.file))
    })?;
    fs::write(&file, mutated).context("write the mutation")?;
    let mut options = vec!["--until-caught", "--skip", known];
    options.extend(tiers.iter().flat_map(|tiers| ["--tiers", tiers]));
    let verdict = simulate(sources, copy, &options);
    fs::write(&file, text).context("take the mutation back")?;
    verdict
}

fn simulate(sources: &Path, copy: &Path, options: &[&str]) -> Result<String> {
    let mut command: Command = run::cargo();
    command.current_dir(sources).env("CARGO_TARGET_DIR", copy.join("target"));
    command.args(["run", "--quiet", "--profile=simulate", "--package=consentry-simulator", "--", "--runs", RUNS]).args(options);
    run::silent("a mutation", &mut command)
}

/// The text with the one place replaced, or how many places there are.
fn replaced(text: &str, find: &str, replace: &str) -> std::result::Result<String, usize> {
    match text.matches(find).count() {
        1 => Ok(text.replacen(find, replace, 1)),
        times => Err(times),
    }
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).context(format_args!("create {}", to.display()))?;
    for entry in fs::read_dir(from).context(format_args!("read {}", from.display()))? {
        let entry = entry.context("read a directory")?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).context(format_args!("copy {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// The manifest of the workspace with the simulator as its only member, or how many lines name members.
fn simulator_alone(manifest: &str) -> std::result::Result<String, usize> {
    let names = |line: &&str| line.starts_with("members = ");
    let times = manifest.lines().filter(names).count();
    if times != 1 {
        return Err(times);
    }
    let lines = manifest.lines().map(|line| if names(&line) { r#"members = ["xtask/simulator"]"# } else { line });
    Ok(lines.collect::<Vec<_>>().join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_manifest_of_this_workspace_can_be_cut_down_to_the_simulator() {
        let manifest = super::simulator_alone(include_str!("../../Cargo.toml")).unwrap_or_default();
        assert!(manifest.contains(r#"members = ["xtask/simulator"]"#) && !manifest.contains("requests-cli"), "{manifest}");
    }
}
