use qelos_client::Endpoint;
use qelos_client::auth::SignedIn;

#[derive(Endpoint)]
#[endpoint(GET, "/things", auth = SignedIn)]
struct ListThings {
    #[endpoint(query)]
    _: u32,
}

fn main() {}
