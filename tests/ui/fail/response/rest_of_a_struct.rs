use qelos_client::Response;

#[derive(Response)]
#[response(_)]
struct Problem {
    #[response(status)]
    status: u16,
}

fn main() {}
