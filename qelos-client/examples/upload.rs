//! Sends files: a form with a scan, and an export that is never whole in memory.
//!
//! ```sh
//! cargo run --example upload
//! ```
//!
//! The server is an embedded Qelos that counts what arrives.

use std::convert::Infallible;
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::HeaderValue;
use qelos_client::api::OAuthSignIn;
use qelos_client::auth::SignedIn;
use qelos_client::futures_core::Stream;
use qelos_client::multipart::File;
use qelos_client::testing::{FakeQelos, NewUser};
use qelos_client::{Client, SystemClock, Upload, resource};

/// The documents of invoices.
#[resource(path = "/api/invoices", auth = SignedIn, decode)]
trait Documents {
    /// Adds a scan, and returns its size.
    #[post("/{id}/scans")]
    async fn add_scan(&self, id: u32, #[endpoint(part)] title: &str, #[endpoint(part)] scan: &File) -> u64;

    /// Replaces all invoices, and returns how many there are.
    #[put]
    async fn import(&self, #[endpoint(raw = "text/csv")] invoices: &Upload) -> usize;
}

/// The rows of an export, each made when it is sent.
struct Rows {
    next: u32,
    end: u32,
}

impl Stream for Rows {
    type Item = Result<String, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let number = self.next;
        self.next += 1;
        Poll::Ready((number < self.end).then(|| Ok(format!("{number};paid\n"))))
    }
}

/// A server for this example.
fn embedded() -> FakeQelos {
    let qelos = FakeQelos::new(SystemClock);
    qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
    qelos.mount::<DocumentsAddScan>(|came, _| Ok(came.scan.content().length().unwrap_or_default()));
    qelos.mount::<DocumentsImport>(|came, _| {
        let rows = came.invoices.as_bytes().map_or(0, |rows| rows.split(|byte| *byte == b'\n').count() - 1);
        Ok(rows)
    });
    qelos
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder("https://acme.example").transport(embedded()).build()?;
    let (client, _) = client.oauth_sign_in(&OAuthSignIn::new("ada@example.com", "hunter2hunter2".into())).await?;

    let scan = File::new("invoice-7.pdf", "%PDF-1.7 …").of_type(HeaderValue::from_static("application/pdf"));
    let size = client.documents().add_scan(7, "For a bicycle", &scan).await?;
    println!("the scan has {size} bytes");

    // Opened for each attempt, so that the request can be sent again. A stream that cannot is `Upload::once`.
    let export = Upload::from_fn(|| Rows { next: 0, end: 1_000 });
    println!("{} invoices were imported", client.documents().import(&export).await?);
    Ok(())
}
