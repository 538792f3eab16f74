//! What a method may borrow.
#![deny(warnings)]

use qelos_client::{SecretString, auth::Public, auth::SignedIn, resource};

#[derive(Clone)]
pub struct Number(pub u32);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[resource(path = "/api/invoices", auth = SignedIn)]
pub trait Invoices {
    #[get]
    async fn list(&self, note: Option<&str>, tags: &[String], page: Option<&u32>, names: Option<&[u8]>) -> Vec<String>;
    #[get("/{number}")]
    async fn get(&self, number: &Number, #[endpoint(header = "x-trace")] trace: Option<&str>) -> String;
    /// The argument's documentation is dropped.
    #[post(auth = Public)]
    async fn create(
        &self,
        #[endpoint(secret)] pin: &SecretString,
        #[endpoint(secret)] otp: Option<&SecretString>,
        #[endpoint(query)] dry_run: bool,
    );
}

fn main() {}
