//! What a client knows of its project: the options worked out for a token, and the keys of its own.

use crate::consent::purposes::{ANALYTICS, MOST};
use crate::error::Error;
use crate::keys;
use crate::options::{BeforeDecision, Options, Routes};
use crate::outbox::record::Kind;
use crate::platform::Store;
use crate::text::joined;

/// The project of a client, and how the site wants it treated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Project {
    /// The token.
    pub(crate) token: String,
    /// The base address of every request, without a slash at its end.
    pub(crate) address: String,
    /// How the site wants it treated.
    pub(crate) options: Options,
    /// The key of Mixpanel's flag.
    pub(crate) flag_key: String,
    /// The key of the proof beside it, which no prefix of the flag can make.
    pub(crate) record_key: String,
    /// The key of the records of all decisions.
    pub(crate) history_key: String,
    /// The key of identity and super properties, which is mixpanel-js's.
    pub(crate) identity_key: String,
}

impl Project {
    /// The project of a token under these options.
    ///
    /// # Errors
    /// Those of [`Options::check`].
    pub(crate) fn new(token: &str, options: &Options) -> Result<Project, Error> {
        options.check(token)?;
        Ok(Project::of(token, options.clone()))
    }

    /// The project of a token under options that were checked.
    #[inline(never)] // it is large, and is moved in one piece
    pub(crate) fn of(token: &str, mut options: Options) -> Project {
        let mut purposes = vec![String::from(ANALYTICS)];
        for purpose in std::mem::take(&mut options.consent.purposes) {
            if !purposes.contains(&purpose) {
                purposes.push(purpose);
            }
        }
        purposes.truncate(MOST as usize);
        options.consent.purposes = purposes;
        let address = options.api_host.as_deref().unwrap_or(options.residency.browser_url());
        Project {
            token: String::from(token),
            address: String::from(address.strip_suffix('/').unwrap_or(address)),
            flag_key: joined(&[&options.consent.prefix, token]),
            record_key: keys::record(token),
            history_key: keys::history(token),
            identity_key: keys::identity(token, options.persistence_name.as_deref()),
            options,
        }
    }

    /// The address of the requests of a kind, without its query.
    pub(crate) fn address_of(&self, kind: Kind) -> String {
        let Routes { track, engage, groups } = &self.options.routes;
        let route = match kind {
            Kind::Track => track,
            Kind::Engage => engage,
            Kind::Groups => groups,
        };
        match route.as_deref() {
            None => joined(&[&self.address, kind.path()]),
            Some(own) if own.starts_with("https://") || own.starts_with("http://") => String::from(own),
            Some(path) => joined(&[&self.address, "/", path.strip_prefix('/').unwrap_or(path)]),
        }
    }

    /// The purposes of the site, `analytics` first.
    pub(crate) fn purposes(&self) -> &[String] {
        &self.options.consent.purposes
    }

    /// Whether records are held until the visitor decides.
    pub(crate) fn holds(&self) -> bool {
        self.options.consent.before_decision == BeforeDecision::Hold
    }

    /// Where the decision is kept.
    pub(crate) fn consent_store(&self) -> Store {
        self.options.consent.storage
    }

    /// The policy version a decision must have been made for; empty: any.
    pub(crate) fn policy_version(&self) -> &str {
        self.options.consent.policy_version.as_deref().unwrap_or_default()
    }

    /// Where identity and super properties are kept; none: in memory.
    pub(crate) fn persistence(&self) -> Option<Store> {
        self.options.persistence.store()
    }

    /// Records per request.
    pub(crate) fn batch_size(&self) -> usize {
        self.options.batch.size as usize
    }

    /// Milliseconds until a request counts as lost.
    pub(crate) fn timeout(&self) -> u64 {
        self.options.batch.request_timeout_ms.into()
    }

    /// Milliseconds between a record and the request that carries it.
    pub(crate) fn flush_interval(&self) -> u64 {
        self.options.batch.flush_interval_ms.into()
    }
}

#[cfg(test)]
mod tests {
    use super::Project;
    use crate::keys;
    use crate::options::{Options, Persistence};
    use crate::platform::Store;
    use crate::residency::Residency;

    #[test]
    fn a_proxy_takes_the_place_of_the_region_and_loses_one_slash() {
        let mut options = Options { residency: Residency::In, ..Options::default() };
        let address = |options: &Options| Project::new("T", options).unwrap().address;
        assert_eq!(address(&options), "https://api-in.mixpanel.com");
        for (given, used) in [("https://shop.example/mp/", "https://shop.example/mp"), ("https://shop.example", "https://shop.example")] {
            options.api_host = Some(String::from(given));
            assert_eq!(address(&options), used);
        }
    }

    #[test]
    fn the_keys_are_mixpanels_and_ours() {
        let mut options = Options::default();
        let keys = |options: &Options| {
            let project = Project::new("T", options).unwrap();
            [keys::leftovers("T"), project.flag_key, project.record_key, project.identity_key]
        };
        assert_eq!(keys(&options), ["__mpq_T_", "__mp_opt_in_out_T", "consentry_T_record", "mp_T_mixpanel"]);
        options.consent.prefix = String::from("choice-");
        assert_eq!(keys(&options)[1], "choice-T");
    }

    #[test]
    fn what_is_not_given_is_none() {
        let mut options = Options::default();
        let project = Project::new("T", &options).unwrap();
        assert_eq!((project.policy_version(), project.persistence()), ("", Some(Store::Local)));
        options.persistence = Persistence::Memory;
        assert_eq!(Project::new("T", &options).unwrap().persistence(), None);
        assert!(Project::new("", &options).is_err());
    }
}
