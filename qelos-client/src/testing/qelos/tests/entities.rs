//! Entities, where recordings do not show each case: permissions, values, filters, and what is not supported.

use super::*;

/// A user that is called like this, who has signed in.
fn user(test: &Test, name: &str, role: &str) -> String {
    test.qelos.add_user(NewUser::new(name, "some-pass-1").role(role));
    let body = json!({ "username": name, "password": "some-pass-1", "authType": "oauth" });
    format!("Bearer {}", tokens(&test.call(Method::POST, "/api/signin", GUEST, &body)).0)
}

fn ada(test: &Test) -> String {
    format!("Bearer {}", test.sign_in(None).0)
}

fn create(test: &Test, blueprint: &str, bearer: &str, body: &Value) -> (u16, Value) {
    let credential = if bearer.is_empty() { GUEST } else { ("authorization", bearer) };
    let response = test.call(Method::POST, &format!("/api/blueprints/{blueprint}/entities"), credential, body);
    (response.status().as_u16(), json_of(&response))
}

/// The names of the entities that a list has, or its status.
fn names(test: &Test, bearer: &str, query: &str) -> Result<Vec<String>, u16> {
    let response = test.get(&format!("/api/blueprints/thing/entities?{query}"), ("authorization", bearer));
    if response.status() != 200 {
        return Err(response.status().as_u16());
    }
    let listed = json_of(&response);
    Ok(listed.as_array().unwrap().iter().map(|entity| entity["name"].as_str().unwrap().to_owned()).collect())
}

/// Everyone may do everything with the things of this blueprint.
fn things(properties: &Value) -> Value {
    let permissions = ["create", "read", "update", "delete"]
        .map(|operation| json!({ "operation": operation, "scope": "tenant", "roleBased": ["*"] }));
    json!({ "identifier": "thing", "name": "Thing", "permissions": permissions, "properties": properties })
}

#[test]
fn a_permission_is_for_an_operation_and_for_roles_and_labels() {
    let test = start();
    let (ada, plugin) = (ada(&test), user(&test, "paul", "plugin"));
    for (permission, expected) in [
        (json!({}), [403, 403]),
        (json!({ "operation": "read", "roleBased": ["*"] }), [403, 403]),
        (json!({ "operation": "create", "roleBased": ["user"] }), [200, 403]),
        (json!({ "operation": "create", "roleBased": ["plugin"] }), [403, 200]),
        (json!({ "operation": "create", "roleBased": ["*"] }), [200, 200]),
        (json!({ "operation": "create", "guest": true }), [200, 200]),
        (json!({ "operation": "create", "workspaceRoleBased": ["user"] }), [200, 403]),
        (json!({ "operation": "create", "workspaceRoleBased": ["admin"] }), [403, 403]),
        (json!({ "operation": "create", "roleBased": ["*"], "workspaceLabelsBased": ["gold"] }), [403, 403]),
        (json!({ "operation": "create", "roleBased": ["*"], "workspaceLabelsBased": ["*"] }), [200, 200]),
    ] {
        let name = format!("b{}", permission.to_string().len() + test.qelos.requests().len());
        test.qelos.add_blueprint(&json!({ "identifier": name, "name": "B", "permissions": [permission] }));
        let given = [&ada, &plugin].map(|bearer| create(&test, &name, bearer, &json!({})).0);
        assert_eq!(given, expected, "{permission}");
    }
}

