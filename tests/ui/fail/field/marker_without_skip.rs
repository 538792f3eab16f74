use qelos_client::{Endpoint, auth::SignedIn};

#[derive(Endpoint)]
#[endpoint(GET, "/api/invoices", auth = SignedIn)]
struct List<T> {
    kind: std::marker::PhantomData<T>,
}

fn main() {}
