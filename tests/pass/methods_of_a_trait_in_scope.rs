//! A trait for everything, glob-imported, gets no hold of what a derive writes and reads.
use qelos_client::auth::{Public, SignedIn};
use qelos_client::{DecodeRequest, Endpoint, SecretString, resource};

mod prelude {
    use std::any::Any;

    macro_rules! methods {
        ($($name:ident)*) => {
            pub trait Everything {
                $(fn $name<A>(&self, _: &'static str) -> A {
                    panic!("{} was taken", stringify!($name))
                })*

                fn json_secret<V: Any>(&self, _: &'static str, _: &V) -> Result<(), qelos_client::EncodeError> {
                    panic!("the secret was taken")
                }

                fn json_field<V: ?Sized>(&self, _: &'static str, _: &V) -> Result<(), qelos_client::EncodeError> {
                    panic!("the value was taken")
                }

                fn open_json(&self) {
                    panic!("the body was taken")
                }
            }
        };
    }

    methods!(query header path finish clone dispatch owned map into to_owned answer encode);

    impl<T: ?Sized> Everything for T {}
}

#[allow(unused_imports, reason = "generated code calls none of its methods")]
use prelude::*;

#[derive(Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/{tenant}/login", auth = Public)]
struct LogIn {
    tenant: String,
    user: String,
    #[endpoint(secret)]
    password: SecretString,
    #[endpoint(query)]
    page: Option<u32>,
    #[endpoint(header = "x-trace")]
    trace: Option<String>,
}

#[resource(path = "/api/things", auth = SignedIn, decode)]
trait Things {
    #[post("/{id}")]
    async fn change(&self, id: u32, name: &str, tag: Option<&str>) -> Vec<u32>;
}

#[test]
fn methods_of_other_traits_are_not_called() {
    let login = LogIn {
        tenant: String::from("acme"),
        user: String::from("ada"),
        password: SecretString::from("hunter2"),
        page: Some(1),
        trace: None,
    };
    let request = Endpoint::encode(&login).unwrap();
    assert_eq!(request.body(), r#"{"user":"ada","password":"hunter2"}"#);
    let request = request.into_http(&"https://acme.example".parse().unwrap()).unwrap();
    let read = <LogIn as DecodeRequest>::decode_request(&request).unwrap();
    assert_eq!((read.user.as_str(), read.page), ("ada", Some(1)));
    let change = ThingsChange { id: 1, name: String::from("a"), tag: None };
    assert_eq!(Endpoint::encode(&change).unwrap().body(), r#"{"name":"a"}"#);
}
