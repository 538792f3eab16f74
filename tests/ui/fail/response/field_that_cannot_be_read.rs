use qelos_client::Response;

use qelos_client::{Endpoint, auth::SignedIn};

struct Opaque;

#[derive(Response)]
struct Body {
    #[response(body)]
    value: Opaque,
}

#[derive(Response)]
struct Field {
    value: Opaque,
}

#[derive(Response)]
struct Header {
    #[response(header)]
    value: Opaque,
}

#[derive(Response)]
struct Status {
    #[response(status)]
    status: u32,
}

#[derive(Response)]
struct Raw(#[response(raw)] Opaque);

#[derive(Response)]
struct Formatted(#[response(format = Opaque)] u32);

#[derive(Endpoint)]
#[endpoint(GET, "/api/rows", response = u32, format = Opaque, auth = SignedIn)]
struct GetRows;

#[derive(Endpoint)]
#[endpoint(GET, "/api/file", response = Opaque, raw, auth = SignedIn)]
struct GetFile;

fn main() {}
