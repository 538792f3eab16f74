use qelos_client::resource;

#[resource(path = "/api/invoices")]
struct Invoices;

#[resource(path = "/api/bills")]
impl Invoices {}

#[resource(path = "/api/lines")]
mod lines {}

fn main() {}
