//! Where the ids come from: arguments, the standard input, a file, or a column of CSV. They are read
//! one by one, however many there are.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use crate::args::Ids;
use crate::outcome::Failure;

/// Bytes that no line of a text file is longer than; no id is nearly as long.
const LONGEST: u64 = 1 << 16;

/// Ids, or what kept the next one from being read.
pub type Stream = Box<dyn Iterator<Item = io::Result<String>>>;

/// The ids in their order.
pub fn stream(ids: &Ids) -> Result<Stream, Failure> {
    let Some(file) = &ids.file else {
        return Ok(Box::new(ids.ids.clone().into_iter().map(Ok)));
    };
    let reader: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(file).map_err(|error| Failure::file(&file.to_string_lossy(), &error))?)
    };
    match &ids.column {
        None => Ok(Box::new(Lines(BufReader::new(reader)))),
        Some(name) => column(reader, name),
    }
}

/// An id a line. Empty lines are nobody's.
struct Lines<R>(BufReader<R>);

impl<R: Read> Iterator for Lines<R> {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<io::Result<String>> {
        loop {
            let mut line = Vec::new();
            match (&mut self.0).take(LONGEST).read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Err(error) => return Some(Err(error)),
                Ok(_) => {}
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            } else if line.len() as u64 == LONGEST {
                return Some(Err(io::Error::new(io::ErrorKind::InvalidData, "a line of over 64 KiB")));
            }
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            // What spreadsheets put at the beginning of a file.
            let line = line.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(line);
            match String::from_utf8(line) {
                Ok(text) if text.is_empty() => {}
                Ok(text) => return Some(Ok(text)),
                Err(_) => return Some(Err(io::Error::new(io::ErrorKind::InvalidData, "the file is not UTF-8"))),
            }
        }
    }
}

fn column(reader: Box<dyn Read>, name: &str) -> Result<Stream, Failure> {
    let mut reader = csv::Reader::from_reader(reader);
    let header = reader.headers().map_err(|error| Failure::file("CSV", &error))?;
    let at = header.iter().position(|one| one.trim_start_matches('\u{feff}') == name).ok_or_else(|| {
        let names: Vec<&str> = header.iter().collect();
        Failure::Other(format!("no column {name}; there are: {}", names.join(", ")))
    })?;
    Ok(Box::new(reader.into_records().map(move |record| {
        let record = record.map_err(io::Error::other)?;
        Ok(String::from(record.get(at).unwrap_or_default()))
    })))
}
