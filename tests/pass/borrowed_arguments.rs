//! What a method may borrow.
#![deny(warnings)]

use qelos_client::serde::{Serialize, Serializer};
use qelos_client::{SecretString, auth::Public, auth::SignedIn, resource};

#[derive(Clone)]
pub struct Number(pub u32);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// It cannot be cloned.
pub struct Money(u64);

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

#[resource(path = "/api/invoices", auth = SignedIn)]
pub trait Invoices {
    #[get]
    async fn list(&self, note: Option<&str>, tags: &[String], page: Option<&u32>, names: Option<&[u8]>) -> Vec<String>;
    #[get("/{number}")]
    async fn get(
        &self,
        #[endpoint(display)] number: &Number,
        #[endpoint(header = "x-trace")] trace: Option<&str>,
    ) -> String;
    /// The argument's documentation is dropped.
    #[post(auth = Public)]
    async fn create(
        &self,
        #[endpoint(secret)] pin: &SecretString,
        #[endpoint(secret)] otp: Option<&SecretString>,
        #[endpoint(query)] dry_run: bool,
    );
    #[put("/{note}")]
    async fn pay(
        &self,
        note: &str,
        amount: &Money,
        tip: Option<&Money>,
        parts: &[Money],
        #[endpoint(skip)] kept: &Number,
    );
    #[patch]
    async fn change(
        &self,
        #[endpoint(header = "x-note")] note: &str,
        #[endpoint(header = "x-tags", display)] tags: &[Number],
        #[serde(skip_serializing_if = "String::is_empty")] text: &str,
        #[serde(skip_serializing_if = "Vec::is_empty")] lines: &[String],
        #[serde(skip_serializing_if = "never")] page: Option<&u32>,
    );
    #[put]
    async fn replace(&self, #[endpoint(raw)] text: &str);
    #[put("/image")]
    async fn draw(&self, #[endpoint(raw = "image/png")] image: &[u8]);
}

fn never(_: &Option<u32>) -> bool {
    false
}
