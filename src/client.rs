//! The client: owns consent, visitor, outbox and timer, and everything that must agree among them.

use std::rc::Rc;

use crate::consent::decision::Signal;
use crate::consent::flag::{self, StoredChoice};
use crate::consent::history::History;
use crate::consent::proof::ConsentRecord;
use crate::consent::purposes::{Few, Purposes};
use crate::consent::state::{Circumstances, Input, Open, State, Transition, Write};
use crate::error::{Code, Error};
use crate::options::Options;
use crate::outbox::inbox::Stamp;
use crate::outbox::{Delivery, Outbox};
use crate::platform::{Platform, Store};
use crate::project::Project;
use crate::timer::Timer;
use crate::told::Told;
use crate::visitor::{self, Visitor};

mod adopting;
mod alone;
mod answers;
mod calls;
mod changing;
pub(crate) mod consent;
mod ending;
mod flushing;
mod naming;
mod proving;
mod recording;
mod sending;
mod storing;
mod views;
mod visiting;
mod waiting;
mod withdrawing;

/// One client of one project on one page.
///
/// It is driven by calls and by inputs (`woke`, `answered`, `heard`, `page_hidden`) and acts through
/// its [`Platform`].
///
/// ```
/// use consentry::{Client, MemoryPlatform, OptIn, Options, Status};
/// # fn main() -> Result<(), consentry::Error> {
/// let mut client = Client::new(MemoryPlatform::default(), "TOKEN", &Options::default())?;
/// assert_eq!(client.status(), Status::Pending);
/// client.opt_in(&OptIn { via: "banner", ..OptIn::default() });
/// assert_eq!(client.status(), Status::Granted);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client<P: Platform> {
    platform: P,
    project: Project,
    consent: State,
    /// How it stands with each purpose.
    purposes: Purposes,
    /// Those whose records have to go.
    withdrawn: Few,
    /// That of the record of the next call.
    purpose: u8,
    visitor: Visitor,
    /// The device whose grant ended here: a late copy of localStorage may still show it.
    left: String,
    outbox: Outbox,
    timer: Timer,
    told: Told,
    /// What the site is still to take of the visitor's decisions.
    history: History,
    /// Properties of the page, JSON, asked for once, for the first event.
    page_facts: Option<String>,
    /// The facts of the page's address, and the number they belong to.
    address: Option<(u32, Rc<String>)>,
    /// When and where the next call was made, if it was made before this client.
    stamp: Option<Stamp>,
    /// How the record of the next call is delivered, where it says so.
    delivery: Option<Delivery>,
    /// The record that the host may ask for.
    made: Option<String>,
    /// Who the visitor was when the next refusal was made, if that was before this client.
    was: Option<Visitor>,
    /// The page is hidden or left right now: what is sent may outlive it.
    leaving: bool,
    /// The host listens to `beforeunload`.
    watches_unload: bool,
    /// The page is asked about each record before it leaves.
    hooks: bool,
    /// Nothing is sent until the site says so.
    halted: bool,
}

impl<P: Platform> Client<P> {
    /// Starts a client. It reads the stored decision; it writes nothing unless the visitor decided
    /// before.
    ///
    /// # Errors
    /// Those of [`Options::check`].
    pub fn new(platform: P, token: &str, options: &Options) -> Result<Client<P>, Error> {
        Ok(Client::of(platform, Project::new(token, options)?))
    }

    pub(crate) fn of(mut platform: P, project: Project) -> Client<P> {
        let visitor = Visitor::new(&mut platform);
        let mut client = Client {
            outbox: Outbox::new(project.batch_size()),
            page_facts: None,
            address: None,
            purposes: Purposes::of(project.purposes()),
            platform,
            project,
            consent: State::new(),
            withdrawn: Few::default(),
            purpose: 0,
            visitor,
            left: String::new(),
            timer: Timer::default(),
            told: Told::default(),
            history: History::default(),
            stamp: None,
            delivery: None,
            made: None,
            was: None,
            leaving: false,
            watches_unload: false,
            hooks: false,
            halted: false,
        };
        let mut choice = client.stored();
        if flag::renew(&mut client.platform, &client.project, &choice) {
            choice = client.stored();
        }
        // What the page starts with is no change.
        let start = client.advance(Input::Began(choice));
        client.apply(start);
        client
    }

    /// The host, to look at what was done with it.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// The host, to change the world.
    pub fn platform_mut(&mut self) -> &mut P {
        &mut self.platform
    }

