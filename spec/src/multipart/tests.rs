//! Forms as bytes and back.

use bytes::Bytes;

use super::*;
use crate::Download;
use crate::stream::ready;

fn boundary() -> Boundary {
    Boundary::from_random([0x5a; 16])
}

fn written(form: &Multipart) -> Bytes {
    let body = form.open(&boundary()).unwrap();
    assert_eq!(body.length(), form.length(&boundary()));
    body.try_into_bytes().unwrap()
}

fn read(body: &str) -> Result<Multipart, MultipartError> {
    Multipart::read(&Bytes::copy_from_slice(body.as_bytes()), &boundary())
}

/// A body in which `=` stands for the boundary, and a line end for CRLF.
fn with_boundary(body: &str) -> String {
    body.replace('\n', "\r\n").replace("=b=", boundary().as_str())
}

#[test]
fn a_form_is_written_as_browsers_write_it() {
    let form = Multipart::new()
        .with(Part::text("title", "größer\nals"))
        .with(Part::json("tags", &["a"]).unwrap())
        .with(Part::file("scan \"1\"\r\n", "sc\"an%.pdf", "%PDF").of_type(HeaderValue::from_static("application/pdf")))
        .with(Part::bytes("raw", vec![0xff]));
    let expected = with_boundary(
        "--=b=\nContent-Disposition: form-data; name=\"title\"\n\ngrößer\u{0}als\n\
         --=b=\nContent-Disposition: form-data; name=\"tags\"\nContent-Type: application/json\n\n[\"a\"]\n\
         --=b=\nContent-Disposition: form-data; name=\"scan %221%22%0D%0A\"; filename=\"sc%22an%.pdf\"\n\
         Content-Type: application/pdf\n\n%PDF\n\
         --=b=\nContent-Disposition: form-data; name=\"raw\"\nContent-Type: application/octet-stream\n\n",
    );
    let expected = [expected.replace('\0', "\n").as_bytes(), b"\xff", with_boundary("\n--=b=--\n").as_bytes()].concat();
    assert_eq!(written(&form), expected);
    assert_eq!(Multipart::read(&expected.into(), &boundary()), Ok(form));
    assert_eq!(written(&Multipart::new()), with_boundary("--=b=--\n"));
}

#[test]
fn a_form_with_a_stream_is_the_same_bytes() {
    let text =
        Multipart::new().with(Part::text("a", "1")).with(Part::file("b", "c", "content")).with(Part::text("d", "2"));
    let file = || Download::from("content");
    let stream = |upload: Upload| {
        Multipart::new().with(Part::text("a", "1")).with(Part::file("b", "c", upload)).with(Part::text("d", "2"))
    };
    for (upload, length) in [
        (Upload::from_fn(file).with_length(7), text.length(&boundary())),
        (Upload::from_fn(file), None),
        (Upload::once(file()), None),
    ] {
        let is_repeatable = upload.is_repeatable();
        let form = stream(upload);
        assert_eq!(form.is_repeatable(), is_repeatable);
        let upload = form.into_upload(boundary());
        assert_eq!((upload.length(), upload.is_repeatable()), (length, is_repeatable));
        let body = upload.open().unwrap();
        assert_eq!(body.length(), length);
        assert_eq!(ready(body.collect(10_000)).unwrap(), written(&text));
        match upload.open() {
            Ok(body) => assert_eq!(ready(body.collect(10_000)).unwrap(), written(&text)),
            Err(_) => assert!(!is_repeatable),
        }
    }
}

