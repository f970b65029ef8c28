//! Consent: what the visitor decided, what is stored of it, and what it allows.

pub mod decision;
pub mod epoch;
pub mod flag;
pub mod history;
pub mod proof;
pub mod purposes;
mod records;
pub mod state;
pub mod step;
pub mod view;
