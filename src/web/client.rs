//! The client of a web application.

use std::rc::Rc;

use serde::Serialize;

use crate::client::consent::{OptIn, OptOut};
use crate::consent::decision::{Source, Status};
use crate::consent::proof::ConsentRecord;
use crate::consent::purposes::ANALYTICS;
use crate::consent::view::Consent;
use crate::error::{Code, Error};
use crate::json;
use crate::options::Options;
use crate::project::Project;
use crate::values::{self, Encoded};
use crate::web::calls::{Grant, Kind, Refusal};
use crate::web::news::ConsentChange;
use crate::web::page;
use crate::web::waits::{Deletion, Subscription};

/// A client of one project on this page: a number, which goes wherever an application wants it.
///
/// Nothing panics, and nothing that is wrong with a call keeps the application from going on: it is
/// told to [`Client::on_error`]. Natively a client does nothing, see [the module](crate::web).
///
/// ```
/// use consentry::{OptIn, Options, Residency, track, web::Client};
/// # fn main() -> Result<(), consentry::Error> {
/// let client = Client::start("TOKEN", Options::default().residency(Residency::Eu))?;
/// client.opt_in(OptIn { via: "banner", ..OptIn::default() });
/// track!(client, "Signed Up", plan = "pro", seats = 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Client {
    pub(super) number: u32,
    /// The status where there is no page to ask.
    default: Status,
}

/// What an opt-out came to.
///
/// ```
/// use consentry::{OptOut, Options, web::Client};
/// # fn main() -> Result<(), consentry::Error> {
/// let client = Client::start("TOKEN", Options::default())?;
/// let refusal = client.opt_out(OptOut { via: "banner", ..OptOut::default() });
/// let _ = refusal.consent.status;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct OptedOut {
    /// The consent after it.
    pub consent: Consent,
    /// Whether the server took the deletion: `false` where none was asked for, or there is nobody to
    /// delete (no `identify`, or the status was not granted). Without an answer it is `false` after 90
    /// seconds.
    pub deleted: Deletion,
}

impl Client {
    /// Starts a client. It reads the stored decision; it writes nothing unless the visitor decided
    /// before. An application starts one and hands it on.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// assert!(Client::start("TOKEN", Options::default()).is_ok());
    /// assert_eq!(Client::start("", Options::default()).unwrap_err().code(), "invalid_token");
    /// ```
    ///
    /// # Errors
    /// Those of [`Options::check`].
    pub fn start(token: &str, options: Options) -> Result<Client, Error> {
        let default = options.consent.status_by_default();
        let number = page::start(Project::new(token, &options)?)?;
        #[cfg(feature = "hash")]
        crate::web::anonymous::keep(number, options.salt);
        Ok(Client { number, default })
    }

    /// What is stored and sent of an id.
    pub(super) fn hidden(self, id: &str) -> String {
        #[cfg(feature = "hash")]
        return crate::web::anonymous::hidden(self.number, id, self.distinct_id().as_deref());
        #[cfg(not(feature = "hash"))]
        String::from(id)
    }

    /// The consent as it stands, read anew each time.
    ///
    /// ```
    /// use consentry::{Options, Status, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// assert_eq!(Client::start("TOKEN", Options::default())?.consent().status, Status::Pending);
    /// # Ok(())
    /// # }
    /// ```
    pub fn consent(self) -> Consent {
        page::consent(self.number).unwrap_or_else(|| {
            let purposes = [(String::from(ANALYTICS), self.default)].into();
            Consent::of(self.default, Source::Default, None, None, purposes)
        })
    }

    /// The visitor agrees. The decision is stored, held records are sent, and the event is tracked when
    /// the decision before was not the same. Where a signal is enforced it does nothing
    /// (`signal_enforced`).
    ///
    /// ```
    /// use consentry::{OptIn, Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.opt_in(OptIn { via: "banner", ..OptIn::default() });
    /// # Ok(())
    /// # }
    /// ```
    pub fn opt_in(self, choice: OptIn<'_>) -> Consent {
        // Who agrees to purposes that cannot be read agrees to none.
        if self.is_clear("optIn", choice.purposes) {
            page::opt_in(self.number, Grant::of(choice));
        }
        self.consent()
    }

