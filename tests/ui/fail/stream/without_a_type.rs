//! The word `stream` says how a type is read.

use qelos_client::auth::SignedIn;
use qelos_client::Endpoint;

#[derive(Endpoint)]
#[endpoint(DELETE, "/api/changes", stream, auth = SignedIn)]
struct Changes {}

fn main() {}
