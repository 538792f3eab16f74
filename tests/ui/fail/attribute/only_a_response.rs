use qelos_client::Endpoint;

#[derive(Endpoint)]
#[endpoint(response = String)]
struct ListInvoices;

fn main() {}
