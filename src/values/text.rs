//! The JSON of one value while it is written.

use core::fmt::{self, Display};

use serde::ser::Error;

use crate::limits::MAX_NESTED;

/// Why a value has no text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unfit {
    /// It has no JSON here, or said so itself.
    Value,
    /// It is larger than any record takes.
    Size,
}

impl Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Unfit::Value => "no value for a property",
            Unfit::Size => "too large for a property",
        })
    }
}

impl core::error::Error for Unfit {}

impl Error for Unfit {
    fn custom<T: Display>(_: T) -> Unfit {
        Unfit::Value
    }
}

/// The JSON of one value, and whether something of it was left out.
#[derive(Default)]
pub(super) struct Text {
    pub(super) json: String,
    pub(super) trimmed: bool,
    /// What was wrong with a part of it. Who serializes may go on after a fault as if there were none.
    fault: Option<Unfit>,
}

impl Text {
    /// Whether all of it is a value until now.
    pub(super) fn sound(&self) -> Result<(), Unfit> {
        self.fault.map_or(Ok(()), Err)
    }

    /// Remembers a fault.
    pub(super) fn note(&mut self, end: Result<(), Unfit>) -> Result<(), Unfit> {
        self.fault = self.fault.or(end.err());
        end
    }

    /// Appends JSON.
    pub(super) fn push(&mut self, json: &str) -> Result<(), Unfit> {
        self.json.push_str(json);
        if self.json.len() > MAX_NESTED { Err(Unfit::Size) } else { Ok(()) }
    }
}
