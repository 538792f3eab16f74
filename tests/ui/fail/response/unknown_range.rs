use qelos_client::Response;

#[derive(Response)]
enum Refused {
    #[response(6xx)]
    More,
    #[response(40x)]
    Wrong,
    #[response(4XX)]
    UpperCase,
    #[response(404u16)]
    Missing,
}

fn main() {}
