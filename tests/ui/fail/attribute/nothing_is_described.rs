use qelos_client::Endpoint;

#[derive(Endpoint)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint]
struct Empty;

#[derive(Endpoint)]
#[endpoint()]
struct EmptyList;

#[derive(Endpoint)]
#[endpoint(response = String)]
struct OnlyAResponse;

fn main() {}
