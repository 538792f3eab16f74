//! The credentials of a tenant, and its session, as encrypted data of a user of the plugin's own Qelos.

use std::sync::Arc;

use qelos_spec::auth::Privileged;
use qelos_spec::secret::on_the_wire;
use qelos_spec::wire::Tokens;
use qelos_spec::{ExposeSecret as _, SecretString, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::Endpoint;
use crate::auth::{Credential, SatisfiedBy};
use crate::client::Client;
use crate::error::Error;
use crate::session::store::{Saved, StoreError, StoreLock, StoredSession, TokenStore};
use crate::transport::Transport;

/// [`GetUserData`](crate::api::GetUserData), with a name that is a secret: it is `USER_PAYLOAD_SECRET`.
#[derive(Endpoint)]
#[endpoint(GET, "/api/users/{user_id}/encrypted", response = Option<TenantData>, auth = Privileged)]
struct ReadData {
    user_id: UserId,
    #[endpoint(header = "x-encrypted-id", secret)]
    name: SecretString,
}

/// [`SetUserData`](crate::api::SetUserData), with a name that is a secret.
#[derive(Endpoint)]
#[endpoint(POST, "/api/users/{user_id}/encrypted", auth = Privileged, idempotent)]
struct WriteData {
    user_id: UserId,
    #[endpoint(header = "x-encrypted-id", secret)]
    name: SecretString,
    #[endpoint(body)]
    data: TenantData,
}

/// The data of a tenant, in the form of Plugin Play.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TenantData {
    pub(super) app_url: String,
    /// Versions of Plugin Play before user names have called it `email`.
    #[serde(alias = "email")]
    pub(super) username: String,
    #[serde(serialize_with = "on_the_wire")]
    pub(super) password: SecretString,
    /// The tokens of the newest session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) current_auth_payload: Option<Tokens>,
    /// The record of the session, which Plugin Play does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) session: Option<Session>,
    #[serde(flatten)]
    pub(super) other: Map<String, Value>,
}

/// A record as text, which holds the tokens.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Session(#[serde(serialize_with = "on_the_wire")] SecretString);

/// Where the data of one tenant is kept.
pub(super) struct TenantStore<C, T> {
    pub(super) own: Client<C, T>,
    pub(super) tenant: UserId,
    /// The name of the data.
    pub(super) name: SecretString,
    /// Held while the data is read and written again, in this process.
    pub(super) changing: Arc<Mutex<()>>,
}

impl<C: Clone, T> Clone for TenantStore<C, T> {
    fn clone(&self) -> Self {
        let Self { own, tenant, name, changing } = self;
        Self { own: own.clone(), tenant: *tenant, name: name.clone(), changing: Arc::clone(changing) }
    }
}

/// The data of a tenant that no other task of this process changes.
pub(super) struct TenantLock<C, T> {
    store: TenantStore<C, T>,
    _changing: OwnedMutexGuard<()>,
}

impl<C: Credential, T: Transport> TenantStore<C, T>
where
    Privileged: SatisfiedBy<C>,
{
    pub(super) async fn read(&self) -> Result<Option<TenantData>, Error> {
        self.own.call(&ReadData { user_id: self.tenant, name: self.name.clone() }).await
    }

    pub(super) async fn write(&self, data: TenantData) -> Result<(), Error> {
        self.own.call(&WriteData { user_id: self.tenant, name: self.name.clone(), data }).await
    }
}

/// The server has no way to write the data only if it has not changed. The lock holds in one process. When two processes renew
/// the session of a tenant at the same moment, Qelos refuses one of them, which then signs in again with the password.
impl<C: Credential, T: Transport> TokenStore for TenantStore<C, T>
where
    Privileged: SatisfiedBy<C>,
{
    type Lock = TenantLock<C, T>;

    async fn load(&self) -> Result<Option<StoredSession>, StoreError> {
        let data = self.read().await.map_err(StoreError::new)?;
        data.and_then(|data| data.session)
            .map(|session| StoredSession::from_json(session.0.expose_secret()))
            .transpose()
    }

    async fn try_lock(&self) -> Result<Option<TenantLock<C, T>>, StoreError> {
        let changing = Arc::clone(&self.changing).try_lock_owned().ok();
        Ok(changing.map(|changing| TenantLock { store: self.clone(), _changing: changing }))
    }
}

impl<C: Credential, T: Transport> StoreLock for TenantLock<C, T>
where
    Privileged: SatisfiedBy<C>,
{
    async fn save(
        &mut self,
        expected: Option<&StoredSession>,
        session: Option<&StoredSession>,
    ) -> Result<Saved, StoreError> {
        const REMOVED: &str = "the tenant has been removed: it has to install the plugin again";
        let data = self.store.read().await.map_err(StoreError::new)?.ok_or_else(|| StoreError::new(REMOVED))?;
        let kept = data.session.as_ref().map(|kept| StoredSession::from_json(kept.0.expose_secret())).transpose()?;
        if kept.as_ref().map(StoredSession::version) != expected.map(StoredSession::version) {
            return Ok(Saved::Superseded);
        }
        let tokens = session.map(StoredSession::tokens).transpose()?;
        let text = session.map(StoredSession::to_json).transpose()?;
        let data = TenantData { current_auth_payload: tokens, session: text.map(Session), ..data };
        self.store.write(data).await.map_err(StoreError::new)?;
        Ok(Saved::Kept)
    }

    async fn unlock(self) -> Result<(), StoreError> {
        Ok(())
    }
}
