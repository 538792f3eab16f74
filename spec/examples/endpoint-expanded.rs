//! The code that `#[derive(Endpoint, DecodeRequest)]` writes for the struct in `endpoint.rs`, with the reason for each
//! part.
//!
//! A test compares it with the macros. There is one difference: the hidden module, `::qelos_spec::__private` in
//! generated code, is called `q` here.
#![allow(missing_docs, reason = "the names of the fields say it")]
#![allow(unused_qualifications, reason = "generated code cannot know what is in scope")]

use qelos_spec::auth::SignedIn;
use qelos_spec::{__private as q, DecodeRequest, Endpoint, RequestSnapshot};

/// Adds a line to an invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct AddLine {
    pub number: u64,
    pub dry_run: bool,
    pub request_id: Option<String>,
    pub text: String,
    pub unit_price: Option<u64>,
}

// Plain `impl` blocks with absolute paths: no wrapping `const _`, no `use`, no derive, no `cfg`. An IDE can follow every
// name, and no item of the author's can shadow one.
// Locals carry a prefix, so that no constant of the author's has their name.
impl q::Endpoint for AddLine {
    // The facts of the endpoint, as constants and types.
    const NAME: &'static q::str = "AddLine";
    const METHOD: q::Method = q::Method::POST;
    // The macro has checked the path, to report a mistake at its place. `new` checks it again, for implementations by
    // hand.
    const PATH: q::PathTemplate = q::PathTemplate::new("/api/invoices/{number}/lines");
    // The author's own tokens: the compiler looks the name up where the declaration stands.
    type Auth = SignedIn;
    type Response = u32;
    // The default. Constants with a default are left out: each one costs the compiler time.
    type Error = ();
    // What the type of the response says of itself: the values of JSON here. All uses of the type are one function, so
    // that a type which is no response is one error.
    const STATUSES: q::Statuses = q::declared::<u32>().statuses;
    const ACCEPT: q::Accept = q::declared::<u32>().accept;

    // One call for each field, by its full path: a method call could resolve to a trait in scope that borrows less, and
    // pass the values to it. The writer is not generic over the endpoint, so an endpoint costs little code.
    // A signature of several types has one name, for the same reason.
    fn encode(&self) -> q::Encoded {
        let mut qelos_request = q::RequestWriter::of::<Self>(&[("number", q::path_value::<u64>(&self.number))]);
        // The type is named, so that the compiler points at it in the declaration if it does not fit.
        q::RequestWriter::query::<bool>(&mut qelos_request, "dryRun", &self.dry_run);
        q::RequestWriter::header::<Option<String>>(&mut qelos_request, "x-request-id", &self.request_id);
        // The other fields are the body: no struct of ours, no `Serialize` of the author's.
        q::RequestWriter::open_json(&mut qelos_request);
        q::RequestWriter::json_field::<String>(&mut qelos_request, "text", &self.text);
        // `skip_serializing_if`, as it was written.
        if !Option::is_none(&self.unit_price) {
            q::RequestWriter::json_field::<Option<u64>>(&mut qelos_request, "unitPrice", &self.unit_price);
        }
        q::RequestWriter::close_json(&mut qelos_request);
        q::RequestWriter::finish(qelos_request)
    }

    fn decode(qelos_response: &q::Received) -> q::Decoded<Self::Response> {
        (q::declared::<u32>().read)(q::EndpointInfo::of::<Self>(), qelos_response)
    }
}

// The server's side, from the same attributes.
// The bound is the one error of a struct that derives `DecodeRequest` without `Endpoint`.
impl q::DecodeRequest for AddLine
where
    Self: q::Endpoint,
{
    fn decode_request(qelos_request: &q::HttpRequest<q::Bytes>) -> q::Result<Self, q::RequestError> {
        // Method and path first: a request of another endpoint is not malformed.
        let mut qelos_reader = q::RequestReader::new(q::EndpointInfo::of::<Self>(), qelos_request)?;
        q::RequestReader::open_json(&mut qelos_reader)?;
        q::Result::Ok(Self {
            number: q::RequestReader::path::<u64>(&qelos_reader, "number")?,
            dry_run: q::RequestReader::query::<bool>(&qelos_reader, "dryRun", q::Option::None)?,
            request_id: q::RequestReader::header::<Option<String>>(&qelos_reader, "x-request-id")?,
            text: q::RequestReader::json_field::<String>(&mut qelos_reader, "text", q::Option::None)?,
            unit_price: q::RequestReader::json_field::<Option<u64>>(&mut qelos_reader, "unitPrice", q::Option::None)?,
        })
    }
}

// With a lifetime, a bound is looked at where a response is written, and not here: a program that only reads needs no
// `Serialize`.
impl q::EncodeResponse for AddLine
where
    Self: q::Endpoint,
    for<'qelos> u32: q::ToResponse,
{
    fn encode_response(qelos_response: &Self::Response) -> q::Result<q::HttpResponse<q::Bytes>, q::EncodeError> {
        q::encode::<Self, u32>(qelos_response)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let line =
        AddLine { number: 7, dry_run: true, request_id: None, text: "hosting".to_owned(), unit_price: Some(1200) };
    print!("{}", RequestSnapshot::of(&line)?);

    // A server reads the same values.
    let request = line.encode()?.into_http(&"https://acme.example".parse()?)?;
    assert_eq!(AddLine::decode_request(&request)?, line);
    Ok(())
}
