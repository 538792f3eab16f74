use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Create {
    note: String,
    #[endpoint(rename = "note")]
    remark: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Form {
    #[endpoint(form)]
    note: String,
    #[endpoint(form, rename = "note")]
    remark: String,
}

fn main() {}
