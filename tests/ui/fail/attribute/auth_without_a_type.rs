use qelos_client::Endpoint;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth)]
struct A;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth =)]
struct B;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = "SignedIn")]
struct C;

fn main() {}
