//! The forms that the types of responses are read from, and the messages about other forms.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::response::{Content, Unfit, read_json};
use crate::wire::{ApiToken, CallbackUser, Member, Payload, SignedInOAuth, WorkspaceLink};

const ID: &str = "6b01d2eb627f2972a3746020";

#[derive(Serialize, Deserialize)]
struct Flattened<T> {
    #[serde(flatten)]
    inside: Inside<T>,
}

#[derive(Serialize, Deserialize)]
struct Inside<T> {
    value: T,
}

/// Reads a value as text, as a `Value`, and out of the buffers of `flatten`: all have to agree. Returns its JSON form.
fn read<T: DeserializeOwned + Serialize + Debug>(json: &str) -> Option<Value> {
    let form = |value: T| serde_json::to_value(value).unwrap();
    let of_text = serde_json::from_str(json).ok().map(form);
    assert_eq!(serde_json::from_reader(json.as_bytes()).ok().map(form), of_text, "{json}");
    let wrapped: Option<Flattened<T>> = serde_json::from_str(&format!(r#"{{"value":{json}}}"#)).ok();
    assert_eq!(wrapped.map(|wrapped| form(wrapped.inside.value)), of_text, "{json}");
    // A `Value` keeps one of two fields with the same name.
    let value: Value = serde_json::from_str(json).unwrap();
    if !json.contains("twice") {
        assert_eq!(T::deserialize(&value).ok().map(form), of_text, "{json}");
        assert_eq!(serde_json::from_value(value).ok().map(form), of_text, "{json}");
    }
    of_text
}

/// Forms that are accepted are written again as the second value says.
fn accepts<T: DeserializeOwned + Serialize + Debug>(forms: &[(Value, Value)]) {
    for (given, written) in forms {
        assert_eq!(read::<T>(&given.to_string()).as_ref(), Some(written), "{given}");
    }
}

fn refuses<T: DeserializeOwned + Serialize + Debug>(forms: &[&str]) {
    for form in forms {
        assert_eq!(read::<T>(form), None, "{form}");
    }
}

#[test]
fn a_workspace_link_is_an_id_or_an_object() {
    let named = json!({"_id": ID, "name": "Acme"});
    accepts::<WorkspaceLink>(&[
        (json!(ID), json!(ID)),
        (json!(ID.to_uppercase()), json!(ID)),
        (named.clone(), named.clone()),
        (json!({"name": "Acme", "_id": ID, "labels": [{"a": null}], "logo": 1.5}), named),
    ]);
    assert_eq!(read::<WorkspaceLink>(r#""\u0036b01d2eb627f2972a3746020""#), Some(json!(ID)), "an escaped digit");
    assert_eq!(read::<WorkspaceLink>(&format!(r#"{{"\u005fid":"{ID}","name":"\n"}}"#)).unwrap()["name"], "\n");
    refuses::<WorkspaceLink>(&[
        "null",
        "true",
        "7",
        "-7",
        "1.5",
        r#""""#,
        r#""6b01""#,
        r#""6b01d2eb627f2972a374602g""#,
        "[]",
        r#"["6b01d2eb627f2972a3746020","Acme"]"#,
        "{}",
        r#"{"_id":"6b01d2eb627f2972a3746020"}"#,
        r#"{"name":"Acme"}"#,
        r#"{"_id":"6b01d2eb627f2972a3746020","name":null}"#,
        r#"{"_id":null,"name":"Acme"}"#,
        r#"{"_id":"6b01","name":"Acme"}"#,
        r#"{"id":"6b01d2eb627f2972a3746020","name":"Acme"}"#,
        r#"{"_id":"6b01d2eb627f2972a3746020","name":"twice","name":"twice"}"#,
        r#"{"_id":"6b01d2eb627f2972a3746020","_id":"6b01d2eb627f2972a3746020","name":"twice"}"#,
    ]);
}

#[test]
fn an_api_token_may_have_no_workspace() {
    let token = |workspace: Value| {
        json!({
            "_id": ID, "nickname": "ci", "tokenPrefix": "ql_8af2c", "workspace": workspace,
            "expiresAt": "2026-11-22T17:20:42.894Z", "lastUsedAt": null, "usageCount": 2,
            "created": "2026-11-21T17:20:43.008Z",
        })
    };
    let mut absent = token(Value::Null);
    absent.as_object_mut().unwrap().remove("workspace");
    accepts::<ApiToken>(&[
        (absent, token(Value::Null)),
        (token(Value::Null), token(Value::Null)),
        (token(json!(ID)), token(json!(ID))),
        (token(json!({"_id": ID, "name": "Acme", "tenant": "0"})), token(json!({"_id": ID, "name": "Acme"}))),
    ]);
}

fn profile() -> Value {
    json!({"username": "ada", "roles": []})
}

fn workspace() -> Value {
    json!({"_id": ID, "name": "Acme", "roles": [], "labels": []})
}

#[test]
fn a_sign_in_has_tokens_beside_the_user() {
    let least = json!({"token": "a", "refreshToken": "r", "user": profile()});
    let most = json!({"token": "a", "refreshToken": "r", "user": profile(), "workspace": workspace()});
    accepts::<SignedInOAuth>(&[
        (least.clone(), least.clone()),
        (most.clone(), most),
        (json!({"workspace": null, "user": {"username": "ada"}, "refreshToken": "r", "token": "a"}), least.clone()),
        (
            json!({
                "headers": {"set-cookie": ["x"]}, "token": "a", "refreshToken": "r", "expires": 1.5,
                "user": {"username": "ada", "email": null, "roles": [], "internal": [{}]}, "id": null,
            }),
            least.clone(),
        ),
        (
            json!({"token": "", "refreshToken": "", "user": {}}),
            json!({"token": "", "refreshToken": "", "user": {"roles": []}}),
        ),
    ]);
    accepts::<Payload<SignedInOAuth>>(&[(json!({"payload": least}), json!({"payload": least}))]);
    refuses::<SignedInOAuth>(&[
        "null",
        "{}",
        r#""a""#,
        r#"["a","r",{}]"#,
        r#"[["a","r"],[{}]]"#,
        r#"{"refreshToken":"r","user":{}}"#,
        r#"{"token":"a","user":{}}"#,
        r#"{"token":"a","refreshToken":"r"}"#,
        r#"{"token":null,"refreshToken":"r","user":{}}"#,
        r#"{"token":"a","refreshToken":null,"user":{}}"#,
        r#"{"token":"a","refreshToken":"r","user":null}"#,
        r#"{"token":7,"refreshToken":"r","user":{}}"#,
        r#"{"token":"a","refreshToken":"r","user":{"roles":null}}"#,
        r#"{"token":"a","refreshToken":"r","user":{},"workspace":{}}"#,
        r#"{"token":"a","refreshToken":"r","user":{},"workspace":"6b01d2eb627f2972a3746020"}"#,
        r#"{"tokens":{"token":"a","refreshToken":"r"},"user":{}}"#,
        r#"{"access":"a","refresh":"r","user":{}}"#,
        r#"{"token":"twice","token":"twice","refreshToken":"r","user":{}}"#,
        r#"{"token":"a","refreshToken":"twice","refreshToken":"twice","user":{}}"#,
        r#"{"token":"a","refreshToken":"r","user":{"name":"twice"},"user":{"name":"twice"}}"#,
        r#"{"token":"a","refreshToken":"r","user":{"name":"twice"},"workspace":null,"workspace":null}"#,
    ]);
}

#[test]
fn the_user_of_a_callback_has_an_id_beside_the_profile() {
    let most = json!({
        "_id": ID, "username": "ada", "email": "ada@example.com", "firstName": "Ada", "lastName": "L", "name": "Ada L",
        "fullName": "Ada L", "roles": ["user"],
    });
    accepts::<CallbackUser>(&[
        (most.clone(), most),
        (json!({}), json!({"roles": []})),
        (json!({"_id": null, "email": null, "password": "x", "salt": [1.5]}), json!({"roles": []})),
    ]);
    refuses::<CallbackUser>(&[
        "null",
        "[]",
        r#"["6b01d2eb627f2972a3746020"]"#,
        r#"{"_id":"6b01"}"#,
        r#"{"roles":null}"#,
        r#"{"roles":[null]}"#,
        r#"{"name":7}"#,
        r#"{"name":"twice","name":"twice"}"#,
        r#"{"_id":null,"_id":null,"name":"twice"}"#,
    ]);
}

#[test]
fn a_member_has_the_user_beside_the_membership() {
    let most = json!({
        "_id": ID, "user": ID, "roles": ["admin"], "created": "2026-11-21T17:20:39.279Z", "email": "ada@example.com",
        "firstName": "Ada", "lastName": "L", "fullName": "Ada L",
    });
    accepts::<Member>(&[
        (most.clone(), most),
        (
            json!({"user": ID, "_id": null, "created": null, "email": null, "more": {}}),
            json!({"user": ID, "roles": []}),
        ),
    ]);
    refuses::<Member>(&[
        "null",
        "{}",
        "[]",
        r#"{"user":null}"#,
        r#"{"user":"6b01"}"#,
        r#"{"user":"6b01d2eb627f2972a3746020","roles":null}"#,
        r#"{"user":"6b01d2eb627f2972a3746020","created":"yesterday"}"#,
        r#"{"user":"6b01d2eb627f2972a3746020","email":7}"#,
        r#"{"user":"6b01d2eb627f2972a3746020","email":"twice","email":"twice"}"#,
        r#"{"user":"6b01d2eb627f2972a3746020","user":"6b01d2eb627f2972a3746020","email":"twice"}"#,
    ]);
}

/// The reason why a body is not a `T`.
fn why<T: DeserializeOwned + Debug + 'static>(body: &str) -> String {
    let misfit = read_json::<T>(body.as_bytes()).unwrap_err();
    let Unfit::Other(why) = misfit.why(&Content::of_body(body.as_bytes())) else { panic!("{body}") };
    why.split(" at line ").next().unwrap().to_owned()
}

#[test]
fn a_message_about_a_sign_in_names_the_field() {
    for (payload, reason) in [
        (r#"{"token":"a","user":{}}"#, "`payload`: missing field `refreshToken`"),
        (r#"{"token":"a","token":"b"}"#, "`payload`: duplicate field `token`"),
        (r#"{"token":true}"#, "`payload.token`: invalid type: boolean, expected a string"),
        (r#"{"user":{"roles":[true]}}"#, "`payload.user.roles[0]`: invalid type: boolean, expected a string"),
        (
            r#"{"workspace":{"_id":"6b01"}}"#,
            "`payload.workspace._id`: not the id of a workspace: an id is 24 hexadecimal digits",
        ),
        ("[]", "`payload`: invalid type: sequence, expected struct SignedInOAuth"),
    ] {
        assert_eq!(why::<Payload<SignedInOAuth>>(&format!(r#"{{"payload":{payload}}}"#)), reason, "{payload}");
    }
    assert_eq!(why::<CallbackUser>(r#"{"_id":true}"#), "`_id`: invalid type: boolean, expected a string");
    assert_eq!(why::<CallbackUser>(r#"{"roles":[true]}"#), "`roles[0]`: invalid type: boolean, expected a string");
}

#[test]
fn a_message_about_a_member_names_the_field() {
    for (member, reason) in [
        ("{}", "`[0]`: missing field `user`"),
        (r#"{"user":true}"#, "`[0].user`: invalid type: boolean, expected a string"),
        (r#"{"email":true}"#, "`[0].email`: invalid type: boolean, expected a string"),
        ("[]", "`[0]`: invalid type: sequence, expected struct Member"),
    ] {
        assert_eq!(why::<Vec<Member>>(&format!("[{member}]")), reason, "{member}");
    }
}

#[test]
fn a_message_about_a_workspace_link_says_what_is_wrong() {
    let forms = "the id of a workspace, or an object with `_id` and `name`";
    for (link, reason) in [
        ("true", format!("`[0]`: invalid type: boolean, expected {forms}")),
        ("[]", format!("`[0]`: invalid type: sequence, expected {forms}")),
        (r#""6b01""#, "`[0]`: not the id of a workspace: an id is 24 hexadecimal digits".to_owned()),
        ("{}", "`[0]`: missing field `_id`".to_owned()),
        (r#"{"_id":"6b01"}"#, "`[0]._id`: not the id of a workspace: an id is 24 hexadecimal digits".to_owned()),
        (r#"{"name":true}"#, "`[0].name`: invalid type: boolean, expected a string".to_owned()),
    ] {
        assert_eq!(why::<Vec<WorkspaceLink>>(&format!("[{link}]")), reason, "{link}");
    }
}
