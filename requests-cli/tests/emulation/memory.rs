//! Memory stays the same for any number of ids.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::process::Stdio;

use crate::host::Host;

/// The most memory that a plan of so many ids took, in KiB.
fn peak(host: &Host, ids: u32) -> u64 {
    let path = host.path("ids.txt");
    let mut file = BufWriter::new(File::create(&path).unwrap());
    (0..ids).for_each(|id| writeln!(file, "user-{:010}", id.wrapping_mul(2_654_435_761)).unwrap());
    file.flush().unwrap();
    let mut arguments = vec!["delete", "ids.txt", "--dry-run", "--json"];
    arguments.extend(host.place());
    let mut child = host.command(&arguments).stdout(Stdio::null()).spawn().unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        most = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(most);
        std::thread::yield_now();
    }
    most
}

#[test]
#[cfg(target_os = "linux")]
fn a_million_ids_take_little_more_memory_than_ten_thousand() {
    let host = Host::start("memory");
    let [few, many] = [10_000, 1_000_000].map(|ids| peak(&host, ids));
    println!("{few} KiB for 10,000 ids, {many} KiB for 1,000,000");
    assert!(many < few + 12 * 1_024, "{few} KiB, then {many} KiB");
}
