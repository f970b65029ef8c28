//! Runs the collector until it is told to stop, its parent is gone, or its time is up.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod args;

use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

use consentry_collector::{Addresses, start};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use args::{Args, USAGE};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let outcome = Args::parse(arguments).map_err(|mistake| format!("{mistake}\n{USAGE}")).and_then(|args| {
        // One thread is enough, and leaves the processor to the browser that is being measured.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        runtime.block_on(run(args)).map_err(|error| error.to_string())
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("consentry-collector: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    // Watched from before the addresses are printed: whoever has read them can stop us.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let running = start(args.options).await?;
    announce(running.addresses())?;
    let parent_is_gone = async {
        if args.stop_with_stdin {
            end_of_stdin().await;
        } else {
            std::future::pending().await
        }
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        () = tokio::time::sleep(args.lifetime) => {}
        () = parent_is_gone => {}
    }
    Ok(())
}

/// The one line that a caller reads to learn the ports.
fn announce(addresses: &Addresses) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string(addresses)?)?;
    out.flush()
}

/// A thread of its own, because a blocking read on the runtime would keep the process from ending.
async fn end_of_stdin() {
    let (ended, end) = oneshot::channel();
    thread::spawn(move || {
        // An unreadable input has no parent behind it either.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
}
