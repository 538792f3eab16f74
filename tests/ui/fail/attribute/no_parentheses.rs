use qelos_client::Endpoint;

#[derive(Endpoint)]
#[endpoint = "/api/invoices"]
struct ListInvoices;

fn main() {}
