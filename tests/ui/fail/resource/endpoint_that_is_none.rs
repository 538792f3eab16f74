use qelos_client::resource;

struct CreateInvoice;

#[resource(path = "/api/invoices")]
trait Invoices {
    #[endpoint(CreateInvoice)]
    async fn create(&self, invoice: &CreateInvoice) -> u64;
}

fn main() {}
