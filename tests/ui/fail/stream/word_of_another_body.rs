//! A stream is not read as a whole.

use qelos_client::auth::SignedIn;
use qelos_client::{Endpoint, Events};

#[derive(Endpoint)]
#[endpoint(GET, "/api/changes", response = Events<u32>, raw, auth = SignedIn)]
struct Changes {}

fn main() {}