#[test]
fn well_formed_bodies_of_others_are_read() {
    let form = Multipart::new().with(Part::text("a", "1"));
    for body in [
        "--=b=\ncontent-disposition: form-data; name=\"a\"\n\n1\n--=b=--",
        "--=b=\ncontent-disposition: form-data; name=\"a\"\n\n1\n--=b=-- \nepilogue\n--=b=--",
        &format!("--=b={}\nContent-Disposition: form-data; name=\"a\"\n\n1\n--=b=--\n", " ".repeat(100)),
        "preamble\n--=b= \t\nCONTENT-DISPOSITION:form-data;name=a\n\n1\n--=b=--\n",
        "--=b=\nX-Other: y\nContent-Disposition: Form-Data ; size=1; NAME=\"a\" ;\n\n1\n--=b=--\n",
        "--=b=\nContent-Disposition: form-data; name=\"a\"\nContent-Transfer-Encoding: 8BIT\n\n1\n--=b=--\n",
    ] {
        assert_eq!(read(&with_boundary(body)).as_ref(), Ok(&form), "{body}");
    }
    for (name, expected) in
        [("a%22b", "a\"b"), ("%0d%0A", "\r\n"), ("100%", "100%"), ("%2", "%2"), ("%25", "%25"), ("\\", "\\")]
    {
        let body = format!("--=b=\nContent-Disposition: form-data; name=\"{name}\"\n\n\n--=b=--\n");
        assert_eq!(read(&with_boundary(&body)).unwrap().parts()[0].name(), expected);
    }
    let lines = "\n\n--=b\n=b=\n--\n";
    let body = format!("--=b=\nContent-Disposition: form-data; name=\"a\"\n\n{lines}\n--=b=--\n");
    let read = read(&with_boundary(&body)).unwrap();
    assert_eq!(read.parts()[0].as_text().unwrap(), with_boundary(lines), "only a whole boundary ends a part");
}

#[test]
fn a_body_that_is_not_a_form_is_an_error_with_its_reason() {
    let part = |head: &str| format!("--=b=\n{head}\n\nhunter2\n--=b=--\n");
    let named = "Content-Disposition: form-data; name=\"a\"";
    // The line ends before the head and in it belong to it.
    let largest_head = part(&format!("{named}\nX:{}", "x".repeat(16 * 1024 - named.len() - 6)));
    assert_eq!(read(&with_boundary(&largest_head)).unwrap().parts().len(), 1);
    for (body, expected) in [
        (String::new(), "the form does not contain its boundary"),
        ("--other--\n".to_owned(), "the form does not contain its boundary"),
        ("text --=b=--\n".to_owned(), "the form does not contain its boundary"),
        ("--=b=".to_owned(), "the form ends without its last boundary"),
        ("--=b=\n".to_owned(), "the form ends without its last boundary"),
        (format!("--=b=\n{named}\n\nhunter2"), "the form ends without its last boundary"),
        (format!("--=b=\n{named}\n\nhunter2\n--=b=-"), "the form ends without its last boundary"),
        ("--=b=x\n".to_owned(), "a boundary of the form is followed by text on its line"),
        ("--=b=--x".to_owned(), "a boundary of the form is followed by text on its line"),
        ("--=b=--x\n".to_owned(), "a boundary of the form is followed by text on its line"),
        (
            format!("--=b=\n{named}\n\nhunter2\n--=b=hunter2\n"),
            "a boundary of the form is followed by text on its line",
        ),
        (format!("--=b=\n{named}\n--=b=--\n"), "the head of a part has no end"),
        (part(""), "the head of a part has no `content-disposition`"),
        (part("Content-Type: text/plain"), "the head of a part has no `content-disposition`"),
        (part("hunter2"), "the head of a part has a line without a colon"),
        (part(" a: b"), "the head of a part has a field without a name"),
        (part(&format!("{named}\n{named}")), "the head of a part has a field twice"),
        (part(&format!("{named}\nContent-Type: a\nContent-Type: b")), "the head of a part has a field twice"),
        (part(&format!("{named}\nContent-Type: \u{7f}")), "the head of a part has a media type that is none"),
        (
            part(&format!("{named}\nContent-Transfer-Encoding: base64")),
            "the head of a part has a transfer encoding, which is not read",
        ),
        (part(&named.replace('a', "\r")), "the head of a part has a line end that is not CRLF"),
        (largest_head.replace("X:", "X:x"), "the head of a part is larger than 16 KiB"),
        (
            format!("{}--=b=--\n", format!("--=b=\n{named}\n\nhunter2\n").repeat(1001)),
            "the form has more than 1000 parts",
        ),
    ] {
        let error = read(&with_boundary(&body)).expect_err(expected);
        assert_eq!(error.to_string(), expected, "{}", body.get(..200).unwrap_or(&body));
        assert!(!format!("{error:?}").contains("hunter2"));
    }
    for disposition in [
        "attachment; name=\"a\"",
        "form-data",
        "form-data; filename=\"a\"",
        "form-data; name=\"a",
        "form-data; name=\"a\\\"b\"",
        "form-data; name=\"a\"; name=\"b\"",
        "form-data; name=\"a\"; filename=\"b\"; filename*=UTF-8''c",
        "form-data; name",
    ] {
        let error = read(&with_boundary(&part(&format!("Content-Disposition: {disposition}")))).expect_err(disposition);
        assert_eq!(error.to_string(), "the head of a part has no name in `content-disposition: form-data`");
    }
    let latin_1 =
        [b"--", boundary().as_str().as_bytes(), b"\r\nX: \xe4\r\n\r\n\r\n--", boundary().as_str().as_bytes(), b"--"]
            .concat();
    let error = Multipart::read(&latin_1.into(), &boundary()).unwrap_err();
    assert_eq!(error.to_string(), "the head of a part is not text in UTF-8");
}

