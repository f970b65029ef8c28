//! The region of a Mixpanel project, and the host of every API in it.

/// Where the project's data lives. It is a property of the project and fixes every host.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Residency {
    /// United States, the default.
    #[default]
    Us,
    /// European Union.
    Eu,
    /// India.
    In,
}

/// The APIs that have a host of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Api {
    /// Events, profile and group updates from browsers.
    BrowserIngestion,
    /// Events, profile and group updates from servers and mobile apps.
    Ingestion,
    /// Query.
    Query,
    /// Raw event export.
    RawExport,
    /// Data pipelines.
    Pipelines,
    /// Lexicon schemas.
    LexiconSchemas,
    /// Connectors. Gone from today's documentation; host and prefix as last published.
    Connectors,
    /// GDPR and CCPA retrievals and deletions. Never to be called from a page.
    Gdpr,
}

impl Api {
    /// Every API, in the order of the table.
    pub const ALL: [Api; 8] = [
        Api::BrowserIngestion,
        Api::Ingestion,
        Api::Query,
        Api::RawExport,
        Api::Pipelines,
        Api::LexiconSchemas,
        Api::Connectors,
        Api::Gdpr,
    ];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::Api::RawExport.name(), "rawExport");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Api::BrowserIngestion => "browserIngestion",
            Api::Ingestion => "ingestion",
            Api::Query => "query",
            Api::RawExport => "rawExport",
            Api::Pipelines => "pipelines",
            Api::LexiconSchemas => "lexiconSchemas",
            Api::Connectors => "connectors",
            Api::Gdpr => "gdpr",
        }
    }
}

impl Residency {
    /// Every residency.
    pub const ALL: [Residency; 3] = [Residency::Us, Residency::Eu, Residency::In];

    /// The name JavaScript sees.
    pub const fn name(self) -> &'static str {
        match self {
            Residency::Us => "us",
            Residency::Eu => "eu",
            Residency::In => "in",
        }
    }

    /// The residency of that name, if there is one.
    ///
    /// ```
    /// use consentry::Residency;
    /// assert_eq!(Residency::named("eu"), Some(Residency::Eu));
    /// ```
    pub fn named(name: &str) -> Option<Residency> {
        Residency::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The base address for events and updates from browsers. Only one region has a second host for them.
    pub(crate) fn browser_url(self) -> &'static str {
        match self {
            Residency::Us => "https://api-js.mixpanel.com",
            Residency::Eu => "https://api-eu.mixpanel.com",
            Residency::In => "https://api-in.mixpanel.com",
        }
    }

    /// The base address of an API in this region: host and path prefix, no slash at the end.
    ///
    /// ```
    /// use consentry::{Api, Residency};
    /// assert_eq!(Residency::Eu.url(Api::RawExport), "https://data-eu.mixpanel.com/api/2.0/export");
    /// assert_eq!(Residency::Us.url(Api::BrowserIngestion), "https://api-js.mixpanel.com");
    /// ```
    pub fn url(self, api: Api) -> String {
        // `~` stands for the region: nothing, `-eu` and `-in` after a service, `eu.` and `in.` at the front.
        let template = match api {
            Api::BrowserIngestion => return String::from(self.browser_url()),
            Api::Ingestion => "api~.mixpanel.com",
            Api::Query => "~mixpanel.com/api/query",
            Api::RawExport => "data~.mixpanel.com/api/2.0/export",
            Api::Pipelines => "data~.mixpanel.com/api/2.0/nessie",
            Api::LexiconSchemas | Api::Connectors => "~mixpanel.com/api/app/projects",
            Api::Gdpr => "~mixpanel.com/api/app",
        };
        let (after, front) = match self {
            Residency::Us => ("", ""),
            Residency::Eu => ("-eu", "eu."),
            Residency::In => ("-in", "in."),
        };
        let mut url = String::from("https://");
        for (at, byte) in template.bytes().enumerate() {
            match byte {
                b'~' => url.push_str(if at == 0 { front } else { after }),
                _ => url.push(byte as char),
            }
        }
        url
    }
}
