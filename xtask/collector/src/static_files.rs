//! Files of the demo and of test pages.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use crate::query;
use crate::server::Shared;

/// A folder and the path it appears under.
///
/// ```
/// let mount = consentry_collector::Mount::new("/pkg/", "pkg");
/// assert_eq!(mount, consentry_collector::Mount::new("/pkg", "pkg"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    prefix: String,
    folder: PathBuf,
}

impl Mount {
    /// Serves `folder` under `prefix`. Symbolic links in it are followed: they are its owner's
    /// choice.
    pub fn new(prefix: &str, folder: impl Into<PathBuf>) -> Self {
        Self { prefix: without_slash(prefix), folder: folder.into() }
    }
}

/// A Content-Security-Policy and the path it holds under.
///
/// ```
/// let policy = consentry_collector::Policy::new("/demo", "default-src 'self'");
/// assert!(policy.is_some());
/// assert!(consentry_collector::Policy::new("/demo", "two\nlines").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    prefix: String,
    value: HeaderValue,
}

impl Policy {
    /// Sends `policy` with every file under `prefix`; `None` if it cannot be a header.
    pub fn new(prefix: &str, policy: &str) -> Option<Self> {
        Some(Self { prefix: without_slash(prefix), value: HeaderValue::from_str(policy).ok()? })
    }
}

fn without_slash(prefix: &str) -> String {
    prefix.trim_end_matches('/').to_owned()
}

/// What `path` says below `prefix`, if it is there at all: `/demo` is not the start of
/// `/demonstration`.
fn below<'a>(prefix: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// All folders and policies; the longest prefix wins.
#[derive(Debug)]
pub(crate) struct StaticFiles {
    mounts: Vec<Mount>,
    policies: Vec<Policy>,
}

impl StaticFiles {
    pub(crate) fn new(mut mounts: Vec<Mount>, mut policies: Vec<Policy>) -> Self {
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.prefix.len()));
        policies.sort_by_key(|policy| std::cmp::Reverse(policy.prefix.len()));
        Self { mounts, policies }
    }

    /// The file for a path; `None` when nothing is served there or the path tries to leave its
    /// folder.
    fn locate(&self, path: &str) -> Option<PathBuf> {
        let (mount, rest) = self.mounts.iter().find_map(|mount| Some((mount, below(&mount.prefix, path)?)))?;
        let mut file = mount.folder.clone();
        for segment in rest.strip_prefix('/').unwrap_or(rest).split_terminator('/') {
            let name = percent_decode_str(segment).decode_utf8().ok()?;
            // Checked after decoding, so that no escape smuggles a separator in.
            if name.is_empty() || matches!(&*name, "." | "..") || name.contains(['/', '\\', '\0', ':']) {
                return None;
            }
            file.push(&*name);
        }
        Some(file)
    }

    fn policy(&self, path: &str) -> Option<&HeaderValue> {
        self.policies.iter().find(|policy| below(&policy.prefix, path).is_some()).map(|policy| &policy.value)
    }
}

/// Answers every path that is not an endpoint.
pub(crate) async fn respond(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let uri = request.uri();
    let mut response = if matches!(*request.method(), Method::GET | Method::HEAD) {
        find(&shared.files, uri).await
    } else {
        (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(policy) = shared.files.policy(uri.path()) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| policy.clone());
    }
    response
}

async fn find(files: &StaticFiles, uri: &Uri) -> Response {
    let Some(mut file) = files.locate(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if tokio::fs::metadata(&file).await.is_ok_and(|found| found.is_dir()) {
        if !uri.path().ends_with('/') {
            return to_folder(uri);
        }
        file.push("index.html");
    } else if uri.path().ends_with('/') {
        return StatusCode::NOT_FOUND.into_response();
    }
    match tokio::fs::read(&file).await {
        Ok(bytes) => found(&file, bytes, uri),
        Err(error) if error.kind() == io::ErrorKind::NotFound => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Relative links in an index only work below the slash.
fn to_folder(uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, format!("{}/{query}", uri.path()))]).into_response()
}

fn found(file: &Path, bytes: Vec<u8>, uri: &Uri) -> Response {
    let content_type = content_type(file);
    let mut response = ([(CONTENT_TYPE, content_type)], bytes).into_response();
    // For tests only: a page chooses its own policy and encoding, so that one file serves every
    // case.
    let of_query = |name| query::value_of(name, uri.query().unwrap_or_default().as_bytes());
    if let (Some(charset), Some((kind, _))) = (of_query("charset"), content_type.split_once(';')) {
        let charset = String::from_utf8_lossy(&charset);
        let chosen = if charset.is_empty() { kind.to_owned() } else { format!("{kind}; charset={charset}") };
        match HeaderValue::try_from(chosen) {
            Ok(chosen) => drop(response.headers_mut().insert(CONTENT_TYPE, chosen)),
            Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        }
    }
    let asked = of_query("csp");
    if let Some(policy) = asked.filter(|_| content_type == HTML) {
        match HeaderValue::from_bytes(&policy) {
            Ok(policy) => drop(response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy)),
            Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        }
    }
    response
}

const HTML: &str = "text/html; charset=utf-8";

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => HTML,
        "js" | "mjs" | "cjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "ts" | "mts" | "cts" | "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins_at_a_segment_border() {
        let mounts = vec![Mount::new("/", "root"), Mount::new("/demo", "demo"), Mount::new("/demo/pkg/", "pkg")];
        let files = StaticFiles::new(mounts, Vec::new());
        for (path, file) in [
            ("/", "root"),
            ("/a.js", "root/a.js"),
            ("/demonstration", "root/demonstration"),
            ("/demo", "demo"),
            ("/demo/", "demo"),
            ("/demo/a%20b/c.js", "demo/a b/c.js"),
            ("/demo/pkg/x.wasm", "pkg/x.wasm"),
        ] {
            assert_eq!(files.locate(path).as_deref(), Some(Path::new(file)), "{path}");
        }
    }

    #[test]
    fn no_path_leaves_its_folder() {
        let files = StaticFiles::new(vec![Mount::new("/", "root")], Vec::new());
        for path in [
            "/../secret",
            "/a/../../secret",
            "/%2e%2e/secret",
            "/%2E./secret",
            "/..%2fsecret",
            "/a%2f..%2f..%2fsecret",
            "/..%5csecret",
            "//etc/passwd",
            "/a//b",
            "/./a",
            "/a%00.html",
            "/%ff",
        ] {
            assert_eq!(files.locate(path), None, "{path}");
        }
        assert_eq!(StaticFiles::new(Vec::new(), Vec::new()).locate("/"), None);
    }
}