#[test]
fn the_scope_of_a_blueprint_narrows_what_is_read_and_written() {
    let test = start();
    let mut blueprint = things(&json!({ "name": {"title": "Name", "type": "string"} }));
    blueprint["permissionScope"] = json!("user");
    for permission in blueprint["permissions"].as_array_mut().unwrap() {
        permission["scope"] = json!("user");
    }
    test.qelos.add_blueprint(&blueprint);
    let (ada, bob, root) = (ada(&test), user(&test, "bob", "user"), user(&test, "root", "admin"));
    let (_, hers) = create(&test, "thing", &ada, &json!({ "name": "hers" }));
    create(&test, "thing", &bob, &json!({ "name": "his" }));
    assert_eq!(names(&test, &ada, "").unwrap(), ["hers"]);
    assert_eq!(names(&test, &bob, "").unwrap(), ["his"]);
    assert_eq!(names(&test, &root, "").unwrap(), ["hers", "his"]);
    assert_eq!(names(&test, &root, "bypassAdmin=true").unwrap(), [""; 0]);
    assert_eq!(names(&test, &root, &format!("user={}", test.ada)).unwrap(), ["hers"]);

    let path = format!("/api/blueprints/thing/entities/{}", hers["identifier"].as_str().unwrap());
    for (bearer, expected) in [(&bob, 404), (&ada, 200), (&root, 200)] {
        let response = test.call(Method::PUT, &path, ("authorization", bearer), &json!({ "name": "of all" }));
        assert_eq!(response.status(), expected);
    }
    assert_eq!(test.call(Method::DELETE, &path, ("authorization", &bob), &Value::Null).status(), 404);
    let deleted =
        test.call(Method::DELETE, "/api/blueprints/thing/entities/all", ("authorization", &bob), &Value::Null);
    assert_eq!(json_of(&deleted)["deletedCount"], 1);
    assert_eq!(names(&test, &root, "").unwrap(), ["of all"]);
}

#[test]
fn values_are_converted_or_refused_by_their_type() {
    let test = start();
    test.qelos.add_blueprint(&things(&json!({
        "n": {"title": "N", "type": "number", "min": 1, "max": 9.5},
        "flag": {"title": "Flag", "type": "boolean"},
        "day": {"title": "Day", "type": "date"},
        "at": {"title": "At", "type": "datetime"},
        "time": {"title": "Time", "type": "time"},
        "words": {"title": "Words", "type": "object"},
        "list": {"title": "List", "type": "number", "multi": true},
        "untitled": {"type": "string"},
    })));
    let ada = ada(&test);
    for (given, stored) in [
        (json!({ "n": "2.5" }), Ok(json!({ "n": 2.5 }))),
        (json!({ "n": true }), Ok(json!({ "n": 1 }))),
        (json!({ "n": null }), Err((406, "Property n must be greater than 1"))),
        (json!({ "n": 10 }), Err((406, "Property n must be less than 9.5"))),
        (json!({ "flag": "false" }), Ok(json!({ "flag": true }))),
        (json!({ "flag": null }), Ok(json!({ "flag": false }))),
        (json!({ "day": "2020-01-02" }), Ok(json!({ "day": "2020-01-02" }))),
        (json!({ "day": "someday" }), Err((406, "Property day must be a date"))),
        (json!({ "day": null }), Err((500, "something went wrong with entity creation"))),
        (json!({ "at": "2020-01-02" }), Ok(json!({ "at": "2020-01-02T00:00:00.000Z" }))),
        (json!({ "at": null }), Ok(json!({ "at": "1970-01-01T00:00:00.000Z" }))),
        (json!({ "at": {} }), Err((406, "Property at must be a datetime"))),
        (json!({ "time": "9:30:59" }), Ok(json!({ "time": "9:30" }))),
        (json!({ "words": {"a": "b"} }), Ok(json!({ "words": {"a": "b"} }))),
        (json!({ "words": {"a": 1} }), Err((406, "Property words must be a valid according to schema: object"))),
        (json!({ "list": ["1", 2] }), Ok(json!({ "list": [1, 2] }))),
        (json!({ "list": 1 }), Ok(json!({}))),
        (json!({ "list": [1, "x"] }), Err((406, "Property list must be a number"))),
        (json!({ "untitled": "x", "unknown": 1 }), Ok(json!({}))),
        (json!({ "n": 2, "metadata": {"n": 3} }), Ok(json!({ "n": 3 }))),
    ] {
        let (status, body) = create(&test, "thing", &ada, &given);
        match stored {
            Ok(stored) => assert_eq!((status, &body["metadata"]), (200, &stored), "{given}"),
            Err((expected, message)) => {
                assert_eq!((status, body["message"].as_str().unwrap()), (expected, message), "{given}");
            }
        }
    }
}

