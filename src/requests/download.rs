//! A finished retrieval becomes a file: whole or not there, with its size and checksum, and a download
//! that was interrupted goes on where it was.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use reqwest::header::{AUTHORIZATION, CONTENT_RANGE, ETAG, IF_RANGE, LAST_MODIFIED, LOCATION, RANGE};
use sha2::{Digest, Sha256};

use super::call::Project;
use super::client::{Client, chain};
use super::error::{Code, Error};
use super::journal::broken;
use super::sort::private;

/// Redirects that are followed, without the token.
const HOPS: usize = 5;
/// Times that a download goes on after a lost connection.
const TRIES: usize = 5;

/// What the documents do not say about the address of a finished retrieval.
pub trait Links {
    /// The address that this link of a status stands for.
    ///
    /// # Errors
    /// Where it stands for none.
    fn address(&self, link: &str) -> Result<String, Error>;

    /// Whether the bearer token is to be sent. It goes to the project's own host alone, whatever this
    /// says, and to no address that a redirect names.
    fn needs_token(&self, link: &str) -> bool;

    /// The SHA-256 that the file has to have, in hexadecimal, where it is known.
    fn checksum(&self, link: &str) -> Option<String>;
}

/// The plain reading: the link is an address that opens by itself. One without a scheme, as in the
/// example of the documents, is https.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainLinks;

impl Links for PlainLinks {
    fn address(&self, link: &str) -> Result<String, Error> {
        Ok(if link.contains("://") { String::from(link) } else { format!("https://{link}") })
    }

    fn needs_token(&self, _: &str) -> bool {
        false
    }

    fn checksum(&self, _: &str) -> Option<String> {
        None
    }
}

/// A file that was downloaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Downloaded {
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// What is there already, in `FILE.part`, and what it is of, in `FILE.part.tag`.
struct Part {
    path: PathBuf,
    tag: PathBuf,
    file: File,
    bytes: u64,
    hash: Sha256,
}

