//! The errors in a stream are not looked for.

use qelos_client::auth::SignedIn;
use qelos_client::{Endpoint, Events};

#[derive(Endpoint)]
#[endpoint(GET, "/api/changes", response = Events<u32>, errors_with_200, auth = SignedIn)]
struct Changes {}

fn main() {}
