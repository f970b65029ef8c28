//! What the page was told, so that a loop does not flood it.

use crate::error::Code;

/// Things that are remembered one by one; after that, each code is told once more.
const MOST: usize = 10_000;

/// The errors that were told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Told {
    /// Hashes of code and thing. That two of so few are the same is as good as impossible.
    known: Vec<u64>,
}

impl Told {
    /// Whether to tell of a code, about something, that cost so many records: once, and losses each
    /// time.
    pub(crate) fn is_news(&mut self, code: Code, about: &str, dropped: usize) -> bool {
        let about = if self.known.len() < MOST { about } else { "" };
        let hash = hash(code, about);
        let is_new = self.known.iter().all(|known| *known != hash);
        if is_new {
            self.known.push(hash);
        }
        is_new || dropped > 0
    }
}

/// FNV-1, begun with the code.
fn hash(code: Code, about: &str) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325 ^ code as u64;
    for byte in about.bytes() {
        sum = sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{MOST, Told};
    use crate::error::Code;

    #[test]
    fn a_thing_is_told_once_for_each_code_and_losses_each_time() {
        let mut told = Told::default();
        let mut is_news = |code, about, dropped| told.is_news(code, about, dropped);
        assert!(is_news(Code::PropertyTrimmed, "plan", 0));
        assert!(!is_news(Code::PropertyTrimmed, "plan", 0));
        assert!(is_news(Code::PropertyTrimmed, "planet", 0));
        assert!(is_news(Code::ReservedProperty, "plan", 0));
        assert!(is_news(Code::PropertyTrimmed, "", 0));
        assert!(is_news(Code::PropertyTrimmed, "plan", 1));
        assert!(is_news(Code::QueueFull, "", 3));
        assert!(is_news(Code::QueueFull, "", 3));
        assert!(!is_news(Code::QueueFull, "", 0), "it was told with the loss");
    }

    #[test]
    fn a_page_that_errs_in_ever_new_ways_is_told_ten_thousand_times_and_then_once_a_code() {
        let mut told = Told::default();
        let mut count = |code| (0..2 * MOST).filter(|number| told.is_news(code, &number.to_string(), 0)).count();
        assert_eq!(count(Code::PropertyTrimmed), MOST + 1);
        assert_eq!(count(Code::ReservedProperty), 1);
        assert_eq!(count(Code::ReservedProperty), 0);
        assert_eq!(told.known.len(), MOST + 2);
    }
}
