//! Signing out: what ends here, and what the server is told.

use qelos_spec::Endpoint;
use qelos_spec::api::{LogOut, RefreshTokens};

use crate::auth::{Anonymous, AnyCredential, Authorization, CookieSession, Credential, CredentialFacts, OAuth};
use crate::call::authorized::WithProof;
use crate::call::exchange::Exchange;
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::qelos::credentials::oauth::{LastTokens, proof};
use crate::transport::Transport;

impl<T: Transport> Client<CookieSession, T> {
    /// Signs out: `POST /api/logout`. The session is over for every clone of this client, whatever the server says; the
    /// server itself accepts copies of the cookie until they expire.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::CookieSession>) -> Result<(), qelos_client::Error> {
    /// let anonymous = client.logout().await?;
    /// # let _ = anonymous;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server could not be told.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave the session on the server; here it is over.
    pub fn logout(&self) -> Operation<'_, Client<Anonymous, T>> {
        Operation::new(move |limits| self.signed_out(limits))
    }

    async fn signed_out(&self, limits: Limits) -> Result<Client<Anonymous, T>, Error> {
        let _pending = self.credential.pending.begin();
        let proof = self.credential.end()?;
        unless_unknown(self.send_logout(proof, &limits).await)?;
        Ok(self.with_credential(Anonymous))
    }
}

impl<T: Transport> Client<OAuth, T> {
    /// Signs out: `POST /api/logout`, with the newest access token, which is renewed once more if it has expired. The session
    /// is over for every clone of this client, whatever the server says, and for a refresh that is under way; the server
    /// itself accepts the access token until it expires. It is removed from its store, but not another session that was put in
    /// its place; other processes that share it notice when they want to renew it, and sign in again if they were told to.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let anonymous = client.logout().await?;
    /// # let _ = anonymous;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server could not be told, or the session is still in its store.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the session ended here, and perhaps neither on the server nor in its store.
    pub fn logout(&self) -> Operation<'_, Client<Anonymous, T>> {
        Operation::new(move |limits| self.signed_out(limits))
    }

    async fn signed_out(&self, limits: Limits) -> Result<Client<Anonymous, T>, Error> {
        let _pending = self.credential.session.begin_operation();
        let (LastTokens { proof, renewal }, ended) = self.credential.end().await?;
        let told = self.end_on_the_server(proof, renewal, &limits).await;
        ended.leave_store().await.map_err(|error| self.failed::<LogOut>(error))?;
        told.map(|()| self.with_credential(Anonymous))
    }

    /// The server revokes the refresh token that belongs to the access token it is shown. When that has expired, a last refresh brings
    /// one: otherwise the session would go on wherever else its refresh token is.
    async fn end_on_the_server(
        &self,
        newest: Authorization,
        renewal: RefreshTokens,
        limits: &Limits,
    ) -> Result<(), Error> {
        match self.send_logout(newest, limits).await {
            Err(error) if error.is_unauthorized() => {}
            done => return done,
        }
        let renewed = match self.connection.call_within(&renewal, limits.clone()).await {
            Ok(answer) => proof(&answer.payload.access)?,
            Err(error) => return unless_unknown(Err(error)),
        };
        unless_unknown(self.send_logout(renewed, limits).await)
    }
}

impl<T: Transport> Client<AnyCredential, T> {
    /// Signs out, whatever the client holds: a session ends as with the client of its own type. An API token is no session
    /// and stays good, and without a credential there is nothing to end: nothing is sent then.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let client = qelos_client::Environment::read()?.connect().await?;
    /// let anonymous = client.logout().await?;
    /// # let _ = anonymous;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server could not be told, or the session is still in its store.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the session ended here, and perhaps neither on the server nor in its store.
    pub fn logout(&self) -> Operation<'_, Client<Anonymous, T>> {
        Operation::new(move |limits| async move {
            match &self.credential {
                AnyCredential::Cookie(session) => self.with_credential(session.clone()).signed_out(limits).await,
                AnyCredential::OAuth(session) => self.with_credential(session.clone()).signed_out(limits).await,
                AnyCredential::ApiToken(_) | AnyCredential::Anonymous(_) => Ok(self.with_credential(Anonymous)),
            }
        })
    }
}

impl<C: Credential, T: Transport> Client<C, T> {
    /// The last request of a session.
    async fn send_logout(&self, proof: Authorization, limits: &Limits) -> Result<(), Error> {
        let exchange = Exchange::new(&self.connection, self.request(&LogOut)?, limits.clone());
        exchange.run(WithProof(&proof.stamp), CredentialFacts::of(&self.credential)).await?.decode(LogOut::decode)
    }
}

/// A session that the server does not know any more is over, which is what was wanted.
fn unless_unknown(goodbye: Result<(), Error>) -> Result<(), Error> {
    goodbye.or_else(|error| if error.is_unauthorized() { Ok(()) } else { Err(error) })
}
