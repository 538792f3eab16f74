//! Forms of several parts: reading any body ends without a panic, and a form that was read is the same after it was
//! written and read again.
//!
//! An input that begins with `-` is the body itself, with `b` as its boundary and LF for each CRLF. Every other input is
//! a series of choices.

use bytes::Bytes;
use http::HeaderValue;
use qelos_spec::multipart::{Boundary, Multipart};

use super::secrets::{SECRET, shows_in};
use super::source::Source;

/// Pieces of a form.
const PIECES: &[&str] = &[
    "\r\n--b\r\n",
    "\r\n--b--",
    "\r\n--b",
    "--b\r\n",
    "\r\n",
    "\r\n\r\n",
    "--",
    "Content-Disposition: form-data; name=\"a\"\r\n\r\n",
    "content-disposition:form-data;",
    "name=\"",
    "filename=\"",
    "filename*=",
    "\"",
    "; ",
    "name=a",
    "%22%0D%0a%",
    "Content-Type: text/plain",
    "Content-Type: ",
    "Content-Transfer-Encoding: base64",
    "X-Other: y",
    SECRET,
    " ",
    "\n",
    "\r",
    "ü",
    "\\",
];

/// Every body is read or refused, without a panic.
pub fn multipart(data: &[u8]) {
    let boundary = Boundary::of_content_type(&HeaderValue::from_static("multipart/form-data; boundary=b")).unwrap();
    let body = body(data);
    match Multipart::read(&body, &boundary) {
        Ok(form) => {
            let other = boundary_for(&body);
            let written = form.open(&other).unwrap().try_into_bytes().unwrap();
            assert_eq!(form.length(&other), Some(written.len() as u64), "the length is known before");
            assert_eq!(Multipart::read(&written, &other).as_ref(), Ok(&form), "a form that was read can be read again");
            let shown = form.snapshot(&form.secrets());
            assert!(shown.lines().count() >= form.parts().len(), "each part is shown");
            assert!(form.parts().iter().all(|part| form.named(part.name()).any(|named| named == part)));
        }
        Err(error) => assert!(!shows_in(&format!("{error} {error:?}")), "an error shows the body: {error:?}"),
    }
}

/// A boundary that is not in the body. The fuzzer guesses a fixed one.
fn boundary_for(body: &[u8]) -> Boundary {
    let is_in = |boundary: &Boundary| body.windows(32).any(|window| window == boundary.as_str().as_bytes());
    (0..=255).map(|byte| Boundary::from_random([byte; 16])).find(|boundary| !is_in(boundary)).unwrap()
}

/// The body that an input stands for.
pub(super) fn show(data: &[u8]) -> String {
    String::from_utf8_lossy(&body(data)).into_owned()
}

fn body(data: &[u8]) -> Bytes {
    if data.starts_with(b"-") {
        return data.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]).into();
    }
    let mut source = Source::new(data);
    let mut body = b"--b\r\n".to_vec();
    for _ in 0..source.below(32) {
        match source.below(PIECES.len() + 1) {
            piece if piece < PIECES.len() => body.extend_from_slice(PIECES[piece].as_bytes()),
            _ => body.extend_from_slice(source.some()),
        }
    }
    body.extend_from_slice(source.rest());
    body.into()
}
