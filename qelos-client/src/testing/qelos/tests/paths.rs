//! Unknown paths, inside and outside of `/api`.

use super::*;

#[test]
fn outside_of_the_api_every_path_is_the_page_of_the_admin_panel() {
    let test = start();
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/no/such/page"),
        (Method::POST, "/signin"),
        (Method::DELETE, "/apiary"),
        (Method::GET, "/internal-api/users"),
    ] {
        let response = test.call(method, path, GUEST, &json!({ "a": 1 }));
        assert_eq!(
            (response.status(), &response.headers()["content-type"]),
            (StatusCode::OK, &"text/html; charset=utf-8".parse().unwrap()),
            "{path}"
        );
        assert!(response.body().starts_with(b"<html><head>"), "{path}");
        assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("clarity.ms"), "{path}");
        assert_eq!(response.headers()["x-api-version"], "v1", "{path}");
    }
    let malformed = Request::post("/no/such/page").header("content-type", "application/json");
    assert_eq!(
        test.qelos.handle(malformed.body(Bytes::from_static(b"{")).unwrap()).status(),
        200,
        "the body is not read"
    );
}

#[test]
fn the_first_segment_decides_how_an_unknown_path_of_the_api_is_refused() {
    let test = start();
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    for credential in [GUEST, ("authorization", bearer.as_str()), ("authorization", "Bearer garbage")] {
        for (path, status, text) in [
            ("/api", 404, "api not found"),
            ("/api/", 404, "api not found"),
            ("/api/no-such-thing/x", 401, "plugin not exist"),
            ("/api/usersabc", 401, "plugin not exist"),
        ] {
            let response = test.get(path, credential);
            let expected = (status, json!({ "message": text }));
            assert_eq!((response.status().as_u16(), json_of(&response)), expected, "{path}");
        }
        for path in ["/api/users/x/y/z", "/api/blocks/x/y/z", "/api/ai/x/y/z", "/api/plans/x/y/z", "/api/v1/me"] {
            let response = test.get(path, credential);
            let page = String::from_utf8(response.body().to_vec()).unwrap();
            assert_eq!(response.status(), 404, "{path}");
            assert!(page.contains(&format!("<pre>Cannot GET {path}</pre>")), "{page}");
        }
    }
    let wrong_method = test.call(Method::DELETE, "/api/me", ("authorization", &bearer), &Value::Null);
    assert_eq!(
        (wrong_method.status().as_u16(), wrong_method.headers()["content-type"].to_str().unwrap()),
        (404, "text/html; charset=utf-8")
    );
}
