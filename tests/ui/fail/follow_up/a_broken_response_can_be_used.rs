use qelos_client::{DecodeRequest, EncodeResponse, Endpoint, Response, ToResponse, auth::SignedIn};

#[derive(Response)]
struct Page<T> {
    #[response(header = "x total")]
    total: u64,
    items: Vec<T>,
}

#[derive(Response)]
enum Refused {
    #[response(404)]
    Missing,
    Twice,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", response = Page<u32>, error = Refused, auth = SignedIn)]
struct List;

fn writes<E: EncodeResponse>() {}

fn main() {
    writes::<List>();
    _ = Refused::Twice.to_response();
    _ = Refused::Missing;
    let page: Page<u32> = Page { total: 1, items: vec![] };
    _ = (page.total, page.items);
}
