use qelos_client::Endpoint;

#[derive(Endpoint)]
#[endpoint(GET, "/api/entities", auth = A)]
struct List<A> {
    #[endpoint(skip)]
    auth: std::marker::PhantomData<A>,
}

fn main() {}
