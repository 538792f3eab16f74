//! Code that goes through the pages of an endpoint with a mistake gets no errors of its own.

use qelos_client::{Client, Endpoint, Error, OAuth, auth::SignedIn, resource};

#[derive(Endpoint)]
#[endpoint(GET, "/a/{nummer}", response = Vec<u16>, auth = SignedIn, pages(number = page))]
pub struct Numbers {
    pub number: u8,
    pub page: u32,
}

#[resource(path = "/b", auth = SignedIn)]
pub trait Letters {
    #[get(pages(number = pgae))]
    async fn list(&self, page: u32, of: &str) -> Vec<char>;
}

pub async fn read(client: &Client<OAuth>) -> Result<(), Error> {
    let number: Option<u16> = client.pages(Numbers { number: 7, page: 1 }).items().next().await.transpose()?;
    let letters: Option<Vec<char>> = client.letters().list_pages(1, "ada").next().await.transpose()?;
    let _ = (number, letters, client.letters().list_items(1, "ada"));
    Ok(())
}

fn main() {}
