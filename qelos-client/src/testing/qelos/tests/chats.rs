//! Chats and threads, where recordings do not show each case.

use super::*;

fn bearer(test: &Test) -> String {
    format!("Bearer {}", test.sign_in(None).0)
}

fn ask(test: &Test, path: &str, bearer: &str, body: &Value) -> Response<Bytes> {
    test.call(Method::POST, &format!("/api/ai/{path}"), ("authorization", bearer), body)
}

#[test]
fn each_request_gets_the_next_reply_and_the_last_is_repeated() {
    let test = start();
    let chat = test.qelos.add_chat(NewChat::new([ModelReply::text(["one"]), ModelReply::text(["t", "wo"])]));
    let bearer = bearer(&test);
    let texts = [(); 3].map(|()| {
        let response = ask(&test, &format!("{chat}/chat-completion"), &bearer, &json!({ "messages": [] }));
        json_of(&response)["choices"][0]["message"]["content"].as_str().unwrap().to_owned()
    });
    assert_eq!(texts, ["one", "two", "two"]);
}

#[test]
fn a_chat_is_for_its_roles() {
    let test = start();
    let bearer = bearer(&test);
    for (role, expected) in [("editor", 403), ("user", 200), ("*", 200)] {
        let chat = test.qelos.add_chat(NewChat::new([ModelReply::text(["Hello"])]).role(role));
        let body = json!({ "messages": [], "integration": chat });
        assert_eq!(ask(&test, &format!("{chat}/chat-completion"), &bearer, &body).status(), expected);
        let begun = ask(&test, "threads", &bearer, &body).status();
        assert_eq!(begun, if expected == 200 { 201 } else { 403 });
    }
}

#[test]
fn functions_of_the_caller_are_returned_without_a_stream_as_well() {
    let test = start();
    let reply = ModelReply::calling("pick", &json!({ "a": 1 })).and_calling("drop", &json!({}));
    let chat = test.qelos.add_chat(NewChat::new([reply]));
    let tools = json!([{"name": "pick", "description": "Picks"}, {"name": "drop", "description": "Drops"}]);
    let path = format!("{chat}/chat-completion");
    let called = json_of(&ask(&test, &path, &bearer(&test), &json!({ "messages": [], "clientTools": tools })));
    assert_eq!(called["type"], "client_tool_calls");
    assert_eq!(called["functionCalls"][0]["function"], json!({ "name": "pick", "arguments": "{\"a\":1}" }));
    assert_eq!([&called["functionCalls"][0]["id"], &called["functionCalls"][1]["id"]], ["call_1", "call_2"]);
    let unknown = ask(&test, &path, &bearer(&test), &json!({ "messages": [] }));
    assert_eq!(unknown.status(), 501, "what the server makes of its own functions is not known");
}

#[test]
fn a_thread_keeps_the_messages_of_its_user() {
    let test = start();
    let chat = test.qelos.add_chat(NewChat::new([ModelReply::text(["Hello"])]).recording_threads());
    let bearer = bearer(&test);
    let thread = json_of(&ask(&test, "threads", &bearer, &json!({ "integration": chat })));
    let thread = thread["_id"].as_str().unwrap();
    let path = format!("{chat}/chat-completion/{thread}");
    let messages = json!([{"role": "system", "content": "no"}, {"role": "user", "content": "Hi"}]);
    assert_eq!(ask(&test, &path, &bearer, &json!({ "messages": messages })).status(), 200);
    let messages = json!([{"role": "user", "content": "old", "timestamp": "2026-11-21T17:20:00Z"}, {"role": "user", "content": "Bye"}]);
    assert_eq!(ask(&test, &path, &bearer, &json!({ "messages": messages })).status(), 200);

    let kept = json_of(&test.get(&format!("/api/ai/threads/{thread}"), ("authorization", &bearer)));
    let contents: Vec<_> = kept["messages"].as_array().unwrap().iter().map(|message| &message["content"]).collect();
    assert_eq!(contents, ["Hi", "Hello", "Bye", "Hello"]);
    assert_eq!(kept["title"], "Hi");
    let in_another = format!("Bearer {}", test.sign_in(Some(second_workspace(&test))).0);
    let foreign = test.get(&format!("/api/ai/threads/{thread}"), ("authorization", &in_another));
    assert_eq!(foreign.status(), 404, "a thread is in a workspace");
    assert_eq!(ask(&test, &path, &in_another, &json!({ "messages": [] })).status(), 404);
    assert_eq!(json_of(&test.get("/api/ai/threads", ("authorization", &in_another))), json!([]));
}

fn second_workspace(test: &Test) -> WorkspaceId {
    let bearer = bearer(test);
    let listed = json_of(&test.get("/api/workspaces", ("authorization", &bearer)));
    listed[1]["_id"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_reply_that_fails_is_not_kept() {
    let test = start();
    let reply = ModelReply::text(["Hel"]).then_failing("terminated");
    let chat = test.qelos.add_chat(NewChat::new([reply]).recording_threads());
    let bearer = bearer(&test);
    let thread = json_of(&ask(&test, "threads", &bearer, &json!({ "integration": chat })));
    let thread = thread["_id"].as_str().unwrap();
    let body = json!({ "messages": [{"role": "user", "content": "Hi"}] });
    assert_eq!(ask(&test, &format!("{chat}/chat-completion/{thread}"), &bearer, &body).status(), 500);
    let kept = json_of(&test.get(&format!("/api/ai/threads/{thread}"), ("authorization", &bearer)));
    assert_eq!(kept["messages"].as_array().unwrap().len(), 1);
}
