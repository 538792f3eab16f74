use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct OnAField {
    #[serde(alias = "remark")]
    note: String,
    #[serde(borrow)]
    name: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
#[serde(transparent)]
struct Transparent {
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
#[serde(tag = "kind")]
struct Tagged {
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Misspelt {
    #[serde(renme = "remark")]
    note: String,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct SkippedInOneDirection {
    #[serde(skip_serializing)]
    note: String,
}

fn main() {}
