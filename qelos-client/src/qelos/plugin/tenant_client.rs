//! A client for each tenant, which acts as the user that the tenant has made for the plugin.

use std::sync::Arc;

use qelos_spec::api::OAuthSignIn;
use qelos_spec::auth::Privileged;
use qelos_spec::{BaseUrl, UserId};
use tokio::sync::Mutex;

use super::tenant_data::{TenantData, TenantStore};
use super::{Plugin, Tenant};
use crate::auth::{Anonymous, Credential, OAuth, SatisfiedBy};
use crate::client::Client;
use crate::error::Error;
use crate::transport::Transport;

impl<C: Credential, T: Transport> Plugin<C, T>
where
    Privileged: SatisfiedBy<C>,
{
    /// A client of a tenant's server, as the user that the tenant has made for the plugin. All calls share its session, which
    /// is renewed when it is time; the new tokens are kept with the tenant.
    ///
    /// Several processes of a plugin may have a client for the same tenant. The data of users has no lock, so when two of them renew
    /// the session at the same moment, one is refused. It then signs in again with the password of the registration. The same
    /// happens after a renewal that the end of the process has cut off, so a plugin waits for no client of a tenant before it ends.
    ///
    /// # Errors
    ///
    /// When the plugin's own Qelos cannot be asked, or does not know the tenant (any more); or when the tenant's server
    /// cannot be reached, or refuses the credentials of the registration: the tenant then has to install the plugin again.
    pub async fn client_of(&self, tenant: &Tenant) -> Result<Client<OAuth, T>, Error> {
        let state = self.tenant(tenant.id);
        let client = state.client.get_or_try_init(|| self.begin(tenant.id, Arc::clone(&state.changing))).await?;
        Ok(client.clone())
    }

    /// Forgets the client of a tenant, whose credentials have changed.
    pub(super) fn forget_client_of(&self, tenant: UserId) {
        let mut tenants = self.0.tenants.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tenants.remove(&tenant);
    }

    pub(super) fn store_of(&self, tenant: UserId, changing: Arc<Mutex<()>>) -> TenantStore<C, T> {
        TenantStore { own: self.0.own.clone(), tenant, name: self.0.settings.data.clone(), changing }
    }

    /// A client of another server, which has not signed in.
    pub(super) fn client_at(&self, server: &BaseUrl) -> Result<Client<Anonymous, T>, Error> {
        let own = self.0.own.with_credential(Anonymous);
        Ok(Client { connection: own.connection.at(server)?, credential: own.credential })
    }

    async fn begin(&self, tenant: UserId, changing: Arc<Mutex<()>>) -> Result<Client<OAuth, T>, Error> {
        const UNKNOWN: &str = "the tenant is not known any more: it has to install the plugin again";
        let store = self.store_of(tenant, changing);
        let data = store.read().await?.ok_or_else(|| Error::config(UNKNOWN))?;
        let client = self.client_at(&data.app_url.parse().map_err(Error::config)?)?;
        let sign_in = OAuthSignIn::new(data.username.clone(), data.password.clone());
        if let Some(client) = client.restore(store.clone()).await? {
            return Ok(client.sign_in_again_with(sign_in));
        }
        let client = signed_in(&client, data, &sign_in).await?;
        client.keep_in(store).await?;
        Ok(client.sign_in_again_with(sign_in))
    }
}

/// The session of the registration, or a new one.
async fn signed_in<T: Transport>(
    client: &Client<Anonymous, T>,
    data: TenantData,
    sign_in: &OAuthSignIn,
) -> Result<Client<OAuth, T>, Error> {
    match data.current_auth_payload {
        Some(tokens) => Ok(client.with_tokens(tokens)),
        None => Ok(client.oauth_sign_in(sign_in).await?.0),
    }
}
