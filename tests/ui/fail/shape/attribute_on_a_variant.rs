use qelos_client::Endpoint;

#[derive(Endpoint)]
enum Invoices {
    #[endpoint(GET, "/api/invoices", auth = SignedIn)]
    List,
}

fn main() {}
