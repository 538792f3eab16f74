//! The macro does not see that another name is a stream.

use qelos_client::auth::SignedIn;
use qelos_client::{Endpoint, Events};

type Feed = Events<u32>;

#[derive(Endpoint)]
#[endpoint(GET, "/api/changes", response = Feed, auth = SignedIn)]
struct Changes {}

fn main() {}