    /// The visitor agrees, and the event gets these properties.
    ///
    /// ```
    /// use consentry::{OptIn, Options, web::{Client, properties}};
    /// # fn main() -> Result<(), consentry::Error> {
    /// let client = Client::start("TOKEN", Options::default())?;
    /// client.opt_in_with(OptIn { event: "Agreed", ..OptIn::default() }, &properties().and("page", &"pricing"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn opt_in_with<P: Serialize + ?Sized>(self, choice: OptIn<'_>, properties: &P) -> Consent {
        let properties = self.object(properties, "optIn");
        self.opt_in(OptIn { properties: &properties, ..choice })
    }

    /// The visitor refuses. When it returns, requests are aborted, queues are empty, the decision is
    /// stored, and everything else we stored is gone.
    ///
    /// ```
    /// use consentry::{OptOut, Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.opt_out(OptOut { via: "banner", ..OptOut::default() });
    /// # Ok(())
    /// # }
    /// ```
    pub fn opt_out(self, choice: OptOut<'_>) -> OptedOut {
        let is_clear = self.is_clear("optOut", choice.purposes);
        let deletion = page::opt_out(self.number, Refusal::of(if is_clear { choice } else { OptOut::default() }));
        OptedOut { consent: self.consent(), deleted: Deletion { client: self.number, deletion } }
    }

    /// Whether purposes can be stored; told where not.
    fn is_clear(self, call: &'static str, purposes: Option<&[String]>) -> bool {
        let is_clear = purposes.is_none_or(|all| all.iter().all(|one| json::is_plain(one)));
        if !is_clear {
            self.complain(vec![(Code::InvalidArgument, String::from(call))]);
        }
        is_clear
    }

    /// Forgets the decision and everything kept under it. The status is then what signals and default say.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.reset_consent();
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset_consent(self) -> Consent {
        page::reset_consent(self.number);
        self.consent()
    }

    /// The site has another default from now on; see [`crate::Client::set_default`].
    ///
    /// ```
    /// use consentry::{Options, Status, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// let client = Client::start("TOKEN", Options::default())?;
    /// client.set_default(Status::Granted); // no consent is needed here
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_default(self, status: Status) -> Consent {
        page::set_default(self.number, status);
        self.consent()
    }

    /// Calls the listener after each change of status, in this tab or another, until what is returned is
    /// dropped. It may call anything; what changes by that is told to everybody afterwards.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// let client = Client::start("TOKEN", Options::default())?;
    /// let _subscription = client.on_consent_change(move |change| println!("{}", change.after.name()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_consent_change(self, listener: impl Fn(&ConsentChange) + 'static) -> Subscription {
        Subscription { client: self.number, listener: page::listen(self.number, Rc::new(listener)) }
    }

    /// Calls the listener with what went wrong and what was dropped, after the call that caused it has
    /// returned. The same thing is told once, losses each time. Where nobody listens it goes to the
    /// browser's console.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// let client = Client::start("TOKEN", Options::default())?;
    /// client.on_error(|error| eprintln!("{}: {error}", error.code())).forget();
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_error(self, listener: impl Fn(&Error) + 'static) -> Subscription {
        Subscription { client: self.number, listener: page::listen_to_errors(self.number, Rc::new(listener)) }
    }

    /// The record of the decision that counts now; none where there is none, or where another library
    /// made it. A repetition that says nothing new is the same record, of the first time.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// assert_eq!(Client::start("TOKEN", Options::default())?.consent_record(), None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn consent_record(self) -> Option<ConsentRecord> {
        page::consent_record(self.number)
    }

    /// The records of the last 20 decisions on this device, oldest first, refusals too.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// assert!(Client::start("TOKEN", Options::default())?.consent_history().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn consent_history(self) -> Vec<ConsentRecord> {
        page::consent_history(self.number)
    }

    /// Takes the record of each decision, refusals too, once the call that made it has returned, so that
    /// the site's own server has it; the last function that was given counts. Where it answers `false`, or
    /// nothing within 30 seconds, it is called again with the same record: after a second, then twice as
    /// long each time, at most five minutes, and by the next pages; after `true` never again. Several pages
    /// can send one record: tell them apart by its id.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # async fn put(_: &str) -> bool { true }
    /// # fn main() -> Result<(), consentry::Error> {
    /// let client = Client::start("TOKEN", Options::default())?;
    /// client.on_record(|record| async move { put(record.as_json()).await });
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_record<F: Future<Output = bool> + 'static>(self, take: impl Fn(ConsentRecord) -> F + 'static) {
        page::on_record(self.number, Rc::new(move |record| Box::pin(take(record))));
    }

    /// The JSON of properties; what cannot be sent, or not all of it, is reported.
    pub(super) fn object<P: Serialize + ?Sized>(self, properties: &P, call: &str) -> String {
        let Encoded { json, complaints } = values::object(properties, call);
        self.complain(complaints);
        json
    }

    pub(super) fn complain(self, complaints: Vec<(Code, String)>) {
        for (code, about) in complaints {
            page::call(self.number, Kind::Complains, move |core| core.found_wrong(code, &about));
        }
    }
}
