//! The calls that record something, or say of whom it is.

use serde::Serialize;

use crate::error::Code;
use crate::web::calls::Kind;
use crate::web::client::Client;
use crate::web::page::{self, Core};
use crate::web::profiles::{Group, People};
use crate::web::waits::Flush;

impl Client {
    /// Records an event. The properties are a struct, a map, an enum of these, or `()`.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// struct Order<'a> {
    ///     plan: &'a str,
    ///     seats: u32,
    /// }
    ///
    /// # fn main() -> Result<(), consentry::Error> {
    /// let client = Client::start("TOKEN", Options::default())?;
    /// client.track("Ordered", &Order { plan: "pro", seats: 3 });
    /// client.track("Viewed", &());
    /// # Ok(())
    /// # }
    /// ```
    pub fn track<P: Serialize + ?Sized>(self, name: &str, properties: &P) {
        if page::records(self.number) {
            let (name, properties) = (String::from(name), self.object(properties, "track"));
            page::call(self.number, Kind::Records, move |core| core.track(&name, &properties));
        }
    }

    /// Records an event of another purpose than `analytics`, one of the option
    /// [`purposes`](crate::ConsentOptions::purposes); of any other name nothing is recorded
    /// (`invalid_argument`).
    ///
    /// ```
    /// use consentry::{ConsentOptions, Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// let consent = ConsentOptions::default().purposes(["functional"]);
    /// Client::start("TOKEN", Options::default().consent(consent))?.track_for("functional", "Saved", &());
    /// # Ok(())
    /// # }
    /// ```
    pub fn track_for<P: Serialize + ?Sized>(self, purpose: &str, name: &str, properties: &P) {
        if page::records(self.number) {
            let (purpose, name) = (String::from(purpose), String::from(name));
            let properties = self.object(properties, "track");
            page::call(self.number, Kind::Records, move |core| match core.purpose(&purpose) {
                Some(purpose) => {
                    core.for_purpose(purpose);
                    core.track(&name, &properties);
                }
                None => core.found_wrong(Code::InvalidArgument, "track"),
            });
        }
    }

    /// Names the visitor by the site's own id, in every tab of the origin. Ids that Mixpanel refuses are
    /// reported (`invalid_user_id`).
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.identify("user-7");
    /// # Ok(())
    /// # }
    /// ```
    pub fn identify(self, id: &str) {
        let id = self.hidden(id);
        page::call(self.number, Kind::Names(id.clone()), move |core| core.identify(&id));
    }

    /// Makes the visitor somebody new, in every tab of the origin: ids and super properties are
    /// forgotten. Queued records keep theirs; consent stays.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.reset();
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset(self) {
        page::call(self.number, Kind::Names(String::new()), Core::reset);
    }

    /// Sets super properties, sent with every event from now on, in every tab of the origin.
    ///
    /// ```
    /// use consentry::{Options, web::{Client, properties}};
    /// # fn main() -> Result<(), consentry::Error> {
    /// let client = Client::start("TOKEN", Options::default())?;
    /// client.register(&properties().and("plan", &"pro"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn register<P: Serialize + ?Sized>(self, properties: &P) {
        let properties = self.object(properties, "register");
        page::call(self.number, Kind::Other, move |core| core.register(&properties, false));
    }

    /// As [`Client::register`], for those that are not set yet.
    ///
    /// ```
    /// use consentry::{Options, web::{Client, properties}};
    /// # fn main() -> Result<(), consentry::Error> {
    /// let client = Client::start("TOKEN", Options::default())?;
    /// client.register_once(&properties().and("first page", &"/"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn register_once<P: Serialize + ?Sized>(self, properties: &P) {
        let properties = self.object(properties, "registerOnce");
        page::call(self.number, Kind::Other, move |core| core.register(&properties, true));
    }

    /// Removes a super property.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.unregister("plan");
    /// # Ok(())
    /// # }
    /// ```
    pub fn unregister(self, name: &str) {
        let name = String::from(name);
        page::call(self.number, Kind::Other, move |core| core.unregister(&name));
    }

    /// The profile of the identified user.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.people().increment("visits", 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn people(self) -> People {
        People { client: self, purpose: None }
    }

    /// A group by its key and id.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.group("company", "acme").set("plan", &"pro");
    /// # Ok(())
    /// # }
    /// ```
    pub fn group(self, key: &str, id: &str) -> Group {
        Group { client: self, key: String::from(key), id: self.hidden(id), purpose: None }
    }

    /// Sends what waits, now, whether or not it is awaited. Ends when what was recorded before is
    /// settled; records whose next attempt is later stay pending.
    ///
    /// ```
    /// # async fn of(client: consentry::web::Client) {
    /// println!("{} sent", client.flush().await.sent);
    /// # }
    /// ```
    pub fn flush(self) -> Flush {
        Flush { client: self.number, flush: page::flush(self.number) }
    }

    /// The id that events carry: the user id, or `$device:` and a random id. None where there is no page.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// assert_eq!(Client::start("TOKEN", Options::default())?.distinct_id(), None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn distinct_id(self) -> Option<String> {
        page::distinct_id(self.number)
    }

    /// Removes every key of ours from this browser except the decision, drops what is queued, in every
    /// tab, and makes the visitor somebody new. While the status is granted, recording goes on for that
    /// new visitor.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.purge();
    /// # Ok(())
    /// # }
    /// ```
    pub fn purge(self) {
        page::purge(self.number);
    }

    /// Ends this client: listeners, locks, channel and timers go, requests are aborted, flushes end. What
    /// was recorded stays stored, for another client or page to send. Later calls do nothing, which is
    /// told once (`closed`), but for `opt_out` and `reset_consent`.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.close();
    /// # Ok(())
    /// # }
    /// ```
    pub fn close(self) {
        page::close(self.number);
    }
}
