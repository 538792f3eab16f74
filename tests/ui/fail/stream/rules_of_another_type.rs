//! The value of `stream` is a `StreamRules`.

use qelos_client::auth::SignedIn;
use qelos_client::{Endpoint, Events};

#[derive(Endpoint)]
#[endpoint(GET, "/api/changes", response = Events<u32>, stream = "[DONE]", auth = SignedIn)]
struct Changes {}

fn main() {}
