//! Workspaces: the callers that may see and change them.

use super::*;

struct Workspaces {
    test: Test,
    /// The workspace in which Ada is an administrator.
    own: WorkspaceId,
    /// The workspace in which Ada is a plain member.
    other: WorkspaceId,
    bob: UserId,
    ada_signs: String,
    root_signs: String,
}

fn open() -> Workspaces {
    let test = start();
    let bob = test.qelos.add_user(NewUser::new("bob@example.com", "hunter2hunter2"));
    test.qelos.add_user(NewUser::new("root", "root-pass-1").role("admin"));
    let members = |role: &str| [Member::new(test.ada, &[role]), Member::new(bob, &["admin"])];
    let own = test.qelos.add_workspace("Own", &members("admin"));
    let other = test.qelos.add_workspace("Other", &members("user"));
    let ada_signs = format!("Bearer {}", test.sign_in(None).0);
    let body = json!({ "username": "root", "password": "root-pass-1", "authType": "oauth" });
    let (access, _) = tokens(&test.call(Method::POST, "/api/signin", GUEST, &body));
    let root_signs = format!("Bearer {access}");
    Workspaces { test, own, other, bob, ada_signs, root_signs }
}

impl Workspaces {
    fn call(&self, bearer: &str, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        let response = self.test.call(method, &format!("/api/workspaces{path}"), ("authorization", bearer), body);
        (response.status(), json_of(&response))
    }

    fn ada(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        self.call(&self.ada_signs, method, path, body)
    }

    fn root(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        self.call(&self.root_signs, method, path, body)
    }
}

fn message(text: &str) -> Value {
    json!({ "message": text })
}

#[test]
fn a_plain_member_sees_only_themselves_and_changes_nothing() {
    let test = open();
    let (_, own) = test.ada(Method::GET, &format!("/{}", test.own), &Value::Null);
    assert_eq!((own["members"].as_array().unwrap().len(), &own["invites"]), (2, &json!([])));
    let (_, other) = test.ada(Method::GET, &format!("/{}", test.other), &Value::Null);
    assert_eq!((other["members"].as_array().unwrap().len(), other.get("invites")), (1, None));
    let refused = (StatusCode::FORBIDDEN, message("not authorized"));
    assert_eq!(test.ada(Method::PUT, &format!("/{}", test.other), &json!({ "name": "Mine" })), refused);
    assert_eq!(test.ada(Method::DELETE, &format!("/{}", test.other), &Value::Null), refused);
    assert_eq!(test.ada(Method::GET, &format!("/{}/members", test.other), &Value::Null), refused);
}

#[test]
fn workspaces_of_others_are_unknown_except_to_administrators() {
    let test = open();
    let foreign = test.test.qelos.add_workspace("Foreign", &[Member::new(test.bob, &["admin"])]);
    let (status, body) = test.ada(Method::GET, &format!("/{foreign}"), &Value::Null);
    assert_eq!((status, &body["from"]), (StatusCode::NOT_FOUND, &json!("get-workspace")));
    assert_eq!(test.root(Method::GET, &format!("/{foreign}"), &Value::Null).1["name"], "Foreign");
    assert_eq!(test.root(Method::GET, "", &Value::Null).1, json!([]), "but they are in no list");
    let malformed = test.ada(Method::GET, "/nope", &Value::Null);
    assert_eq!(malformed, (StatusCode::INTERNAL_SERVER_ERROR, message("failed to load workspace data")));
}

#[test]
fn a_workspace_is_created_changed_and_deleted() {
    let test = open();
    let unnamed = test.ada(Method::POST, "", &json!({ "labels": [] }));
    assert_eq!(unnamed, (StatusCode::INTERNAL_SERVER_ERROR, message("failed to create workspace")));
    let invite = json!({ "email": "eve@example.com" });
    let (status, created) = test.ada(Method::POST, "", &json!({ "name": "New", "logo": "l", "invites": [invite] }));
    assert_eq!((status, &created["invites"][0]["roles"]), (StatusCode::OK, &json!(["member"])));
    let path = format!("/{}", created["_id"].as_str().unwrap());
    let (_, changed) = test.ada(Method::PUT, &path, &json!({ "name": "", "logo": "m", "labels": ["x"] }));
    assert_eq!((&changed["name"], &changed["logo"], &changed["labels"]), (&json!("New"), &json!("m"), &json!([])));
    let (_, changed) = test.root(Method::PUT, &path, &json!({ "labels": ["x"] }));
    assert_eq!((&changed["labels"], changed.get("members")), (&json!(["x"]), None), "only administrators label");
    assert_eq!(test.ada(Method::DELETE, &path, &Value::Null).0, StatusCode::OK);
    assert_eq!(test.ada(Method::DELETE, &path, &Value::Null).0, StatusCode::NOT_FOUND);
}

