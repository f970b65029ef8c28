//! A certificate made at start, for the names a client of Mixpanel asks for.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use crate::error::Error;

/// The wildcard would do for most; naming the real hosts too costs nothing and suits clients
/// without wildcards.
const NAMES: [&str; 10] = [
    "localhost",
    "127.0.0.1",
    "*.mixpanel.com",
    "mixpanel.com",
    "api.mixpanel.com",
    "api-js.mixpanel.com",
    "api-eu.mixpanel.com",
    "api-in.mixpanel.com",
    "eu.mixpanel.com",
    "in.mixpanel.com",
];

/// A fresh key and its certificate. Nobody trusts it unless told to.
pub(crate) struct Identity {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) certificate: CertificateDer<'static>,
}

impl Identity {
    pub(crate) fn generate() -> Result<Self, Error> {
        let names = NAMES.map(str::to_owned);
        let made = rcgen::generate_simple_self_signed(names).map_err(Error::while_doing("make a certificate"))?;
        let certificate = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|versions| versions.with_no_client_auth().with_single_cert(vec![certificate.clone()], key.into()))
            .map_err(Error::while_doing("use the certificate"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
    }
}
