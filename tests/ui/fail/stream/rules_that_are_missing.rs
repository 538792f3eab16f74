//! `stream =` without rules.

use qelos_client::auth::SignedIn;
use qelos_client::{Endpoint, Events};

#[derive(Endpoint)]
#[endpoint(GET, "/api/changes", response = Events<u32>, stream =, auth = SignedIn)]
struct Changes {}

fn main() {}
