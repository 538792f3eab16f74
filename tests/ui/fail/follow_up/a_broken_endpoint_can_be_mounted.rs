use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn};

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices//", response = String, auth = SignedIn)]
struct GetInvoice {
    number: u32,
}

fn respond<E: DecodeRequest>() {}

fn main() {
    respond::<GetInvoice>();
    let _ = GetInvoice { number: 7 }.encode();
    let _ = <GetInvoice as Endpoint>::PATH;
}
