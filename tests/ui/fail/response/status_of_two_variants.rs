use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response(404)]
    Missing,
    #[response(410, 404)]
    Gone {
        #[response(status)]
        status: u16,
    },
    #[response(4xx)]
    Wrong(qelos_client::ApiError),
    #[response(4xx)]
    Odd(qelos_client::ApiError),
    #[response(_)]
    Other(qelos_client::ApiError),
    #[response(_)]
    Rest(qelos_client::ApiError),
}

#[derive(Response)]
#[response(201, 201)]
struct Created {
    #[response(status)]
    status: u16,
}

fn main() {}
