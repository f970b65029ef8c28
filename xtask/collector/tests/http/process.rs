//! The program: what it prints, and when it stops.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::client::{Answer, exchange, request};

struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
    addresses: Value,
}

/// Starts it and reads its one line.
fn run(arguments: &[&str]) -> Program {
    let mut child = Command::new(env!("CARGO_BIN_EXE_consentry-collector"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    Program { child, output, addresses: serde_json::from_str(&line).unwrap() }
}

/// Waits for a good end without another word.
fn finish(mut program: Program) {
    let mut rest = String::new();
    program.output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert!(program.child.wait().unwrap().success());
}

#[tokio::test]
async fn it_stops_with_its_standard_input() {
    let mut program = run(&["--stop-with-stdin", "--proxy"]);
    let [http, tls, proxy] = ["http", "tls", "proxy"].map(|name| program.addresses[name].as_str().unwrap().to_owned());
    assert!(http.starts_with("http://127.0.0.1:") && tls.starts_with("https://127.0.0.1:") && proxy.starts_with("127.0.0.1:"));
    let address = http.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let answer = exchange(stream, &request("GET", "/_collector/health", &[], b"")).await;
    assert_eq!(Answer::parse(&answer).json(), json!({"status": "ok"}));

    drop(program.child.stdin.take());
    finish(program);
    assert!(TcpStream::connect(address).await.is_err());
}

#[test]
fn it_stops_when_told_to() {
    for signal in ["-TERM", "-INT"] {
        let program = run(&[]);
        assert_eq!((&program.addresses["tls"], &program.addresses["proxy"]), (&Value::Null, &Value::Null));
        let told = Command::new("kill").args([signal, &program.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        finish(program);
    }
}

#[test]
fn it_stops_after_its_lifetime() {
    finish(run(&["--lifetime-seconds", "0"]));
}

#[test]
fn it_names_a_mistake() {
    let output = Command::new(env!("CARGO_BIN_EXE_consentry-collector")).arg("--prot").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("consentry-collector: unknown argument --prot"));
    assert_eq!(output.stdout, b"");
}
