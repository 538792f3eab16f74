use qelos_client::RequestSnapshot;

struct GetInvoice;

fn main() {
    let _ = RequestSnapshot::of(&GetInvoice);
}
