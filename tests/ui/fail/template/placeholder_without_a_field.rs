use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{number}", auth = SignedIn)]
struct GetInvoice {
    customer: String,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/bills/{number}", auth = SignedIn)]
struct Unit;

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{invoice_ide}", auth = SignedIn)]
struct Misspelt {
    invoice_id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{invoiceId}", auth = SignedIn)]
struct InAnotherCase {
    invoice_id: u32,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices/{id}", auth = SignedIn)]
struct ByItsWireName {
    #[serde(rename = "id")]
    number_of_the_invoice: u32,
}

fn main() {}
