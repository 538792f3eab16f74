//! The receiving half of a plugin: servers that register it, requests that their gateway passes on, renewals, pages, and
//! clients for tenants.

mod routes;

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Request, Response};
use qelos_client::api::{OAuthSignIn, SetUserData, UsersCreate};
use qelos_client::plugin::{Authorize, Denied, IssuedTokens, Manifest, Plugin, Register, Settings};
use qelos_client::testing::{FakeQelos, Faults, ManualClock, NewUser};
use qelos_client::wire::NewAccount;
use qelos_client::{Body, Client, ExposeSecret as _, OAuth, SecretString, Timestamp, Transport, TransportError};
use serde_json::json;

const BOT: &str = "todos.0@acme.example";
const PASSWORD: &str = "pl4nted-password";

/// The servers that the plugin reaches, by host.
#[derive(Clone)]
struct Network(BTreeMap<&'static str, Faults<FakeQelos>>);

impl Transport for Network {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, TransportError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        self.0.get(host.as_str()).unwrap_or_else(|| panic!("{host} was called")).send(request).await
    }
}

/// A plugin, its own Qelos, and a server that may register it.
struct World {
    clock: ManualClock,
    own: FakeQelos,
    acme: FakeQelos,
    network: Network,
}

fn variables(name: &str) -> Option<&'static str> {
    Some(match name {
        "ACCESS_TOKEN_SECRET" => "pl4nted-access-secret-of-32-bytes!",
        "REFRESH_TOKEN_SECRET" => "pl4nted-refresh-secret-of-32-bytes",
        "USER_PAYLOAD_SECRET" => "pl4nted-user-payload-secret-32-byt",
        "APP_URL" => "https://todos.example",
        "ALLOWED_TENANTS" => "other.example, Acme.Example",
        _ => return None,
    })
}

fn settings() -> Settings {
    Settings::read_from(|name| variables(name).map(Into::into)).unwrap()
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::new("2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap());
        let [own, acme] = [(); 2].map(|()| FakeQelos::new(clock.clone()));
        own.add_user(NewUser::new("todos@own.example", "hunter22").role("admin"));
        acme.add_user(NewUser::new(BOT, PASSWORD).role("plugin"));
        acme.add_user(NewUser::new("ada@acme.example", "hunter22"));
        let servers = [("own.example", &own), ("acme.example", &acme), ("foreign.example", &acme)];
        let network = Network(servers.map(|(host, qelos)| (host, Faults::around(qelos.clone()))).into());
        Self { clock, own, acme, network }
    }

    async fn plugin(&self) -> Plugin<OAuth, Network> {
        self.plugin_of("todos@own.example").await
    }

    /// The plugin with a session of this user of its own Qelos.
    async fn plugin_of(&self, user: &str) -> Plugin<OAuth, Network> {
        let own = Client::builder("https://own.example").transport(self.network.clone()).clock(self.clock.clone());
        let sign_in = OAuthSignIn::new(user, "hunter22".into());
        let (own, _) = own.build().unwrap().oauth_sign_in(&sign_in).await.unwrap();
        let own = own.sign_in_again_with(sign_in);
        Plugin::new(Manifest::new("todos", settings().app_url()), settings(), own)
    }
}

fn registration() -> Register {
    let mut registration = Register::default();
    registration.username = Some(BOT.to_owned());
    registration.password = Some(PASSWORD.into());
    registration.app_url = Some("https://acme.example".to_owned());
    registration
}

/// The headers of a request that the gateway passes on.
fn headers(token: &str, user: Option<&str>) -> HeaderMap {
    let fields = [("authorization", Some(format!("Bearer {token}"))), ("user", user.map(str::to_owned))];
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name.parse().unwrap(), value?.parse().unwrap())));
    fields.collect()
}

fn access(tokens: &IssuedTokens) -> &str {
    tokens.access_token.expose_secret()
}

const UNA: &str = r#"{"_id":"6b072b5778f278c3d3bceb1c","username":"una@acme.example","firstName":"Una","roles":["user"],"workspace":{"_id":"6b072b5778f278c3d3bceb1d","name":"W","roles":["admin"]}}"#;

