use qelos_client::Response;

#[derive(Response)]
enum Deleted {
    #[response(204)]
    Done { id: u32 },
    #[response(205)]
    Reset(String),
    #[response(304)]
    Unchanged(#[response(raw)] String),
}

fn main() {}
