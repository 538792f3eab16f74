//! Nothing generated needs the prelude.
#![no_implicit_prelude]
#![deny(warnings)]

mod declarations {
    use ::qelos_client::auth::SignedIn;
    use ::qelos_client::{DecodeRequest, Endpoint, resource};
    use ::std::option::Option;
    use ::std::string::String;
    use ::std::vec::Vec;

    #[derive(Endpoint, DecodeRequest)]
    #[endpoint(POST, "/api/invoices/{number}", response = Vec<String>, auth = SignedIn, timeout = "3s")]
    pub struct Everything {
        pub number: u32,
        #[endpoint(query)]
        pub page: Option<u32>,
        #[endpoint(header = "x-part")]
        pub parts: Vec<String>,
        #[serde(default)]
        pub note: String,
        #[serde(flatten)]
        pub extra: Extra,
        #[endpoint(skip)]
        pub local: u32,
    }

    #[derive(::qelos_client::serde::Serialize, ::qelos_client::serde::Deserialize)]
    #[serde(crate = "::qelos_client::serde")]
    pub struct Extra {
        pub more: u32,
    }

    #[resource(path = "/api/invoices", auth = SignedIn, decode)]
    pub trait Invoices {
        #[get]
        async fn list(&self, page: Option<u32>, tag: Option<&str>) -> Vec<String>;
        #[get("/{name}")]
        async fn get(&self, name: &str) -> String;
        #[endpoint(Everything)]
        async fn everything(&self, request: &Everything) -> Vec<String>;
        #[delete]
        async fn delete(&self, numbers: &[u32]);
    }
}