#[tokio::test(start_paused = true)]
async fn a_tenant_registers_calls_and_renews() {
    let world = World::new();
    let plugin = world.plugin().await;
    let tokens = plugin.register(&registration()).await.unwrap();
    let caller = plugin.caller(&headers(access(&tokens), Some(UNA))).unwrap();
    let user = caller.user.clone().unwrap();
    assert_eq!((user.first_name.as_deref(), user.roles.as_slice()), (Some("Una"), ["user".to_owned()].as_slice()));
    assert_eq!(user.workspace.unwrap().roles, ["admin"]);
    let encoded = plugin.caller(&headers(access(&tokens), Some(&STANDARD.encode(UNA)))).unwrap();
    assert_eq!(encoded, caller, "the gateway also writes the user in base64");
    let guest = plugin.caller(&headers(access(&tokens), None)).unwrap();
    assert_eq!((guest.user, &guest.tenant), (None, &caller.tenant));

    world.clock.advance(Duration::from_hours(1));
    let expired = plugin.caller(&headers(access(&tokens), Some(UNA))).unwrap_err();
    assert_eq!(expired.to_string(), "the access token is not one of this plugin, or it has expired");
    let renewed = plugin.renew(&tokens.refresh_token).await.unwrap();
    assert_eq!(plugin.caller(&headers(access(&renewed), None)).unwrap().tenant.id, caller.tenant.id);
    let again = plugin.renew(&tokens.refresh_token).await.unwrap_err();
    assert_eq!(again.to_string(), "the refresh token is not valid: install the plugin again");
    plugin.renew(&renewed.refresh_token).await.expect("a second use of the old one harms no one");
}