/// Things with numbers, words and lists.
fn listed(test: &Test) -> String {
    test.qelos.add_blueprint(&things(&json!({
        "name": {"title": "Name", "type": "string", "required": true},
        "n": {"title": "N", "type": "number"},
        "flag": {"title": "Flag", "type": "boolean"},
        "at": {"title": "At", "type": "datetime"},
        "tags": {"title": "Tags", "type": "string", "multi": true},
        "other": {"title": "Other", "type": "string"},
    })));
    let bearer = ada(test);
    for (name, more) in [
        ("One", json!({ "n": 1.5, "flag": true, "at": "2020-01-01", "tags": ["a", "b"] })),
        ("Two", json!({ "n": 20, "flag": false, "at": "2021-01-01", "tags": ["b"] })),
        ("Three", json!({})),
    ] {
        test.clock.advance(Duration::from_secs(1));
        let mut body = more;
        body["name"] = json!(name);
        assert_eq!(create(test, "thing", &bearer, &body).0, 200);
    }
    bearer
}

#[test]
fn filters_find_what_the_database_finds() {
    let test = start();
    let bearer = listed(&test);
    for (query, expected) in [
        ("n=20.9", vec!["Two"]),
        ("n[$gte]=1", vec!["One", "Two"]),
        ("n[$gt]=1&n[$lt]=20", vec!["One"]),
        ("n[$ne]=20", vec!["One", "Three"]),
        ("n=many", vec![]),
        ("n[$in][0]=20", vec![]),
        ("flag=true", vec!["One"]),
        ("flag[$ne]=true", vec!["Two"]),
        ("at[$lt]=2020-06-01", vec!["One"]),
        ("at=2021-01-01T00:00:00Z", vec!["Two"]),
        ("tags=b", vec!["One", "Two"]),
        ("tags[$nin][0]=a", vec!["Two", "Three"]),
        ("tags[$exists]=true", vec!["One", "Two"]),
        ("name[$in][]=One&name[$in][]=Three", vec!["One", "Three"]),
        ("name=One&name=Two", vec!["One", "Two"]),
        ("name[$regex]=^t", vec!["Two", "Three"]),
        ("name[$regex]=^t&name[$options]=s", vec![]),
        ("metadata.name=Two", vec!["Two"]),
        ("name[$gt]=P", vec!["Two", "Three"]),
        ("$q=o", vec!["One", "Two"]),
        ("$q=o&n=20", vec!["Two"]),
        ("$q=o&$qProps=other", vec![]),
        ("created[$gt]=2026-11-21T17:20:39Z", vec!["Three"]),
        ("wheels[$ne]=4", vec!["One", "Two", "Three"]),
        ("wheels=4", vec![]),
        ("blueprint=other", vec!["One", "Two", "Three"]),
        ("$sort=-metadata.n", vec!["Two", "One", "Three"]),
        ("$sort=metadata.n", vec!["Three", "One", "Two"]),
        ("$sort=-metadata.tags%20-created", vec!["Two", "One", "Three"]),
        ("$sort=-n", vec!["One", "Two", "Three"]),
        ("$sort=-created&$limit=2", vec!["Three", "Two"]),
        ("$limit=2&$page=2", vec!["Three"]),
        ("$page=1", vec!["One", "Two", "Three"]),
        ("$page=2", vec![]),
    ] {
        assert_eq!(names(&test, &bearer, query).unwrap(), expected, "{query}");
    }
}

#[test]
fn related_entities_are_added_as_far_as_they_may_be_read() {
    let test = start();
    test.qelos.add_blueprint(&things(&json!({ "name": {"title": "Name", "type": "string"} })));
    for (identifier, role) in [("part", "*"), ("secret", "admin")] {
        let mut blueprint = things(&json!({ "of": {"title": "Of", "type": "string"} }));
        blueprint["identifier"] = json!(identifier);
        blueprint["relations"] = json!([{"key": "of", "target": "thing"}]);
        blueprint["permissions"][1]["roleBased"] = json!([role]);
        test.qelos.add_blueprint(&blueprint);
    }
    let (ada, bob) = (ada(&test), user(&test, "bob", "user"));
    let (_, thing) = create(&test, "thing", &ada, &json!({ "name": "One" }));
    create(&test, "thing", &ada, &json!({ "name": "Two" }));
    for (blueprint, bearer) in [("part", &ada), ("part", &bob), ("secret", &ada)] {
        assert_eq!(create(&test, blueprint, bearer, &json!({ "of": thing["identifier"] })).0, 200);
    }
    let counts = |wanted: &str| {
        let path = format!("/api/blueprints/thing/entities?$outerPopulate={wanted}");
        let listed = json_of(&test.get(&path, ("authorization", &ada)));
        let count = |at: usize, name: &str| listed[at][name].as_array().map(Vec::len);
        [count(0, "parts"), count(1, "parts"), count(0, "secrets")]
    };
    assert_eq!(counts("parts:part:tenant,secrets:secret:tenant"), [Some(2), Some(0), None]);
    assert_eq!(counts("parts:part:user"), [Some(1), Some(0), None]);
    assert_eq!(counts("parts:thing:user"), [None; 3], "a thing is not related to things");
    assert_eq!(names(&test, &ada, "$outerPopulate=parts:unknown:user"), Err(500));
}

