//! Properties of forms of several parts: a form that is written is read back, whatever its parts are made of. Forms that
//! endpoints declare are in `declared`.

mod declared;

use http::HeaderValue;
use proptest::prelude::*;
use qelos_spec::Upload;
use qelos_spec::multipart::{Boundary, Multipart, Part};

use crate::chunks::Chunks;

/// A name without the three escapes of browsers, which leave a percent sign as it is.
fn some_name() -> impl Strategy<Value = String> {
    let odd = proptest::sample::select(vec![
        "",
        "\"",
        "\r\n",
        "\n",
        "\r",
        "; name=\"b\"",
        "\\\"",
        "%",
        "%2",
        ":",
        "ü 👩‍🚀",
        "\0",
    ]);
    let text = prop_oneof!["\\PC{0,20}", odd.prop_map(str::to_owned)];
    text.prop_filter("no escapes", |name| !["%22", "%0d", "%0a"].iter().any(|it| name.to_lowercase().contains(it)))
}

fn some_content() -> impl Strategy<Value = Vec<u8>> {
    let boundary = Boundary::from_random([1; 16]);
    let of_a_form = proptest::sample::select(vec![
        "\r\n--".to_owned(),
        format!("--{}--\r\n", boundary.as_str()),
        format!("\r\n--{}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n", boundary.as_str()),
        "\r\n\r\n".to_owned(),
        "\r".to_owned(),
    ]);
    prop_oneof![proptest::collection::vec(any::<u8>(), 0..200), of_a_form.prop_map(String::into_bytes)]
}

fn some_part() -> impl Strategy<Value = Part> {
    let media_type = proptest::sample::select(vec!["image/png", "text/plain; charset=utf-8", "x"]);
    (some_name(), proptest::option::of(some_name()), proptest::option::of(media_type), some_content()).prop_map(
        |(name, file_name, media_type, content)| {
            let part = match file_name {
                Some(file_name) => Part::file(name, file_name, content),
                None => Part::bytes(name, content),
            };
            match media_type {
                Some(media_type) => part.of_type(HeaderValue::from_static(media_type)),
                None => part,
            }
        },
    )
}

fn some_form() -> impl Strategy<Value = Multipart> {
    let with_text = (proptest::collection::vec(some_part(), 0..6), proptest::option::of("\\PC{0,30}"));
    with_text.prop_map(|(parts, text)| {
        let text = text.map(|text| Part::text("text", text));
        parts.into_iter().chain(text).fold(Multipart::new(), Multipart::with)
    })
}

/// The same form with streams in place of bytes.
fn streamed(form: &Multipart, length: usize) -> Multipart {
    let stream = |part: &Part| {
        let content = part.content().as_bytes().unwrap().clone();
        let size = content.len() as u64;
        let upload = Upload::from_fn(move || Chunks::of(&content, length)).with_length(size);
        let streamed = match part.file_name() {
            Some(file_name) => Part::file(part.name(), file_name, upload),
            None => Part::bytes(part.name(), upload),
        };
        part.media_type().cloned().into_iter().fold(streamed, Part::of_type)
    };
    form.parts().iter().filter(|part| part.media_type().is_some()).map(stream).fold(Multipart::new(), Multipart::with)
}

proptest! {
    #[test]
    fn a_form_that_is_written_is_read_back(form in some_form(), random: [u8; 16]) {
        let boundary = Boundary::from_random(random);
        let header = boundary.content_type();
        let body = form.open(&boundary).unwrap();
        prop_assert_eq!(form.length(&boundary), body.length());
        let body = body.try_into_bytes().unwrap();
        let of_header = Boundary::of_content_type(&header).unwrap();
        prop_assert_eq!(Multipart::read(&body, &of_header), Ok(form));
    }

    #[test]
    fn a_form_with_streams_is_the_same_bytes(form in some_form(), random: [u8; 16], length in 1..50_usize) {
        let boundary = Boundary::from_random(random);
        let streamed = streamed(&form, length);
        let plain = form.parts().iter().filter(|part| part.media_type().is_some());
        let plain = plain.cloned().fold(Multipart::new(), Multipart::with);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes = runtime.block_on(streamed.open(&boundary).unwrap().collect(1 << 20)).unwrap();
        prop_assert_eq!(streamed.length(&boundary), Some(bytes.len() as u64));
        prop_assert_eq!(Multipart::read(&bytes, &boundary), Ok(plain));
    }

    #[test]
    fn a_form_that_is_cut_is_an_error(form in some_form(), cut: prop::sample::Index) {
        let boundary = Boundary::from_random([7; 16]);
        let body = form.open(&boundary).unwrap().try_into_bytes().unwrap();
        // The line end behind the last boundary may be missing.
        let whole = body.len() - "\r\n".len();
        let cut = body.slice(..cut.index(whole));
        prop_assert!(Multipart::read(&cut, &boundary).is_err());
    }
}