#[test]
fn the_active_workspace_cannot_be_deleted() {
    let test = open();
    let (access, _) = test.test.sign_in(Some(test.own));
    let refused = test.call(&format!("Bearer {access}"), Method::DELETE, &format!("/{}", test.own), &Value::Null);
    assert_eq!(refused, (StatusCode::BAD_REQUEST, message("You cannot remove your active workspace.")));
}

#[test]
fn administrators_add_members() {
    let test = open();
    let eve = test.test.qelos.add_user(NewUser::new("eve@example.com", "hunter2hunter2"));
    let path = format!("/{}/members", test.own);
    let add = |user: &str| json!({ "userId": user, "roles": ["user"] });
    let refused = test.ada(Method::POST, &path, &add(eve.as_str()));
    assert_eq!(refused, (StatusCode::UNAUTHORIZED, message("you are not privileged.")));
    assert_eq!(test.root(Method::POST, &path, &add(eve.as_str())).1["message"], "Member added successfully.");
    assert_eq!(test.root(Method::POST, &path, &add(eve.as_str())).0, StatusCode::BAD_REQUEST, "already in");
    assert_eq!(test.root(Method::POST, &path, &add("0123456789abcdef01234567")).0, StatusCode::NOT_FOUND);
    assert_eq!(test.root(Method::POST, &path, &add("nope")).0, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(test.root(Method::POST, &path, &json!({ "userId": eve })).0, StatusCode::BAD_REQUEST);
    let (_, members) = test.ada(Method::GET, &path, &Value::Null);
    assert_eq!((members.as_array().unwrap().len(), &members[2]["email"]), (3, &json!("eve@example.com")));
    assert_ne!(members[2]["_id"], members[2]["user"]);
}

#[test]
fn roles_change_where_the_path_says_and_removal_happens_in_the_first_workspace() {
    let test = open();
    let path = format!("/{}/members/{}", test.own, test.bob);
    let (_, changed) = test.ada(Method::PUT, &path, &json!({ "roles": ["guest"] }));
    assert_eq!((&changed["updatedMember"]["roles"], &changed["workspaceId"]), (&json!(["guest"]), &json!(test.own)));
    assert_eq!(test.ada(Method::PUT, &path, &json!({})).0, StatusCode::BAD_REQUEST);
    // Ada's first workspace is "One", where she is not an administrator; the path names "Own".
    let (_, removed) = test.ada(Method::DELETE, &format!("/{}/members/{}", test.own, test.test.ada), &Value::Null);
    assert_eq!(removed["removedMemberId"], json!(test.test.ada));
    let (_, list) = test.ada(Method::GET, "", &Value::Null);
    let names: Vec<_> = list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Two", "Own", "Other"]);
    let unknown = format!("/{}/members/0123456789abcdef01234567", test.own);
    assert_eq!(
        test.ada(Method::DELETE, &unknown, &Value::Null),
        (StatusCode::NOT_FOUND, message("Workspace not found."))
    );
    let malformed = format!("/{}/members/nope", test.own);
    assert_eq!(test.ada(Method::DELETE, &malformed, &Value::Null).0, StatusCode::INTERNAL_SERVER_ERROR);
}

#[test]
fn a_locked_token_that_was_used_outlives_its_workspace() {
    let test = open();
    let create = |nickname: &str| {
        let body = json!({ "nickname": nickname, "expiresAt": "2099-01-01", "workspace": test.own });
        let response = test.test.call(Method::POST, "/api/me/api-tokens", ("authorization", &test.ada_signs), &body);
        json_of(&response)["token"].as_str().unwrap().to_owned()
    };
    let (used, unused) = (create("used"), create("unused"));
    assert_eq!(test.test.get("/api/me", ("x-api-key", &used)).status(), 200);
    assert_eq!(test.root(Method::DELETE, &format!("/{}", test.own), &Value::Null).0, StatusCode::OK);
    assert_eq!(json_of(&test.test.get("/api/me", ("x-api-key", &used)))["workspace"]["name"], "Own");
    assert_eq!(test.test.get("/api/me", ("x-api-key", &unused)).status(), 401);
    test.test.clock.advance(Duration::from_hours(1));
    assert_eq!(test.test.get("/api/me", ("x-api-key", &used)).status(), 401);
}

#[test]
fn impersonation_activates_no_workspace() {
    let test = open();
    let body = json!({ "username": "root", "password": "root-pass-1" });
    let cookie = set_cookie(&test.test.call(Method::POST, "/api/signin", GUEST, &body)).unwrap();
    let request = Request::post(format!("/api/workspaces/{}/activate", test.own)).header("cookie", cookie);
    let request = request.header("x-impersonate-user", test.bob.as_str()).body(Bytes::new()).unwrap();
    let response = test.test.qelos.handle(request);
    assert_eq!((response.status(), set_cookie(&response)), (StatusCode::OK, None));
}

#[test]
fn changed_invites_are_shown_with_a_version() {
    let test = open();
    let path = format!("/{}", test.own);
    let invites = json!([{ "email": "eve@example.com", "roles": ["editor"] }]);
    let (_, changed) = test.ada(Method::PUT, &path, &json!({ "invites": invites }));
    assert_eq!((&changed["invites"][0]["email"], &changed["__v"]), (&json!("eve@example.com"), &json!(1)));
    let (_, changed) = test.ada(Method::PUT, &path, &json!({ "name": "Own" }));
    assert_eq!((changed.get("invites"), changed.get("__v")), (None, None));
}

#[test]
fn an_invite_is_accepted_or_declined_once_and_its_roles_are_ignored() {
    let test = open();
    let eve = test.test.qelos.add_user(NewUser::new("eve@example.com", "hunter2hunter2"));
    let body = json!({ "username": "eve@example.com", "password": "hunter2hunter2", "authType": "oauth" });
    let (access, _) = tokens(&test.test.call(Method::POST, "/api/signin", GUEST, &body));
    let eve_signs = format!("Bearer {access}");
    let invites = || json_of(&test.test.get("/api/invites", ("authorization", &eve_signs)));
    let respond = |body: &Value| {
        let response = test.test.call(Method::POST, "/api/invites", ("authorization", &eve_signs), body);
        (response.status().as_u16(), json_of(&response))
    };
    let invite = json!({ "invites": [{ "email": "eve@example.com", "roles": ["admin"] }] });
    let accept = json!({ "workspace": test.own, "kind": "accept" });
    assert_eq!(invites(), json!([]));
    let unknown = json!({
        "message": "workspace not found", "email": "eve@example.com", "workspaceId": test.own, "from": "invite-respond",
    });
    assert_eq!(respond(&accept), (404, unknown.clone()), "not invited");

    test.ada(Method::PUT, &format!("/{}", test.own), &invite);
    assert_eq!(invites(), json!([{ "_id": test.own, "name": "Own" }]));
    assert_eq!(
        respond(&json!({ "workspace": test.own })),
        (200, json!({ "success": true })),
        "declined without a word"
    );
    assert_eq!((invites(), respond(&accept)), (json!([]), (404, unknown)));

    test.ada(Method::PUT, &format!("/{}", test.own), &invite);
    assert_eq!(respond(&accept), (200, json!({ "success": true })));
    let (_, members) = test.ada(Method::GET, &format!("/{}/members", test.own), &Value::Null);
    let eves = members.as_array().unwrap().iter().find(|member| member["user"] == json!(eve)).unwrap();
    assert_eq!(eves["roles"], json!(["member", "user"]));

    assert_eq!(respond(&json!({})), (400, message("missing workspaceId")));
    let wrong_kind = message("respond kind should be either \"accept\" or \"decline\"");
    assert_eq!(respond(&json!({ "workspace": test.own, "kind": "maybe" })), (400, wrong_kind));
    assert_eq!(respond(&json!({ "workspace": "nope" })).0, 500);
    assert_eq!(test.test.get("/api/invites", GUEST).status(), 401);
}
