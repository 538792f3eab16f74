//! Administrators that act as another user, or as a user without privileges.

use http::HeaderMap;
use qelos_spec::api::{ApiTokensList, SignOut, UpdateMe};
use qelos_spec::{Endpoint, UserId, WorkspaceId};

use crate::auth::proof::{Proof, Signing};
use crate::auth::{
    Authorization, Credential, CredentialKind, Privileged, Probe, Refusal, Refused, SatisfiedBy, SignedIn, Verdict,
};
use crate::client::Client;
use crate::clock::Clock;
use crate::connection::Connection;
use crate::error::Error;
use crate::transport::Transport;

/// As whom an administrator acts: [`Client::acting_as`].
///
/// To the server this is a matter of the user that signed in: for others than administrators it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActingAs {
    user: Option<UserId>,
    workspace: Option<WorkspaceId>,
    bypass_admin: bool,
}

impl ActingAs {
    /// As this user. Each service then sees the user, apart from the routes for administrators.
    #[must_use]
    #[doc(alias = "impersonateUser")]
    pub fn user(user: UserId) -> Self {
        Self { user: Some(user), workspace: None, bypass_admin: false }
    }

    /// As the administrator, without the privileges: entities, charts and threads are those that an ordinary user with
    /// the same roles would get. The administrator SDK does this by default.
    #[must_use]
    #[doc(alias = "bypassAdmin")]
    pub fn without_privileges() -> Self {
        Self { user: None, workspace: None, bypass_admin: true }
    }

    /// In this workspace, which the user has to be a member of.
    #[must_use]
    pub fn in_workspace(self, workspace: WorkspaceId) -> Self {
        Self { workspace: Some(workspace), ..self }
    }

    fn write(self, request: &mut Signing) -> Result<(), Error> {
        if self.user.is_some() && is_for_the_administrator(request) {
            return Err(Error::config(format_args!(
                "{} {} acts for the administrator, although the client acts as another user: call it on the client \
                 that `acting_as` was called on",
                request.method(),
                request.uri().path(),
            )));
        }
        if let Some(user) = self.user {
            request.add_header("x-impersonate-user", user.as_str())?;
        }
        if let Some(workspace) = self.workspace {
            request.add_header("x-impersonate-workspace", workspace.as_str())?;
        }
        if self.bypass_admin {
            request.add_parameter("bypassAdmin", "true")?;
        }
        Ok(())
    }
}

/// Whether the server ignores the other user: then a password would be that of the administrator.
fn is_for_the_administrator(request: &Signing) -> bool {
    let path = request.uri().path();
    let is = |route: &str| path.ends_with(route);
    is(SignOut::PATH.as_str())
        || path.contains(ApiTokensList::PATH.as_str())
        || is(UpdateMe::PATH.as_str()) && UpdateMe::METHOD == *request.method()
}

/// The credential of an administrator that acts as another user, or without privileges.
///
/// Requests of endpoints that need no credential carry nothing of it.
#[derive(Debug, Clone)]
pub struct Acting<C> {
    credential: C,
    acting_as: ActingAs,
}

// Not for `Session` and `CookieOnly`: API tokens are those of the administrator, and an activated workspace sets no cookie.
impl<C> SatisfiedBy<Acting<C>> for SignedIn where Self: SatisfiedBy<C> {}
impl<C> SatisfiedBy<Acting<C>> for Privileged where Self: SatisfiedBy<C> {}

impl<C> Acting<C> {
    fn proven(&self, authorization: Authorization) -> Authorization {
        let acting_as = self.acting_as;
        let Authorization { proof, generation, roles_as_of } = authorization;
        let proof = proof.and(Proof::signed(move |request| acting_as.write(request)));
        Authorization { proof, generation, roles_as_of }
    }
}

impl<C: Credential, T: Transport> Client<C, T> {
    /// A client with the same session, which acts as another user, or without privileges.
    ///
    /// ```no_run
    /// # async fn run(root: qelos_client::Client<qelos_client::OAuth>, una: qelos_client::UserId) -> Result<(), qelos_client::Error> {
    /// use qelos_client::auth::ActingAs;
    ///
    /// let una = root.acting_as(ActingAs::user(una));
    /// println!("Una sees {} workspaces", una.workspaces().list().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A call fails when the server would do it for the administrator in spite of it: changing the profile and the
    /// password, API tokens, signing out. Of a user that does not exist, the auth service says 500 `Failed to impersonate
    /// user`; to the other services the caller is a guest.
    #[must_use]
    #[doc(alias = "impersonateUser")]
    pub fn acting_as(&self, acting_as: ActingAs) -> Client<Acting<C>, T> {
        self.with_credential(Acting { credential: self.credential().clone(), acting_as })
    }
}

impl<C: Credential> Credential for Acting<C> {
    fn kind(&self) -> CredentialKind {
        self.credential.kind()
    }

    async fn authorize<T: Transport>(&self, connection: &Connection<T>) -> Result<Option<Authorization>, Error> {
        let authorization = self.credential.authorize(connection).await?;
        Ok(authorization.map(|authorization| self.proven(authorization)))
    }

    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        self.credential.judge(refusal)
    }

    /// With the proof of the administrator: it is the one that is renewed.
    async fn probe<T: Transport>(
        &self,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Probe>, Error> {
        match self.credential.authorize(connection).await? {
            Some(own) if own.generation == proof.generation => self.credential.probe(&own, connection).await,
            _ => Ok(None),
        }
    }

    async fn renew<T: Transport>(
        &self,
        refused: &Refused<'_>,
        connection: &Connection<T>,
    ) -> Result<Option<Authorization>, Error> {
        let authorization = self.credential.renew(refused, connection).await?;
        Ok(authorization.map(|authorization| self.proven(authorization)))
    }

    async fn settled(&self) -> Result<(), Error> {
        self.credential.settled().await
    }

    fn observe(&self, headers: &HeaderMap, clock: &dyn Clock) {
        self.credential.observe(headers, clock);
    }
}
