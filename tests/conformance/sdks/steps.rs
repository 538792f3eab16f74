//! The steps of the story: what the real server was recorded with in the same step, and why columns differ.

/// A step, in the order of the story.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// The recording of the real server.
    pub(crate) recording: Option<&'static str>,
    /// Why the clients differ: in what they send, in what they receive, or in whether the call succeeds. Empty if they do
    /// not.
    pub(crate) difference: &'static str,
    /// Whether the response to our client is held against the recording. It is not where that difference is the reason.
    pub(crate) compares_ours: bool,
}

impl Step {
    const fn new(name: &'static str) -> Self {
        Self { name, recording: None, difference: "", compares_ours: true }
    }

    const fn recorded(self, recording: &'static str) -> Self {
        Self { recording: Some(recording), ..self }
    }

    const fn differs(self, difference: &'static str) -> Self {
        Self { difference, ..self }
    }

    /// What our client does differently leads to another response.
    const fn and_so_does_the_response(self) -> Self {
        Self { compares_ours: false, ..self }
    }
}

/// The compiler refuses the call to our client.
const NOT_COMPILED: &str = "our client has no such call: the compiler refuses what the server would refuse";
const ID: &str = "our client reads ids before it sends anything, and refuses what is none";
const EARLY: &str = "our client renews a token before it expires, and needs no option for it";
const CREDENTIAL: &str = "the SDK for Python needs a session for it, whose token it sends as well";
const BYPASS: &str =
    "the SDKs of administrators ask with `bypassAdmin`; our client does if it is told to (`acting_as`)";
const PROBE: &str =
    "a response without a body does not say whether the credential or the role is missing: our client asks";
const WHOLE: &str = "our client sends all settings of a property, and leaves out empty lists";
const FLAT: &str =
    "`$flat`, which arranges the properties of an entity: 3.11.11 does not send it, and the SDK for Python as `True`";
const WORKSPACE: &str = "three renewals have taken the session of the SDKs out of its workspace, and no error says so; our client \
     has renewed once";

