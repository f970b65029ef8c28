//! The journal: a file of lines that are only ever appended, each safe on the disk before what it
//! announces is done. One process at a time has it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::{Code, Error};
use super::record::{Head, Record};
use super::replay::{Replay, Report};
use super::sort::private;

/// Bytes that no line is longer than: 2,000 ids of 255 bytes, each of which JSON may double.
const LONGEST: u64 = 8 << 20;

/// A plan and what was done of it, in a file that one process at a time can have.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    replay: Replay,
    /// Where each batch begins.
    batches: Vec<u64>,
    /// Where the next line begins.
    end: u64,
    /// A line could not be written whole: only another process, which cuts it off, may go on.
    broken: bool,
}

impl Journal {
    /// Opens the journal of a plan, and cuts off the line that the end of an earlier process tore.
    ///
    /// # Errors
    /// [`Code::JournalLocked`] while another process has it, [`Code::JournalUnfinished`] when nothing
    /// was sent yet, [`Code::JournalCorrupt`] with the number of the line, [`Code::File`].
    pub fn open(path: &Path) -> Result<Journal, Error> {
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(|error| broken(path, &error))?;
        let mut journal = Journal::locked(path, file)?;
        journal.read()?;
        match journal.replay.is_sealed() {
            true => Ok(journal),
            false => Err(Error::about(Code::JournalUnfinished, &path.to_string_lossy())),
        }
    }

    /// A journal with nothing in it yet: a new file, or one whose plan was not written to its end.
    pub(super) fn empty(path: &Path) -> Result<Journal, Error> {
        let mut options = OpenOptions::new();
        let options = private(options.read(true).write(true).create(true).truncate(false));
        let file = options.open(path).map_err(|error| broken(path, &error))?;
        let mut journal = Journal::locked(path, file)?;
        journal.read()?;
        // A file that is not even the beginning of a journal is somebody's, and is left alone.
        if journal.replay.is_sealed() || !journal.begins_as_ours().map_err(|error| broken(path, &error))? {
            return Err(Error::about(Code::JournalMismatch, &path.to_string_lossy()));
        }
        (journal.replay, journal.end) = (Replay::default(), 0);
        journal.batches.clear();
        journal.file.set_len(0).map_err(|error| broken(path, &error))?;
        Ok(journal)
    }

