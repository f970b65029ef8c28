//! Any number of ids in sorted order, each once, in bounded memory: what does not fit is sorted in
//! pieces, which go to files that have no name any more, and are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// Bytes of ids that are held, with what a text costs beside its own.
const HELD: usize = 4 << 20;
const COST: usize = 40;
/// Files that are open at once.
const OPEN: usize = 64;

/// Takes ids in, without a line's end in any.
pub(super) struct Sorter {
    near: PathBuf,
    most: usize,
    held: Vec<String>,
    bytes: usize,
    runs: Vec<File>,
    made: u64,
}

impl Sorter {
    /// The files are made beside this path.
    pub(super) fn new(near: &Path) -> Sorter {
        Sorter { near: near.to_path_buf(), most: HELD, held: Vec::new(), bytes: 0, runs: Vec::new(), made: 0 }
    }

    pub(super) fn push(&mut self, id: String) -> io::Result<()> {
        self.bytes += id.len() + COST;
        self.held.push(id);
        if self.bytes > self.most { self.spill() } else { Ok(()) }
    }

    /// All that came, sorted; what came again comes again.
    pub(super) fn sorted(mut self) -> io::Result<Sorted> {
        self.held.sort_unstable();
        Sorted::of(std::mem::take(&mut self.runs), std::mem::take(&mut self.held))
    }

    fn spill(&mut self) -> io::Result<()> {
        self.held.sort_unstable();
        self.bytes = 0;
        let held = std::mem::take(&mut self.held);
        // One in another's place when there are many, so that few files are open.
        let runs = if self.runs.len() >= OPEN { std::mem::take(&mut self.runs) } else { Vec::new() };
        let file = self.file()?;
        let mut out = BufWriter::new(&file);
        for id in Sorted::of(runs, held)? {
            out.write_all(id?.as_bytes())?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        drop(out);
        self.runs.push(file);
        Ok(())
    }

    /// A file that goes when the process does.
    fn file(&mut self) -> io::Result<File> {
        self.made += 1;
        let mut name = self.near.as_os_str().to_os_string();
        name.push(format!(".{}-{}.sort", std::process::id(), self.made));
        let mut options = OpenOptions::new();
        let file = private(&mut options).read(true).write(true).create_new(true).open(&name)?;
        fs::remove_file(&name)?;
        Ok(file)
    }
}

/// Files with people's ids are for their owner alone.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Ids in their order.
pub(super) struct Sorted {
    runs: Vec<BufReader<File>>,
    held: std::vec::IntoIter<String>,
    /// The next id of each run and, in the place after them, of what is held.
    heads: BinaryHeap<Reverse<(String, usize)>>,
}

impl Sorted {
    fn of(runs: Vec<File>, held: Vec<String>) -> io::Result<Sorted> {
        let mut sorted = Sorted { runs: Vec::new(), held: held.into_iter(), heads: BinaryHeap::new() };
        for mut run in runs {
            run.rewind()?;
            sorted.runs.push(BufReader::new(run));
        }
        for from in 0..=sorted.runs.len() {
            sorted.pull(from)?;
        }
        Ok(sorted)
    }

    fn pull(&mut self, from: usize) -> io::Result<()> {
        let next = match self.runs.get_mut(from) {
            None => self.held.next(),
            Some(run) => {
                let mut line = String::new();
                run.read_line(&mut line)?;
                line.pop().map(|_| line)
            }
        };
        self.heads.extend(next.map(|id| Reverse((id, from))));
        Ok(())
    }
}

impl Iterator for Sorted {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<io::Result<String>> {
        let Reverse((id, from)) = self.heads.pop()?;
        Some(self.pull(from).map(|()| id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_sorted_too_and_leaves_no_file() {
        let folder = std::env::temp_dir().join(format!("consentry-sort-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut sorter = Sorter::new(&folder.join("journal"));
        sorter.most = 500;
        let ids: Vec<String> = (0..5_000_u32).map(|number| format!("é{}", number.wrapping_mul(2_654_435_761) % 3_000)).collect();
        for id in &ids {
            sorter.push(id.clone()).unwrap();
        }
        assert!(sorter.runs.len() > 1);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        let mut expected = ids;
        expected.sort_unstable();
        assert_eq!(sorter.sorted().unwrap().collect::<io::Result<Vec<String>>>().unwrap(), expected);
        fs::remove_dir(&folder).unwrap();
    }
}
