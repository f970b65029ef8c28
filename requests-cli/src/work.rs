//! What each command does.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use consentry::requests::{Client, DisclosureType, Error, Journal, Operation, Pace, Plan, Project};

use crate::args::{Bearer, Command, Ids, Place, Planned, Resume, Sending};
use crate::outcome::{Failure, SOME_REFUSED};
use crate::show::Show;
use crate::{ids, secret, tasks};

/// Does it.
pub async fn run(command: Command, json: bool) -> Result<ExitCode, Failure> {
    match command {
        Command::Retrieve(of) => {
            let request = Request { operation: Operation::Retrieve, disclosure: of.disclosure.into(), yes: true };
            create(&request, &of.ids, &of.place, &of.planned, json).await
        }
        Command::Delete(of) => {
            let request = Request { operation: Operation::Delete, disclosure: DisclosureType::default(), yes: of.yes };
            create(&request, &of.ids, &of.place, &of.planned, json).await
        }
        Command::Resume(of) => resume(&of, json).await,
        Command::Status(of) => tasks::status(&of, json).await,
        Command::Cancel(of) => tasks::cancel(&of, json).await,
        // They are done without any of this.
        Command::Completions { .. } | Command::Man => Ok(ExitCode::SUCCESS),
    }
}

struct Request {
    operation: Operation,
    disclosure: DisclosureType,
    yes: bool,
}

async fn create(request: &Request, from: &Ids, place: &Place, planned: &Planned, json: bool) -> Result<ExitCode, Failure> {
    let project = project(&place.project_token, place.residency.into(), place.api_host.as_deref())?;
    let plan = Plan::new(request.operation, &project).under(planned.law.into(), request.disclosure).with_groups(planned.groups);
    let plan = match planned.batch {
        Some(size) => plan.with_batches_of(size.into()),
        None => plan,
    };
    let mut show = Show::new(json);
    if planned.dry_run {
        let seal = plan.count(ids::stream(from)?, |place, id, why| show.refused(place, id, why))?;
        show.plan(&seal, plan.size(), seconds(seal.batches, &planned.sending));
        return Ok(ended(seal.refused));
    }
    // Before the ids, so that a missing token is told at once.
    let client = client(&planned.sending.bearer)?;
    let path = planned.journal.clone().unwrap_or_else(|| named(request.operation));
    let mut journal = plan.write(&path, ids::stream(from)?, |place, id, why| show.refused(place, id, why))?;
    let seal = journal.report().plan.clone();
    show.plan(&seal, plan.size(), seconds(seal.batches, &planned.sending));
    if !request.yes && !confirmed(&journal)? {
        // It has people's ids, and nothing was sent.
        std::fs::remove_file(&path).map_err(|error| Failure::file(&path.to_string_lossy(), &error))?;
        return Err(Failure::NotConfirmed);
    }
    if !json {
        eprintln!("journal: {}", path.display());
    }
    send(&client, &mut journal, pace(&planned.sending), show).await
}

async fn resume(of: &Resume, json: bool) -> Result<ExitCode, Failure> {
    let client = client(&of.sending.bearer)?;
    let mut journal = Journal::open(&of.journal)?;
    let untouched = journal.report().left() == journal.report().plan.ids;
    if untouched && !of.yes && journal.head()?.operation == Operation::Delete && !confirmed(&journal)? {
        return Err(Failure::NotConfirmed);
    }
    let mut pace = pace(&of.sending);
    pace.repeat_doubtful = of.repeat_doubtful;
    send(&client, &mut journal, pace, Show::new(json)).await
}

async fn send(client: &Client, journal: &mut Journal, pace: Pace, mut show: Show) -> Result<ExitCode, Failure> {
    let outcome = client.run(journal, pace, |report| show.progress(report)).await;
    match outcome {
        Ok(report) => {
            show.done(&report);
            Ok(ended(report.plan.refused))
        }
        Err(error) => {
            show.stopped(journal.report(), journal.path());
            Err(error.into())
        }
    }
}

fn ended(refused: u64) -> ExitCode {
    if refused > 0 { ExitCode::from(SOME_REFUSED) } else { ExitCode::SUCCESS }
}

/// Asks for the count, which nobody types by habit.
fn confirmed(journal: &Journal) -> Result<bool, Failure> {
    let count = journal.report().plan.ids;
    if count == 0 {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        eprintln!("{count} people's data would be deleted: give --yes where nobody can be asked");
        return Ok(false);
    }
    let head = journal.head()?;
    eprint!("Delete the data of {count} people in project {} at {}? Type {count} to go on: ", head.project, head.base);
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|error| Failure::file("prompt", &error))?;
    Ok(answer.trim() == count.to_string())
}

/// The project at Mixpanel, or at another address.
pub fn project(token: &str, residency: consentry::Residency, address: Option<&str>) -> Result<Project, Error> {
    let project = Project::new(token, residency);
    match address {
        Some(address) => project.at(address),
        None => Ok(project),
    }
}

/// The client with the token of the caller.
pub fn client(bearer: &Bearer) -> Result<Client, Failure> {
    Ok(Client::with_patience(secret::token(bearer)?, Duration::from_millis(bearer.patience_ms))?)
}

fn pace(sending: &Sending) -> Pace {
    let mut pace = Pace::default();
    pace.interval = sending.interval_ms;
    if let Some(first) = sending.first_wait_ms {
        pace.first_wait = first;
    }
    pace
}

fn seconds(batches: u64, sending: &Sending) -> u64 {
    batches.saturating_mul(sending.interval_ms).div_ceil(1_000)
}

/// A journal of this folder that is not there yet.
fn named(operation: Operation) -> PathBuf {
    let what = match operation {
        Operation::Retrieve => "retrieve",
        Operation::Delete => "delete",
    };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut names = (now..).map(|at| PathBuf::from(format!("consentry-{what}-{at}.journal")));
    names.find(|name| !Path::exists(name)).unwrap_or_default()
}