/// The steps.
pub(crate) const STEPS: &[Step] = &[
    // People.
    Step::new("sign up with a cookie").recorded("001-signup-cookie-ok"),
    Step::new("sign up with tokens").recorded("002-signup-oauth-ok"),
    Step::new("sign up with invalid fields")
        .recorded("004-signup-invalid-all")
        .differs("our client takes a response that names wrong fields for an error, also with status 200"),
    Step::new("sign up with tokens and a short password").recorded("006-signup-oauth-invalid"),
    Step::new("sign in with a cookie").recorded("013-signin-cookie-ok"),
    Step::new("sign in with a cookie and a wrong password").recorded("016-signin-cookie-wrong-password"),
    Step::new("sign in with tokens").recorded("120-signin-after-password-change-by-apikey"),
    Step::new("sign in with tokens and a wrong password").recorded("017-signin-oauth-wrong-password"),
    Step::new("sign in as an unknown user").recorded("018-signin-unknown-user"),
    Step::new("sign in with the username in upper case")
        .recorded("026-signin-username-uppercase")
        .differs("our client sends usernames in lower case, as the server stores them")
        .and_so_does_the_response(),
    Step::new("sign in with a role of the user").recorded("028-signin-roles-match"),
    Step::new("sign in with a role of others").recorded("029-signin-roles-mismatch"),
    Step::new("who am I without a credential").recorded("062-me-sdk-no-credentials").differs(NOT_COMPILED),
    Step::new("sign out without a credential").recorded("178-logout-sdk-no-credentials").differs(NOT_COMPILED),
    // Workspaces.
    Step::new("sign in before there is a workspace"),
    Step::new("create a workspace").recorded("032-workspaces-create-oauth"),
    Step::new("sign in with a cookie to a workspace").recorded("053-signin-cookie-with-workspace"),
    Step::new("who am I with a cookie").recorded("060-me-cookie"),
    Step::new("create a workspace with a cookie")
        .recorded("033-workspaces-create-cookie")
        .differs("our client always sends the labels"),
    Step::new("list workspaces with a cookie").recorded("037-workspaces-list-cookie"),
    Step::new("sign in to a workspace").recorded("054-signin-oauth-with-workspace-sdk"),
    Step::new("who am I").recorded("058-me-oauth"),
    Step::new("list workspaces").recorded("038-workspaces-list-oauth"),
    Step::new("get a workspace").recorded("040-workspaces-get-oauth"),
    Step::new("get an unknown workspace").recorded("042-workspaces-get-unknown"),
    Step::new("get a workspace by a path").differs(ID),
    Step::new("list members").recorded("044-workspaces-members-oauth"),
    Step::new("activate a workspace with tokens").recorded("049-workspaces-activate-oauth").differs(NOT_COMPILED),
    Step::new("activate a workspace with a cookie").recorded("045-workspaces-activate-cookie"),
    Step::new("who am I in the activated workspace")
        .differs("our client takes the new cookie from the response; the SDKs stay in the workspace before"),
    // The profile.
    Step::new("update the profile")
        .recorded("076-me-update-oauth")
        .differs("our client sends only the fields that the server stores"),
    Step::new("who am I after an update").recorded("077-me-after-update"),
    Step::new("clear the picture"),
    Step::new("update the birth date to a text that is no date").recorded("082-me-update-bad-birthdate"),
    // API tokens.
    Step::new("list API tokens when there is none").recorded("085-api-tokens-list-empty"),
    Step::new("create an API token").recorded("086-api-tokens-create"),
    Step::new("create an API token for a workspace")
        .differs("our client tries the token, because the server checks no workspace"),
    Step::new("create an API token with a cookie").recorded("088-api-tokens-create-cookie"),
    Step::new("create an API token for a workspace of others")
        .recorded("089-api-tokens-create-foreign-workspace")
        .differs("our client tries the token, and revokes one that does not work"),
    Step::new("create an API token for a malformed workspace")
        .recorded("090-api-tokens-create-malformed-workspace")
        .differs(ID),
    Step::new("create an API token that has expired")
        .recorded("093-api-tokens-create-past-date")
        .differs("our client compares the expiry with the clock before it sends anything"),
    Step::new("create more API tokens"),
    Step::new("create the tenth API token").recorded("100-api-tokens-create-10th"),
    Step::new("create one API token too many")
        .recorded("101-api-tokens-create-11th")
        .differs("our client looks for tokens that have expired and still count, to name them in a hint"),
    Step::new("list API tokens")
        .recorded("102-api-tokens-list-oauth")
        .differs("our client has tried the token for a workspace")
        .and_so_does_the_response(),
    Step::new("sign in with an API token").recorded("108-me-apikey-signin"),
    Step::new("sign in with tokens while an API token is set")
        .differs("the SDKs send the API token as well, our client no credential to an endpoint that takes none"),
    Step::new("who am I with an API token for a workspace").recorded("110-me-apikey-workspace-locked"),
    Step::new("list API tokens with an API token").recorded("105-api-tokens-list-by-apikey").differs(NOT_COMPILED),
    Step::new("create an API token with an API token")
        .recorded("106-api-tokens-create-by-apikey")
        .differs(NOT_COMPILED),
    Step::new("who am I with an unknown API token").recorded("112-me-apikey-garbage"),
    Step::new("who am I with an unknown API token, with forceRefresh")
        .recorded("118-me-apikey-head-sdk-forceRefresh-garbage"),
    Step::new("update the profile with an API token").recorded("117-me-update-by-apikey"),
    Step::new("list workspaces with an API token").recorded("122-workspaces-list-apikey"),
    Step::new("activate a workspace with an API token")
        .recorded("125-workspaces-activate-apikey")
        .differs(NOT_COMPILED),
    Step::new("create a workspace with an API token").recorded("128-workspaces-create-apikey"),
    Step::new("rename a workspace").recorded("129-workspaces-update-oauth"),
    Step::new("delete a workspace").recorded("130-workspaces-remove-oauth"),
    Step::new("sign out with an API token").recorded("176-logout-apikey").differs(NOT_COMPILED),
    Step::new("delete an unknown API token").recorded("133-api-tokens-delete-unknown"),
    Step::new("delete an API token by a malformed id").recorded("134-api-tokens-delete-malformed").differs(ID),
    Step::new("delete an API token by a path").differs(ID),
    Step::new("delete an API token").recorded("138-api-tokens-delete-ok"),
    Step::new("delete an API token again").recorded("140-api-tokens-delete-again"),
    Step::new("who am I with a deleted API token").recorded("112-me-apikey-garbage"),
    // Blueprints and their entities.
    Step::new("sign in as an administrator"),
    Step::new("create a blueprint").recorded("413-blueprints-create").differs(WHOLE),
    Step::new("create a blueprint with relations").recorded("414-blueprints-create-full").differs(WHOLE),
    Step::new("create a blueprint as a user").recorded("417-blueprints-create-user").differs(PROBE),
    Step::new("get a blueprint").recorded("422-blueprints-get-admin"),
    Step::new("get a blueprint as a user").recorded("423-blueprints-get-user"),
    Step::new("get an unknown blueprint"),
    Step::new("create an entity").differs(FLAT),
    Step::new("create an entity with all kinds of properties").recorded("429-entities-create-flat").differs(FLAT),
    Step::new("create an entity with a value outside of its list")
        .recorded("433-entities-create-wrong-enum")
        .differs(FLAT),
    Step::new("create an entity with a text for a number").recorded("434-entities-create-not-a-number").differs(FLAT),
    Step::new("create an entity of an unknown blueprint")
        .recorded("443-entities-create-unknown-blueprint")
        .differs(FLAT),
    Step::new("get an entity").recorded("445-entities-get").differs(FLAT),
    Step::new("get an entity by a malformed identifier").recorded("449-entities-get-malformed").differs(FLAT),
    Step::new("get an entity of another user").recorded("450-entities-get-foreign").differs(FLAT),
    Step::new("list entities").differs(FLAT),
    Step::new("list entities by a property").recorded("457-entities-list-filter").differs(FLAT),
    Step::new("list entities by a range").differs(FLAT),
    Step::new("count entities").recorded("482-entities-query-count"),
    Step::new("update an entity").recorded("493-entities-update-metadata").differs(FLAT),
    Step::new("update an entity to a bad value").recorded("495-entities-update-invalid").differs(FLAT),
    Step::new("delete an entity").differs(FLAT),
    Step::new("delete an entity again").recorded("501-entities-remove-again").differs(FLAT),
    Step::new("delete an unknown blueprint").recorded("521-blueprints-remove-unknown"),
    // Configurations.
    Step::new("get the configuration of the application without a credential")
        .recorded("531-configuration-app-get-no-auth")
        .differs("the SDKs send nothing without a session, although guests may ask"),
    Step::new("update the configuration of the application").recorded("533-configuration-app-update"),
    Step::new("update the configuration of the application as a user")
        .recorded("534-configuration-app-update-user")
        .differs("our client asks once more: while the server is slow, it takes a user for a guest, and says the same"),
    Step::new("create a configuration").recorded("542-configuration-create"),
    Step::new("get a configuration").recorded("545-configuration-get"),
    Step::new("get an unknown configuration").recorded("547-configuration-get-unknown"),
    Step::new("delete a configuration").recorded("550-configuration-remove"),
    Step::new("delete an unknown configuration").recorded("551-configuration-remove-unknown"),
    // Users.
    Step::new("who am I without a workspace"),
    Step::new("list users as a user").recorded("302-users-list-user"),
    Step::new("list users by a pattern")
        .recorded("306-users-list-regex")
        .differs("`fetch` sends a circumflex as it is; the others encode it"),
    Step::new("list users by a role that no user has").recorded("309-users-list-roles-none"),
    Step::new("get a user"),
    Step::new("get a user as a user").recorded("315-users-get-user"),
    Step::new("get a user by a malformed id").recorded("317-users-get-malformed").differs(ID),
    Step::new("create a user").recorded("318-users-create"),
    Step::new("create a user without an e-mail address").recorded("322-users-create-not-email"),
    Step::new("update a user").recorded("325-users-update"),
    Step::new("update the roles of a user").recorded("326-users-update-roles"),
    Step::new("get data of a user when there is none").recorded("333-users-encrypted-get-empty"),
    Step::new("set data of a user").recorded("334-users-encrypted-set"),
    Step::new("get data of a user").recorded("335-users-encrypted-get"),
    Step::new("delete a user").recorded("341-users-remove"),
    Step::new("delete a user again").recorded("342-users-remove-again"),
    // Chats.
    Step::new("chat").differs(BYPASS),
    Step::new("chat with an unknown integration").recorded("677-ai-chat-unknown").differs(BYPASS),
    Step::new("chat with a stream").recorded("681-ai-chat-stream").differs(BYPASS),
    // Invites.
    Step::new("list invites when there is none").recorded("349-invites-list-none"),
    Step::new("create a workspace with an invite")
        .recorded("347-workspaces-create-with-invites")
        .differs("our client always sends the roles of an invite, which the server ignores"),
    Step::new("list invites"),
    Step::new("accept an invite").recorded("353-invites-accept"),
    Step::new("accept an invite again")
        .differs("the SDKs give their callers the response of any status, our client an error"),
    Step::new("list members after an invite"),
    Step::new("decline an invite").recorded("359-invites-decline"),
    // Renewals.
    Step::new("refresh the tokens").recorded("148-token-refresh-ok"),
    Step::new("refresh with a used token")
        .recorded("150-token-refresh-reused-sdk")
        .differs("our client asks again: while other sessions renew, the server refuses good tokens"),
    Step::new("who am I with an expired token").differs(EARLY),
    Step::new("many calls at once with an expired token").differs(EARLY),
    Step::new("who am I with an expired token, with forceRefresh").differs(EARLY),
    Step::new("get an unknown workspace, with forceRefresh")
        .differs("our client renews after a 401 only, and sends the request once"),
    Step::new("many calls at once with an expired token, with forceRefresh")
        .differs("our client renews once for all calls; of the SDK, each call spends the same refresh token"),
    Step::new("who am I after many calls at once").differs(WORKSPACE),
    // Sign-outs.
    Step::new("sign out"),
    Step::new("who am I after a sign-out")
        .recorded("172-me-oauth-after-logout")
        .differs("the SDKs keep the token, which the server accepts; our client has no session any more"),
    Step::new("refresh after a sign-out")
        .recorded("173-token-refresh-after-logout")
        .differs("our client asks again: while other sessions renew, the server refuses good tokens"),
    Step::new("sign out with a cookie").recorded("168-logout-cookie"),
    Step::new("who am I with a cookie after a sign-out")
        .recorded("169-me-cookie-after-logout")
        .differs("the SDKs send the cookie, which the server accepts; our client has no session any more"),
    // Callbacks of social logins.
    Step::new("exchange a refresh token for a cookie").differs(CREDENTIAL),
    Step::new("exchange a used refresh token for a cookie").recorded("181-auth-callback-reused").differs(CREDENTIAL),
    Step::new("exchange an unknown refresh token for a cookie")
        .recorded("184-auth-callback-garbage")
        .differs(CREDENTIAL),
    // The end of an API token.
    Step::new("who am I with an expired API token").recorded("142-me-apikey-expired"),
];
