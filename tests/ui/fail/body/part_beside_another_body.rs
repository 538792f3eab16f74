use qelos_client::multipart::File;
use qelos_client::{Endpoint, Upload, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Json {
    title: String,
    #[endpoint(part)]
    scan: File,
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Form {
    #[endpoint(form)]
    title: String,
    #[endpoint(part)]
    scan: File,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct FormBehind {
    #[endpoint(part)]
    scan: File,
    #[endpoint(form)]
    title: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Whole {
    #[endpoint(part)]
    scan: File,
    #[endpoint(raw)]
    content: Upload,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct WholeBefore {
    #[endpoint(body)]
    invoice: String,
    #[endpoint(part)]
    scan: File,
}

fn main() {}
