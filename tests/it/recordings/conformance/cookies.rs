//! Renewing a cookie, getting one for a refresh token, and the providers of social login.

use serde_json::Value;

use super::world::Chapter::{SignedUp, WithoutPicture};
use super::world::{World, cookie_of};
use super::{Scenario, access, as_recorded};

pub(super) const SCENARIOS: &[Scenario] = &[
    ("157-cookie-refresh-via-gateway", WithoutPicture, World::cookie),
    ("160-cookie-refresh-sdk-direct-oauth-signed-in", WithoutPicture, |world| access(reachable(world))),
    ("161-cookie-refresh-sdk-direct-extraHeaders", WithoutPicture, |world| reachable(world).cookie()),
    ("162-cookie-refresh-ok-cookie", WithoutPicture, |world| reachable(world).cookie()),
    ("164-cookie-refresh-reused", WithoutPicture, |world| {
        let cookie = reachable(world).cookie();
        let response = world.post("/api/cookie/refresh", Some(("cookie", format!("qlt_0={cookie}"))), &Value::Null);
        assert_eq!(response.status(), 200);
        cookie
    }),
    ("165-cookie-refresh-none", WithoutPicture, |world| as_recorded(reachable(world))),
    ("166-cookie-refresh-garbage", WithoutPicture, |world| as_recorded(reachable(world))),
    ("170-cookie-refresh-after-logout", WithoutPicture, |world| {
        let cookie = reachable(world).cookie();
        world.sign_out("cookie", format!("qlt_0={cookie}"));
        cookie
    }),
    ("181-auth-callback-reused", WithoutPicture, |world| {
        let refresh = world.user_1().refresh;
        assert_eq!(world.post(&format!("/api/auth/callback?rt={refresh}"), None, &Value::Null).status(), 200);
        refresh
    }),
    ("182-auth-callback-missing", SignedUp, as_recorded),
    ("184-auth-callback-garbage", SignedUp, as_recorded),
    ("185-social-google-not-configured", SignedUp, as_recorded),
    ("186-social-github-not-configured", SignedUp, as_recorded),
    ("188-social-facebook-not-configured", SignedUp, as_recorded),
];

/// The cookie that the server gives for a refresh token.
pub(super) fn from_callback(world: &World) -> String {
    let refresh = world.user_1().refresh;
    cookie_of(&world.post(&format!("/api/auth/callback?rt={refresh}"), None, &Value::Null))
}

/// Makes the route reachable: these recordings were made behind the gateway.
fn reachable(world: &World) -> &World {
    world.qelos.set_cookie_refresh_reachable(true);
    world
}
