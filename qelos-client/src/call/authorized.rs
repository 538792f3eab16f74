//! An attempt with a credential: asks for a proof, sends the request, and finds the cause of a refusal.
//!
//! | cause of the refusal | what follows |
//! |---|---|
//! | the proof | it is renewed once, and the request is sent once more |
//! | a permission | for an idempotent request, roles that may be out of date are renewed where that loses nothing, and it is sent once more; otherwise the call fails |
//! | something else | nothing |
//! | unknown | the server is asked whether the proof is good. A bad proof is renewed, as above. With a good proof, an idempotent request is sent once more, because a slow gateway takes callers for guests |
//!
//! The credential names the cause ([`Credential::judge`]), asks the server ([`Credential::probe`]) and renews the proof
//! ([`Credential::renew`]).

use std::future::Future;
use std::pin::pin;

use bytes::Bytes;
use http::{Response, StatusCode};
use qelos_spec::{ApiError, EndpointInfo, Request};

use crate::auth::{Authorization, Credential, CredentialFacts, Probe, Refusal, Refused, Verdict};
use crate::call::attempt::Attempted;
use crate::call::exchange::{Attempt, Exchange, Received, WithProof};
use crate::call::limits::Limits;
use crate::connection::Connection;
use crate::error::{Error, Standing};
use crate::transport::Transport;

/// Sends a request, with the credential if the endpoint requires one.
pub(crate) fn exchange<'c, C: Credential, T: Transport>(
    connection: &'c Connection<T>,
    request: &'c Request,
    credential: &'c C,
    limits: Limits,
) -> impl Future<Output = Result<Received, Error>> + Send + 'c {
    let authorized = request.endpoint().sends_credential;
    let exchange = Exchange::new(connection, request, CredentialFacts::of(credential), limits);
    async move {
        if authorized {
            exchange.run(Authorized { credential, renewed: false, repeated: false }).await
        } else {
            exchange.run(WithProof(None)).await
        }
    }
}

struct Authorized<'c, C> {
    credential: &'c C,
    /// Set when the call has renewed its proof, which it does once.
    renewed: bool,
    /// Set when the call was sent again with the same proof, which happens once.
    repeated: bool,
}

impl<C: Credential, T: Transport> Attempt<T> for Authorized<'_, C> {
    async fn attempt(&mut self, exchange: &Exchange<'_, T>) -> Attempted {
        let mut proof = match self.proof(exchange).await {
            Ok(proof) => proof,
            Err(error) => return Attempted::NoProof(error),
        };
        loop {
            let response = match exchange.send(proof.as_ref().map(|proof| &proof.proof)).await {
                Ok(response) => response,
                Err(error) => return Attempted::Failed(error),
            };
            let Some(refused) = proof.take() else { return Attempted::Received(response, None) };
            self.credential.observe(response.headers(), exchange.connection);
            let Some(error) = refused_with(&response, exchange.endpoint()) else {
                return Attempted::Received(response, None);
            };
            // In a box, because it is rare, and larger than the rest of a call: it makes exchanges of its own.
            let next = async {
                let next = pin!(self.after(error, response, refused, exchange));
                exchange.budget.limited(None, next).await
            };
            match Box::pin(next).await {
                Ok(Next::Send(next)) => proof = Some(next),
                Ok(Next::Give(attempted)) => return attempted,
                Err(error) => return Attempted::Failed(error),
            }
        }
    }
}

/// The next step after a refusal.
enum Next {
    /// Send the request once more, with this proof.
    Send(Authorization),
    /// The attempt is over, with this outcome.
    Give(Attempted),
}

impl<C: Credential> Authorized<'_, C> {
    async fn proof<T: Transport>(&self, exchange: &Exchange<'_, T>) -> Result<Option<Authorization>, Error> {
        let authorized = pin!(self.credential.authorize(exchange.connection));
        exchange.budget.limited(None, authorized).await?
    }

    async fn after<T: Transport>(
        &mut self,
        error: ApiError,
        response: Response<Bytes>,
        proof: Authorization,
        exchange: &Exchange<'_, T>,
    ) -> Next {
        let endpoint = exchange.endpoint();
        let verdict = match self.credential.judge(&Refusal::new(endpoint, &proof, &error)) {
            Verdict::Unknown => match self.credential.probe(&proof, exchange.connection).await {
                Ok(Some(probe)) if self.repeats(probe, &error, exchange) => {
                    self.repeated = true;
                    return Next::Send(proof);
                }
                Ok(Some(probe)) if probe.is_good => Verdict::Permission,
                Ok(Some(_)) => Verdict::Proof,
                Ok(None) | Err(_) => Verdict::Unknown,
            },
            Verdict::Other => return Next::Give(Attempted::Received(response, None)),
            verdict => verdict,
        };
        let refused = Refused { proof: &proof, verdict, endpoint };
        let standing = match self.renewed(&refused, exchange).await {
            Ok(Some(better)) => return Next::Send(better),
            Ok(None) => standing(&refused, exchange.connection),
            // The proof is good, and the renewal was only for newer roles: the refusal stands.
            Err(_) if verdict == Verdict::Permission => standing(&refused, exchange.connection),
            Err(error) if error.is_transient() => Some(Standing::NotRenewed(error)),
            Err(error) => return Next::Give(Attempted::Failed(error)),
        };
        Next::Give(Attempted::Received(response, standing))
    }

    /// Whether the request is sent once more although its proof is good: a gateway that did not identify the caller in
    /// time may have taken it for a guest.
    fn repeats<T: Transport>(&self, probe: Probe, error: &ApiError, exchange: &Exchange<'_, T>) -> bool {
        let may_be_slow = probe.is_new || error.status() == StatusCode::UNAUTHORIZED;
        probe.is_good && may_be_slow && exchange.endpoint().idempotent && exchange.is_repeatable() && !self.repeated
    }

    /// Renews the proof, once in each call. A request that is not idempotent is not sent again when a permission is
    /// missing, and one whose body is a stream that is read once is never sent again.
    async fn renewed<T: Transport>(
        &mut self,
        refused: &Refused<'_>,
        exchange: &Exchange<'_, T>,
    ) -> Result<Option<Authorization>, Error> {
        if self.renewed
            || !exchange.is_repeatable()
            || (refused.verdict == Verdict::Permission && !refused.endpoint.idempotent)
        {
            return Ok(None);
        }
        let better = self.credential.renew(refused, exchange.connection).await?;
        self.renewed = better.is_some();
        Ok(better)
    }
}

/// The error of a response that is a refusal. A 403 that the endpoint declares as a success is none; a 401 always is.
fn refused_with(response: &Response<Bytes>, endpoint: &EndpointInfo) -> Option<ApiError> {
    let refuses = match response.status() {
        StatusCode::UNAUTHORIZED => true,
        StatusCode::FORBIDDEN => !endpoint.statuses.contains(StatusCode::FORBIDDEN),
        _ => false,
    };
    refuses.then(|| ApiError::of(response)).flatten()
}

fn standing<T: Transport>(refused: &Refused<'_>, connection: &Connection<T>) -> Option<Standing> {
    match refused.verdict {
        Verdict::Proof => Some(Standing::BadProof),
        Verdict::Permission => {
            let age = refused.proof.roles_as_of.map(|as_of| connection.now().since(as_of));
            Some(Standing::Forbidden(age))
        }
        Verdict::Other | Verdict::Unknown => None,
    }
}
