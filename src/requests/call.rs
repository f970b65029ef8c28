//! What is sent. The bearer token is added by whoever sends it, to the header alone.

use serde::Serialize;

use super::error::{Code, Error};
use super::kinds::{ComplianceType, DisclosureType};
use crate::residency::{Api, Residency};

/// The method of a [`Call`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// DELETE
    Delete,
}

impl Method {
    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// A request to send, with the bearer token in its `Authorization` header, and `Content-Type:
/// application/json` where it has a body. A redirect is not to be followed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// The body, JSON.
    pub body: Option<String>,
}

/// A project, and where its requests go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Project {
    base: String,
    token: String,
}

#[derive(Serialize)]
struct Body<'a> {
    distinct_ids: &'a [String],
    compliance_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    disclosure_type: Option<&'static str>,
}

/// The path of the API on its host.
const PATH: &str = "/api/app";

impl Project {
    /// The project of this token, at Mixpanel.
    pub fn new(token: &str, residency: Residency) -> Project {
        Project { base: residency.url(Api::Gdpr), token: String::from(token) }
    }

    /// The project at another address: a host gets the API's own path, an address with a path is
    /// taken as it is.
    ///
    /// # Errors
    /// [`Code::InvalidAddress`] unless it is https, or http on this machine: a token goes there.
    pub fn at(self, address: &str) -> Result<Project, Error> {
        let address = address.trim_end_matches('/');
        let wrong = || Error::about(Code::InvalidAddress, address);
        let (scheme, rest) = address.split_once("://").ok_or_else(wrong)?;
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
        let here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
        let plain = |one: char| one.is_ascii_alphanumeric() || "-._~/:[]".contains(one);
        if name.is_empty() || !(scheme == "https" || scheme == "http" && here) || !rest.chars().all(plain) {
            return Err(wrong());
        }
        let path = if path.is_empty() { PATH } else { path };
        Ok(Project { base: format!("{scheme}://{host}{path}"), ..self })
    }

    /// The address that paths of the API come after.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The project token, which is no secret.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Asks for a copy of these people's data. The disclosure type is said only under the CCPA.
    pub fn create_retrieval(&self, ids: &[String], law: ComplianceType, disclosure: DisclosureType) -> Call {
        let disclosure_type = (law == ComplianceType::Ccpa).then_some(disclosure.name());
        self.create("data-retrievals", &Body { distinct_ids: ids, compliance_type: law.name(), disclosure_type })
    }

    /// Asks for the deletion of these people's data.
    pub fn create_deletion(&self, ids: &[String], law: ComplianceType) -> Call {
        self.create("data-deletions", &Body { distinct_ids: ids, compliance_type: law.name(), disclosure_type: None })
    }

    /// Asks how far a retrieval is.
    pub fn retrieval_status(&self, task: &str) -> Call {
        self.item(Method::Get, "data-retrievals", task)
    }

    /// Asks how far a deletion is.
    pub fn deletion_status(&self, task: &str) -> Call {
        self.item(Method::Get, "data-deletions", task)
    }

    /// Cancels a deletion that has not started.
    pub fn cancel_deletion(&self, task: &str) -> Call {
        self.item(Method::Delete, "data-deletions", task)
    }

    /// With the slash that every known client sends. A body of texts cannot fail to be JSON.
    fn create(&self, collection: &str, body: &Body) -> Call {
        let url = format!("{}/{collection}/v3.0/?token={}", self.base, escaped(&self.token));
        Call { method: Method::Post, url, body: serde_json::to_string(body).ok() }
    }

    fn item(&self, method: Method, collection: &str, task: &str) -> Call {
        let url = format!("{}/{collection}/v3.0/{}?token={}", self.base, escaped(task), escaped(&self.token));
        Call { method, url, body: None }
    }
}

/// The text as one segment of a path or one value of a query. Dots are escaped too, because `..` as a
/// segment would go up.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
