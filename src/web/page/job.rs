//! What runs for a client, and a call of it.

use crate::client::Client;
use crate::web::host::Browser;

/// What runs for a client.
pub type Core = Client<Browser>;

/// A call of it.
pub type Job = Box<dyn FnOnce(&mut Core)>;
