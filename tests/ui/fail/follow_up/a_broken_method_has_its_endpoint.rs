use qelos_client::{DecodeRequest, RequestSnapshot, auth::SignedIn, resource};

#[resource(path = "/api/invoices", auth = SignedIn, decode)]
trait Invoices {
    #[get("//")]
    async fn list(&self) -> Vec<String>;
    #[post("/open", idempotent = true)]
    async fn open(&self, note: &str) -> u32;
}

fn respond<E: DecodeRequest>() {}

fn main() {
    let _ = RequestSnapshot::of(&InvoicesList {});
    let _ = RequestSnapshot::of(&InvoicesOpen { note: "a".to_owned() });
    respond::<InvoicesList>();
}
