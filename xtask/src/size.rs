//! What a user downloads, in bytes: the table, its limit, and the copy of it in the README.

use std::fs;
use std::path::PathBuf;

use crate::package;
use crate::paths::Paths;
use crate::run::{self, Context, Failure, Result};

/// Half of mixpanel-browser's CDN file.
const TARGET: u64 = 14_700;
/// The design says 20,000, and a budget keeps its number.
const LIMIT: u64 = 20_000;
/// How far the README may be from the truth, in percent: compilers differ a little.
const TOLERANCE: u64 = 2;
const START: &str = "<!-- sizes -->";
const END: &str = "<!-- /sizes -->";

/// One row: a label, then bytes raw, gzip -9 and brotli -11.
#[derive(Debug, PartialEq)]
struct Row {
    label: String,
    bytes: [u64; 3],
}

/// Prints the table of the package in `pkg/`.
///
/// # Errors
///
/// When the default entry is over the limit; the ten largest functions are printed then.
pub fn report(paths: &Paths) -> Result<()> {
    let rows = measured(paths)?;
    println!("{}", table(&rows));
    let default_entry = rows.first().map_or(0, |row| row.brotli());
    if default_entry < LIMIT {
        return Ok(());
    }
    println!("{}", package::largest_functions(paths)?);
    Err(Failure::new(format!(
        "the default entry is {} bytes after brotli, the limit is {}: look at the largest functions above",
        grouped(default_entry),
        grouped(LIMIT)
    )))
}

/// Fails unless the README's table is about right.
pub fn check_readme(paths: &Paths) -> Result<()> {
    let readme = read(&readme(paths))?;
    let written = rows(between(&readme)?);
    let real = measured(paths)?;
    let right = written.len() == real.len() && written.iter().zip(&real).all(|(w, r)| w.label == r.label && w.close_to(r));
    if right {
        return Ok(());
    }
    Err(Failure::new(format!("the sizes in README.md are more than {TOLERANCE} % off: run `cargo xtask size --write`")))
}

/// Writes the table into the README.
pub fn write_readme(paths: &Paths) -> Result<()> {
    let file = readme(paths);
    let text = read(&file)?;
    let old = format!("{START}{}{END}", between(&text)?);
    let new = format!("{START}\n{}\n{END}", table(&measured(paths)?));
    fs::write(&file, text.replacen(&old, &new, 1)).context(format_args!("write {}", file.display()))
}

/// From the output of `wasm-opt --func-metrics`: the `count` largest functions, one per line.
pub fn largest(metrics: &str, count: usize) -> String {
    let mut functions: Vec<(u64, &str)> = Vec::new();
    let mut name = "";
    for line in metrics.lines() {
        if let Some(function) = line.strip_prefix("func: ") {
            name = function;
        } else if let Some(bytes) = line.trim().strip_prefix("[binary-bytes] :") {
            functions.push((bytes.trim().parse().unwrap_or(0), name));
        }
    }
    functions.sort_unstable_by(|a, b| b.cmp(a));
    let lines: Vec<String> = functions.iter().take(count).map(|(bytes, name)| format!("{bytes:>8} {name}")).collect();
    format!("The largest functions, in bytes of wasm:\n{}", lines.join("\n"))
}

impl Row {
    fn brotli(&self) -> u64 {
        let [_, _, brotli] = self.bytes;
        brotli
    }

    fn close_to(&self, other: &Self) -> bool {
        self.bytes.iter().zip(other.bytes).all(|(a, b)| a.abs_diff(b) * 100 <= b * TOLERANCE)
    }
}

fn measured(paths: &Paths) -> Result<Vec<Row>> {
    let pkg = paths.pkg();
    let output = run::silent(
        "measuring the package",
        package::script(paths, "sizes.mjs").args(["index.js", "slim.js", "consentry.wasm"].map(|file| pkg.join(file))),
    )?;
    let mut lines = output.lines().filter_map(|line| {
        let numbers: Vec<u64> = line.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        <[u64; 3]>::try_from(numbers).ok()
    });
    let (Some(index), Some(slim), Some(wasm)) = (lines.next(), lines.next(), lines.next()) else {
        return Err(Failure::new("xtask/npm/sizes.mjs printed something else than three lines of three numbers"));
    };
    let [slim_raw, slim_gzip, slim_brotli] = slim;
    let [wasm_raw, wasm_gzip, wasm_brotli] = wasm;
    let row = |label: &str, bytes| Row { label: label.to_owned(), bytes };
    Ok(vec![
        row("default entry (`index.js`, wasm inside)", index),
        row("slim entry (`slim.js`)", slim),
        row("`consentry.wasm`", wasm),
        row("slim + wasm", [slim_raw + wasm_raw, slim_gzip + wasm_gzip, slim_brotli + wasm_brotli]),
    ])
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from("| bytes a user downloads | raw | gzip -9 | brotli -11 |\n|---|--:|--:|--:|\n");
    for Row { label, bytes: [raw, gzip, brotli] } in rows {
        text.push_str(&format!("| {label} | {} | {} | {} |\n", grouped(*raw), grouped(*gzip), grouped(*brotli)));
    }
    text.push_str(&format!(
        "\nThe default entry's target is under {} bytes after brotli, half of mixpanel-browser's CDN file; \
         the build fails at {}.",
        grouped(TARGET),
        grouped(LIMIT)
    ));
    text
}

/// The rows of a table that [`table`] wrote.
fn rows(text: &str) -> Vec<Row> {
    let row = |line: &str| -> Option<Row> {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let label = cells.next()?.to_owned();
        let numbers: Vec<u64> = cells.filter_map(|cell| cell.replace(',', "").parse().ok()).collect();
        Some(Row { label, bytes: numbers.try_into().ok()? })
    };
    text.lines().filter_map(row).collect()
}

/// 12345 as "12,345".
fn grouped(number: u64) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}

fn readme(paths: &Paths) -> PathBuf {
    paths.root.join("README.md")
}

fn read(file: &std::path::Path) -> Result<String> {
    fs::read_to_string(file).context(format_args!("read {}", file.display()))
}

fn between(readme: &str) -> Result<&str> {
    readme
        .split_once(START)
        .and_then(|(_, rest)| rest.split_once(END))
        .map(|(table, _)| table)
        .ok_or_else(|| Failure::new(format!("README.md has no place for the sizes: add the lines {START} and {END}")))
}

#[cfg(test)]
mod tests {
    use super::{Row, grouped, largest, rows, table};

    fn row(label: &str, bytes: [u64; 3]) -> Row {
        Row { label: label.to_owned(), bytes }
    }

    #[test]
    fn a_written_table_is_read_back() {
        let real = [row("default entry", [31_005, 12_345, 999]), row("slim", [1_000_000, 0, 7])];
        assert_eq!(rows(&table(&real)), real);
    }

    #[test]
    fn two_percent_are_close() {
        assert!(row("", [102, 100, 98]).close_to(&row("", [100, 100, 100])));
        assert!(!row("", [100, 100, 97]).close_to(&row("", [100, 100, 100])));
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_002_030].map(grouped), ["0", "999", "1,000", "1,002,030"]);
    }

    #[test]
    fn the_largest_functions_come_first() {
        let metrics = "global\n [total] : 5\nfunc: a\n [binary-bytes] : 7  \n [vars] : 1\nfunc: b::c\n [binary-bytes] : 70\n";
        assert_eq!(largest(metrics, 1), "The largest functions, in bytes of wasm:\n      70 b::c");
    }
}
