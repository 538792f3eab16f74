//! The shapes of other APIs, and hostile servers.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::json;

use super::*;
use crate::auth::Public;
use crate::endpoint::Endpoint;
use crate::response::ResponseError;

#[derive(Debug, qelos_macros::Endpoint)]
#[endpoint(POST, "/api/things", auth = Public)]
struct MakeThing;

#[derive(Debug, qelos_macros::Endpoint)]
#[endpoint(POST, "/api/things", auth = Public, error = u32, errors_with_200)]
struct MakeThingOr200;

fn response(status: u16, kind: &str, body: impl AsRef<[u8]>) -> Response<Bytes> {
    let response = Response::builder().status(status).header(CONTENT_TYPE, kind);
    response.body(Bytes::copy_from_slice(body.as_ref())).unwrap()
}

fn error(status: u16, kind: &str, body: impl AsRef<[u8]>) -> ApiError {
    ApiError::of(&response(status, kind, body)).unwrap()
}

fn shown(status: u16, body: &str) -> String {
    error(status, "application/json; charset=utf-8", body).to_string()
}

#[test]
fn a_secret_field_keeps_its_name_when_its_secret_is_the_same_word() {
    let secrets = crate::api::SignUp::new("ada@acme.example", "password".into(), "Ada").encode().unwrap();
    let body = r#"{"errors":{"password":{"code":"INVALID_PASSWORD","message":"password is too weak"}}}"#;
    let error = error(400, "application/json", body).masking(secrets.secrets());
    assert_eq!(error.field("password").unwrap().code.as_deref(), Some("INVALID_PASSWORD"));
    assert_eq!(error.to_string(), "400 Bad Request: password: *** is too weak");
}

#[test]
fn a_secret_field_is_known_by_its_name_and_by_the_way_to_it() {
    #[derive(qelos_macros::Endpoint)]
    #[endpoint(POST, "/api/vaults", auth = Public)]
    struct Lock {
        #[endpoint(secret)]
        code: crate::SecretString,
        #[endpoint(secret, rename = "owner.pin")]
        of_the_owner: crate::SecretString,
    }

    let request = Lock { code: "code".into(), of_the_owner: "owner".into() }.encode().unwrap();
    let body = r#"{"errors":[{"path":["vault",0,"code"],"message":"code is weak"},{"path":"owner.pin","message":"owner"},
        {"path":"code.0","message":"odd"}]}"#;
    let error = error(400, "application/json", body).masking(request.secrets());
    let fields: Vec<_> = error.fields().iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["vault.0.code", "owner.pin", "***.0"], "a name that is not declared may be a secret");
    assert!(error.to_string().contains("vault.0.code: *** is weak"), "{error}");
}

#[test]
fn an_encoding_or_charset_is_shown_when_it_is_a_known_one() {
    let long = format!("text/plain; charset=utf-ql_{}", "0".repeat(60));
    for (name, value, shown) in [
        (CONTENT_ENCODING, "br", "`br`"),
        (CONTENT_ENCODING, "ql_0123", "something unknown"),
        (CONTENT_TYPE, "text/plain; charset=Shift_JIS", "`Shift_JIS`"),
        (CONTENT_TYPE, "text/plain; charset=ql_0123", "something unknown"),
        (CONTENT_TYPE, "text/plain; charset=utf-8?ql_0123", "something unknown"),
        (CONTENT_TYPE, &long, "something unknown"),
    ] {
        let mut response = response(500, "text/plain", [0xff, 0x00]);
        response.headers_mut().insert(name, value.parse().unwrap());
        let text = ApiError::of(&response).unwrap().to_string();
        assert!(text.contains(shown) && !text.contains("ql_"), "{text}");
    }
}

