//! Tenants register, and renew the tokens with which they call.

use qelos_spec::api::{ListUsers, OAuthSignIn, UsersCreate, UsersGet, UsersUpdate};
use qelos_spec::auth::Privileged;
use qelos_spec::wire::{Account, AccountChanges, NewAccount, Tokens};
use qelos_spec::{BaseUrl, ExposeSecret, SecretString, UserId};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::tenant_data::TenantData;
use super::{Denied, IssuedTokens, Plugin, Register, Tenant};
use crate::auth::{Credential, SatisfiedBy};
use crate::error::Error;
use crate::transport::Transport;

/// The role that a tenant gives to the user of a plugin.
const PLUGIN: &str = "plugin";
/// Where the user of a tenant has the identity of its registration.
const IDENTIFIER: &str = "tokenIdentifier";

/// A registration with all of its fields.
struct Asked {
    username: String,
    password: SecretString,
    server: BaseUrl,
}

impl<C: Credential, T: Transport> Plugin<C, T>
where
    Privileged: SatisfiedBy<C>,
{
    /// Registers a tenant, and issues its tokens: for `POST /api/register`.
    ///
    /// The plugin signs in to the server with the given credentials, which belong to a user with the role `plugin` whose name is
    /// an e-mail address at the host of the server. It keeps them before it responds. A tenant that is known already gets
    /// new tokens, and its old ones cannot be renewed any more.
    ///
    /// # Errors
    ///
    /// [`Denied::Refused`] when something is missing, the server is not one of `ALLOWED_TENANTS`, or it refuses the
    /// credentials; also when the plugin's own Qelos has a user of this name that stands for no tenant, which is left as it
    /// is. [`Denied::Failed`] when it cannot be reached, or the plugin's own Qelos cannot be asked.
    pub async fn register(&self, registration: &Register) -> Result<IssuedTokens, Denied> {
        let asked = self.check(registration)?;
        let tokens = self.sign_in_as_plugin(&asked).await?;
        let _registering = self.0.registering.lock().await;
        let identifier = self.draw()?;
        let id = self.keep_user(&asked, &identifier).await?;
        let state = self.tenant(id);
        let _changing = state.changing.lock().await;
        let data = TenantData {
            app_url: asked.server.as_str().to_owned(),
            username: asked.username,
            password: asked.password,
            current_auth_payload: Some(tokens),
            session: None,
            other: Map::new(),
        };
        self.store_of(id, state.changing.clone()).write(data).await?;
        self.forget_client_of(id);
        Ok(self.0.settings.issue(&Tenant { id, identifier }, self.0.own.connection().now()))
    }

    /// Renews the tokens of a tenant: for `POST /api/token/refresh`. The refresh token is used up before the new pair is
    /// returned.
    ///
    /// # Errors
    ///
    /// [`Denied::Refused`] when the refresh token is not one of this plugin, has expired, or was used before.
    /// [`Denied::Failed`] when the plugin's own Qelos cannot be asked.
    pub async fn renew(&self, refresh_token: &SecretString) -> Result<IssuedTokens, Denied> {
        let refused = || Denied::refused("the refresh token is not valid: install the plugin again");
        let now = self.0.own.connection().now();
        let tenant = self.0.settings.tenant_of_refresh(refresh_token.expose_secret(), now).ok_or_else(refused)?;
        let state = self.tenant(tenant.id);
        let _changing = state.changing.lock().await;
        let user = match self.0.own.call(&UsersGet { user_id: tenant.id }).await {
            Err(error) if error.is_not_found() => return Err(refused()),
            user => user?,
        };
        if !identifier_of(&user).is_some_and(|kept| is_same(kept, &tenant.identifier)) {
            return Err(refused());
        }
        let identifier = self.draw()?;
        let mut changes = AccountChanges::default();
        changes.internal_metadata = Some(metadata(&identifier));
        self.0.own.call(&UsersUpdate { user_id: tenant.id, changes }).await?;
        Ok(self.0.settings.issue(&Tenant { id: tenant.id, identifier }, now))
    }

    /// A text that cannot be guessed, in letters that need no escaping.
    pub(super) fn draw(&self) -> Result<String, Error> {
        self.0.own.connection().draw_secret().map(|secret| secret.expose_secret().to_owned())
    }

    /// Checks what can be known before anything is sent.
    fn check(&self, registration: &Register) -> Result<Asked, Denied> {
        let Register { username, password, app_url } = registration;
        let given = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        let fields = [
            ("username", given(username.as_deref())),
            ("password", given(password.as_ref().map(ExposeSecret::expose_secret))),
            ("appUrl", given(app_url.as_deref())),
        ];
        let missing: Vec<_> = fields.iter().filter(|(_, is_given)| !is_given).map(|(name, _)| *name).collect();
        let (Some(username), Some(password), Some(app_url), true) = (username, password, app_url, missing.is_empty())
        else {
            return Err(Denied::refused(format_args!("missing {}", missing.join(", "))));
        };
        let server: BaseUrl = app_url.parse().map_err(|error| Denied::refused(format_args!("`appUrl` is {error}")))?;
        if !self.0.settings.allows(server.host()) {
            return Err(Denied::refused("this server may not register the plugin"));
        }
        let host = username.rsplit_once('@').map(|(_, host)| host);
        if !host.is_some_and(|host| host.trim().eq_ignore_ascii_case(server.host())) {
            return Err(Denied::refused("`username` is not an e-mail address at the host of `appUrl`"));
        }
        Ok(Asked { username: username.trim().to_owned(), password: password.clone(), server })
    }

    /// Proves that the credentials are good, and those of a plugin.
    async fn sign_in_as_plugin(&self, asked: &Asked) -> Result<Tokens, Denied> {
        let sign_in = OAuthSignIn::new(asked.username.clone(), asked.password.clone());
        let signed_in = self.client_at(&asked.server)?.oauth_sign_in(&sign_in).await;
        let (client, signed_in) = signed_in.map_err(|error| {
            if error.is_unauthorized() {
                Denied::refused("the server of `appUrl` refuses `username` and `password`")
            } else {
                error.into()
            }
        })?;
        if !signed_in.user.roles.iter().any(|role| role == PLUGIN) {
            return Err(Denied::refused("the user of `username` does not have the role `plugin`"));
        }
        Ok(client.tokens()?)
    }

    /// The user of the tenant in the plugin's own Qelos, with the identity of the registration.
    async fn keep_user(&self, asked: &Asked, identifier: &str) -> Result<UserId, Denied> {
        let (username, own) = (asked.username.to_lowercase(), &self.0.own);
        let mut users = ListUsers::default();
        users.username = Some(pattern_of(&username));
        let known = own.call(&users).await?.into_iter().find(|user| user.username == username);
        let (first_name, last_name) = (Some(asked.server.as_str().to_owned()), Some("qelos-player-app".to_owned()));
        let internal_metadata = Some(metadata(identifier));
        match known {
            Some(user) => {
                // A list does not show the identity.
                if identifier_of(&own.call(&UsersGet { user_id: user.id }).await?).is_none() {
                    return Err(Denied::refused("the plugin has a user of its own with the name in `username`"));
                }
                let mut changes = AccountChanges::default();
                (changes.first_name, changes.last_name) = (first_name, last_name);
                changes.internal_metadata = internal_metadata;
                own.call(&UsersUpdate { user_id: user.id, changes }).await?;
                Ok(user.id)
            }
            None => {
                let mut user = NewAccount::new(username);
                (user.first_name, user.last_name) = (first_name, last_name);
                user.roles = Some(vec!["user".to_owned(), "qelos".to_owned()]);
                user.internal_metadata = internal_metadata;
                Ok(own.call(&UsersCreate { user }).await?.id)
            }
        }
    }
}

fn metadata(identifier: &str) -> Map<String, Value> {
    Map::from_iter([(IDENTIFIER.to_owned(), identifier.into())])
}

fn identifier_of(user: &Account) -> Option<&str> {
    user.internal_metadata.as_ref()?.get(IDENTIFIER)?.as_str()
}

/// Whether both are the same, without telling by the time it takes how much of them is.
fn is_same(one: &str, other: &str) -> bool {
    Sha256::digest(one) == Sha256::digest(other)
}

/// A pattern for this text alone: the server takes the name for a regular expression.
fn pattern_of(text: &str) -> String {
    let escaped = text.chars().flat_map(|c| {
        let is_plain = c.is_alphanumeric() || matches!(c, '@' | '_');
        (!is_plain).then_some('\\').into_iter().chain([c])
    });
    format!("^{}$", escaped.collect::<String>())
}
