use qelos_client::auth::SignedIn;
use qelos_client::multipart::File;
use qelos_client::Endpoint;

#[derive(Endpoint)]
#[endpoint(POST, "/api/invoices/scans", auth = SignedIn)]
struct AddScan {
    #[endpoint(form)]
    page: File,
}

fn main() {}