#[test]
fn every_shape_of_qelos_is_read() {
    for (status, body, line) in [
        (404, r#"{"message":"Token not found"}"#, "404 Not Found: Token not found"),
        (401, r#"{"errors":{"general":{"message":"no"}}}"#, "401 Unauthorized: no"),
        (401, r#"{"errors":{"general":"no"}}"#, "401 Unauthorized: no"),
        (401, r#"{"errors":{"password":"wrong"}}"#, "401 Unauthorized: password: wrong"),
        (400, r#"{"errors":{"b":{"code":"B"},"a":{"code":"A"}}}"#, "400 Bad Request: a: A; b: B"),
        (401, r#"{"error":"Invalid refresh token"}"#, "401 Unauthorized: Invalid refresh token"),
        (
            401,
            r#"{"errors":{"general":{"version":3,"modifiedPaths":["tokens"]}}}"#,
            "401 Unauthorized (the server gave no reason)",
        ),
        (401, "", "401 Unauthorized (the server gave no reason)"),
        (500, "[1]", "500 Internal Server Error (the server gave no reason)"),
        (400, r#"[{"message":"one"},{"field":"a","message":"two"}]"#, "400 Bad Request: one / a: two"),
        (400, r#"{"errors":"no"}"#, "400 Bad Request: no"),
        (400, r#"{"detail":[{"loc":[],"msg":"no"}]}"#, "400 Bad Request: no"),
        (400, r#"{"detail":[{"loc":[],"param":"email","msg":"no"}]}"#, "400 Bad Request: email: no"),
    ] {
        assert_eq!(shown(status, body), line, "{body}");
    }
}

/// Statuses, bodies, and what is shown.
const SHAPES_OF_OTHER_APIS: &[(u16, &str, &str)] = &[
    // RFC 9457
    (
        403,
        r#"{"type":"https://example.com/probs/out-of-credit","title":"Out of credit","detail":"Your balance is 30","status":403}"#,
        "403 Forbidden: Your balance is 30 / https://example.com/probs/out-of-credit",
    ),
    (409, r#"{"type":"about:blank","title":"Name taken","status":409}"#, "409 Conflict: Name taken"),
    // ASP.NET
    (
        400,
        r#"{"title":"One or more errors.","status":400,"errors":{"Name":["is required.","is short."]}}"#,
        "400 Bad Request: One or more errors. / Name: is required.; is short.",
    ),
    // OAuth
    (
        400,
        r#"{"error":"invalid_grant","error_description":"code was used"}"#,
        "400 Bad Request: code was used / invalid_grant",
    ),
    (400, r#"{"error":"invalid_grant"}"#, "400 Bad Request: invalid_grant"),
    // Stripe
    (
        402,
        r#"{"error":{"code":"card_declined","message":"Your card was declined.","param":"","type":"card_error"}}"#,
        "402 Payment Required: Your card was declined. / card_declined",
    ),
    // GitHub
    (
        422,
        r#"{"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"missing_field"}]}"#,
        "422 Unprocessable Entity: Validation Failed / title: missing_field",
    ),
    // Google
    (
        404,
        r#"{"error":{"code":404,"message":"no such project","status":"NOT_FOUND"}}"#,
        "404 Not Found: no such project / NOT_FOUND",
    ),
    // Kubernetes
    (
        404,
        r#"{"kind":"Status","status":"Failure","message":"pods \"x\" not found","reason":"NotFound","details":{"name":"x"},"code":404}"#,
        "404 Not Found: pods \"x\" not found / NotFound",
    ),
    // Elasticsearch
    (
        404,
        r#"{"error":{"root_cause":[],"type":"index_not_found_exception","reason":"no such index [x]"},"status":404}"#,
        "404 Not Found: no such index [x] / index_not_found_exception",
    ),
    // Slack, with a status of its own
    (429, r#"{"ok":false,"error":"ratelimited"}"#, "429 Too Many Requests: ratelimited"),
    // FastAPI
    (401, r#"{"detail":"Not authenticated"}"#, "401 Unauthorized: Not authenticated"),
    (
        422,
        r#"{"detail":[{"loc":["body","lines",0,"price"],"msg":"Field required","type":"missing"}]}"#,
        "422 Unprocessable Entity: body.lines.0.price: Field required",
    ),
    // JSON:API
    (
        422,
        r#"{"errors":[{"status":"422","title":"Invalid","detail":"is short","source":{"pointer":"/data/attributes/name"}}]}"#,
        "422 Unprocessable Entity: /data/attributes/name: is short",
    ),
    // Cloudflare, Twilio
    (
        403,
        r#"{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[]}"#,
        "403 Forbidden: Authentication error / 10000",
    ),
    (401, r#"{"code":20003,"message":"Authenticate","status":401}"#, "401 Unauthorized: Authenticate / 20003"),
    // Rails, Laravel
    (422, r#"{"errors":{"name":["is blank","is short"]}}"#, "422 Unprocessable Entity: name: is blank; is short"),
    (
        422,
        r#"{"message":"The name is required.","errors":{"name":["The name is required."]}}"#,
        "422 Unprocessable Entity: The name is required. / name: The name is required.",
    ),
    (422, r#"{"errors":["is blank","is short"]}"#, "422 Unprocessable Entity: is blank; is short"),
    // NestJS, Spring
    (
        400,
        r#"{"statusCode":400,"message":["name is blank","price is low"],"error":"Bad Request"}"#,
        "400 Bad Request: name is blank; price is low",
    ),
    (404, r#"{"timestamp":"now","status":404,"error":"Not Found","path":"/x"}"#, "404 Not Found"),
    // Zod
    (
        400,
        r#"{"issues":[{"code":"too_small","path":["user","age"],"message":"low"}]}"#,
        "400 Bad Request: user.age: low",
    ),
    // AWS, Salesforce, and the simplest
    (
        400,
        r#"{"__type":"ResourceNotFoundException","Message":"no table"}"#,
        "400 Bad Request: no table / ResourceNotFoundException",
    ),
    (
        401,
        r#"[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]"#,
        "401 Unauthorized: Session expired / INVALID_SESSION_ID",
    ),
    (500, r#"{"msg":"it broke"}"#, "500 Internal Server Error: it broke"),
    (400, r#""no such thing""#, "400 Bad Request: no such thing"),
];

#[test]
fn the_shapes_of_other_apis_are_read() {
    for (status, body, line) in SHAPES_OF_OTHER_APIS {
        assert_eq!(shown(*status, body), *line, "{body}");
    }
}

#[test]
fn words_are_read_from_plain_text_and_from_pages_of_express() {
    let page = "<!DOCTYPE html>\n<body>\n<pre>Cannot GET /api/v1/me</pre>\n</body>";
    assert_eq!(error(404, "text/html; charset=utf-8", page).message(), Some("Cannot GET /api/v1/me"));
    assert_eq!(error(502, "text/html", "<h1>Bad Gateway</h1>").message(), None);
    assert_eq!(error(400, "text/html; charset=utf-8", "no such thing").message(), Some("no such thing"));
    assert_eq!(error(429, "Text/Plain", "slow down\nplease").message(), Some("slow down"));
    assert_eq!(error(400, "application/pdf", "%PDF").message(), None);
    assert_eq!(error(400, "application/json", "\u{feff}{\"message\":\"no\"}").message(), Some("no"));
}

#[test]
fn the_text_of_a_redirect_is_not_read() {
    let page = "Found. Redirecting to http://127.0.0.1:7777/callback?access_token=hunter2";
    assert_eq!(error(302, "text/plain; charset=latin1", page).to_string(), "302 Found (the server gave no reason)");
}

#[test]
fn an_unreadable_body_is_reported_with_its_encoding_or_charset() {
    let mut packed = response(400, "application/json", [0x1f, 0x8b, 8, 0]);
    packed.headers_mut().insert(CONTENT_ENCODING, "identity, gzip".parse().unwrap());
    let error = ApiError::of(&packed).unwrap();
    assert_eq!(error.to_string(), "400 Bad Request (its body is encoded with `gzip`, which was not asked for)");
    let wide: Vec<u8> = "{\"message\":\"no\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        self::error(400, "application/json; charset=\"UTF-16\"", wide).to_string(),
        "400 Bad Request (the charset of its body is `UTF-16`, and only UTF-8 is read)"
    );
    let read = self::error(400, "application/json; charset=iso-8859-1", r#"{"message":"no"}"#);
    assert_eq!(read.to_string(), "400 Bad Request: no", "readable text is read whatever its charset is called");
}

#[test]
fn a_success_that_only_holds_errors_is_an_error_where_that_is_declared() {
    let body = r#"{"errors":{"":"FORM_SUBMISSION_FAILED"}}"#;
    let Err(ResponseError::Api(error)) = MakeThingOr200::decode(&Response::new(body.into())) else { panic!() };
    assert_eq!(error.to_string(), "200 OK: FORM_SUBMISSION_FAILED");
    assert_eq!(MakeThing::decode(&Response::new(body.into())), Ok(()));
    assert_eq!(ApiError::of(&Response::new(body.into())), None);
    for body in [r#"{"payload":{}}"#, r#"{"errors":{},"rows":1}"#, r#"{"errors":3}"#, "", "[]"] {
        assert_eq!(MakeThingOr200::decode(&Response::new(body.into())), Ok(()), "{body}");
    }
}

#[test]
fn a_body_that_is_not_the_declared_error_says_why() {
    let refused = |body: &str| match MakeThingOr200::decode(&response(400, "application/json", body)) {
        Err(ResponseError::Api(error)) => error,
        other => panic!("{other:?}"),
    };
    let why = |error: &ApiError| error.declared::<MakeThingOr200>().unwrap().unwrap_err().to_string();
    assert_eq!(refused("7").declared::<MakeThingOr200>(), Some(Ok(7)));
    assert_eq!(refused("7").declared::<MakeThing>(), None, "it is the error of another endpoint, which declares none");
    assert_eq!(refused("7").declared::<crate::api::GetMe>(), None);
    assert_eq!(
        why(&refused(r#"{"message":"no"}"#)),
        "the response to `MakeThingOr200` (400 Bad Request) is not the declared one: invalid type: map, expected u32 at line 1 column 0"
    );
    assert!(why(&refused("")).ends_with("its body is empty"));
    let large = refused(&" ".repeat(LARGEST_BODY + 1));
    assert!(large.body().is_empty() && why(&large).ends_with("its body is larger than 64 KiB, and was not kept"));
}

/// The error is shown on one line of bounded length.
fn assert_is_one_short_line(error: &ApiError) {
    let line = error.to_string();
    let is_plain =
        |c: char| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c) && !"\u{2028}\u{2029}".contains(c);
    assert!(line.chars().all(is_plain), "{line:?}");
    assert!(line.chars().count() <= LONGEST_LINE, "{} characters", line.chars().count());
    assert!(error.message().is_none_or(|text| text.chars().count() <= 301) && error.fields().len() <= 32);
    let fields: Vec<_> = error.fields().iter().map(|error| error.field.as_str()).collect();
    assert!(fields.iter().all(|field| error.field(field).is_some()) && format!("{error:?}").contains("ApiError"));
}

#[test]
fn a_hostile_server_fills_no_log() {
    let text = "ä\n\u{1b}[2J\u{202e}\u{2028}".repeat(1 << 16);
    let fields: serde_json::Map<_, _> =
        (0..10_000).map(|n| (format!("{n}\n"), json!([&text[..text.floor_char_boundary(50)], n]))).collect();
    let deep = format!("{}{}", r#"{"error":"#.repeat(100_000), "}".repeat(100_000));
    let nested = format!("{}{}{}", r#"{"error":"#.repeat(100), r#"{"message":"no"}"#, "}".repeat(100));
    for body in [
        json!({ "message": text, "code": text, "errors": fields }).to_string(),
        json!({ "errors": (0..10_000).map(|n| json!({ "field": &text[..text.floor_char_boundary(500)], "message": n.to_string() })).collect::<Vec<_>>() }).to_string(),
        json!({ "errors": (0..10_000).map(|n| format!("{n}{text:.9}")).collect::<Vec<_>>() }).to_string(),
        json!({ "detail": [{ "loc": vec!["a\r"; 10_000], "msg": text }] }).to_string(),
        deep,
        nested,
    ] {
        let error = error(400, "application/json", &body);
        assert_is_one_short_line(&error);
        assert!(format!("{error:?}").len() < 100_000);
    }
    let two_lists = json!({ "errors": (0..20).map(|n| json!({ "field": n.to_string() })).collect::<Vec<_>>(),
        "details": (20..40).map(|n| json!({ "field": n.to_string() })).collect::<Vec<_>>() });
    assert_eq!(error(400, "application/json", two_lists.to_string()).fields().len(), 32);
    let error = error(400, "text/plain", &text[..text.floor_char_boundary(1000)]);
    assert_is_one_short_line(&error);
    assert_eq!(error.message(), Some("ä"));
}

#[test]
fn words_are_returned_as_they_were_sent_and_shown_escaped() {
    let error = error(400, "application/json", r#"{"message":"one\ntwo","errors":{"a\u202e":"b\u2029c"}}"#);
    assert_eq!(error.message(), Some("one\ntwo"));
    assert_eq!(error.field("a\u{202e}").unwrap().message.as_deref(), Some("b\u{2029}c"));
    assert_eq!(error.to_string(), r"400 Bad Request: one\ntwo / a\u{202e}: b\u{2029}c");
}

#[test]
fn a_long_message_is_cut_between_characters() {
    let long = format!(r#"{{"message":"{}"}}"#, "ä".repeat(1000));
    assert_eq!(error(400, "application/json", &long).message().unwrap().chars().count(), 301);
}
