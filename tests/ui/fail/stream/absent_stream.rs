//! A stream is not absent.

use qelos_client::auth::SignedIn;
use qelos_client::{Endpoint, Events};

#[derive(Endpoint)]
#[endpoint(GET, "/api/changes", response = Option<Events<u32>>, none = 404, auth = SignedIn)]
struct Changes {}

fn main() {}
