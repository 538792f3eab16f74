//! People, workspaces, profiles, API tokens and invites.

use qelos_client::api::{CreateWorkspace, InvitesExt as _, OAuthSignUp, SignUp, UpdateMe, UpdateWorkspace};
use qelos_client::wire::{CreatedApiToken, Invite, InviteReply};
use qelos_client::{ApiTokenId, NewApiToken, OAuth, SecretString, WorkspaceId};

use super::{DUO, NEXT_DAY, NO_SUCH_ID, Story, UNA, With, World, with_cookie, with_tokens};

/// The API tokens of the story.
pub(super) struct ApiTokens {
    ci: CreatedApiToken,
    pub(super) locked: SecretString,
}

fn sign_up((username, password): (&str, &str), first_name: &str, last_name: &str) -> SignUp {
    let mut sign_up = SignUp::new(username, password.into(), first_name);
    last_name.clone_into(&mut sign_up.last_name);
    sign_up.birth_date = Some("1990-05-17".to_owned());
    sign_up
}

fn until_next_day(nickname: &str) -> NewApiToken {
    NewApiToken::expiring_at(nickname, NEXT_DAY.parse().unwrap())
}

impl Story<'_> {
    pub(super) async fn people(&mut self) {
        let client = self.client.clone();
        let una = sign_up(UNA, "Una", "User");
        self.step("sign up with a cookie", client.sign_up(&una), |(_, user)| user.clone()).await;
        let duo = OAuthSignUp::from(sign_up(DUO, "Duo", "User"));
        self.step("sign up with tokens", client.oauth_sign_up(&duo), |(_, user)| user.clone()).await;
        let mut invalid = sign_up(("x", "short"), "1", "");
        "not-an-email".clone_into(&mut invalid.email);
        invalid.birth_date = Some(String::new());
        self.step("sign up with invalid fields", client.sign_up(&invalid), |(_, user)| user.clone()).await;
        let short = OAuthSignUp::from(sign_up(("y@qelos.test", "short"), "Yan", "Y"));
        let name = "sign up with tokens and a short password";
        self.step(name, client.oauth_sign_up(&short), |(_, user)| user.clone()).await;
        self.step("sign in with a cookie", client.sign_in(&with_cookie(UNA)), |(_, user)| user.clone()).await;
        let wrong = (UNA.0, "nope-nope");
        let name = "sign in with a cookie and a wrong password";
        self.step(name, client.sign_in(&with_cookie(wrong)), |(_, user)| user.clone()).await;
        let mut admin = with_tokens(UNA);
        admin.roles = vec!["admin".to_owned()];
        let mut user = with_tokens(UNA);
        user.roles = vec!["user".to_owned()];
        for (name, wanted) in [
            ("sign in with tokens", with_tokens(DUO)),
            ("sign in with tokens and a wrong password", with_tokens(wrong)),
            ("sign in as an unknown user", with_tokens(("ghost@qelos.test", "nope-nope"))),
            ("sign in with the username in upper case", with_tokens(("USER1@qelos.test", UNA.1))),
            ("sign in with a role of the user", user),
            ("sign in with a role of others", admin),
        ] {
            self.step(name, client.oauth_sign_in(&wanted), |(_, user)| user.clone()).await;
        }
        self.refused("who am I without a credential", "`logged_in_user` needs a client that is signed in");
        self.refused("sign out without a credential", "there is no session to end");
    }

    pub(super) async fn workspaces(&mut self) -> World {
        let anonymous = self.client.clone();
        let name = "sign in before there is a workspace";
        let wanted = with_tokens(UNA);
        let (first, _) = self.step(name, anonymous.oauth_sign_in(&wanted), |(_, user)| user.clone()).await.unwrap();
        let wanted = CreateWorkspace::new("Acme Café");
        let acme = self.call("create a workspace", first.workspaces().create(&wanted)).await.unwrap().id;
        let browser = self.cookie_of(&acme).await;
        self.call("who am I with a cookie", browser.logged_in_user()).await;
        let wanted = CreateWorkspace::new("Beta");
        let beta =
            self.call("create a workspace with a cookie", browser.workspaces().create(&wanted)).await.unwrap().id;
        self.call("list workspaces with a cookie", browser.workspaces().list()).await;
        let client = self.sign_in(&acme).await;
        self.call("who am I", client.logged_in_user()).await;
        self.call("list workspaces", client.workspaces().list()).await;
        self.call("get a workspace", client.workspaces().get(&acme)).await;
        self.call("get an unknown workspace", client.workspaces().get(&NO_SUCH_ID.parse().unwrap())).await;
        self.no_id::<WorkspaceId>("get a workspace by a path", "../me?x=");
        self.call("list members", client.workspaces().members(&acme)).await;
        self.refused("activate a workspace with tokens", "`activate` needs a session with a cookie");
        self.call("activate a workspace with a cookie", browser.workspaces().activate(&beta)).await;
        self.call("who am I in the activated workspace", browser.logged_in_user()).await;
        World { acme, beta, client, browser }
    }

    pub(super) async fn profile(&mut self, client: &With<OAuth>) {
        let text = |text: &str| Some(text.to_owned());
        let mut changes = UpdateMe::default();
        changes.first_name = text("Ünä");
        changes.last_name = text("Ω User");
        changes.birth_date = text("1990-05-17");
        self.call("update the profile", client.update_logged_in_user(&changes)).await;
        self.call("who am I after an update", client.logged_in_user()).await;
        let mut changes = UpdateMe::default();
        changes.full_name = text("Una The User");
        changes.profile_image = text("");
        self.call("clear the picture", client.update_logged_in_user(&changes)).await;
        let mut changes = UpdateMe::default();
        changes.birth_date = text("not a date");
        let name = "update the birth date to a text that is no date";
        self.call(name, client.update_logged_in_user(&changes)).await;
    }

    pub(super) async fn api_tokens(&mut self, World { beta, client, browser, .. }: &World) -> ApiTokens {
        self.call("list API tokens when there is none", client.api_tokens().list()).await;
        let ci = self.call("create an API token", client.create_api_token(&until_next_day("ci"))).await.unwrap();
        let wanted = until_next_day("ws").in_workspace(*beta);
        let locked = self.call("create an API token for a workspace", client.create_api_token(&wanted)).await.unwrap();
        let wanted = until_next_day("by cookie");
        self.call("create an API token with a cookie", browser.create_api_token(&wanted)).await;
        let wanted = until_next_day("foreign").in_workspace(NO_SUCH_ID.parse().unwrap());
        self.call("create an API token for a workspace of others", client.create_api_token(&wanted)).await;
        self.no_id::<WorkspaceId>("create an API token for a malformed workspace", "nope");
        let wanted = NewApiToken::expiring_at("past", "2020-01-01T00:00:00Z".parse().unwrap());
        self.call("create an API token that has expired", client.create_api_token(&wanted)).await;
        // One more than the others, because the one for the workspace of others was revoked.
        for nickname in ["4th", "5th", "6th", "7th", "8th", "9th"] {
            self.call("create more API tokens", client.create_api_token(&until_next_day(nickname))).await;
        }
        self.call("create the tenth API token", client.create_api_token(&until_next_day("tenth"))).await;
        self.call("create one API token too many", client.create_api_token(&until_next_day("eleven"))).await;
        self.call("list API tokens", client.api_tokens().list()).await;
        ApiTokens { ci, locked: locked.token }
    }

    pub(super) async fn with_api_tokens(&mut self, World { client, .. }: &World, ApiTokens { ci, locked }: &ApiTokens) {
        let anonymous = self.client.clone();
        let signed_in = anonymous.api_token_sign_in(ci.token.clone());
        let (keyed, _) = self.step("sign in with an API token", signed_in, |(_, user)| user.clone()).await.unwrap();
        let in_beta = self.keyed(locked);
        let name = "sign in with tokens while an API token is set";
        self.step(name, in_beta.oauth_sign_in(&with_tokens(DUO)), |(_, user)| user.clone()).await;
        self.call("who am I with an API token for a workspace", in_beta.logged_in_user()).await;
        self.refused("list API tokens with an API token", "`list` needs a session");
        self.refused("create an API token with an API token", "`create_api_token` needs a session");
        let unknown = self.keyed(&format!("ql_{}", "0".repeat(64)).into());
        self.call("who am I with an unknown API token", unknown.logged_in_user()).await;
        let bad = self.keyed(&"ql_bad".into());
        self.call("who am I with an unknown API token, with forceRefresh", bad.logged_in_user()).await;
        let mut changes = UpdateMe::default();
        changes.last_name = Some("ViaKey".to_owned());
        self.call("update the profile with an API token", keyed.update_logged_in_user(&changes)).await;
        self.call("list workspaces with an API token", keyed.workspaces().list()).await;
        self.refused("activate a workspace with an API token", "`activate` needs a session with a cookie");
        let wanted = CreateWorkspace::new("By key");
        let made = self.call("create a workspace with an API token", keyed.workspaces().create(&wanted)).await.unwrap();
        let mut changes = UpdateWorkspace::new(made.id);
        changes.name = Some("Renamed".to_owned());
        self.call("rename a workspace", client.workspaces().update(&changes)).await;
        self.call("delete a workspace", client.workspaces().delete(&made.id)).await;
        self.refused("sign out with an API token", "there is no session to end");

        let tokens = client.api_tokens();
        self.call("delete an unknown API token", tokens.delete(&NO_SUCH_ID.parse::<ApiTokenId>().unwrap())).await;
        self.no_id::<ApiTokenId>("delete an API token by a malformed id", "nope");
        self.no_id::<ApiTokenId>("delete an API token by a path", "../../signin?x=");
        self.call("delete an API token", tokens.delete(&ci.api_token.id)).await;
        self.call("delete an API token again", tokens.delete(&ci.api_token.id)).await;
        self.call("who am I with a deleted API token", keyed.logged_in_user()).await;
    }

    pub(super) async fn invites(&mut self, client: &With<OAuth>) {
        let anonymous = self.client.clone();
        let wanted = with_tokens(DUO);
        let signed_in = anonymous.oauth_sign_in(&wanted);
        let (invited, _) = self.step("sign in with tokens", signed_in, |(_, user)| user.clone()).await.unwrap();
        self.call("list invites when there is none", invited.invites().list()).await;
        let mut invite = Invite::new(DUO.0, Vec::new());
        invite.name = Some("Duo".to_owned());
        let mut wanted = CreateWorkspace::new("Shared");
        wanted.invites = vec![invite];
        let create = "create a workspace with an invite";
        let first = self.call(create, client.workspaces().create(&wanted)).await.unwrap().id;
        self.call("list invites", invited.invites().list()).await;
        self.call("accept an invite", invited.invites().reply(&first, &InviteReply::Accept)).await;
        self.call("accept an invite again", invited.invites().reply(&first, &InviteReply::Accept)).await;
        self.call("list members after an invite", client.workspaces().members(&first)).await;
        let second = self.call(create, client.workspaces().create(&wanted)).await.unwrap().id;
        self.call("decline an invite", invited.invites().reply(&second, &InviteReply::Decline)).await;
    }
}
