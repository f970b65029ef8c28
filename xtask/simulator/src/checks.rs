//! Every invariant, by name, with the promise of DESIGN.md it belongs to and what it must allow because no code could do otherwise.

pub(crate) mod before;

/// What can be violated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Check {
    /// Promise 1.
    WrittenBeforeAllowed,
    /// Promise 1.
    SentBeforeAllowed,
    /// Promise 2.
    SentAgainstTheFlag,
    /// Promise 2.
    SentWhileDenied,
    /// Promise 2.
    SentUnread,
    /// Promise 2.
    DenialNotHeard,
    /// Promise 2.
    NotAborted,
    /// Promise 2.
    TimerOfADeniedClient,
    /// Promise 3.
    WrittenAfterDenial,
    /// Promise 3.
    NotPurged,
    /// Promise 3.
    LeftInTheEnd,
    /// Promise 4.
    OldRecordSent,
    /// Promise 4.
    OldRecordStored,
    /// Promise 4.
    OldIdentity,
    /// Promise 4.
    IdentityLostAtFirstGrant,
    /// Promise 5.
    DenialForgotten,
    /// Promise 5.
    ResultUntrue,
    /// Promise 5.
    GrantedFromNothing,
    /// Promise 6.
    DefaultStored,
    /// Promise 6.
    DefaultNotFollowed,
    /// Promise 7.
    NotStoredInTime,
    /// Promise 7.
    Lost,
    /// Promise 7.
    DropNotReported,
    /// Promise 7.
    RecordChanged,
    /// Promise 7.
    SentTwiceAtOnce,
    /// Promise 7.
    SentAfterItsAnswer,
    /// Promise 7.
    LeftAfterItsAnswer,
    /// Promise 7.
    NeverMade,
    /// Promise 8.
    Panicked,
    /// Promise 9.
    OptInNotOnce,
    /// Promise 10.
    DeletionNotOnce,
    /// Promise 10.
    DeletionOutcome,
    /// Promise 11.
    WrongAddress,
    /// Promise 12.
    BlacklistedSeen,
    /// Promise 13.
    TooManyRecords,
    /// Promise 13.
    TwoUnderWay,
    /// Promise 13.
    WaitTooLong,
    /// Promise 13.
    RetryAfterIgnored,
    /// Promise 13.
    TimerWithoutEnd,
    /// Promise 2 and the client's word: a flush ends once.
    FlushNotOnce,
}

impl Check {
    /// Every check, in the order of the promises.
    pub const ALL: [Check; 40] = [
        Check::WrittenBeforeAllowed,
        Check::SentBeforeAllowed,
        Check::SentAgainstTheFlag,
        Check::SentWhileDenied,
        Check::SentUnread,
        Check::DenialNotHeard,
        Check::NotAborted,
        Check::TimerOfADeniedClient,
        Check::WrittenAfterDenial,
        Check::NotPurged,
        Check::LeftInTheEnd,
        Check::OldRecordSent,
        Check::OldRecordStored,
        Check::OldIdentity,
        Check::IdentityLostAtFirstGrant,
        Check::DenialForgotten,
        Check::ResultUntrue,
        Check::GrantedFromNothing,
        Check::DefaultStored,
        Check::DefaultNotFollowed,
        Check::NotStoredInTime,
        Check::Lost,
        Check::DropNotReported,
        Check::RecordChanged,
        Check::SentTwiceAtOnce,
        Check::SentAfterItsAnswer,
        Check::LeftAfterItsAnswer,
        Check::NeverMade,
        Check::Panicked,
        Check::OptInNotOnce,
        Check::DeletionNotOnce,
        Check::DeletionOutcome,
        Check::WrongAddress,
        Check::BlacklistedSeen,
        Check::TooManyRecords,
        Check::TwoUnderWay,
        Check::WaitTooLong,
        Check::RetryAfterIgnored,
        Check::TimerWithoutEnd,
        Check::FlushNotOnce,
    ];

