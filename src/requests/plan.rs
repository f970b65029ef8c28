//! A request over any number of ids becomes a plan: each id once, in batches within the limits.

use std::io;
use std::path::Path;

use super::call::Project;
use super::error::Error;
use super::ids::{Refused, batch_size, refused};
use super::journal::{Journal, broken};
use super::kinds::{ComplianceType, DisclosureType, Operation};
use super::record::{Head, Record, Seal};
use super::sort::Sorter;

/// What is asked, and how it is divided. The ids come when it is written.
///
/// Ids go out in sorted order. They are sorted to find those that came again, in pieces of four
/// megabytes that lie beside the journal until they are merged: memory stays the same for any number
/// of ids, the disk needs room for the ids twice, and each is compared some twenty times.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    head: Head,
    size: usize,
}

impl Plan {
    /// A plan to retrieve or delete people's data of this project, under the GDPR.
    pub fn new(operation: Operation, project: &Project) -> Plan {
        let (law, disclosure) = (ComplianceType::default(), DisclosureType::default());
        let (base, project) = (String::from(project.base()), String::from(project.token()));
        Plan { head: Head { version: 1, operation, project, base, law, disclosure }, size: batch_size(0) }
    }

    /// The same under this law, with what a retrieval under the CCPA discloses.
    pub fn under(mut self, law: ComplianceType, disclosure: DisclosureType) -> Plan {
        (self.head.law, self.head.disclosure) = (law, disclosure);
        self
    }

    /// The same for a project with so many group keys, which leave fewer ids a request.
    pub fn with_groups(self, groups: usize) -> Plan {
        Plan { size: batch_size(groups), ..self }
    }

    /// The same with so many ids a request, at least 1 and at most 2,000.
    pub fn with_batches_of(self, ids: usize) -> Plan {
        Plan { size: ids.clamp(1, 2_000), ..self }
    }

    /// Ids a request.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Writes the plan into a journal that has none yet. Nothing is sent. Each refused id is told with
    /// its place, from 1, and is left out.
    ///
    /// # Errors
    /// [`Code::JournalMismatch`](super::Code::JournalMismatch) when there is a plan already,
    /// [`Code::File`](super::Code::File) when the ids or the journal fail, and those of
    /// [`Journal::open`].
    pub fn write(
        &self,
        path: &Path,
        ids: impl IntoIterator<Item = io::Result<String>>,
        tell: impl FnMut(u64, &str, Refused),
    ) -> Result<Journal, Error> {
        let mut journal = Journal::empty(path)?;
        journal.plan(&Record::Plan(self.head.clone()))?;
        let seal = self.batches(path, ids, tell, |n, ids| journal.plan(&Record::Batch { n, ids }))?;
        journal.seal(&Record::Sealed(seal))?;
        Ok(journal)
    }

    /// What the plan would be, without a journal.
    ///
    /// # Errors
    /// [`Code::File`](super::Code::File) when the ids fail.
    pub fn count(&self, ids: impl IntoIterator<Item = io::Result<String>>, tell: impl FnMut(u64, &str, Refused)) -> Result<Seal, Error> {
        self.batches(&std::env::temp_dir().join("consentry-requests"), ids, tell, |_, _| Ok(()))
    }

    fn batches(
        &self,
        near: &Path,
        ids: impl IntoIterator<Item = io::Result<String>>,
        mut tell: impl FnMut(u64, &str, Refused),
        mut write: impl FnMut(u64, Vec<String>) -> Result<(), Error>,
    ) -> Result<Seal, Error> {
        let mut seal = Seal::default();
        let mut sorter = Sorter::new(near);
        let failed = |error: io::Error| broken(near, &error);
        for (place, id) in (1..).zip(ids) {
            let id = id.map_err(|error| broken(Path::new("ids"), &error))?;
            match refused(&id) {
                None => sorter.push(id).map_err(failed)?,
                Some(why) => {
                    seal.refused += 1;
                    tell(place, &id, why);
                }
            }
        }
        let mut batch: Vec<String> = Vec::with_capacity(self.size);
        let mut last = String::new();
        for id in sorter.sorted().map_err(failed)? {
            let id = id.map_err(failed)?;
            if id == last {
                seal.duplicates += 1;
                continue;
            }
            if batch.len() == self.size {
                write(seal.batches, std::mem::replace(&mut batch, Vec::with_capacity(self.size)))?;
                seal.batches += 1;
            }
            seal.ids += 1;
            last.clone_from(&id);
            batch.push(id);
        }
        if !batch.is_empty() {
            write(seal.batches, batch)?;
            seal.batches += 1;
        }
        Ok(seal)
    }
}
