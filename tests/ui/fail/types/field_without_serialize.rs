use qelos_client::{Endpoint, auth::SignedIn};

struct Money {
    cents: u64,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct JsonFields {
    amount: Money,
    amounts: Vec<Money>,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct WholeBody {
    #[endpoint(body)]
    amount: Money,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct Flattened {
    #[serde(flatten)]
    amount: Money,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct FlattenedQuery {
    #[serde(flatten)]
    amount: Money,
}

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", auth = SignedIn)]
struct FormField {
    #[endpoint(form)]
    amount: Money,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct Query {
    amount: Money,
}

fn main() {}
