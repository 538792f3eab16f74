//! The client under another name, in the edition before: `crate = ::backend` is all it takes.
#![deny(missing_docs, warnings)]

use backend::auth::SignedIn;
use backend::{Client, DecodeRequest, Endpoint, OAuth, resource};

/// Reads a note.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/notes/{id}", response = String, auth = SignedIn, crate = ::backend)]
pub struct GetNote {
    /// Which.
    pub id: u64,
}

/// The notes.
#[resource(path = "/api/notes", auth = SignedIn, decode, crate = ::backend)]
pub trait Notes {
    /// Lists them.
    #[get]
    async fn list(&self) -> Vec<String>;

    /// Reads one.
    #[endpoint(GetNote)]
    async fn get(&self, request: &GetNote) -> String;

    /// Finds some.
    #[get("/{topic}/search")]
    async fn find(&self, topic: &str, text: Option<&str>) -> Vec<String>;
}

/// Reads them all.
///
/// # Errors
///
/// When the server refuses.
pub async fn read(client: &Client<OAuth>) -> Result<Vec<String>, backend::Error> {
    client.notes().get(&GetNote { id: 1 }).await?;
    client.notes().find("work", Some("due")).await?;
    client.notes().list().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_can_be_read() {
        let base = "https://notes.example".parse().unwrap();
        let request = GetNote { id: 7 }.encode().unwrap().into_http(&base).unwrap();
        assert_eq!(GetNote::decode_request(&request).unwrap(), GetNote { id: 7 });
    }
}
