use qelos_client::{Endpoint, auth::SignedIn};

struct Json<T>(T);

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", response = Json<Vec<String>>, auth = SignedIn)]
struct ListInvoices;

fn main() {}
