//! Bodies that are no JSON.

use super::*;

/// Values of one list, separated by semicolons.
#[derive(Debug)]
pub(super) struct Semicolons;

impl Format for Semicolons {
    const MEDIA_TYPE: &'static str = "text/csv";

    fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Box<dyn Error + Send + Sync>> {
        let text = std::str::from_utf8(body)?.replace(';', ",");
        Ok(serde_json::from_str(&format!("[{text}]"))?)
    }

    fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let json = serde_json::to_string(value)?;
        let list = json.strip_prefix('[').and_then(|json| json.strip_suffix(']')).ok_or("it is no list")?;
        Ok(list.replace(',', ";").into())
    }
}

#[derive(Debug, Clone, PartialEq, Response)]
struct Sheet {
    #[response(header)]
    content_type: Option<String>,
    #[response(format = Semicolons)]
    cells: Vec<u32>,
}

#[derive(Debug, PartialEq, Response)]
struct Pdf(#[response(raw = "application/pdf")] Bytes);

#[derive(Debug, PartialEq, Response)]
struct WebPage(#[response(raw = "text/html")] String);

#[derive(Debug, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/api/cells", response = Vec<u32>, format = Semicolons, auth = Public)]
struct Sort {
    #[endpoint(format = Semicolons)]
    cells: Vec<u32>,
}

endpoints! {
    GetSheet: Sheet;
    GetPdf: Pdf;
    GetWebPage: WebPage;
}

#[test]
fn a_format_is_written_and_read_in_both_directions() {
    let sort = Sort { cells: vec![2, 1] };
    let request = sort.encode().unwrap();
    assert_eq!(
        (&request.headers()["accept"], &request.headers()["content-type"]),
        (&"text/csv".parse().unwrap(), &"text/csv".parse().unwrap())
    );
    assert_eq!(request.body(), "2;1");
    let request = request.into_http(&"https://acme.example".parse().unwrap()).unwrap();
    assert_eq!(Sort::decode_request(&request).unwrap(), sort);

    let response = Sort::encode_response(&vec![1, 2]).unwrap();
    assert_eq!(
        (&response.headers()["content-type"], response.body()),
        (&"text/csv".parse().unwrap(), &Bytes::from("1;2"))
    );
    assert_eq!(Sort::decode(&response), Ok(vec![1, 2]));
    let odd = Sort { cells: vec![] }.encode().unwrap();
    assert_eq!(odd.body(), "");
}

#[test]
fn a_format_that_refuses_says_why_without_values() {
    #[derive(Debug, Endpoint, DecodeRequest)]
    #[endpoint(POST, "/api/cells", auth = Public)]
    struct SendOne {
        #[endpoint(format = Semicolons)]
        cell: u32,
    }

    assert_eq!(why::<Sort>(&response(200, r#"1;"secret""#)), "invalid type: string, expected u32 at line 1 column 11");
    let error = SendOne { cell: 7 }.encode().unwrap_err().to_string();
    assert_eq!(error, "`cell` in the body of `SendOne` cannot be written: it is no list");
    let request = http::Request::post("/api/cells").body(Bytes::from("1;2")).unwrap();
    let error = SendOne::decode_request(&request).unwrap_err().to_string();
    assert!(error.starts_with("`cell` in the body of `SendOne` cannot be read: invalid type: sequence"), "{error}");
}

#[test]
fn a_field_can_be_in_a_format_and_another_its_type() {
    let sheet = Sheet { content_type: Some("text/csv; header=absent".to_owned()), cells: vec![1, 2] };
    check::<GetSheet>(&sheet).unwrap();
    let written = GetSheet::encode_response(&sheet).unwrap();
    assert_eq!(written.headers().get_all("content-type").iter().count(), 1, "the field is the type of the body");
    let untold = Sheet { content_type: None, cells: vec![1] };
    let written = GetSheet::encode_response(&untold).unwrap();
    assert_eq!(written.headers()["content-type"], "text/csv");
}

#[test]
fn another_media_type_is_named_beside_the_declared_one() {
    let typed = |kind: &str| with(response(200, "1"), "content-type", kind);
    assert_eq!(
        why::<GetFile>(&typed("text/csv; charset=utf-8")),
        "its type is `text/csv`, and `application/pdf` is declared: `raw = \"text/csv\"` takes it as it is"
    );
    assert_eq!(
        why::<Sort>(&typed("application/json")),
        "its type is `application/json`, and `text/csv` is declared: name a `format` of that type, or leave the word out for JSON"
    );
    assert_eq!(why::<GetFile>(&typed("ql_secret")), "its type is something unknown, and `application/pdf` is declared");
    assert!(why::<GetPdf>(&typed("image/png")).starts_with("its type is `image/png`, and `application/pdf`"));
    assert_eq!(GetFile::decode(&typed("Application/PDF")), Ok(Bytes::from("1")));
    assert_eq!(GetFile::decode(&response(200, "1")), Ok(Bytes::from("1")), "nothing is said about the type");
    assert_eq!(GetImage::decode(&typed("image/webp")), Ok(Bytes::from("1")));
    assert!(why::<GetImage>(&typed("imagery/x")).starts_with("its type is something unknown"));
    assert_eq!(GetAny::decode(&typed("chemical/x-pdb")), Ok(b"1".to_vec()));
}

#[test]
fn a_text_in_place_of_json_is_reported_with_the_word_to_write() {
    #[derive(Debug, Endpoint)]
    #[endpoint(GET, "/api/motd", response = String, auth = Public)]
    struct Motd {}
    let text = with(response(200, "hello"), "content-type", "text/plain");
    assert!(why::<Motd>(&text).ends_with("responses are read as JSON: `raw = \"text/plain\"` takes it as it is"));
    assert_eq!(Motd::decode(&with(response(200, "\"hi\""), "content-type", "text/plain")), Ok("hi".to_owned()));
    assert_eq!(GetText::decode(&text), Ok("hello".to_owned()));
}

#[test]
fn a_page_is_a_file_only_where_pages_are_declared() {
    let page = with(response(200, "<html>sign in</html>"), "content-type", "text/html");
    assert_eq!(why::<GetFile>(&page), "it is an HTML page");
    assert_eq!(why::<GetAny>(&page), "it is an HTML page");
    assert_eq!(why::<GetPdf>(&page), "it is an HTML page");
    assert_eq!(why::<Sort>(&page), "it is an HTML page");
    assert_eq!(GetWebPage::decode(&page), Ok(WebPage("<html>sign in</html>".to_owned())));
    let Err(ResponseError::Decode(error)) = GetFile::decode(&page) else { panic!() };
    assert!(error.is_html());
}

#[test]
fn text_that_is_no_text_is_an_error() {
    let latin_1 = HttpResponse::new(Bytes::from_static(b"caf\xe9"));
    assert_eq!(why::<GetText>(&latin_1), "its body is not text in UTF-8");
    let labelled = with(latin_1, "content-type", "text/plain; charset=iso-8859-1");
    assert_eq!(why::<GetText>(&labelled), "the charset of its body is `iso-8859-1`, and only UTF-8 is read");
}
