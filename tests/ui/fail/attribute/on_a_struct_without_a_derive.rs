#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct ListInvoices;

fn main() {}
