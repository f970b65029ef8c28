//! What a visitor of a site downloads, beside what it replaces: the table, its limit, and the copy
//! of it in the README.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::package;
use crate::paths::Paths;
use crate::run::{self, Context, Failure, Result};

/// What a row may weigh beside another one, in parts of a hundred of it.
struct Bound {
    ours: &'static str,
    peer: &'static str,
    /// What is wanted.
    target: u64,
    /// Where the tests are to fail.
    limit: u64,
    /// Where they fail until the core has been made smaller: it took over what JavaScript decided, and
    /// docs/decisions.md says where its bytes are. The limit is missed: this number shows by how much.
    for_now: u64,
}

const PEER: &str = "mixpanel-browser's CDN file";
const BOUNDS: [Bound; 2] = [
    Bound { ours: "default entry through esbuild", peer: PEER, target: 75, limit: 85, for_now: 205 },
    Bound {
        ours: "default entry, banner in one language and all adapters",
        peer: "mixpanel-browser's core with c15t",
        target: 65,
        limit: 65,
        for_now: 127,
    },
];
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

/// Prints the sizes of the files in `pkg/`, before a bundler.
pub fn report(paths: &Paths) -> Result<()> {
    let files = ["index.js", "slim.js", "mixpanel.js", "consentry.wasm"];
    let printed = run::silent("measuring the package", package::script(paths, "sizes.mjs").args(files.map(|file| paths.pkg().join(file))))?;
    for (file, sizes) in files.iter().zip(printed.lines()) {
        println!("{file}: {sizes} bytes raw, gzip -9, brotli -11");
    }
    Ok(())
}

/// Measures, fails where the default entry is over the limit, and unless the README's table is
/// about right.
pub fn check(paths: &Paths) -> Result<()> {
    let real = limited(paths)?;
    let readme = read(&readme(paths))?;
    let written = rows(between(&readme)?);
    let right = written.len() == real.len() && written.iter().zip(&real).all(|(w, r)| w.label == r.label && w.close_to(r));
    if right {
        return Ok(());
    }
    Err(Failure::new(format!("the sizes in README.md are more than {TOLERANCE} % off: run `cargo xtask size --write`")))
}

/// Measures, and writes the table into the README.
pub fn write_readme(paths: &Paths) -> Result<()> {
    let file = readme(paths);
    let text = read(&file)?;
    let old = format!("{START}{}{END}", between(&text)?);
    let new = format!("{START}\n{}\n{END}", table(&limited(paths)?));
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

impl Bound {
    fn holds(&self, rows: &[Row]) -> Result<()> {
        let Self { ours, peer, for_now, .. } = *self;
        let brotli = |label| rows.iter().find(|row| row.label == label).map(Row::brotli);
        let (Some(own), Some(other)) = (brotli(ours), brotli(peer)) else {
            return Err(Failure::new(format!("tests/sizes/measure.mjs has no row `{ours}` or no row `{peer}`")));
        };
        if own * 100 <= other * for_now {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{ours}: {} bytes after esbuild and brotli, over {} of {peer}, which has {}: look at the largest functions above",
            grouped(own),
            ratio(for_now, 100),
            grouped(other)
        )))
    }
}

/// The rows, printed. Over the limit it is an error, with the largest functions.
fn limited(paths: &Paths) -> Result<Vec<Row>> {
    let rows = measured(paths)?;
    print!("{}", table(&rows));
    for Bound { ours, peer, target, limit, for_now } in BOUNDS {
        let [target, limit, for_now] = [target, limit, for_now].map(|part| ratio(part, 100));
        println!("{ours}: the target is {target} of {peer}, the limit {limit}, and for now {for_now}.");
    }
    let within = within(&rows);
    if within.is_err() {
        println!("{}", package::largest_functions(paths)?);
    }
    within.map(|()| rows)
}

fn within(rows: &[Row]) -> Result<()> {
    BOUNDS.iter().try_for_each(|bound| bound.holds(rows))
}

fn measured(paths: &Paths) -> Result<Vec<Row>> {
    let work = paths.work().join("sizes");
    let output = run::captured(
        "measuring the package beside others, through five bundlers",
        Command::new("node").arg(paths.tests().join("sizes").join("measure.mjs")).args([&paths.pkg(), &work]),
    )?;
    let row = |line: &str| -> Option<Row> {
        let (label, numbers) = line.split_once('\t')?;
        let numbers: Vec<u64> = numbers.split('\t').filter_map(|number| number.parse().ok()).collect();
        Some(Row { label: label.to_owned(), bytes: numbers.try_into().ok()? })
    };
    Ok(output.lines().filter_map(row).collect())
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from("| bytes a visitor downloads | raw | gzip -9 | brotli -11 | × CDN file |\n|---|--:|--:|--:|--:|\n");
    let peer = rows.iter().find(|row| row.label == PEER).map_or(0, Row::brotli);
    for row in rows {
        let [raw, gzip, brotli] = row.bytes.map(grouped);
        text.push_str(&format!("| {} | {raw} | {gzip} | {brotli} | {} |\n", row.label, ratio(row.brotli(), peer)));
    }
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

/// 3 of 4 as "0.75".
fn ratio(part: u64, whole: u64) -> String {
    let hundredths = (part * 100 + whole / 2) / whole.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn readme(paths: &Paths) -> PathBuf {
    paths.root.join("README.md")
}

fn read(file: &Path) -> Result<String> {
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
    use super::{BOUNDS, Bound, Row, grouped, largest, ratio, rows, table, within};

    fn row(label: &str, bytes: [u64; 3]) -> Row {
        Row { label: label.to_owned(), bytes }
    }

    #[test]
    fn a_written_table_is_read_back() {
        let real = [row("default entry", [31_005, 12_345, 999]), row("slim", [1_000_000, 0, 7])];
        assert_eq!(rows(&table(&real)), real);
    }

    #[test]
    fn the_limit_is_a_part_of_the_peer() {
        let all = BOUNDS.iter().flat_map(|bound| [row(bound.ours, [0, 0, 10 * bound.for_now]), row(bound.peer, [0, 0, 1000])]);
        let all: Vec<Row> = all.collect();
        assert!(within(&all).is_ok());
        for Bound { ours, for_now, .. } in BOUNDS {
            let heavier = |one: &Row| row(&one.label, if one.label == ours { [0, 0, 10 * for_now + 1] } else { one.bytes });
            let over: Vec<Row> = all.iter().map(heavier).collect();
            assert!(within(&over).is_err_and(|error| error.to_string().starts_with(ours)));
        }
        assert!(within(&[row(BOUNDS[0].ours, [0, 0, 1])]).is_err());
        assert_eq!([ratio(3, 4), ratio(1, 1000), ratio(32_002, 29_489)], ["0.75", "0.00", "1.09"]);
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