    fn locked(path: &Path, file: File) -> Result<Journal, Error> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::about(Code::JournalLocked, &path.to_string_lossy())),
            Err(TryLockError::Error(error)) => return Err(broken(path, &error)),
        }
        let (path, replay, batches) = (path.to_path_buf(), Replay::default(), Vec::new());
        Ok(Journal { path, file, replay, batches, end: 0, broken: false })
    }

    /// Reads every line. A wrong one is cut off where it is the last one, or nothing was sent yet.
    fn read(&mut self) -> Result<(), Error> {
        let whole = self.file.metadata().map_err(|error| broken(&self.path, &error))?.len();
        let mut reader = BufReader::with_capacity(1 << 16, &self.file);
        let mut line = Vec::new();
        loop {
            let ended = next_line(&mut reader, &mut line).map_err(|error| broken(&self.path, &error))?;
            if line.is_empty() && !ended {
                return Ok(());
            }
            let next = self.end + line.len() as u64 + 1;
            match self.replay.line(&line) {
                Ok(record) if ended => {
                    if let Record::Batch { .. } = record {
                        self.batches.push(self.end);
                    }
                    self.end = next;
                }
                // A line without its end may be whole, and is torn all the same: what it announces was
                // not done before its end was written.
                Ok(_) | Err(_) if !ended || next >= whole => break,
                Ok(_) => {}
                Err(error) if self.replay.is_sealed() => return Err(error),
                Err(error) => match was_used(&mut reader, line) {
                    Ok(false) => break,
                    Ok(true) => return Err(error),
                    Err(error) => return Err(broken(&self.path, &error)),
                },
            }
        }
        self.again()
    }

    /// Reads it once more, up to what is sound, and cuts off the rest; a plan without its end stays.
    fn again(&mut self) -> Result<(), Error> {
        let sound = self.end;
        if !self.replay.is_sealed() {
            return Ok(());
        }
        tracing::warn!(journal = %self.path.display(), at = sound, "a torn line is cut off");
        let cut = self.file.set_len(sound).and_then(|()| self.file.sync_all()).and_then(|()| self.file.rewind());
        cut.map_err(|error| broken(&self.path, &error))?;
        (self.replay, self.end) = (Replay::default(), 0);
        self.batches.clear();
        self.read()
    }

    /// Whether the file begins as a journal does, or is the nothing that a crash made of one.
    fn begins_as_ours(&mut self) -> io::Result<bool> {
        const BEGIN: &[u8] = br#" {"k":"plan""#;
        let mut begin = Vec::new();
        self.file.rewind()?;
        (&self.file).take(8 + BEGIN.len() as u64).read_to_end(&mut begin)?;
        let (sum, rest) = begin.split_at(begin.len().min(8));
        Ok(begin.iter().all(|byte| *byte == 0) || sum.iter().all(u8::is_ascii_hexdigit) && BEGIN.starts_with(rest))
    }

    /// What is asked, and of whom.
    ///
    /// # Errors
    /// [`Code::JournalUnfinished`] for a journal that a plan is still being written to.
    pub fn head(&self) -> Result<&Head, Error> {
        self.replay.head().ok_or_else(|| Error::about(Code::JournalUnfinished, &self.path.to_string_lossy()))
    }

    /// What became of the ids so far.
    pub fn report(&self) -> &Report {
        self.replay.report()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn replay(&self) -> Replay {
        self.replay.clone()
    }

    /// Appends a line of the plan, which is not yet safe on the disk.
    pub(super) fn plan(&mut self, record: &Record) -> Result<(), Error> {
        let line = self.replay.write(record)?;
        if let Record::Batch { .. } = record {
            self.batches.push(self.end);
        }
        self.write(&line)
    }

    /// Makes the plan safe on the disk, with the name of its file.
    pub(super) fn seal(&mut self, record: &Record) -> Result<(), Error> {
        // In two steps, so that a seal that is on the disk has all of its plan there.
        self.sync()?;
        self.plan(record)?;
        self.sync()?;
        #[cfg(unix)]
        if let Some(folder) = self.path.canonicalize().ok().as_deref().and_then(Path::parent) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| broken(folder, &error))?;
        }
        Ok(())
    }

    /// Appends lines of what is done, and returns once they are safe on the disk.
    pub(super) fn append(&mut self, lines: &str) -> Result<(), Error> {
        for line in lines.lines() {
            self.replay.line(line.as_bytes())?;
        }
        self.write(lines)?;
        self.sync()
    }

    /// The ids of a batch.
    pub(super) fn batch(&mut self, n: u64) -> Result<Vec<String>, Error> {
        let wrong = |at: u64| Error::about(Code::JournalCorrupt, &format!("batch {n} at byte {at}"));
        let at = usize::try_from(n).ok().and_then(|n| self.batches.get(n)).copied().ok_or_else(|| wrong(0))?;
        let mut line = Vec::new();
        let read = self.file.seek(SeekFrom::Start(at)).and_then(|_| next_line(&mut BufReader::new(&self.file), &mut line));
        read.map_err(|error| broken(&self.path, &error))?;
        match line.split_at_checked(9).map(|(_, json)| serde_json::from_slice(json)) {
            Some(Ok(Record::Batch { n: found, ids })) if found == n => Ok(ids),
            Some(_) | None => Err(wrong(at)),
        }
    }

    fn write(&mut self, lines: &str) -> Result<(), Error> {
        if self.broken {
            return Err(Error::about(Code::File, "open the journal again"));
        }
        let written = self.file.seek(SeekFrom::Start(self.end)).and_then(|_| self.file.write_all(lines.as_bytes()));
        self.end += lines.len() as u64;
        self.kept(written)
    }

    fn sync(&mut self) -> Result<(), Error> {
        let synced = self.file.sync_all();
        self.kept(synced)
    }

    fn kept(&mut self, result: io::Result<()>) -> Result<(), Error> {
        self.broken |= result.is_err();
        result.map_err(|error| broken(&self.path, &error))
    }
}

/// Reads a line without its end, and whether it had one.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    reader.take(LONGEST).read_until(b'\n', line)?;
    let ended = line.last() == Some(&b'\n');
    line.truncate(line.len() - usize::from(ended));
    Ok(ended)
}

/// Whether this line or one that is left is of what comes after the batches: requests may have gone.
fn was_used(reader: &mut impl BufRead, mut line: Vec<u8>) -> io::Result<bool> {
    loop {
        let json = line.get(9..).unwrap_or_default();
        if json.starts_with(br#"{"k":""#) && ![&br#"{"k":"plan""#[..], br#"{"k":"batch""#].iter().any(|of| json.starts_with(of)) {
            return Ok(true);
        }
        if !next_line(reader, &mut line)? && line.is_empty() {
            return Ok(false);
        }
    }
}

pub(super) fn broken(path: &Path, error: &io::Error) -> Error {
    Error::about(Code::File, &format!("{}: {error}", path.display()))
}