#[test]
fn filters_that_the_server_fails_on_are_errors() {
    let test = start();
    let bearer = listed(&test);
    for query in ["$skip=1", "$select=name", "$foo=1", "name[$foo]=1", "user=nobody", "created=never", "name[$in]=One"]
    {
        assert_eq!(names(&test, &bearer, query), Err(500), "{query}");
    }
    let count =
        |query: &str| test.get(&format!("/api/blueprints/thing/charts/count?{query}"), ("authorization", &bearer));
    assert_eq!(json_of(&count("metadata.name=One"))["count"], 1);
    assert_eq!(json_of(&count("metadata.n=20"))["count"], 0, "values are texts here");
    assert_eq!(count("$limit=1").status(), 504);
}

/// A wrong response would not be noticed.
#[test]
fn what_is_not_supported_is_told() {
    let test = start();
    let bearer = listed(&test);
    for query in [
        "$outerPopulate[a][target]=b",
        "$or[0][name]=One",
        "name[$size]=1",
        "name[$regex]=(?=x)",
        "at=yesterday",
        "$limit=-1",
        "impersonateUser=6b072b2c9deb66ecc9cde575",
    ] {
        assert_eq!(names(&test, &bearer, query), Err(501), "{query}");
    }
    let pie = test.get("/api/blueprints/thing/charts/pie?x=name", ("authorization", &bearer));
    assert_eq!(pie.status(), 501);
    test.qelos.add_blueprint(&json!({
        "identifier": "mapped", "name": "Mapped", "permissions": [{"operation": "create", "guest": true}],
        "properties": {
            "day": {"title": "Day", "type": "date"},
            "some": {"title": "Some", "type": "object", "schema": {"oneOf": []}},
        },
        "updateMapping": {"day": ".created"},
    }));
    let reason = |body: &Value| {
        let (status, body) = create(&test, "mapped", &bearer, body);
        (status, body["message"].as_str().unwrap().to_owned())
    };
    for (body, what) in [
        (json!({ "day": "May 5, 2020 noon" }), "dates in this form"),
        (json!({ "some": {} }), "`oneOf` in a JSON schema"),
        (json!({}), "the `updateMapping` of a blueprint"),
    ] {
        let expected = format!("the embedded Qelos does not support {what}: mount the endpoint, or leave it out");
        assert_eq!(reason(&body), (501, expected));
    }
}

#[test]
fn blueprints_take_larger_bodies_than_accounts() {
    let test = start();
    test.qelos.add_blueprint(&things(&json!({ "name": {"title": "Name", "type": "string"} })));
    let large = json!({ "name": "x".repeat(200 * 1024) });
    assert_eq!(create(&test, "thing", &ada(&test), &large).0, 200);
}

#[test]
fn a_slow_gateway_makes_guests_of_those_who_write() {
    let test = start();
    test.qelos.add_blueprint(&json!({
        "identifier": "open", "name": "Open", "permissions": [{"operation": "create", "guest": true}],
    }));
    let ada = ada(&test);
    test.qelos.slow_gateway(1);
    assert_eq!(create(&test, "open", &ada, &json!({})).1["user"], Value::Null);
    assert_eq!(create(&test, "open", &ada, &json!({})).1["user"], test.ada.as_str());
}

#[test]
fn a_guid_makes_each_creation_fail() {
    let test = start();
    let mut blueprint = things(&json!({}));
    blueprint["entityIdentifierMechanism"] = json!("guid");
    test.qelos.add_blueprint(&blueprint);
    assert_eq!(create(&test, "thing", &ada(&test), &json!({})).0, 500);
}

#[test]
#[should_panic(expected = "the server would refuse this blueprint: it has no `name`")]
fn a_blueprint_that_the_server_would_refuse_is_a_panic() {
    start().qelos.add_blueprint(&json!({ "identifier": "thing" }));
}
