use qelos_client::Endpoint;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices")]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices", response = String)]
struct CreateInvoice;

fn main() {}