    /// What the check says, beginning with the promise.
    pub fn promise(self) -> &'static str {
        match self {
            Check::WrittenBeforeAllowed => "1: a client that is not granted, where nothing is decided, writes and removes nothing",
            Check::SentBeforeAllowed => "1: nothing is sent before some client was granted",
            Check::SentAgainstTheFlag => "2: no request starts while the stored flag says denied, but for the one $delete",
            Check::SentWhileDenied => "2: a client that was not granted before a call nor after it starts nothing in it",
            // Allowed: a grant of this page that no store took.
            Check::SentUnread => "2 and 5: nothing is sent while the store that should hold the decision cannot be read",
            Check::DenialNotHeard => "2: a client that hears of a change denies when the stored flag does",
            Check::NotAborted => "2: a client that is not granted has nothing under way, but for a deletion",
            Check::TimerOfADeniedClient => "2: a client that is not granted has no timer, but for a deletion",
            Check::WrittenAfterDenial => "3: nothing but the decision is written while the stored flag says denied",
            Check::NotPurged => "3: when opt_out has returned, stores that can be emptied hold nothing of ours but the decision",
            Check::LeftInTheEnd => "3: after a denial, with every store healed and every tab opened anew, only the decision is left",
            // Allowed: a client that could not learn of the withdrawal. It has read the flag neither while it said so, nor could it
            // read from an epoch that there was one: the visitor emptied the stores, another tool wrote its own flag over ours (it keeps no
            // epoch), or no store took the denial, which then holds for its page only. FINDINGS.md lists each of these with its condition.
            Check::OldRecordSent => {
                "4: a client that knows of a withdrawal sends no record from before it, nor one made while it was in force"
            }
            Check::OldRecordStored => "4: a client that knows of a withdrawal stores no record from before it",
            Check::OldIdentity => "4: a record made by a client that knows of a withdrawal carries a new $device_id",
            Check::IdentityLostAtFirstGrant => "4: the identity of the page stays at the first grant",
            // Allowed: somebody decided anew, the flag was removed or overwritten by the world (which looks like resetConsent in another
            // tab), or a decision can expire in this run. Where a store was only emptied it must stay, unless a purge or the end of a signal
            // then looks like a reset.
            Check::DenialForgotten => "5: a client that was told to deny stays denied whatever storage does",
            Check::ResultUntrue => "5: the store named in the result holds the flag, and a refusal names one where any store takes it",
            Check::GrantedFromNothing => "5: a client turns granted only by a call, a legible grant, or a default with everything legible",
            Check::DefaultStored => "6: flag and record are written by decisions only; a renewal writes what is there",
            Check::DefaultNotFollowed => "6: without a stored decision a new page has the status of the default",
            // Allowed: localStorage failed or was too full at that moment, or everything was said to live in memory.
            Check::NotStoredInTime => "7: a granted record is in storage when the task ends",
            // Allowed: see `Entry::excuse`.
            Check::Lost => "7: a granted record is accepted in the end",
            Check::DropNotReported => "7: records that a refusal costs are reported and counted",
            Check::RecordChanged => "7: a record never changes between two requests",
            Check::SentTwiceAtOnce => "7: a record is not sent while it is under way from a page that lives",
            // Allowed: the page died in the middle of taking the answer, or localStorage could not be emptied then.
            Check::SentAfterItsAnswer => "7: a record is not sent again after a final answer",
            Check::LeftAfterItsAnswer => "7: with everything accepted and quiet, no record is left in storage",
            Check::NeverMade => "7: only records that a page made are sent, whatever is found in storage",
            Check::Panicked => "8: nothing panics",
            Check::OptInNotOnce => "9: $opt_in is made by a decision that grants what was not granted by a decision, and by no other call",
            Check::DeletionNotOnce => {
                "10: one $delete for one asked deletion of an identified user, nothing of the visitor after it in that call"
            }
            Check::DeletionOutcome => "10: the end of each asked deletion is told once",
            Check::WrongAddress => "11: every request goes to the one host, its kind's path, with ip=0",
            Check::BlacklistedSeen => "12: a blacklisted name is neither stored nor sent",
            Check::TooManyRecords => "13: a request carries at most a batch",
            Check::TwoUnderWay => "13: a client has one request of a kind under way",
            Check::WaitTooLong => "13: no timer is set for more than ten minutes",
            // Allowed: the clock was set back meanwhile, for then nobody knows how long it was.
            Check::RetryAfterIgnored => "13: what a server asks for with Retry-After is waited for, up to ten minutes",
            Check::TimerWithoutEnd => "13: a task ends: timers with no wait do not follow each other without end",
            Check::FlushNotOnce => "13: a flush ends once, and ends",
        }
    }
}

/// A check that failed, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which.
    pub check: Check,
    /// What was seen.
    pub seen: String,
}
