//! Types whose tokens mean something else where generated code puts them.

use std::marker::PhantomData;

use qelos_client::auth::{Requirement, SignedIn};
use qelos_client::{DecodeRequest, Endpoint, resource};

trait Named {
    type Needs;
}

struct Billing;

impl Named for Billing {
    type Needs = SignedIn;
}

trait Wired {
    type Value;
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/generic", response = <T as Wired>::Value, auth = <Billing as Named>::Needs)]
struct Generic<T: Wired>
where
    <T as Wired>::Value: Send + 'static,
{
    value: <T>::Value,
    #[endpoint(skip)]
    of: PhantomData<T>,
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/refused", error = Vec<T>, auth = SignedIn)]
struct Refused<T> {
    value: T,
}

#[derive(Endpoint)]
#[endpoint(GET, "/api/existing", auth = SignedIn)]
struct Existing<const PAGE: u8> {}

/// The name of a type parameter of ours.
type Caller = SignedIn;

#[resource(path = "/api/odd", auth = <Billing as Named>::Needs)]
trait Odd {
    #[get("/list")]
    async fn list(&self) -> Vec<String>;

    #[get("/caller", auth = Caller)]
    async fn caller(&self);

    #[endpoint(Existing<1>)]
    async fn existing(&self);
}

#[test]
fn types_of_each_form_are_arguments() {
    fn calls(client: &qelos_client::Client<qelos_client::OAuth>) {
        drop(client.odd().caller());
    }
    let _ = calls;
    let _ = <<Existing<1> as Endpoint>::Auth as Requirement>::NEEDS;
}
