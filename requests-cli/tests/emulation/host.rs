//! A collector on a thread of its own, and the command as a process.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;

use serde_json::{Value, json};

/// What nothing may print.
pub const SECRET: &str = "s3cr3t-bearer-of-the-tests";

pub struct Host {
    pub url: String,
    pub folder: PathBuf,
}

impl Host {
    pub fn start(name: &str) -> Host {
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let running = consentry_collector::start(consentry_collector::Options::default()).await.unwrap();
                tell.send(String::from(running.http_url())).unwrap();
                std::future::pending::<()>().await;
            });
        });
        let folder = std::env::temp_dir().join(format!("consentry-requests-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let host = Host { url: told.recv().unwrap(), folder };
        // Tasks stay where they are until a test says otherwise.
        host.set(json!({}));
        host
    }

    pub fn set(&self, mut settings: Value) {
        let all = settings.as_object_mut().unwrap();
        all.entry("bearer").or_insert(json!(SECRET));
        all.entry("pendingMs").or_insert(json!(1_000_000_000));
        let (status, body) = self.http("PUT", "/_collector/requests/settings", &settings.to_string());
        assert_eq!(status, 204, "{body}");
    }

    pub fn behave(&self, behaviours: &Value) {
        let (status, body) = self.http("POST", "/_collector/behaviour", &behaviours.to_string());
        assert!(status < 300, "{status} {body}");
    }

    pub fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.http("GET", path, "").1).unwrap()
    }

    /// How often each id was scheduled for deletion.
    pub fn deletions(&self) -> Value {
        self.get("/_collector/requests/scheduled")["deletions"].clone()
    }

    /// What arrived.
    pub fn arrived(&self) -> Vec<Value> {
        self.get("/_collector/requests").as_array().unwrap().clone()
    }

    pub fn http(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), String::from(body))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The command, fast, with the token in its environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_consentry-requests"));
        command.current_dir(&self.folder).args(arguments).env("CONSENTRY_OAUTH_TOKEN", SECRET).stdin(Stdio::null());
        command
    }

    /// Where, and how fast.
    pub fn place(&self) -> Vec<&str> {
        vec!["--project-token", "T", "--residency", "eu", "--api-host", &self.url]
    }

    /// Runs it to its end, with JSON and a log, and sees that the token is in none of what it says.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).args(["--json", "--verbose"]).output().unwrap())
    }

    /// `delete` with `--yes` and this journal, one millisecond a request.
    pub fn delete(&self, journal: &Path, more: &[&str]) -> Ran {
        let mut arguments = vec!["delete", "--yes", "--journal", journal.to_str().unwrap(), "--interval-ms", "1", "--first-wait-ms", "1"];
        arguments.extend(self.place());
        arguments.extend(more);
        self.run(&arguments)
    }
}

pub struct Ran {
    pub code: i32,
    pub lines: Vec<Value>,
    pub log: String,
}

impl Ran {
    pub fn of(output: Output) -> Ran {
        let [out, log] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        assert!(!out.contains(SECRET) && !log.contains(SECRET), "the token is in {out}{log}");
        assert!(!log.contains("panicked"), "{log}");
        let lines = out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
        Ran { code: output.status.code().unwrap(), lines, log }
    }

    /// The last line of JSON.
    pub fn last(&self) -> &Value {
        self.lines.last().unwrap_or_else(|| panic!("{}", self.log))
    }

    pub fn is(&self, code: i32) -> &Ran {
        assert_eq!(self.code, code, "{:?}\n{}", self.lines, self.log);
        self
    }
}
