//! Signing out: the session ends in the client first, and then on the server.

use qelos_spec::api::SignOut;

use crate::auth::{Anonymous, AnyCredential, CookieSession, CredentialFacts};
use crate::call::exchange::{Exchange, Reader, WithProof};
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::qelos::scheme::unless_unknown;
use crate::transport::Transport;

impl<T: Transport> Client<CookieSession, T> {
    /// Signs out: `POST /api/logout`. The session ends for all clones of this client, also when the server refuses. The
    /// server accepts copies of the cookie until they expire. This client then has the removal of the cookie for a browser:
    /// [`take_set_cookies`](Self::take_set_cookies).
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
        let (request, facts) = (self.request(&SignOut)?, CredentialFacts::of(&self.credential));
        let exchange = Exchange::new(&self.connection, &request, facts, limits);
        let mut received = exchange.run(WithProof(Some(&proof.proof))).await?;
        self.credential.signed_out_by(received.response.headers(), self.connection.now());
        unless_unknown(received.read(&Reader::of::<SignOut>()))?;
        Ok(self.with_credential(Anonymous))
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
