//! Starting, listening, stopping.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::routing::any;
use axum::{Router, middleware};
use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::behaviour::Behaviours;
use crate::connection;
use crate::consent_records::{self, ConsentRecords};
use crate::control;
use crate::cross_origin;
use crate::error::Error;
use crate::ingest::ingest;
use crate::journal::{Entry, Journal};
use crate::kind::Kind;
use crate::proxy::Proxy;
use crate::requests::{self, Requests};
use crate::static_files::{self, Mount, Policy, StaticFiles};
use crate::tls::Identity;

/// How long to wait after a failed accept.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What to start.
///
/// ```
/// let options = consentry_collector::Options { tls: true, ..Default::default() };
/// assert_eq!(options.port, 0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Port of the plain HTTP listener; 0 takes a free one.
    pub port: u16,
    /// Folders to serve.
    pub serve: Vec<Mount>,
    /// Content security policies for served files.
    pub csp: Vec<Policy>,
    /// Whether to listen for TLS as well.
    pub tls: bool,
    /// Whether to listen as a proxy as well, which includes TLS.
    pub proxy: bool,
    /// Whether to write a line for each request to standard error.
    pub verbose: bool,
}

/// Where the listeners are, in the form that the program prints.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let running = consentry_collector::start(consentry_collector::Options::default()).await?;
/// assert_eq!(running.addresses().proxy, None);
/// # Ok::<(), consentry_collector::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// `http://127.0.0.1:PORT`.
    pub http: String,
    /// `https://127.0.0.1:PORT`, if asked for.
    pub tls: Option<String>,
    /// `127.0.0.1:PORT`, if asked for.
    pub proxy: Option<String>,
}

/// A running collector. Dropping it closes every listener and connection.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use consentry_collector::{Options, start};
/// let running = start(Options { tls: true, ..Options::default() }).await?;
/// assert!(running.certificate_der().is_some());
/// drop(running);
/// # Ok::<(), consentry_collector::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Running {
    addresses: Addresses,
    certificate: Option<Vec<u8>>,
    /// Every task ends when this is dropped.
    _stop: watch::Sender<()>,
}

impl Running {
    /// Where the listeners are.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn http_url(&self) -> &str {
        &self.addresses.http
    }

    /// The certificate of the TLS listener, for clients that should trust it.
    pub fn certificate_der(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }
}

/// What every request can reach.
pub(crate) struct Shared {
    pub(crate) journal: Journal,
    pub(crate) behaviours: Behaviours,
    pub(crate) files: StaticFiles,
    pub(crate) requests: Requests,
    pub(crate) consent_records: ConsentRecords,
    verbose: bool,
}

impl Shared {
    /// Adds to the journal, and tells the terminal if it wants to know.
    pub(crate) fn add(&self, entry: Entry) -> u64 {
        if self.verbose {
            let Entry { method, path, host, bytes, records, problems, .. } = &entry;
            eprintln!("{method} {path} for {host}: {bytes} bytes, {} records", records.len());
            for problem in problems {
                eprintln!("  {problem}");
            }
        }
        self.journal.add(entry)
    }
}

/// Knows when the collector is dropped.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<()>);

impl Stop {
    /// Runs `work` until it is done or the collector is dropped.
    pub(crate) async fn or(mut self, work: impl Future<Output = ()>) {
        tokio::select! {
            _ = self.0.changed() => {}
            () = work => {}
        }
    }
}

/// Starts listening on the loopback address. Needs a Tokio runtime with I/O and time.
///
/// # Errors
///
/// When the port is taken, or no certificate can be made.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use consentry_collector::{Mount, Options, start};
/// let serve = vec![Mount::new("/demo", "www-demo")];
/// let running = start(Options { serve, ..Options::default() }).await?;
/// println!("open {}/demo/", running.http_url());
/// # Ok::<(), consentry_collector::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn start(options: Options) -> Result<Running, Error> {
    let Options { port, serve, csp, tls, proxy, verbose } = options;
    let shared = Arc::new(Shared {
        journal: Journal::new(),
        behaviours: Behaviours::new(),
        files: StaticFiles::new(serve, csp),
        requests: Requests::new(),
        consent_records: ConsentRecords::default(),
        verbose,
    });
    let router = router(shared.clone());
    let (stopper, stop) = watch::channel(());
    let stop = Stop(stop);

    let (listener, http) = listen(port).await?;
    accept(listener, &stop, {
        let router = router.clone();
        move |stream| connection::serve(stream, router.clone())
    });

    let mut tls_address = None;
    let mut certificate = None;
    if tls || proxy {
        let identity = Identity::generate()?;
        certificate = Some(identity.certificate.to_vec());
        let (listener, address) = listen(0).await?;
        tls_address = Some(address);
        let router = router.clone();
        accept(listener, &stop, move |stream| {
            let (acceptor, router) = (identity.acceptor.clone(), router.clone());
            async move {
                // A client that does not trust the certificate says so by leaving.
                if let Ok(stream) = acceptor.accept(stream).await {
                    connection::serve(stream, router).await;
                }
            }
        });
    }

    let mut proxy_address = None;
    if let (true, Some(tls)) = (proxy, tls_address) {
        let (listener, address) = listen(0).await?;
        proxy_address = Some(address);
        let proxy = Proxy { shared, router, tls, stop: stop.clone() };
        accept(listener, &stop, move |stream| proxy.clone().serve(stream));
    }

    let addresses = Addresses {
        http: format!("http://{http}"),
        tls: tls_address.map(|address| format!("https://{address}")),
        proxy: proxy_address.map(|address| address.to_string()),
    };
    Ok(Running { addresses, certificate, _stop: stopper })
}

fn router(shared: Arc<Shared>) -> Router {
    let mut router = control::router().merge(requests::router()).merge(consent_records::router());
    for kind in Kind::ALL {
        for path in kind.paths() {
            let handler = move |state: State<Arc<Shared>>, request: Request| ingest(kind, state, request);
            router = router.route(path, any(handler));
        }
    }
    router.fallback(static_files::respond).layer(middleware::from_fn(cross_origin::open_to_all)).with_state(shared)
}

/// Binds to the loopback address only: nothing outside this machine has any business here.
async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), Error> {
    async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok::<_, io::Error>((listener, address))
    }
    .await
    .map_err(Error::while_doing("listen"))
}

/// Serves every connection in a task of its own. All of them end when the collector is dropped.
fn accept<F>(listener: TcpListener, stop: &Stop, serve: impl Fn(TcpStream) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let connections = stop.clone();
    tokio::spawn(stop.clone().or(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Out of file handles, most likely: they come back as connections end.
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            // Small answers should not wait for more to come.
            let _ = stream.set_nodelay(true);
            tokio::spawn(connections.clone().or(serve(stream)));
        }
    }));
}
