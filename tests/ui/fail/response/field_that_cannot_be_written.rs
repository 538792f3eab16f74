use qelos_client::{DecodeRequest, EncodeResponse, Endpoint, Format, Response, auth::SignedIn};
use qelos_client::serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Deserialize)]
#[serde(crate = "qelos_client::serde")]
struct OnlyRead(u32);

#[derive(Response)]
struct Page {
    #[response(header = "x-total")]
    total: u32,
    #[response(body)]
    items: OnlyRead,
}

struct Lines;

impl Format for Lines {
    const MEDIA_TYPE: &'static str = "text/plain";

    fn read<T: DeserializeOwned>(_: &[u8]) -> Result<T, Box<dyn std::error::Error + Send + Sync>> {
        Err("nothing is read".into())
    }

    fn write<T: Serialize>(_: &T) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Vec::new())
    }
}

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/page", response = Page, auth = SignedIn)]
struct GetPage;

#[derive(Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/lines", response = OnlyRead, format = Lines, auth = SignedIn)]
struct GetLines;

#[derive(Endpoint)]
#[endpoint(POST, "/api/lines", auth = SignedIn)]
struct SendLines {
    #[endpoint(format = Lines)]
    lines: OnlyRead,
}

fn writes<E: EncodeResponse>() {}

fn main() {
    writes::<GetPage>();
    writes::<GetLines>();
}
