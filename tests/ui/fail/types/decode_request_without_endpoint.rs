use qelos_client::DecodeRequest;

#[derive(DecodeRequest)]
#[endpoint(GET, "/api/invoices", auth = qelos_client::auth::Public)]
struct ListInvoices;

fn main() {}
