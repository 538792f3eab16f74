//! Methods of clients that hold a session.

use std::sync::Arc;

use qelos_spec::Endpoint;
use qelos_spec::auth::WithoutCredential;

use crate::auth::{Anonymous, Credential};
use crate::call::limits::Limits;
use crate::call::operation::Operation;
use crate::client::Client;
use crate::error::Error;
use crate::session::declared::BeginsWith;
use crate::session::scheme::SessionScheme;
use crate::session::store::{StoreFuture, TokenStore};
use crate::session::{TokenChanges, TokenSession};
use crate::transport::Transport;

impl<C: Credential, T: Transport> Client<C, T> {
    /// Signs in with an endpoint of this scheme, and returns a client that holds the session.
    ///
    /// The [derive](derive@crate::session::SessionScheme) has an example.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or refuses.
    ///
    /// # Cancel safety
    ///
    /// A dropped operation may leave a session on the server that no program uses.
    pub fn sign_in_as<'c, S, E>(&'c self, scheme: S, endpoint: &'c E) -> Operation<'c, Client<TokenSession<S>, T>>
    where
        S: BeginsWith<E>,
        E: Endpoint + Sync,
        E::Auth: WithoutCredential,
    {
        Operation::new(move |limits| async move {
            let connection = self.connection.within(limits);
            let response = connection.call(endpoint).await?;
            let tokens = scheme.begun(response)?;
            let session = TokenSession::issued(scheme, tokens, connection.now())?;
            Ok(self.with_credential(session))
        })
    }

    /// Continues the session of this scheme in a store, and shares it with all clients that do the same; `None` when the
    /// store holds none. The client then acts as the user of that session. See [`store`](crate::store) for the details.
    ///
    /// The [documentation of sessions](crate::session) has an example.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, holds no session that can be read, or holds a session of another scheme, server or
    /// issuer, whose tokens are not sent to this one.
    pub fn restore_as<S: SessionScheme>(
        &self,
        scheme: S,
        store: impl TokenStore,
    ) -> StoreFuture<'_, Option<Client<TokenSession<S>, T>>> {
        let store = Arc::new(store);
        Box::pin(async move {
            let session = TokenSession::restore(scheme, store, &self.connection).await?;
            Ok(session.map(|session| self.with_credential(session)))
        })
    }
}

impl<S: SessionScheme, T: Transport> Client<TokenSession<S>, T> {
    /// Keeps the session in a store, and shares it with each process that continues it
    /// ([`restore_as`](Self::restore_as)). It replaces the session of the same server that the store holds. All clones of
    /// this client share it. See [`store`](crate::store) for the details.
    ///
    /// The replaced session may belong to another user. Running clients that share it do not become this user: their
    /// calls fail with an error that names both users.
    ///
    /// ```no_run
    /// use qelos_client::{Client, SecretString, api::OAuthSignIn, store::FileTokenStore};
    ///
    /// # async fn run() -> Result<(), qelos_client::Error> {
    /// let client = Client::new("https://acme.example")?;
    /// let sign_in = OAuthSignIn::new("ada", SecretString::from("hunter2"));
    /// let (client, _) = client.oauth_sign_in(&sign_in).await?;
    /// client.keep_in(FileTokenStore::new("/var/lib/plugin/session.json")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the session has ended, the store cannot be written to, or the store holds a session of another server. The
    /// session then goes on as before, and this may be called again. A session that is already kept in a store first
    /// adopts the newest tokens of that store, which fails when it holds a session of another user.
    ///
    /// # Cancel safety
    ///
    /// After a dropped future, the session may be in the store or not. It goes on in both cases; call this again.
    pub fn keep_in(&self, store: impl TokenStore) -> StoreFuture<'_, ()> {
        let store = Arc::new(store);
        Box::pin(self.credential.keep_in(store, &self.connection))
    }

    /// The changes of the tokens from now on, for an application that keeps the tokens itself. Prefer a
    /// [store](crate::store): a process that is killed before it has kept the tokens it received here has lost the
    /// session.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) {
    /// let mut changes = client.token_changes();
    /// tokio::spawn(async move {
    ///     while let Some(change) = changes.next().await {
    ///         match change {
    ///             Ok(tokens) => println!("keep {tokens:?}"),
    ///             Err(ended) => println!("forget the tokens: {ended}"),
    ///         }
    ///     }
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn token_changes(&self) -> TokenChanges<S> {
        self.credential.changes()
    }

    /// Renews the tokens now. Calls renew them when it is time, so this is only needed to give new tokens to another
    /// program.
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let tokens = client.refresh_token().await?;
    /// # let _ = tokens;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the session has ended: [`is_session_ended`](Error::is_session_ended).
    #[doc(alias = "refreshToken")]
    pub fn refresh_token(&self) -> Operation<'_, S::Tokens> {
        Operation::new(move |limits| async move {
            let (session, connection) = (&self.credential, self.connection.within(limits));
            let renewed = session.renewed(session.generation(), &connection).await?;
            Ok(S::Tokens::clone(&renewed.value.tokens))
        })
    }

    /// The current tokens, to continue the session later ([`TokenSession::from_tokens`]).
    ///
    /// ```no_run
    /// # async fn run(client: qelos_client::Client<qelos_client::OAuth>) -> Result<(), qelos_client::Error> {
    /// let tokens = client.tokens()?;
    /// println!("{tokens:?}"); // shows no secret; serializing the tokens writes them
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the session has ended.
    pub fn tokens(&self) -> Result<S::Tokens, Error> {
        self.credential.current().map(|current| S::Tokens::clone(&current.tokens))
    }

    /// Signs out, with the newest tokens.
    ///
    /// The session ends for all clones of this client, also when the server refuses, and also when a renewal is under
    /// way. It is removed from its store; a session that has replaced it there stays. Other processes that share the
    /// session find out when they want to renew it; those that can sign in again then do so. The server accepts the
    /// access token until it expires, unless the scheme revokes it.
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

    pub(crate) async fn signed_out(&self, limits: Limits) -> Result<Client<Anonymous, T>, Error> {
        let _pending = self.credential.begin_operation();
        let ended = self.credential.end().await?;
        let told = self.credential.scheme().end(&ended.last.tokens, &self.connection.within(limits)).await;
        ended.leave_store().await?;
        told.map(|()| self.with_credential(Anonymous))
    }
}
