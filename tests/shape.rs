#![cfg(not(target_arch = "wasm32"))]
//! The shape of the source: what a reader may rely on in every file of `src/`.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Lines a file may have.
const MOST_LINES: usize = 300;
/// Columns of prose in a line of comment, not counting what stands before it.
const MOST_COLUMNS: usize = 100;

/// Every file of `src/`, by its path there, with its text.
fn files() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open: Vec<PathBuf> = vec![root.clone()];
    let mut found = BTreeMap::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

#[test]
fn no_file_has_more_than_three_hundred_lines() {
    let long: Vec<(String, usize)> = files().into_iter().map(|(name, text)| (name, text.lines().count())).collect();
    let long: Vec<_> = long.into_iter().filter(|(_, lines)| *lines > MOST_LINES).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn no_line_of_prose_has_more_than_a_hundred_columns() {
    let mut long = Vec::new();
    for (name, text) in files() {
        let mut in_code = false;
        for (number, line) in text.lines().enumerate() {
            let Some(prose) = prose(line) else {
                in_code = false;
                continue;
            };
            in_code ^= prose.starts_with("```");
            // Tables, examples and types are no prose.
            if !in_code && !prose.starts_with(['|', '@']) && prose.chars().count() > MOST_COLUMNS {
                long.push(format!("{name}:{}", number + 1));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// What a line of comment says.
fn prose(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let markers = ["//!", "///", "//", "/**", "* "];
    markers.iter().find_map(|marker| line.strip_prefix(marker)).map(str::trim)
}

// ---- no file imports one that imports it

#[test]
fn no_files_import_one_another_in_a_circle() {
    let imports = imports(&files());
    let circles: Vec<String> = imports.keys().filter_map(|file| circle(&imports, file)).collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn imports_are_found_however_they_are_written() {
    let text = "//! See crate::commented.\nuse crate::a::One;\nuse crate::b::{self, c::{Two, Three}, d};\nfn f() { crate::e::four() } // crate::remark::x\n\
        pub use inner::Five;\nuse super::g::Six;\nmod inner;\n";
    let files: BTreeMap<String, String> = ["a", "b", "b/c", "b/d", "e", "deep/g", "deep/here/inner", "commented", "remark"]
        .iter()
        .map(|name| (format!("{name}.rs"), String::new()))
        .collect();
    let files = files.into_iter().chain([("deep/here.rs".into(), text.into()), ("deep.rs".into(), String::new())]).collect();
    let found: Vec<String> = imports(&files).remove("deep/here.rs").unwrap().into_iter().collect();
    assert_eq!(found, ["a.rs", "b.rs", "b/c.rs", "b/d.rs", "deep/g.rs", "deep/here/inner.rs", "e.rs"]);
}

#[test]
fn a_circle_is_found() {
    let files = [("a", "use crate::b::B;"), ("b", "use crate::c::C;"), ("c", "use crate::{a::A, d};"), ("d", ""), ("e", "use crate::a;")];
    let files = files.iter().map(|(name, text)| (format!("{name}.rs"), String::from(*text))).collect();
    let imports = imports(&files);
    let found: Vec<Option<String>> = imports.keys().map(|file| circle(&imports, file)).collect();
    assert_eq!(found[0].as_deref(), Some("a.rs → b.rs → c.rs → a.rs"));
    assert!(found[..3].iter().all(Option::is_some) && found[3..].iter().all(Option::is_none));
}

type Imports = BTreeMap<String, BTreeSet<String>>;

/// What each file of Rust imports.
fn imports(files: &BTreeMap<String, String>) -> Imports {
    let rust = files.iter().filter(|(name, _)| name.ends_with(".rs"));
    rust.map(|(name, text)| (name.clone(), imports_of(name, text, files))).collect()
}

fn imports_of(name: &str, text: &str, files: &BTreeMap<String, String>) -> BTreeSet<String> {
    let own: Vec<&str> = if name == "lib.rs" { Vec::new() } else { name.trim_end_matches(".rs").split('/').collect() };
    let code: String = text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n");
    // Modules inside the file see its own names through `super`.
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let children: Vec<&str> = code.split("mod ").skip(1).filter_map(|rest| rest.split_once(';')).map(|(name, _)| name).collect();
    let mut found = BTreeSet::new();
    let mut add = |base: &[&str], tree: &str| {
        for path in paths(tree) {
            let all: Vec<&str> = base.iter().copied().chain(path.iter().map(String::as_str)).collect();
            // The longest beginning that is a file; what comes after it is in it.
            let file = (1..=all.len()).rev().map(|length| format!("{}.rs", all[..length].join("/"))).find(|file| files.contains_key(file));
            found.extend(file.filter(|file| file != name));
        }
    };
    for (at, _) in code.match_indices("crate::") {
        add(&[], &code[at + "crate::".len()..]);
    }
    for (at, _) in code.match_indices("super::").filter(|_| !own.is_empty()) {
        add(&own[..own.len() - 1], &code[at + "super::".len()..]);
    }
    for line in code.lines() {
        let path = line.trim_start_matches("pub ").strip_prefix("use ").unwrap_or_default();
        if children.iter().any(|child| path.strip_prefix(child).is_some_and(|rest| rest.starts_with("::"))) {
            add(&own, path);
        }
    }
    found
}

/// The paths of an import, of which `{` may open several.
fn paths(tree: &str) -> Vec<Vec<String>> {
    let end = tree.find(|one: char| !(one.is_alphanumeric() || one == '_' || one == ':')).unwrap_or(tree.len());
    let (head, rest) = tree.split_at(end);
    let head: Vec<String> = head.split("::").filter(|part| !part.is_empty()).map(String::from).collect();
    if !(tree[..end].ends_with("::") || tree[..end].is_empty()) || !rest.starts_with('{') {
        return vec![head];
    }
    let (mut depth, mut start, mut all) = (0, 1, Vec::new());
    for (at, one) in rest.char_indices() {
        match one {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if (depth == 1 && one == ',') || depth == 0 {
            let branch = rest[start..at].trim();
            let inner = if branch.is_empty() { Vec::new() } else { paths(branch) };
            all.extend(inner.into_iter().map(|path| [head.clone(), path].concat()));
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    all
}

/// The way from a file back to itself, if there is one.
fn circle(imports: &Imports, file: &str) -> Option<String> {
    let mut ways = vec![vec![String::from(file)]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in imports.get(way.last()?).into_iter().flatten() {
            let longer = [way.clone(), vec![next.clone()]].concat();
            if next == file {
                return Some(longer.join(" → "));
            }
            if seen.insert(next.clone()) {
                ways.push(longer);
            }
        }
    }
    None
}
