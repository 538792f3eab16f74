//! What `#[derive(Endpoint, DecodeRequest)]` writes for the struct in `endpoint.rs`, with the reason for each part.
//!
//! A test holds it against the macros. The only liberty taken: the hidden module, `::qelos_spec::__private` in generated
//! code, is called `q` here.
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
// name, and nothing of the author's can be in the way.
// What is deprecated is so for its callers, and not for what is generated. Locals carry a prefix, so that no constant of
// the author's is in their way.
#[allow(deprecated)]
impl q::Endpoint for AddLine {
    // What the endpoint is, as constants and types.
    const NAME: &'static q::str = "AddLine";
    const METHOD: q::Method = q::Method::POST;
    // Checked by the macro, which can say what is wrong, and again here, where implementations by hand are.
    const PATH: q::PathTemplate = q::PathTemplate::new("/api/invoices/{number}/lines");
    // As it was written: the name is looked up where the declaration stands.
    type Auth = SignedIn;
    type Response = u32;
    // What was not said.
    type Error = ();
    const IDEMPOTENT: q::bool = false;
    const TIMEOUT: q::Option<q::Duration> = q::Option::None;

    // One call for each field. The writer is not generic over the endpoint, so an endpoint costs little code.
    fn encode(&self) -> q::Result<q::Request, q::EncodeError> {
        let mut qelos_request =
            q::RequestWriter::new(q::EndpointInfo::of::<Self>(), &[("number", q::path_value::<u64>(&self.number))])?;
        // The type is named, so that the compiler points at it in the declaration when it does not fit.
        qelos_request.query::<bool>("dryRun", &self.dry_run)?;
        qelos_request.header::<Option<String>, _>("x-request-id", &self.request_id)?;
        // The fields that are left are the body: no struct of ours, no `Serialize` of the author's.
        qelos_request.open_json();
        qelos_request.json_field::<String>("text", &self.text)?;
        // `skip_serializing_if`, as it was written.
        if !Option::is_none(&self.unit_price) {
            qelos_request.json_field::<Option<u64>>("unitPrice", &self.unit_price)?;
        }
        qelos_request.close_json();
        q::Result::Ok(qelos_request.finish())
    }

    fn decode(qelos_response: &q::HttpResponse<q::Bytes>) -> q::Result<Self::Response, q::ResponseError> {
        q::decode_json::<Self, u32>(qelos_response)
    }
}

// The other side, from the same attributes.
// The bound says, to whoever derives this alone, what is missing.
#[allow(deprecated)]
impl q::DecodeRequest for AddLine
where
    Self: q::Endpoint,
{
    fn decode_request(qelos_request: &q::HttpRequest<q::Bytes>) -> q::Result<Self, q::RequestError> {
        // Method and path first: another endpoint's request is no error of this one.
        let mut qelos_reader = q::RequestReader::new(q::EndpointInfo::of::<Self>(), qelos_request)?;
        qelos_reader.open_json()?;
        q::Result::Ok(Self {
            number: qelos_reader.path::<u64>("number")?,
            dry_run: qelos_reader.query::<bool>("dryRun", q::Option::None)?,
            request_id: qelos_reader.header::<Option<String>, _>("x-request-id")?,
            text: qelos_reader.json_field::<String>("text", q::Option::None)?,
            unit_price: qelos_reader.json_field::<Option<u64>>("unitPrice", q::Option::None)?,
        })
    }

    fn encode_response(qelos_response: &Self::Response) -> q::Result<q::HttpResponse<q::Bytes>, q::EncodeError> {
        q::encode_json::<Self, u32>(qelos_response)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let line =
        AddLine { number: 7, dry_run: true, request_id: None, text: "hosting".to_owned(), unit_price: Some(1200) };
    print!("{}", RequestSnapshot::of(&line)?);

    // The other side reads the same values.
    let request = line.encode()?.into_http(&"https://acme.example".parse()?)?;
    assert_eq!(AddLine::decode_request(&request)?, line);
    Ok(())
}
