use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices;

fn read(request: &qelos_client::http::Request<qelos_client::bytes::Bytes>) {
    respond::<ListInvoices>(request);
}

fn respond<E: qelos_client::DecodeRequest>(request: &qelos_client::http::Request<qelos_client::bytes::Bytes>) {
    let _ = E::decode_request(request);
}

fn main() {}
