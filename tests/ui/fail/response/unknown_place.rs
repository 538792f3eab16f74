use qelos_client::Response;

#[derive(Response)]
struct Page {
    #[response(heder)]
    etag: String,
    #[response(query)]
    page: u32,
    #[response(bearer)]
    token: String,
}

#[derive(Response)]
struct InQuotes {
    #[response("status")]
    status: u16,
}

#[derive(Response)]
struct Valued {
    #[response(status = 201)]
    status: u16,
}

#[derive(Response)]
struct Formatted {
    #[response(format)]
    rows: Vec<u32>,
}

fn main() {}
