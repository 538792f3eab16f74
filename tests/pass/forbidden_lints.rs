//! What is forbidden cannot be allowed again, so what is generated needs no permission.
#![forbid(deprecated, unused_mut, unused_variables)]
use qelos_client::{DecodeRequest, Endpoint, auth::SignedIn, resource};

mod declared {
    use super::*;

    #[derive(Endpoint, DecodeRequest)]
    #[endpoint(POST, "/api/invoices/{id}", response = u64, auth = SignedIn)]
    #[deprecated = "write another one"]
    #[allow(dead_code, reason = "no code makes one")]
    pub struct CreateInvoice {
        pub id: u32,
        #[deprecated]
        pub note: String,
    }
}

mod unused {
    #![forbid(dead_code, unused, unused_qualifications)]
    use super::*;

    #[resource(path = "/api/things", auth = SignedIn, decode)]
    pub trait Things {
        #[get]
        async fn list(&self, tag: Option<&str>) -> Vec<u32>;
    }

    #[resource(path = "/api/more", auth = SignedIn)]
    pub(crate) trait Unused {
        #[get]
        async fn list(&self, tag: Option<&str>) -> Vec<u32>;
        #[put]
        async fn make(&self, #[cfg(any())] gone: u32) -> u8;
    }
}
