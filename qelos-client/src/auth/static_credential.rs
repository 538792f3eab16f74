//! A proof that does not change.

use qelos_spec::SecretString;

use crate::auth::proof::Proof;
use crate::auth::{Authorization, Credential, CredentialKind, SatisfiedBy, SignedIn};
use crate::client::builder::Builder;
use crate::connection::Connection;
use crate::error::Error;
use crate::transport::Transport;

/// A credential that does not change: a personal access token, a key in a header, a user name with a password, or a key
/// that signs requests. It may call [`SignedIn`] endpoints, and is never renewed.
///
/// It is for servers other than Qelos: an API token of Qelos is [`ApiTokenAuth`](crate::ApiTokenAuth), and tokens that
/// expire are kept by a [session](crate::session).
///
/// ```
/// use qelos_client::Client;
/// use qelos_client::auth::{CredentialHeader, Proof};
///
/// let github = Client::builder("https://api.github.com").bearer_token("ghp_1").build()?;
/// let registry = Client::builder("https://registry.example").proof(Proof::basic("ada", &"hunter2".into())?).build()?;
/// let key = CredentialHeader::new("x-gateway-key".parse()?, "g-1")?;
/// let gateway = Client::builder("https://gateway.example").proof(key).build()?;
/// # let _ = (github, registry, gateway);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct StaticCredential(Proof);

impl StaticCredential {
    /// A credential with this proof.
    #[must_use]
    pub fn new(proof: impl Into<Proof>) -> Self {
        Self(proof.into())
    }
}

impl SatisfiedBy<StaticCredential> for SignedIn {}

impl Credential for StaticCredential {
    fn kind(&self) -> CredentialKind {
        CredentialKind::Other("a static credential")
    }

    async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
        Ok(Some(Authorization::new(self.0.clone())))
    }
}

impl<C, T> Builder<C, T> {
    /// Sends `authorization: Bearer <token>` with every request that needs a credential, and never renews it. Default: no
    /// credential. Blanks and line breaks around the token are cut off. For the tokens of Qelos:
    /// [`api_token`](Self::api_token), [`Client::oauth_sign_in`](crate::Client::oauth_sign_in).
    pub fn bearer_token(self, token: impl Into<SecretString>) -> Builder<StaticCredential, T> {
        self.with(bearer(&token.into()).map(StaticCredential))
    }

    /// Sends this proof with every request that needs a credential. Default: no credential.
    pub fn proof(self, proof: impl Into<Proof>) -> Builder<StaticCredential, T> {
        self.credential(StaticCredential::new(proof))
    }
}

/// Tokens are copied from files and variables, with a line break behind them.
fn bearer(token: &SecretString) -> Result<Proof, Error> {
    use qelos_spec::ExposeSecret as _;

    let token = token.expose_secret().trim();
    if token.is_empty() {
        return Err(Error::config("the bearer token is empty"));
    }
    if token.contains(char::is_whitespace) {
        return Err(Error::config("the bearer token contains a blank: copy the token alone, without `Bearer`"));
    }
    Proof::bearer(&token.into())
}
