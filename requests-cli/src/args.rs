//! What can be said on the command line.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use consentry::Residency;
use consentry::requests::{ComplianceType, DisclosureType};

use crate::outcome::{EXIT_CODES, Failure};

/// Retrieve and delete people's data at Mixpanel, for the GDPR and the CCPA.
///
/// The OAuth bearer token comes from the environment variable CONSENTRY_OAUTH_TOKEN, from
/// --token-file, or from a prompt; never from an argument, which every process on the machine can
/// read.
#[derive(Parser)]
#[command(name = "consentry-requests", version, after_help = EXIT_CODES)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    /// Print JSON, one object a line; the last one has `"type":"done"` or `"type":"error"`
    #[arg(long, global = true)]
    pub json: bool,
    /// Log what is sent and answered, without ids or token, to the standard error
    #[arg(long, short, global = true)]
    pub verbose: bool,
}

#[derive(Subcommand)]
pub enum Command {
    /// Ask for a copy of people's data
    Retrieve(Retrieve),
    /// Delete people's data
    Delete(Delete),
    /// Go on with a journal where an earlier process ended
    Resume(Resume),
    /// Say how far retrievals or deletions are, and download what is there
    Status(Status),
    /// Cancel deletions that have not started
    Cancel(Cancel),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page
    Man,
}

#[derive(clap::Args)]
pub struct Retrieve {
    #[command(flatten)]
    pub ids: Ids,
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub planned: Planned,
    /// What is disclosed under the CCPA
    #[arg(long, value_enum, default_value = "data")]
    pub disclosure: Disclosure,
}

#[derive(clap::Args)]
pub struct Delete {
    #[command(flatten)]
    pub ids: Ids,
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub planned: Planned,
    /// Do not ask before deleting
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(clap::Args)]
pub struct Resume {
    /// The journal
    pub journal: PathBuf,
    #[command(flatten)]
    pub sending: Sending,
    /// Repeat a batch whose answer was lost over a day ago: what was deleted since is deleted again
    #[arg(long)]
    pub repeat_doubtful: bool,
    /// Do not ask before a deletion of which nothing was sent yet
    #[arg(long, short)]
    pub yes: bool,
}

/// Which tasks, and where they are.
#[derive(clap::Args)]
pub struct Named {
    /// Tracking ids
    #[arg(required_unless_present = "journal")]
    pub tasks: Vec<String>,
    #[command(flatten)]
    pub place: OptionalPlace,
    #[command(flatten)]
    pub bearer: Bearer,
    /// All tasks of this journal, which also tells project, address and kind
    #[arg(long)]
    pub journal: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct Status {
    #[command(flatten)]
    pub named: Named,
    /// The tasks are retrievals, not deletions
    #[arg(long)]
    pub retrieval: bool,
    /// Ask again every minute until all are finished
    #[arg(long)]
    pub wait: bool,
    /// Download finished retrievals into this folder
    #[arg(long, value_name = "FOLDER")]
    pub download: Option<PathBuf>,
    #[arg(long, hide = true, default_value_t = 60_000)]
    pub every_ms: u64,
}

#[derive(clap::Args)]
pub struct Cancel {
    #[command(flatten)]
    pub named: Named,
}

#[derive(clap::Args)]
pub struct Ids {
    /// A file with an id a line, or `-` for the standard input
    pub file: Option<PathBuf>,
    /// An id; can be given many times
    #[arg(long = "id", value_name = "ID", conflicts_with = "file", required_unless_present = "file")]
    pub ids: Vec<String>,
    /// The file is CSV with a line of names, and the ids are in the column of this name
    #[arg(long, value_name = "NAME", requires = "file")]
    pub column: Option<String>,
}

#[derive(clap::Args)]
pub struct Place {
    /// The project token
    #[arg(long, value_name = "TOKEN")]
    pub project_token: String,
    /// Where the project's data lives
    #[arg(long, value_enum)]
    pub residency: Region,
    /// Another address than Mixpanel's
    #[arg(long, value_name = "URL")]
    pub api_host: Option<String>,
}

#[derive(clap::Args)]
pub struct OptionalPlace {
    /// The project token
    #[arg(long, value_name = "TOKEN", required_unless_present = "journal")]
    pub project_token: Option<String>,
    /// Where the project's data lives
    #[arg(long, value_enum, required_unless_present = "journal")]
    pub residency: Option<Region>,
    /// Another address than Mixpanel's
    #[arg(long, value_name = "URL")]
    pub api_host: Option<String>,
}

#[derive(clap::Args)]
pub struct Planned {
    /// The journal to write; by default a new one in this folder
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Show the plan, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The law
    #[arg(long, value_enum, default_value = "gdpr")]
    pub law: Law,
    /// Group keys of the project, which leave fewer ids a request
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub groups: usize,
    /// Ids a request, instead of 1999 or what --groups leaves
    #[arg(long, value_name = "IDS", value_parser = clap::value_parser!(u16).range(1..=2000))]
    pub batch: Option<u16>,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(clap::Args)]
pub struct Sending {
    #[command(flatten)]
    pub bearer: Bearer,
    /// For tests against a server with its own clock
    #[arg(long, hide = true, default_value_t = 1_000)]
    pub interval_ms: u64,
    #[arg(long, hide = true)]
    pub first_wait_ms: Option<u64>,
}

#[derive(clap::Args)]
pub struct Bearer {
    /// A file with the OAuth bearer token
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    #[arg(long, hide = true, default_value_t = 60_000)]
    pub patience_ms: u64,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Region {
    Us,
    Eu,
    In,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Law {
    Gdpr,
    Ccpa,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Disclosure {
    Data,
    Categories,
    Sources,
}

impl From<Region> for Residency {
    fn from(region: Region) -> Residency {
        match region {
            Region::Us => Residency::Us,
            Region::Eu => Residency::Eu,
            Region::In => Residency::In,
        }
    }
}

impl From<Law> for ComplianceType {
    fn from(law: Law) -> ComplianceType {
        match law {
            Law::Gdpr => ComplianceType::Gdpr,
            Law::Ccpa => ComplianceType::Ccpa,
        }
    }
}

impl From<Disclosure> for DisclosureType {
    fn from(disclosure: Disclosure) -> DisclosureType {
        match disclosure {
            Disclosure::Data => DisclosureType::Data,
            Disclosure::Categories => DisclosureType::Categories,
            Disclosure::Sources => DisclosureType::Sources,
        }
    }
}

/// Prints the completions of this shell.
pub fn completions(shell: Shell) -> Result<ExitCode, Failure> {
    clap_complete::generate(shell, &mut Args::command(), "consentry-requests", &mut io::stdout());
    Ok(ExitCode::SUCCESS)
}

/// Prints the man page.
pub fn man() -> Result<ExitCode, Failure> {
    let page = clap_mangen::Man::new(Args::command());
    page.render(&mut io::stdout()).map_err(|error| Failure::file("standard output", &error))?;
    Ok(ExitCode::SUCCESS)
}
