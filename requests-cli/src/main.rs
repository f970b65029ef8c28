//! `consentry-requests`: people's data retrieved or deleted at Mixpanel, from the terminal.

mod args;
mod ids;
mod outcome;
mod secret;
mod show;
mod tasks;
mod work;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use outcome::Failure;

fn main() -> ExitCode {
    let args = Args::parse();
    if args.verbose {
        // The core logs methods, statuses and waits: no ids, no addresses, no token.
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing_level()).init();
    }
    let json = args.json;
    let done = match args.command {
        Command::Completions { shell } => args::completions(shell),
        Command::Man => args::man(),
        command @ (Command::Retrieve(_) | Command::Delete(_) | Command::Resume(_) | Command::Status(_) | Command::Cancel(_)) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(|error| Failure::file("tokio", &error)).and_then(|runtime| runtime.block_on(work::run(command, json)))
        }
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            failure.show(json);
            failure.code()
        }
    }
}

fn tracing_level() -> tracing_subscriber::filter::LevelFilter {
    tracing_subscriber::filter::LevelFilter::DEBUG
}