#[tokio::test(start_paused = true)]
async fn one_of_many_concurrent_renewals_succeeds() {
    let world = World::new();
    let plugin = world.plugin().await;
    let tokens = plugin.register(&registration()).await.unwrap();
    let renewals = (0..20).map(|_| {
        let (plugin, token) = (plugin.clone(), tokens.refresh_token.clone());
        tokio::spawn(async move { plugin.renew(&token).await.is_ok() })
    });
    let mut renewed = 0;
    for renewal in renewals.collect::<Vec<_>>() {
        renewed += usize::from(renewal.await.unwrap());
    }
    assert_eq!(renewed, 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_another_has_signed_is_refused() {
    let world = World::new();
    let plugin = world.plugin().await;
    let tokens = plugin.register(&registration()).await.unwrap();
    let claims = access(&tokens).split('.').nth(1).unwrap();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{claims}.");
    let other = Settings::read_from(|name| match name {
        "ACCESS_TOKEN_SECRET" => Some("another-secret-that-has-32-bytes!!".into()),
        name => variables(name).map(Into::into),
    });
    let own = Client::builder("https://own.example").transport(world.network.clone()).clock(world.clock.clone());
    let other =
        Plugin::new(Manifest::new("x", settings().app_url()), other.unwrap(), own.api_token("ql_1").build().unwrap());
    assert!(other.caller(&headers(access(&tokens), None)).is_err());
    for token in [unsigned.as_str(), tokens.refresh_token.expose_secret(), "", "x.y.z"] {
        assert!(plugin.caller(&headers(token, Some(UNA))).is_err(), "{token}");
        assert!(
            plugin.renew(&SecretString::from(if token.len() > 200 { access(&tokens) } else { token })).await.is_err()
        );
    }
    let bare = plugin.caller(&HeaderMap::from_iter([("user".parse().unwrap(), UNA.parse().unwrap())])).unwrap_err();
    assert_eq!(bare.to_string(), "there is no access token");
    for user in ["{", "7", "not base64!", "{\"_id\":\"x\"}"] {
        let unreadable = plugin.caller(&headers(access(&tokens), Some(user))).unwrap_err();
        assert_eq!(unreadable.to_string(), "the header `user` does not name a user", "{user}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_registration_that_is_not_accepted_says_why() {
    let world = World::new();
    let plugin = world.plugin().await;
    let register = |change: fn(&mut Register)| {
        let mut registration = registration();
        change(&mut registration);
        let plugin = plugin.clone();
        async move { plugin.register(&registration).await.unwrap_err() }
    };
    for (denied, why) in [
        (register(|asked| asked.username = None).await, "missing username"),
        (
            register(|asked| (asked.password, asked.app_url) = (Some(" ".into()), None)).await,
            "missing password, appUrl",
        ),
        (register(|asked| asked.app_url = Some("acme".to_owned())).await, "`appUrl` is"),
        (register(|asked| asked.app_url = Some("https://foreign.example".to_owned())).await, "may not register"),
        (register(|asked| asked.username = Some("todos.0@evil.example".to_owned())).await, "at the host of `appUrl`"),
        (register(|asked| asked.username = Some("todos".to_owned())).await, "at the host of `appUrl`"),
        (register(|asked| asked.password = Some("wrong".into())).await, "refuses `username` and `password`"),
    ] {
        assert!(denied.to_string().contains(why) && denied.status() == 401, "{denied}");
        assert!(!denied.to_string().contains(PASSWORD));
    }
    let mut user = registration();
    user.username = Some("ada@acme.example".to_owned());
    user.password = Some("hunter22".into());
    let denied = plugin.register(&user).await.unwrap_err();
    assert!(denied.to_string().contains("does not have the role `plugin`"), "{denied}");
    assert_eq!(world.own.count("POST", "/api/users"), 0, "no tenant was made");
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_registers_again_is_the_same_and_its_old_tokens_are_not_renewed() {
    let world = World::new();
    let plugin = world.plugin().await;
    let first = plugin.register(&registration()).await.unwrap();
    let second = plugin.register(&registration()).await.unwrap();
    let tenant = |tokens: &IssuedTokens| plugin.caller(&headers(access(tokens), None)).unwrap().tenant.id;
    assert_eq!(tenant(&first), tenant(&second));
    assert!(matches!(plugin.renew(&first.refresh_token).await, Err(Denied::Refused(_))));
    plugin.renew(&second.refresh_token).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_user_that_is_no_tenant_is_not_taken_over() {
    let world = World::new();
    world.own.add_user(NewUser::new(BOT, "hunter22").first_name("Ada"));
    let denied = world.plugin().await.register(&registration()).await.unwrap_err();
    assert_eq!(denied.to_string(), "the plugin has a user of its own with the name in `username`");
    let writes = world.own.requests().into_iter().filter(|request| {
        let request = request.as_str();
        request.contains("/api/users") && !request.starts_with("GET ")
    });
    assert_eq!(writes.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_of_a_tenant_outlives_its_tokens_and_its_process() {
    let world = World::new();
    let plugin = world.plugin().await;
    let tokens = plugin.register(&registration()).await.unwrap();
    let tenant = plugin.caller(&headers(access(&tokens), None)).unwrap().tenant;
    let client = plugin.client_of(&tenant).await.unwrap();
    assert_eq!(client.logged_in_user().await.unwrap().username.as_deref(), Some(BOT));
    world.clock.advance(Duration::from_hours(6));
    client.logged_in_user().await.expect("its access token is renewed");
    assert_eq!(world.acme.count("POST", "/api/token/refresh"), 1);

    // Another process, which finds the new tokens.
    let restarted = world.plugin().await;
    world.acme.forget_requests();
    let client = restarted.client_of(&tenant).await.unwrap();
    client.logged_in_user().await.unwrap();
    assert_eq!((world.acme.count("POST", "/api/signin"), world.acme.count("POST", "/api/token/refresh")), (0, 0));

    // The session is lost: it signs in again with the password of the registration.
    let bot = client.logged_in_user().await.unwrap().id;
    world.acme.revoke_refresh_tokens(bot);
    world.clock.advance(Duration::from_hours(6));
    client.logged_in_user().await.unwrap();
    assert_eq!(world.acme.count("POST", "/api/signin"), 1);

    let mut unknown = tenant;
    unknown.id = "0123456789abcdef01234567".parse().unwrap();
    let error = plugin.client_of(&unknown).await.unwrap_err();
    assert!(error.to_string().contains("has to install the plugin again"), "{error}");
}

/// Both forms: the name of the user has been called `email` before.
#[tokio::test(start_paused = true)]
async fn a_tenant_of_plugin_play_is_taken_over() {
    for name in ["username", "email"] {
        let world = World::new();
        let at = |url: &str| Client::builder(url).transport(world.network.clone()).clock(world.clock.clone()).build();
        let own = OAuthSignIn::new("todos@own.example", "hunter22".into());
        let (own, _) = at("https://own.example").unwrap().oauth_sign_in(&own).await.unwrap();
        let bot = OAuthSignIn::new(BOT, PASSWORD.into());
        let tokens = at("https://acme.example").unwrap().oauth_sign_in(&bot).await.unwrap().0.tokens().unwrap();

        let metadata = json!({ "tokenIdentifier": "1795631959" }).as_object().cloned();
        let mut user = NewAccount::new(BOT);
        user.internal_metadata = metadata;
        let id = own.call(&UsersCreate { user }).await.unwrap().id;
        let payload = json!({ "token": tokens.access.expose_secret(), "refreshToken": tokens.refresh.expose_secret(), "user": {} });
        let data =
            json!({ "appUrl": "https://acme.example", name: BOT, "password": PASSWORD, "currentAuthPayload": payload });
        let secret = variables("USER_PAYLOAD_SECRET").unwrap().to_owned();
        own.call(&SetUserData::new(id, secret, data)).await.unwrap();

        let plugin = world.plugin().await;
        let tenant = serde_json::from_value(json!({ "sub": id, "identifier": "1795631959" })).unwrap();
        world.acme.forget_requests();
        let client = plugin.client_of(&tenant).await.unwrap();
        assert_eq!(client.logged_in_user().await.unwrap().username.as_deref(), Some(BOT));
        assert_eq!(world.acme.count("POST", "/api/signin"), 0, "the session goes on");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_gets_the_cookie_of_its_user() {
    let world = World::new();
    let plugin = world.plugin().await;
    let tokens = plugin.register(&registration()).await.unwrap();
    let from_qelos = headers(access(&tokens), Some(UNA));
    let page = "https://todos.example/list?x=1";
    let callback = plugin.callback(&from_qelos, &STANDARD.encode(page)).unwrap();
    let token = callback.token.clone();
    let shown = callback.return_url.expose_secret();
    assert_eq!(shown, format!("{page}&code={}&token={}", callback.code, token.expose_secret()));

    let authorize = Authorize::new(page, token.clone());
    let (authorized, cookie) = plugin.authorize(&authorize).unwrap();
    assert_eq!(authorized.user.unwrap().first_name.as_deref(), Some("Una"));
    let cookie = cookie.expose_secret();
    assert!(cookie.ends_with("; Max-Age=1800; Path=/; HttpOnly; Secure; SameSite=None"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let of_page = |code: &str, cookies: &str| {
        let fields = [("code", code.to_owned()), ("cookie", cookies.to_owned())];
        fields.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
    };
    let visitor = of_page(&callback.code, &format!("other=1; {pair}"));
    assert_eq!(plugin.visitor(&visitor).unwrap().user.unwrap().first_name.as_deref(), Some("Una"));
    assert!(plugin.un_authorize(&visitor).unwrap().starts_with(&format!("token_{}=; Max-Age=0;", callback.code)));

    // Each token is good for its place only.
    let in_cookie = format!("token_{}={}", callback.code, token.expose_secret());
    for (code, cookies) in [(callback.code.as_str(), in_cookie.as_str()), ("other", pair), (&callback.code, "a=b")] {
        assert!(plugin.visitor(&of_page(code, cookies)).is_err(), "{code} {cookies}");
    }
    let value = pair.split_once('=').unwrap().1;
    assert!(
        plugin.caller(&headers(value, None)).is_err() && plugin.caller(&headers(token.expose_secret(), None)).is_err()
    );
    for (return_url, token) in
        [(page, value), ("https://todos.example/other", token.expose_secret()), (page, access(&tokens))]
    {
        assert!(plugin.authorize(&Authorize::new(return_url, token.into())).is_err());
    }
    world.clock.advance(Duration::from_mins(30));
    assert!(plugin.visitor(&visitor).is_err() && plugin.authorize(&authorize).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_token_goes_to_no_page_of_others() {
    let world = World::new();
    let plugin = world.plugin().await;
    let tokens = plugin.register(&registration()).await.unwrap();
    let from_qelos = headers(access(&tokens), Some(UNA));
    for page in [
        "https://evil.example/",
        "http://todos.example/",
        "https://todos.example:8443/",
        "https://todos.example@evil.example/",
        "https://todos.example.evil.example/",
        "https://todos.example\\@evil.example/",
        "https://evil.example?https://todos.example/",
        "javascript:alert(1)//todos.example/",
        "//todos.example/",
        "https://todos.example/#",
        "",
    ] {
        let denied = plugin.callback(&from_qelos, &STANDARD.encode(page)).unwrap_err();
        assert!(denied.to_string().contains("not the URL of a page of this plugin"), "{page}: {denied}");
    }
    for page in ["https://todos.example", "https://TODOS.example:443/a%20b/ü?x=/../y"] {
        assert!(plugin.callback(&from_qelos, &STANDARD.encode(page)).is_ok(), "{page}");
    }
    assert!(plugin.callback(&from_qelos, "not base64").is_err());
    assert!(plugin.callback(&HeaderMap::new(), &STANDARD.encode("https://todos.example/")).is_err());
}

#[test]
fn settings_that_cannot_be_used_are_named_together() {
    let error = |change: fn(&str) -> Option<&'static str>| {
        Settings::read_from(|name| change(name).map(Into::into)).unwrap_err().to_string()
    };
    assert_eq!(
        error(|_| None),
        "the environment of the plugin: ACCESS_TOKEN_SECRET is missing; REFRESH_TOKEN_SECRET is missing; \
         USER_PAYLOAD_SECRET is missing; APP_URL is missing"
    );
    assert_eq!(
        error(|name| if name == "REFRESH_TOKEN_SECRET" { variables("ACCESS_TOKEN_SECRET") } else { variables(name) }),
        "the environment of the plugin: REFRESH_TOKEN_SECRET is the same as ACCESS_TOKEN_SECRET: a refresh token would be good \
         as an access token"
    );
    assert_eq!(
        error(|name| if name == "USER_PAYLOAD_SECRET" { variables("ACCESS_TOKEN_SECRET") } else { variables(name) }),
        "the environment of the plugin: USER_PAYLOAD_SECRET is the same as ACCESS_TOKEN_SECRET: a server is told it, and no \
         server may be told what signs tokens"
    );
    assert!(
        error(|name| if name == "USER_PAYLOAD_SECRET" { variables("REFRESH_TOKEN_SECRET") } else { variables(name) })
            .contains("USER_PAYLOAD_SECRET is the same as REFRESH_TOKEN_SECRET")
    );
    assert!(error(|name| if name == "APP_URL" { Some("todos") } else { variables(name) }).contains("APP_URL is"));
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_plugin_shows_a_secret() {
    let world = World::new();
    let plugin = world.plugin().await;
    let tokens = plugin.register(&registration()).await.unwrap();
    let tenant = plugin.caller(&headers(access(&tokens), None)).unwrap().tenant;
    let client = plugin.client_of(&tenant).await.unwrap();
    let callback =
        plugin.callback(&headers(access(&tokens), None), &STANDARD.encode("https://todos.example/")).unwrap();
    let requests = world.own.requests().iter().map(ToString::to_string).collect::<String>();
    let shown =
        format!("{plugin:?} {:?} {tokens:?} {callback:?} {client:?} {:?} {requests}", settings(), registration());
    let jwt = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    for secret in ["pl4nted", jwt] {
        let at = shown.find(secret);
        assert_eq!(at, None, "{}", &shown[at.unwrap_or_default().saturating_sub(200)..][..400.min(shown.len())]);
    }
}
