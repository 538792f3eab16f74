//! Signing out: the session ends in the client first, and then on the server.

use qelos_spec::Endpoint;
use qelos_spec::api::{RefreshTokens, SignOut};
use qelos_spec::wire::Tokens;

use crate::auth::{Anonymous, AnyCredential, CookieSession, Credential, CredentialFacts, OAuth, Proof};
use crate::call::exchange::{Exchange, WithProof};
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::transport::Transport;

impl<T: Transport> Client<CookieSession, T> {
    /// Signs out: `POST /api/logout`. The session ends for all clones of this client, also when the server refuses. The
    /// server accepts copies of the cookie until they expire.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::CookieSession>) -> Result<(), qelos_client::Error> {
    /// let anonymous = client.sign_out().await?;
    /// # let _ = anonymous;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server could not be reached or refused: the session has ended in the client, and goes on on the server.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation has ended the session in the client, and may leave it on the server.
    #[doc(alias = "logout")]
    pub fn sign_out(&self) -> Operation<'_, Client<Anonymous, T>> {
        Operation::new(move |limits| self.signed_out(limits))
    }

    async fn signed_out(&self, limits: Limits) -> Result<Client<Anonymous, T>, Error> {
        let _pending = self.credential.pending.begin();
        let proof = self.credential.end()?;
        unless_unknown(self.send_logout(&proof.proof, &limits).await)?;
        Ok(self.with_credential(Anonymous))
    }
}

impl<T: Transport> Client<OAuth, T> {
    /// Signs out: `POST /api/logout`, with the newest access token, which is renewed once more if it has expired.
    ///
    /// The session ends for all clones of this client, also when the server refuses, and also when a renewal is under
    /// way. It is removed from its store; a session that has replaced it there stays. Other processes that share the
    /// session find out when they want to renew it; with [`sign_in_again_with`](Client::sign_in_again_with), they then
    /// sign in again. The server accepts the access token until it expires.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let anonymous = client.sign_out().await?;
    /// # let _ = anonymous;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server could not be reached or refused, or the session could not be removed from its store. The session
    /// has ended in the client.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation has ended the session in the client, and may leave it on the server and in its store.
    #[doc(alias = "logout")]
    pub fn sign_out(&self) -> Operation<'_, Client<Anonymous, T>> {
        Operation::new(move |limits| self.signed_out(limits))
    }

    async fn signed_out(&self, limits: Limits) -> Result<Client<Anonymous, T>, Error> {
        let _pending = self.credential.session.begin_operation();
        let ended = self.credential.session.end().await?;
        let told = self.end_on_the_server(&ended.tokens, &limits).await;
        ended.leave_store().await.map_err(|error| self.failed::<SignOut>(error))?;
        told.map(|()| self.with_credential(Anonymous))
    }

    /// Revokes the refresh token on the server, which takes a valid access token of the same pair. When the access
    /// token has expired, a last renewal gets a new pair: otherwise the refresh token would stay valid, and a copy of
    /// it could be used.
    async fn end_on_the_server(&self, newest: &Tokens, limits: &Limits) -> Result<(), Error> {
        match self.send_logout(&Proof::bearer(&newest.access)?, limits).await {
            Err(error) if error.is_unauthorized() => {}
            done => return done,
        }
        let renewal = RefreshTokens { refresh: newest.refresh.clone() };
        let renewed = match self.connection.call_within(&renewal, limits.clone()).await {
            Ok(response) => Proof::bearer(&response.payload.access)?,
            Err(error) => return unless_unknown(Err(error)),
        };
        unless_unknown(self.send_logout(&renewed, limits).await)
    }
}

impl<T: Transport> Client<AnyCredential, T> {
    /// Signs out, with any credential. A session ends as it does with a client of its own type. With an API token,
    /// which stays valid, or without a credential there is no session to end, and nothing is sent.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let client = qelos_client::Environment::read()?.connect().await?;
    /// let anonymous = client.sign_out().await?;
    /// # let _ = anonymous;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the server could not be reached or refused, or the session could not be removed from its store. The session
    /// has ended in the client.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation has ended the session in the client, and may leave it on the server and in its store.
    #[doc(alias = "logout")]
    pub fn sign_out(&self) -> Operation<'_, Client<Anonymous, T>> {
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
    async fn send_logout(&self, proof: &Proof, limits: &Limits) -> Result<(), Error> {
        let request = self.request(&SignOut)?;
        let facts = CredentialFacts::of(&self.credential);
        let exchange = Exchange::new(&self.connection, &request, facts, limits.clone());
        exchange.run(WithProof(Some(proof))).await?.decode(SignOut::decode)
    }
}

/// Treats a 401 as success: the server does not know the session any more, so the session has ended.
fn unless_unknown(signed_out: Result<(), Error>) -> Result<(), Error> {
    signed_out.or_else(|error| if error.is_unauthorized() { Ok(()) } else { Err(error) })
}