#[test]
fn a_boundary_is_read_from_its_header_and_written_back() {
    let of = |header: &str| Boundary::of_content_type(&HeaderValue::try_from(header).unwrap());
    for text in ["a", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "a=b:c?d/e(f),g", "'+_-.", &"x".repeat(70)] {
        let quoted = of(&format!("Multipart/Form-Data;Boundary=\"{text}\"")).unwrap();
        assert_eq!(quoted.as_str(), text);
        assert_eq!(Boundary::of_content_type(&quoted.content_type()), Some(quoted));
    }
    assert_eq!(of("multipart/form-data; boundary=abc").unwrap().as_str(), "abc");
    for header in [
        "multipart/form-data",
        "multipart/mixed; boundary=a",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=\"a\\b\"",
        "multipart/form-data; boundary=a\"b",
        &format!("multipart/form-data; boundary={}", "x".repeat(71)),
    ] {
        assert_eq!(of(header), None, "{header}");
    }
    assert_ne!(Boundary::from_random([0; 16]), Boundary::from_random([1; 16]));
}

#[test]
fn a_snapshot_masks_secrets_and_a_debug_shows_no_content() {
    #[derive(Serialize)]
    struct Login {
        #[serde(serialize_with = "crate::secret::on_the_wire")]
        password: SecretString,
    }

    let form = Multipart::new()
        .with(Part::text("note", "hunter2 and text"))
        .with(Part::secret("pin", &"4711-4711".into()))
        .with(Part::json("login", &Login { password: "hunter2".into() }).unwrap())
        .with(Part::file("hunter2", "4711-4711", "x"));
    let snapshot = form.snapshot(&form.secrets());
    assert_eq!(
        snapshot,
        "note = *** and text\npin = ***\nlogin (application/json) = {\"password\":\"***\"}\n\
         *** (\"***\", application/octet-stream) = <1 bytes>\n"
    );
    assert_eq!(
        format!("{:?}", Multipart::new().with(Part::text("note", "hunter2")).with(Part::file("a", "b.txt", "hunter2"))),
        "[note = <7 bytes>, a (\"b.txt\", application/octet-stream) = <7 bytes>]"
    );
    assert!(Multipart::new().with(Part::text("a", "b")).secrets().is_empty());
}

#[test]
fn parts_are_found_by_name_and_compared_in_their_order() {
    let (one, two) = (Part::text("a", "1"), Part::text("a", "2"));
    let form = Multipart::new().with(one.clone()).with(Part::text("b", "3")).with(two.clone());
    assert_eq!(form.named("a").collect::<Vec<_>>(), [&one, &two]);
    assert_ne!(Multipart::new().with(one.clone()).with(two.clone()), Multipart::new().with(two).with(one));
}

#[test]
fn a_part_says_its_type_unless_it_is_a_text() {
    let types = [
        Part::text("a", "1"),
        Part::json("a", &1).unwrap(),
        Part::bytes("a", "1"),
        Part::file("a", "b", "1").of_type(HeaderValue::from_static("text/csv")),
    ]
    .map(|part| part.media_type().map(|media_type| media_type.to_str().unwrap().to_owned()));
    assert_eq!(
        types.each_ref().map(Option::as_deref),
        [None, Some("application/json"), Some("application/octet-stream"), Some("text/csv")]
    );
}
