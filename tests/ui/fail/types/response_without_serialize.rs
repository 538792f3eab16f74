use qelos_client::testing::FakeQelos;
use qelos_client::{DecodeRequest, Endpoint, SystemClock, auth::SignedIn};

#[derive(qelos_client::serde::Deserialize)]
#[serde(crate = "qelos_client::serde")]
struct Invoice(u32);

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", response = Invoice, auth = SignedIn)]
struct ListInvoices;

#[derive(Endpoint)]
#[endpoint(GET, "/api/totals", response = u32, auth = SignedIn)]
struct Total;

fn main() {
    let qelos = FakeQelos::new(SystemClock);
    qelos.mount::<ListInvoices>(|_, _| Ok(Invoice(7)));
    qelos.mount::<Total>(|_, _| Ok(7));
}
