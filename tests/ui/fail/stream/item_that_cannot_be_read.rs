//! The items of a stream are read by serde, or by `FromEvent`.

use qelos_client::auth::SignedIn;
use qelos_client::{Endpoint, Events};

struct Change;

#[derive(Endpoint)]
#[endpoint(GET, "/api/changes", response = Events<Change>, auth = SignedIn)]
struct Changes {}

fn main() {}
