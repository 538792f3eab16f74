use qelos_client::Endpoint;

#[derive(Endpoint)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint]
struct Empty;

#[derive(Endpoint)]
#[endpoint()]
struct EmptyList;

fn main() {}
