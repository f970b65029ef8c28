#![cfg(not(target_arch = "wasm32"))]
//! The client of a web application where there is no page: it compiles, checks its options, and does
//! nothing.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use consentry::web::{Client, Subscription, properties};
use consentry::{ConsentOptions, OptIn, OptOut, Options, Source, Status, track};

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("on a server nobody ends it"),
    }
}

#[test]
fn a_client_goes_wherever_an_application_wants_it() {
    fn goes<T: Copy + Clone + PartialEq + Send + Sync + 'static>(_: T) {}
    fn moves<T: Send + Sync + 'static>(_: T) {}
    let client = Client::start("TOKEN", Options::default()).unwrap();
    goes(client);
    goes(client.people());
    moves::<Subscription>(client.on_consent_change(|_| {}));
    moves(client.flush());
}

#[test]
fn on_a_server_nothing_happens_and_nothing_waits() {
    let options = Options::default().consent(ConsentOptions::default().default_status(Status::Denied));
    let client = Client::start("TOKEN", options.clone()).unwrap();
    let subscription = client.on_consent_change(|_| panic!("nothing changes"));
    let errors = client.on_error(|error| panic!("{error}"));
    let consent = client.opt_in(OptIn { via: "banner", ..OptIn::default() });
    assert_eq!((consent.status, consent.source, consent.persisted()), (Status::Denied, Source::Default, false));
    track!(client, "Viewed", page = "pricing");
    client.opt_in_with(OptIn::default(), &properties().and("page", &"pricing"));
    client.identify("undefined");
    client.register(&1);
    client.people().increment("visits", 1);
    client.group("", "").set("plan", &"pro");
    assert_eq!(now(client.flush()), Default::default());
    assert!(!now(client.opt_out(OptOut { delete_profile: true, ..OptOut::default() }).deleted));
    client.close();
    assert_eq!(client.distinct_id(), None);
    drop((subscription, errors));
    // However many requests a server answers, it keeps nothing of them.
    assert_eq!(Client::start("OTHER", options).unwrap(), client);
}

#[test]
fn options_are_checked_on_a_server_too() {
    assert_eq!(Client::start("", Options::default()).unwrap_err().code(), "invalid_token");
    let error = Client::start("TOKEN", Options::default().property_blacklist(["token"])).unwrap_err();
    assert_eq!((error.code(), error.about.as_str()), ("protected_property", "token"));
}
