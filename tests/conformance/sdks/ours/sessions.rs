//! Renewals, sign-outs, and what expires.

use qelos_client::{SecretString, WorkspaceId};

use super::{NO_SUCH_ID, Story};

impl Story<'_> {
    pub(super) async fn renewals(&mut self, acme: &WorkspaceId) {
        let client = self.sign_in(acme).await;
        let used = client.tokens().unwrap();
        self.call("refresh the tokens", client.refresh_token()).await;
        let copy = self.client.with_tokens(used);
        self.call("refresh with a used token", copy.refresh_token()).await;

        // A session for each expiry: the second renewal of the server loses the workspace.
        let client = self.sign_in(acme).await;
        self.advance(6);
        self.call("who am I with an expired token", client.logged_in_user()).await;
        let client = self.sign_in(acme).await;
        self.advance(6);
        self.at_once("many calls at once with an expired token", &client).await;
        let client = self.sign_in(acme).await;
        self.advance(6);
        self.call("who am I with an expired token, with forceRefresh", client.logged_in_user()).await;
        let unknown = NO_SUCH_ID.parse().unwrap();
        self.call("get an unknown workspace, with forceRefresh", client.workspaces().get(&unknown)).await;
        let client = self.sign_in(acme).await;
        self.advance(6);
        self.at_once("many calls at once with an expired token, with forceRefresh", &client).await;
        self.call("who am I after many calls at once", client.logged_in_user()).await;
    }

    pub(super) async fn sign_outs(&mut self, acme: &WorkspaceId) {
        let client = self.sign_in(acme).await;
        let copy = self.client.with_tokens(client.tokens().unwrap());
        self.step("sign out", client.sign_out(), |_| ()).await;
        self.call("who am I after a sign-out", client.logged_in_user()).await;
        self.call("refresh after a sign-out", copy.refresh_token()).await;
        let cookie = self.cookie_of(acme).await;
        self.step("sign out with a cookie", cookie.sign_out(), |_| ()).await;
        self.call("who am I with a cookie after a sign-out", cookie.logged_in_user()).await;
    }

    pub(super) async fn callbacks(&mut self, acme: &WorkspaceId) {
        let refresh = self.sign_in(acme).await.tokens().unwrap().refresh;
        let client = self.client.clone();
        for (name, token) in [
            ("exchange a refresh token for a cookie", refresh.clone()),
            ("exchange a used refresh token for a cookie", refresh),
            ("exchange an unknown refresh token for a cookie", SecretString::from("garbage")),
        ] {
            self.step(name, client.exchange_auth_callback(token), |(_, session)| session.clone()).await;
        }
    }

    pub(super) async fn expired_api_token(&mut self, locked: SecretString) {
        self.advance(48);
        let expired = self.keyed(&locked);
        self.call("who am I with an expired API token", expired.logged_in_user()).await;
    }
}
