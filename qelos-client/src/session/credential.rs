//! A session as the credential of a client.

use std::time::Duration;

use qelos_spec::Timestamp;
use qelos_spec::auth::{CredentialKind, Privileged, SatisfiedBy, Session, SignedIn};

use crate::auth::{Authorization, Credential, Probe, Refusal, Refused, Verdict};
use crate::connection::Connection;
use crate::error::Error;
use crate::session::TokenSession;
use crate::session::scheme::{Satisfies, SessionScheme};
use crate::session::single_flight::Versioned;
use crate::session::token_set::TokenSet;
use crate::transport::Transport;

/// The least age of an access token that is renewed because a permission is missing.
const OLD_ROLES: Duration = Duration::from_mins(1);

impl<S: SessionScheme + Satisfies<SignedIn>> SatisfiedBy<TokenSession<S>> for SignedIn {}
impl<S: SessionScheme + Satisfies<Privileged>> SatisfiedBy<TokenSession<S>> for Privileged {}
impl<S: SessionScheme + Satisfies<Session>> SatisfiedBy<TokenSession<S>> for Session {}

impl<S: SessionScheme> Credential for TokenSession<S> {
    fn kind(&self) -> CredentialKind {
        S::KIND
    }

    async fn authorize<T: Transport>(&self, connection: &Connection<T>) -> Result<Option<Authorization>, Error> {
        authorization(&self.fresh(connection).await?).map(Some)
    }

    async fn settled(&self) -> Result<(), Error> {
        Self::settled(self).await
    }

    /// A refusal of tokens that were renewed meanwhile counts as one of the proof, so that the new tokens are tried.
    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        match self.scheme().judge(refusal) {
            Verdict::Unknown if refusal.generation() != self.generation() => Verdict::Proof,
            verdict => verdict,
        }
    }

    async fn probe<T: Transport>(
        &self,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Probe>, Error> {
        match self.scheme().probe() {
            Some(endpoint) => self.0.evidence.probe(&endpoint, self, proof, connection).await,
            None => Ok(None),
        }
    }

    /// Renews bad tokens. Tokens that are or may be good are renewed only where the scheme allows it, and less and less
    /// often.
    async fn renew<T: Transport>(
        &self,
        refused: &Refused<'_>,
        connection: &Connection<T>,
    ) -> Result<Option<Authorization>, Error> {
        let now = connection.now();
        let claimed = || self.0.evidence.claim_renewal(refused.endpoint, refused.proof.generation, now);
        let allowed = || Ok::<_, Error>(self.scheme().may_renew(&self.current()?.tokens, refused.verdict));
        let may_renew = match refused.verdict {
            Verdict::Proof => true,
            Verdict::Other => false,
            Verdict::Permission => allowed()? && has_old_roles(refused.proof, now) && claimed(),
            Verdict::Unknown => allowed()? && claimed(),
        };
        if !may_renew {
            return Ok(None);
        }
        authorization(&self.renewed(refused.proof.generation, connection).await?).map(Some)
    }
}

fn has_old_roles(proof: &Authorization, now: Timestamp) -> bool {
    proof.roles_as_of.is_none_or(|as_of| now.since(as_of) >= OLD_ROLES)
}

fn authorization<S: SessionScheme>(version: &Versioned<TokenSet<S>>) -> Result<Authorization, Error> {
    let Versioned { value, generation } = version;
    let proof = value.proof.clone()?;
    let roles_as_of = value.issued_at.filter(|_| S::TOKENS_HOLD_ROLES);
    Ok(Authorization { roles_as_of, ..Authorization::of_generation(proof, *generation) })
}
