//! Served folders.

use std::fs;
use std::path::{Path, PathBuf};

use consentry_collector::{Mount, Options, Policy, Running, start};

use crate::client::{get, send};

/// A folder with a few files, and one file beside it that must stay out of reach.
fn folder(name: &str) -> PathBuf {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(base.join("www/sub")).unwrap();
    fs::write(base.join("secret.txt"), "secret").unwrap();
    for file in ["index.html", "page.html", "a.js", "a.wasm", "a.css", "a.ts", "sub/index.html"] {
        fs::write(base.join("www").join(file), file).unwrap();
    }
    base.join("www")
}

async fn serving(name: &str) -> Running {
    let folder = folder(name);
    let serve = vec![Mount::new("/", &folder), Mount::new("/demo", folder.join("sub"))];
    let csp = vec![Policy::new("/demo", "default-src 'self'").unwrap()];
    start(Options { serve, csp, ..Options::default() }).await.unwrap()
}

#[tokio::test]
async fn files_have_their_type_and_are_never_cached() {
    let running = serving("types").await;
    for (path, content, content_type) in [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/page.html?a=b", "page.html", "text/html; charset=utf-8"),
        ("/page.html?charset=windows-1252", "page.html", "text/html; charset=windows-1252"),
        ("/a.js?charset=", "a.js", "text/javascript"),
        ("/a.wasm?charset=utf-8", "a.wasm", "application/wasm"),
        ("/a.js", "a.js", "text/javascript; charset=utf-8"),
        ("/a.wasm", "a.wasm", "application/wasm"),
        ("/a.css", "a.css", "text/css; charset=utf-8"),
        ("/a.ts", "a.ts", "text/plain; charset=utf-8"),
        ("/sub/", "sub/index.html", "text/html; charset=utf-8"),
        ("/demo/", "sub/index.html", "text/html; charset=utf-8"),
    ] {
        let answer = get(&running, path).await;
        assert_eq!((answer.status, answer.text()), (200, content), "{path}");
        assert_eq!(answer.header("content-type"), Some(content_type), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let answer = get(&running, "/sub?a=b").await;
    assert_eq!((answer.status, answer.header("location")), (308, Some("/sub/?a=b")));
    let head = send(&running, "HEAD", "/a.js", &[], "").await;
    assert_eq!((head.status, head.header("content-length"), head.text()), (200, Some("4"), ""));
    assert_eq!(send(&running, "POST", "/a.js", &[], "").await.status, 405);
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let running = serving("traversal").await;
    for path in [
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/missing.js",
        "/a.js/",
        "//secret.txt",
    ] {
        let answer = get(&running, path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn policies_hold_under_their_prefix_and_pages_may_ask_for_their_own() {
    let running = serving("policies").await;
    for (path, policy) in [
        ("/", None),
        ("/demo/", Some("default-src 'self'")),
        ("/demo/missing", Some("default-src 'self'")),
        ("/demo/?csp=script-src%20'none'%3B", Some("script-src 'none';")),
        ("/page.html?csp=sandbox", Some("sandbox")),
        ("/a.js?csp=sandbox", None),
    ] {
        assert_eq!(get(&running, path).await.header("content-security-policy"), policy, "{path}");
    }
    assert_eq!(get(&running, "/page.html?csp=a%0Ab").await.status, 400);
    assert_eq!(get(&running, "/page.html?charset=a%0Ab").await.status, 400);
}
