use qelos_client::{Endpoint, auth::Public};

#[derive(Endpoint)]
#[endpoint(GET, "/bucket", auth = Public)]
struct Flags {
    #[endpoint(header = "x-acl", flag)]
    header: bool,
    #[endpoint(query, flag, comma)]
    list: Vec<bool>,
    #[endpoint(query, flag)]
    #[serde(with = "number")]
    by_function: bool,
}

#[derive(Endpoint)]
#[endpoint(GET, "/bucket", auth = Public)]
struct WithAValue {
    #[endpoint(query, flag)]
    acl: Option<String>,
}

fn main() {}
