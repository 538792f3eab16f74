//! A type that does not say how its tokens are renewed.
use qelos_client::session::TokenSession;

#[derive(Clone)]
struct Acme;

struct App {
    session: TokenSession<Acme>,
}

fn main() {}
