//! The word `stream` beside a type that does not arrive piece by piece.

use qelos_client::auth::SignedIn;
use qelos_client::Endpoint;

#[derive(Endpoint)]
#[endpoint(GET, "/api/changes", response = Vec<u32>, stream, auth = SignedIn)]
struct Changes {}

fn main() {}
