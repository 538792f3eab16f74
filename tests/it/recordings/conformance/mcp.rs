//! OAuth for MCP clients, from discovery to tokens.

use bytes::Bytes;
use http::Response;
use serde_json::json;

use super::token;
use super::world::Chapter::WithoutPicture;
use super::world::{World, json_of};
use super::{Scenario, as_recorded};

const CLIENT: &str = "1607ae53-bfd5-4d11-b41e-15dc4804bbd0";
const CODE: &str = "G9JbXER7q-c-l6Jn_FUwXjXoDFn5Ab3O0P0WopgSTLU";
const VERIFIER: &str = "hB5u8D6Cd3-091cJ5nODvpqb_XFuWJQgkINV6NVfGv0";

const WITH_PKCE: &str = "redirect_uri=https%3A%2F%2Fclient.example%2Fcb&state=st+1&code_challenge_method=S256\
                         &code_challenge=epFHZyF3HeHkqMpMkm3VYqP9wL8KkovhAHF3kXItB7s";
const WITHOUT_PKCE: &str = "redirect_uri=https%3A%2F%2Fclient.example%2Fcb&state=s3";

pub(super) const SCENARIOS: &[Scenario] = &[
    ("196-mcp-discovery", WithoutPicture, as_recorded),
    ("197-mcp-register", WithoutPicture, as_recorded),
    ("198-mcp-register-confidential", WithoutPicture, as_recorded),
    ("200-mcp-register-bad-uri", WithoutPicture, as_recorded),
    ("201-mcp-authorize-no-session", WithoutPicture, as_recorded),
    ("202-mcp-authorize-cookie", WithoutPicture, World::cookie),
    ("204-mcp-authorize-no-redirect-uri", WithoutPicture, World::cookie),
    ("205-mcp-authorize-redirect-not-permitted", WithoutPicture, World::cookie),
    ("206-mcp-authorize-loopback-wildcard", WithoutPicture, World::cookie),
    ("208-mcp-authorize-unknown-client", WithoutPicture, World::cookie),
    ("209-mcp-authorize-registered-client", WithoutPicture, |world| {
        let body = json!({ "redirect_uris": ["http://127.0.0.1:8123/callback", "cursor://x/cb"] });
        let client = json_of(&world.post("/.well-known/oauth-authorization-server/register", None, &body));
        world.remember(CLIENT, &client["client_id"].as_str().expect("an id"));
        world.cookie()
    }),
    ("210-mcp-consent-accept", WithoutPicture, |world| asked(world, WITH_PKCE).0),
    ("212-mcp-consent-accept-json", WithoutPicture, |world| asked(world, WITH_PKCE).0),
    ("213-mcp-consent-deny", WithoutPicture, |world| asked(world, WITH_PKCE).0),
    ("214-mcp-consent-bad-action", WithoutPicture, |world| asked(world, WITH_PKCE).0),
    ("216-mcp-consent-no-session", WithoutPicture, |world| asked(world, WITH_PKCE).1),
    ("217-mcp-consent-accept-no-pkce", WithoutPicture, |world| asked(world, WITHOUT_PKCE).0),
    ("218-mcp-consent-accept-no-pkce-fragment", WithoutPicture, |world| asked(world, WITHOUT_PKCE).0),
    ("220-mcp-token-ok-1of2", WithoutPicture, |world| {
        consented(world);
        // A wrong verifier does not use up the code.
        assert_eq!(trade(world, "wrong").status(), 400);
        String::new()
    }),
    ("222-mcp-token-code-reused", WithoutPicture, |world| {
        consented(world);
        assert_eq!(trade(world, VERIFIER).status(), 200);
        String::new()
    }),
    ("224-mcp-token-refresh-grant", WithoutPicture, |world| world.user_1().refresh),
    ("225-mcp-token-missing-fields", WithoutPicture, as_recorded),
    ("226-mcp-token-json-body", WithoutPicture, as_recorded),
    ("228-mcp-token-npm-style-unknown-client", WithoutPicture, as_recorded),
];

/// A client asks for access. Returns the cookie of the user, and the state that the consent page knows.
fn asked(world: &World, query: &str) -> (String, String) {
    let cookie = world.cookie();
    let response = world.get(&format!("/api/auth/mcp/authorize?{query}"), ("cookie", format!("qlt_0={cookie}")));
    let state = token::find(&location(&response)).expect("a state").to_owned();
    world.remember_state(&state);
    (cookie, state)
}

/// The user agrees. From here on the recorded code means the one that the user's consent gave.
fn consented(world: &World) {
    let (cookie, state) = asked(world, WITH_PKCE);
    let body = json!({ "mcp_state": state, "action": "accept" });
    let response = world.post("/api/auth/mcp/consent", Some(("cookie", format!("qlt_0={cookie}"))), &body);
    let address = url::Url::parse(&location(&response)).expect("an address");
    let (_, code) = address.query_pairs().find(|(name, _)| name == "code").expect("a code");
    world.remember(CODE, &code);
}

fn trade(world: &World, verifier: &str) -> Response<Bytes> {
    let body = json!({
        "grant_type": "authorization_code",
        "code": world.known_as(CODE),
        "redirect_uri": "https://client.example/cb",
        "code_verifier": verifier,
    });
    world.post("/api/auth/mcp/token", None, &body)
}

fn location(response: &Response<Bytes>) -> String {
    response.headers()["location"].to_str().expect("text").to_owned()
}
