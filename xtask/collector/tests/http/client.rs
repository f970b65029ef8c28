//! A client that sees the bytes, and a watcher of the event stream.

use consentry_collector::{Options, Running, start};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

pub async fn collector() -> Running {
    start(Options::default()).await.unwrap()
}

pub fn address(running: &Running) -> &str {
    running.http_url().strip_prefix("http://").unwrap()
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The bytes of a request that asks for the connection to be closed after the answer.
pub fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Host") {
        text += "Host: api-eu.mixpanel.com\r\n";
    }
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += "\r\n";
    [text.as_bytes(), body].concat()
}

/// Everything that comes back on `stream` for `bytes`.
pub async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> Vec<u8> {
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    answer
}

pub async fn send(running: &Running, method: &str, target: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
    let stream = TcpStream::connect(address(running)).await.unwrap();
    Answer::parse(&exchange(stream, &request(method, target, headers, body.as_ref())).await)
}

pub async fn get(running: &Running, target: &str) -> Answer {
    send(running, "GET", target, &[], "").await
}

pub async fn received(running: &Running) -> Vec<Value> {
    let answer = get(running, "/_collector/received").await;
    assert_eq!(answer.status, 200);
    answer.json().as_array().unwrap().clone()
}

pub async fn behave(running: &Running, behaviour: Value) {
    let answer = send(running, "POST", "/_collector/behaviour", &[], behaviour.to_string()).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

/// Reads the event stream. Connected when made: what happens afterwards is seen.
pub struct Watcher(BufReader<TcpStream>);

impl Watcher {
    pub async fn connect(running: &Running) -> Self {
        let mut stream = BufReader::new(TcpStream::connect(address(running)).await.unwrap());
        stream.write_all(&request("GET", "/_collector/stream", &[], b"")).await.unwrap();
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert_ne!(stream.read_line(&mut line).await.unwrap(), 0);
        }
        Self(stream)
    }

    /// The next event: its name and its data.
    pub async fn next(&mut self) -> (String, Value) {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).await.unwrap(), 0, "the stream ended");
            if let Some(event) = line.trim_end().strip_prefix("event: ") {
                name = event.to_owned();
            } else if let Some(data) = line.trim_end().strip_prefix("data: ") {
                return (name, serde_json::from_str(data).unwrap());
            }
        }
    }

    /// The next event, which must be this one about a request with this outcome.
    pub async fn expect(&mut self, name: &str, outcome: &str) -> Value {
        let (found, entry) = self.next().await;
        assert_eq!((found.as_str(), entry["outcome"].as_str()), (name, Some(outcome)), "{entry}");
        entry
    }
}
