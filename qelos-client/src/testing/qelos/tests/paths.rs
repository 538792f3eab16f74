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

#[test]
fn the_words_of_a_path_are_read_in_any_case_and_keys_are_not_changed() {
    let test = start();
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    let me = test.get("/API/Me", ("authorization", &bearer));
    assert_eq!((me.status().as_u16(), json_of(&me)["username"].take()), (200, json!("ada@example.com")));
    let page = test.get("/API/Users/X/y/Z", ("authorization", &bearer));
    assert!(String::from_utf8_lossy(page.body()).contains("<pre>Cannot GET /API/Users/X/y/Z</pre>"));
    assert_eq!(json_of(&test.get("/Api/No-Such-Thing", GUEST)), json!({ "message": "plugin not exist" }));
    for (path, canonical) in [
        ("/API/Blueprints/Car/entities/A", "/api/blueprints/Car/entities/A"),
        ("/api/WORKSPACES/6B01/Members?q=A", "/api/workspaces/6b01/members?q=A"),
        ("/api/me", "/api/me"),
    ] {
        let request = Request::get(path).body(Bytes::new()).unwrap();
        assert_eq!(call::canonical(&request).uri(), canonical, "{path}");
    }
}

#[test]
fn head_is_get_without_its_body_and_options_lists_the_methods() {
    let test = start();
    let bearer = format!("Bearer {}", test.sign_in(None).0);
    let credential = ("authorization", bearer.as_str());
    let (get, head) = (test.get("/api/me", credential), test.call(Method::HEAD, "/api/me", credential, &Value::Null));
    assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
    assert_eq!(head.headers(), get.headers());
    assert_eq!(test.call(Method::HEAD, "/api/me", GUEST, &Value::Null).status(), 401);
    for (path, methods) in [
        ("/api/me", "GET,HEAD,POST"),
        ("/api/signin", "POST"),
        ("/api/workspaces/6b01d2e7627f2972a3745de0", "GET,HEAD,PUT,DELETE"),
        ("/api/users/x/encrypted", "GET,HEAD,POST"),
    ] {
        let options = test.call(Method::OPTIONS, path, GUEST, &Value::Null);
        assert_eq!(
            (options.status().as_u16(), &options.headers()["allow"]),
            (200, &methods.parse().unwrap()),
            "{path}"
        );
    }
    assert_eq!(test.qelos.sessions(test.ada), 1, "nothing was done");
    let unknown = test.call(Method::OPTIONS, "/api/users/x/y/z", GUEST, &Value::Null);
    assert!(unknown.status() == 404 && unknown.headers().get("allow").is_none());
}

#[test]
fn bodies_in_other_encodings_and_hosts_of_no_tenant_are_refused() {
    let test = start();
    let send = |name: &str, value: &str| {
        let request = Request::post("https://acme.example/api/signin").header("content-type", "application/json");
        let mut request = request.body(Bytes::from_static(b"{}")).unwrap();
        request.headers_mut().insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        test.qelos.handle(request)
    };
    for charset in ["latin1", "utf-16", "\"iso-8859-1\""] {
        let refused = send("content-type", &format!("application/json; charset={charset}"));
        assert_eq!(refused.status(), 415, "{charset}");
        assert!(refused.body().starts_with(b"<!DOCTYPE html>"), "{charset}");
    }
    for charset in ["utf-8", "UTF-8", "\"utf-8\""] {
        assert_eq!(send("content-type", &format!("application/json; charset={charset}")).status(), 401, "{charset}");
    }
    let refused = send("x-forwarded-host", "other.example");
    assert_eq!((refused.status().as_u16(), json_of(&refused)), (400, json!({ "message": "invalid host for tenant" })));
    assert_eq!(send("x-forwarded-host", "acme.example:8080").status(), 401);
}