impl Client {
    /// Downloads what a finished retrieval links to. Until it is whole it is called `FILE.part`, and
    /// another call goes on with that.
    ///
    /// # Errors
    /// [`Code::Download`] when it is not what it has to be, [`Code::InvalidAddress`] for a link that is
    /// not https, [`Code::File`], [`Code::Unreachable`], or as the server refused it.
    pub async fn download(&self, project: &Project, links: &impl Links, link: &str, to: &Path) -> Result<Downloaded, Error> {
        let address = links.address(link)?;
        let token = links.needs_token(link);
        let mut part = Part::open(to)?;
        let mut tries = 0;
        while let Err(error) = self.more(project, &address, token, &mut part).await {
            tries += 1;
            if tries == TRIES || error.kind != Code::Unreachable {
                return Err(error);
            }
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        let sha256: String = part.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if links.checksum(link).is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&sha256)) {
            part.clear("")?;
            return Err(Error::about(Code::Download, "the checksum is another"));
        }
        part.file.sync_all().and_then(|()| fs::rename(&part.path, to)).map_err(|error| broken(to, &error))?;
        let _ = fs::remove_file(&part.tag);
        Ok(Downloaded { bytes: part.bytes, sha256 })
    }

    /// Reads what is missing. An answer that ends early is [`Code::Unreachable`].
    async fn more(&self, project: &Project, address: &str, token: bool, part: &mut Part) -> Result<(), Error> {
        let lost = |error: reqwest::Error| Error::about(Code::Unreachable, &self.token.hidden_in(&chain(&error)));
        let mut response = self.open(project, address, token, part).await?;
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let weak = |tag: &&str| !tag.starts_with("W/") && !tag.is_empty();
        let tag = Some(header(ETAG)).filter(weak).unwrap_or_else(|| header(LAST_MODIFIED)).to_string();
        let (start, total) = range(header(CONTENT_RANGE)).unwrap_or_default();
        let whole = match status {
            206 if start == part.bytes => total,
            416 if total == Some(part.bytes) => return Ok(()),
            // Another range, or a file that is shorter than what is here: from the beginning, next time.
            206 | 416 => {
                part.clear("")?;
                return Err(Error::about(Code::Unreachable, "not the range that was asked for"));
            }
            200 => {
                part.clear(&tag)?;
                response.content_length()
            }
            _ => return Err(super::answer::refusal(status, "")),
        };
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            part.append(&chunk)?;
        }
        match whole {
            Some(whole) if whole > part.bytes => Err(Error::about(Code::Unreachable, "the answer ended early")),
            Some(whole) if whole < part.bytes => {
                part.clear("")?;
                Err(Error::about(Code::Download, "longer than it said"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Follows redirects, with the token at the first address alone, and there only when it is the
    /// project's own host.
    async fn open(&self, project: &Project, address: &str, token: bool, part: &Part) -> Result<reqwest::Response, Error> {
        let lost = |error: reqwest::Error| Error::about(Code::Unreachable, &self.token.hidden_in(&chain(&error)));
        let wrong = |about: &str| Error::about(Code::InvalidAddress, &self.token.hidden_in(about));
        let own = reqwest::Url::parse(project.base()).map_err(|_| wrong(project.base()))?;
        let mut url = reqwest::Url::parse(address).map_err(|_| wrong("the link"))?;
        for hop in 0..=HOPS {
            let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            if url.scheme() != "https" && !(url.scheme() == "http" && here) {
                return Err(wrong("the link is not https"));
            }
            let mut request = self.http.get(url.clone());
            if token && hop == 0 && url.origin() == own.origin() {
                request = request.header(AUTHORIZATION, self.bearer());
            }
            let tag = fs::read_to_string(&part.tag).unwrap_or_default();
            if part.bytes > 0 && !tag.is_empty() {
                request = request.header(RANGE, format!("bytes={}-", part.bytes)).header(IF_RANGE, tag);
            }
            let response = request.send().await.map_err(lost)?;
            if !response.status().is_redirection() {
                return Ok(response);
            }
            let next = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            url = next.and_then(|next| url.join(next).ok()).ok_or_else(|| wrong("a redirect to nowhere"))?;
        }
        Err(Error::about(Code::Redirected, "too often"))
    }
}

impl Part {
    fn open(to: &Path) -> Result<Part, Error> {
        let beside = |end: &str| {
            let mut name = to.as_os_str().to_os_string();
            name.push(end);
            PathBuf::from(name)
        };
        let (path, tag) = (beside(".part"), beside(".part.tag"));
        let mut options = OpenOptions::new();
        let file = private(&mut options).read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|error| broken(&path, &error))?;
        file.try_lock().map_err(|_| Error::about(Code::File, &format!("{}: another process downloads it", path.display())))?;
        let mut part = Part { path, tag, file, bytes: 0, hash: Sha256::new() };
        match fs::metadata(&part.tag) {
            // Without a tag nobody knows what it is the beginning of.
            Err(_) => part.clear("")?,
            Ok(_) => part.read().map_err(|error| broken(&part.path, &error))?,
        }
        Ok(part)
    }

    fn read(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 16];
        self.file.rewind()?;
        loop {
            let count = self.file.read(&mut buffer)?;
            let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
            self.hash.update(bytes);
            self.bytes += count as u64;
        }
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|error| broken(&self.path, &error))?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// From the beginning, of the file with this tag. The tag goes first, so that no crash leaves one
    /// with the bytes of another.
    fn clear(&mut self, tag: &str) -> Result<(), Error> {
        let _ = fs::remove_file(&self.tag);
        let cleared = self.file.set_len(0).and_then(|()| self.file.rewind());
        let cleared = cleared.and_then(|()| if tag.is_empty() { Ok(()) } else { fs::write(&self.tag, tag) });
        (self.bytes, self.hash) = (0, Sha256::new());
        cleared.map_err(|error| broken(&self.path, &error))
    }
}

/// Where a `Content-Range` begins, and the size of the whole.
fn range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let start = range.split_once('-').and_then(|(start, _)| start.parse().ok()).unwrap_or_default();
    Some((start, total.parse().ok()))
}