    /// One step of the consent, and what follows from it.
    fn step(&mut self, input: Input<'_>) {
        let (before, purposes) = (self.status(), self.purposes.standings().to_vec());
        let transition = self.advance(input);
        let after = self.status();
        // Told first: opening the gate may show that it is closed elsewhere, which is the next change.
        // What is forgotten is told once it is known what holds instead.
        if !transition.forget && self.purposes.differ(&purposes) {
            self.platform.changed(before, after);
        }
        self.apply(transition);
    }

    /// What the consent is after an input. Nothing has followed yet.
    fn advance(&mut self, input: Input<'_>) -> Transition {
        let now = Circumstances {
            signal: self.signal(),
            default: self.project.options.consent.status_by_default(),
            hold: self.project.holds(),
            purposes: self.project.purposes(),
            policy_version: self.project.policy_version(),
            now: self.platform.now(),
        };
        let recorded = self.records();
        let transition = self.consent.step(input, &now);
        let before = self.purposes.set(|name| self.consent.standing(name));
        if !transition.stop {
            self.withdrawn = self.purposes.withdrawn_since(&before, self.consent.epoch, self.consent.decision.allowed);
        }
        if recorded != self.records() {
            self.platform.recording(!recorded);
        }
        transition
    }

    /// Carries out what a step asks for, in the order of DESIGN section 3: denied in memory it is
    /// already; then abort, cancel, drop, write, purge, tell.
    fn apply(&mut self, transition: Transition) {
        let Transition { stop, pause, write, purge, forget, open, tell, report } = transition;
        if stop {
            self.stop();
        }
        if pause {
            self.pause();
        }
        let withdrawn = std::mem::take(&mut self.withdrawn);
        self.withdraw(withdrawn);
        let decides = match &write {
            Some(Write::Decision { granted, proof }) => Some((*granted, proof)),
            Some(Write::Epoch) | None => None,
        };
        let mut kept = decides.and_then(|(granted, proof)| flag::write(&mut self.platform, &self.project, granted, proof));
        self.remove_withdrawn(withdrawn);
        if purge {
            self.remove_keys();
            // Who only heard of a refusal need not tell it again.
            if tell.is_some() && !visitor::found(&self.platform, &self.project).is_empty() {
                self.report(Code::StorageFailed, &self.project.identity_key.clone(), 0);
            }
            if let Some((granted, proof)) = decides
                && !is_whole(&kept, proof)
            {
                kept = flag::write(&mut self.platform, &self.project, granted, proof); // there is room now
            }
        }
        // The decision comes before the history.
        if let Some((granted, proof)) = decides
            && !is_whole(&kept, proof)
            && self.give_way_to_decision()
        {
            kept = flag::write(&mut self.platform, &self.project, granted, proof);
        }
        match write {
            Some(Write::Decision { proof, .. }) => {
                self.step(Input::Kept(kept));
                self.remember(&proof);
            }
            Some(Write::Epoch) => self.keep_epoch(),
            None => {}
        }
        if forget {
            flag::forget(&mut self.platform, &self.project);
            self.forget_history();
        }
        if open != Open::No {
            self.open(open);
        }
        if let Some(message) = tell {
            self.platform.post(message);
        }
        if let Some(code) = report {
            self.report(code, "", 0);
        }
    }

    /// Where a grant goes on after a withdrawal, its new epoch is stored with its proof.
    fn keep_epoch(&mut self) {
        let State { proof, persisted, epoch, .. } = &self.consent;
        let text = flag::epoch_text(proof.as_ref(), *epoch);
        let store = persisted.unwrap_or(self.project.consent_store());
        let kept = store.write(&mut self.platform, &self.project.record_key, &text);
        if store == Store::Local {
            Store::Cookie.write(&mut self.platform, &self.project.record_key, &text);
        }
        self.step(Input::EpochKept(kept));
    }

    /// What is stored about the visitor's choice.
    fn stored(&self) -> StoredChoice {
        flag::read(&self.platform, &self.project)
    }

    fn signal(&self) -> Signal {
        self.platform.signals().under(self.project.options.consent.gpc, self.project.options.consent.dnt)
    }

    /// Tells the page of something that went wrong, and counts what it cost.
    fn report(&mut self, code: Code, about: &str, dropped: usize) {
        self.outbox.dropped += dropped;
        if self.told.is_news(code, about, dropped) {
            self.platform.report(code, about, dropped);
        }
    }

    fn report_dropped(&mut self, code: Code, count: usize) {
        if count > 0 {
            self.report(code, "", count);
        }
    }
}

/// Whether a store took all of a decision.
fn is_whole(kept: &Option<StoredChoice>, proof: &ConsentRecord) -> bool {
    kept.as_ref().is_some_and(|kept| kept.proof.as_ref() == Some(proof))
}
