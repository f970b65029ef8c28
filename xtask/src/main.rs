//! What a developer runs: `cargo xtask setup | build | size | demo | examples | test | bench | parity |
//! simulate | requests | msrv | docs | deny | semver | mutants`. Needs Rust and Node, fetches the rest.

mod bench;
mod browsers;
mod demo;
mod docs;
mod examples;
mod msrv;
mod mutants;
mod mutations;
mod names;
mod package;
mod parity;
mod paths;
mod release;
mod run;
mod setup;
mod simulate;
mod size;
mod tables;
mod test;
mod tools;

use std::env;
use std::num::NonZeroU8;
use std::process::ExitCode;

use paths::Paths;
use run::{Failure, Result};
use test::Part;

const HELP: &str = "\
cargo xtask COMMAND

  setup                     install what building and testing need; every other command does so too
  build                     make the npm package in pkg/, and print its sizes
  size [--write]            build, measure beside others, and check the sizes in README.md, or write them there
  demo [--port N] [--no-build]
                            serve the demo page with a local collector
  examples [NAME...]        build the web applications in examples/, or those of these names
  examples --size           what the crate adds to one, in bytes
  test [--only lint|native|wasm|package|browsers|examples [WORD...]]
                            run every check, or one group; of browsers and examples also those files alone with one of
                            the words in their names
  bench [--runs N] [--check] [--only WORD...]
                            measure speed beside mixpanel-browser (minutes), from 5 fresh pages unless told
                            otherwise; with --check, fail where something is beyond what it has to be; of startup,
                            granted, optedOut, paced, delivered, queued and offline only those with a word
  parity [--write] [--reference] [--kept] [--again] [WORD...]
                            play scenarios on mixpanel-browser and on the drop-in (minutes), and fail where something
                            differs that no row explains; of the scenarios only those with a word, or in one engine;
                            --write puts the table into docs/parity.md, --reference plays mixpanel-browser twice,
                            --kept takes what it did in an earlier run, --again looks at the last run with other rows
  simulate [--help]         play random schedules of tabs, faults and servers against the core, and check every promise
  requests                  kill the command for data requests over and over while it deletes a hundred thousand ids (minutes)
  deny [advisories]         what is depended on: licences, sources, what is not to be there; with the word, what is known
                            to be unsafe too, from a list that is fetched
  semver REVISION           what the crate offers is compatible with what it offered in that revision of git
  docs                      the crate's documentation as docs.rs builds it, for both targets
  msrv                      compile the crate with the oldest Rust it names, for both targets
  mutants [WORD]            break the core in one place at a time, and see that the simulator notices

Tools are kept in $CONSENTRY_TOOLS, else in consentry/ in the user's cache directory.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<()> {
    match arguments {
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        ["setup"] => {
            let paths = Paths::find()?;
            setup::for_build(&paths)?;
            setup::for_package_tests(&paths)?;
            setup::for_browsers(&paths).map(drop)
        }
        ["build"] => build(&Paths::find()?),
        ["size"] => {
            let paths = Paths::find()?;
            build(&paths)?;
            setup::for_package_tests(&paths)?;
            size::check(&paths)
        }
        ["size", "--write"] => {
            let paths = Paths::find()?;
            build(&paths)?;
            setup::for_package_tests(&paths)?;
            size::write_readme(&paths)
        }
        ["demo", options @ ..] => demo::serve(&Paths::find()?, &demo_options(options)?),
        ["examples", "--size"] => {
            let paths = Paths::find()?;
            setup::for_build(&paths)?;
            examples::size(&paths)
        }
        ["examples", names @ ..] => {
            let known = names.iter().map(|name| examples::named(name)).collect::<Option<Vec<_>>>();
            let names = known.ok_or_else(|| misunderstood(arguments))?;
            let paths = Paths::find()?;
            setup::for_build(&paths)?;
            examples::build(&paths, &names)
        }
        ["simulate", options @ ..] => simulate::run(&Paths::find()?, options),
        ["parity", options @ ..] => parity::run(&Paths::find()?, options),
        ["requests"] => test::requests(&Paths::find()?),
        ["deny"] => release::deny(&Paths::find()?, false),
        ["deny", "advisories"] => release::deny(&Paths::find()?, true),
        ["semver", revision] => release::semver(&Paths::find()?, revision),
        ["docs"] => docs::build(&Paths::find()?),
        ["msrv"] => msrv::check(&Paths::find()?),
        ["mutants", words @ ..] => mutants::run(&Paths::find()?, words),
        ["test"] => test::run(&Paths::find()?, &Part::EACH_TIME, &[]),
        ["test", "--only", name, words @ ..] => match Part::named(name) {
            Some(part) if words.is_empty() || matches!(part, Part::Browsers | Part::Examples) => test::run(&Paths::find()?, &[part], words),
            Some(_) | None => Err(misunderstood(arguments)),
        },
        ["bench", options @ ..] => bench::run(&Paths::find()?, &bench_options(options)?),
        _ => Err(misunderstood(arguments)),
    }
}

fn build(paths: &Paths) -> Result<()> {
    setup::for_build(paths)?;
    package::build(paths)
}

fn demo_options(arguments: &[&str]) -> Result<demo::Options> {
    let mut options = demo::Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--no-build" => options.no_build = true,
            "--port" => match rest.next().map(|port| port.parse()) {
                Some(Ok(port)) => options.port = Some(port),
                Some(Err(_)) | None => {
                    return Err(Failure::new("--port takes a number from 0 to 65535"));
                }
            },
            _ => return Err(misunderstood(arguments)),
        }
    }
    Ok(options)
}

fn bench_options<'a>(arguments: &[&'a str]) -> Result<bench::Options<'a>> {
    let mut options = bench::Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--check" => options.check = true,
            "--only" if !rest.as_slice().is_empty() => options.only = rest.by_ref().copied().collect(),
            "--runs" => match rest.next().map(|runs| runs.parse::<NonZeroU8>()) {
                Some(Ok(runs)) => options.runs = runs.get(),
                Some(Err(_)) | None => return Err(Failure::new("--runs takes a number from 1 to 255")),
            },
            _ => return Err(misunderstood(arguments)),
        }
    }
    Ok(options)
}

fn misunderstood(arguments: &[&str]) -> Failure {
    Failure::new(format!("`{}` is not something xtask does; this is:\n\n{HELP}", arguments.join(" ")))
}
