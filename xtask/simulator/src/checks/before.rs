//! How things stood before a call, to be compared with how they stand after it.

use consentry::{Client, Source, Status};

use crate::ground::Ground;
use crate::ground::origin::{IDENTITY, RECORD, STORES};
use crate::host::Host;
use crate::text;

/// How things stood before a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Before {
    pub(crate) status: Status,
    pub(crate) source: Source,
    pub(crate) distinct_id: String,
    /// Whether the visitor has a name, where client and storage agree on that.
    pub(crate) user: Option<bool>,
    /// A client that was told to deny cleans up, whatever is stored by now.
    pub(crate) refused: bool,
    /// That was by a decision.
    pub(crate) decided: bool,
    /// Some store held a flag, or the record of a refusal, whether or not it could be read.
    pub(crate) flag: bool,
    /// It said denied.
    pub(crate) denied: bool,
    pub(crate) identity: bool,
    /// The device of each identity that is stored.
    pub(crate) devices: [Option<String>; 2],
    pub(crate) touched: bool,
    pub(crate) records: [Option<String>; 2],
    /// It was granted here, and no store took it.
    pub(crate) unkept: bool,
    /// Withdrawals it knew of.
    pub(crate) known: u32,
}

impl Before {
    pub(crate) fn of(client: &Client<Host>, ground: &Ground) -> Before {
        let id = client.distinct_id();
        let (status, source, persisted, _) = client.consent_parts();
        let unkept = status == Status::Granted && source == Source::Visitor && persisted.is_none();
        let refused = status == Status::Denied && matches!(source, Source::Stored | Source::Visitor | Source::Fault);
        let decided = refused && source != Source::Fault;
        // Another page may have stored another one, which this one finds.
        let stored = ground.origin.local.kept.get(IDENTITY).or(ground.origin.jar.kept.get(IDENTITY));
        let user = Some(!id.starts_with("\"$device:"));
        let agrees = |stored: &&String, user: bool| stored.contains("\"$user_id\"") == user;
        let seen = ground.seen_by(client.platform().actor).get(IDENTITY);
        let user = user.filter(|user| [stored, seen].into_iter().flatten().all(|stored| agrees(&stored, *user)));
        let known = client.platform().known.get();
        Before { status, source, refused, decided, unkept, known, distinct_id: id.into(), user, ..Before::of_nothing(ground) }
    }

    /// Before there is a client.
    pub(crate) fn of_nothing(ground: &Ground) -> Before {
        Before {
            status: Status::Pending,
            source: Source::Default,
            distinct_id: String::new(),
            user: Some(false),
            refused: false,
            decided: false,
            unkept: false,
            known: 0,
            flag: ground.origin.holds_flag() || ground.origin.records_refusal(),
            denied: STORES.iter().any(|store| ground.origin.area(*store).denies()),
            identity: STORES.iter().any(|store| ground.origin.area(*store).kept.contains_key(IDENTITY)),
            devices: STORES.map(|store| {
                let entry = ground.origin.area(store).kept.get(IDENTITY)?;
                text::member(entry, "\"$device_id\"").map(String::from)
            }),
            touched: ground.evidence.touched,
            records: STORES.map(|store| ground.origin.area(store).kept.get(RECORD).cloned()),
        }
    }
}
