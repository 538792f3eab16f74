//! The evidence about the proofs of a credential, from responses of the server. All clones of the credential share it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use qelos_spec::{Endpoint, EndpointInfo, Method, Timestamp};

use crate::auth::{Authorization, Credential, CredentialFacts, Probe};
use crate::call::exchange::{Exchange, Reader, WithProof};
use crate::call::limits::{Limits, has_runtime};
use crate::call::retry::Retries;
use crate::connection::Connection;
use crate::error::Error;
use crate::transport::Transport;

/// How long the result of a probe is used.
const PROBE_HOLDS: Duration = Duration::from_secs(30);
/// How long a caller waits for the probe of another caller before it sends its own.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long callers that were refused with the same proof join its renewal.
const JOINS: Duration = Duration::from_secs(30);
/// How long a route causes no renewal after one that did not help. The pause doubles each time, up to `LONGEST_PAUSE`.
const FIRST_PAUSE: Duration = Duration::from_mins(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// Probes and their results, and the renewals that did not help.
#[derive(Default)]
pub(crate) struct Evidence {
    probed: Mutex<Option<Probed>>,
    /// One probe at a time.
    turn: tokio::sync::Mutex<()>,
    renewals: Mutex<HashMap<Route, Renewals>>,
}

type Route = (Method, &'static str);

/// The result of a probe.
#[derive(Debug, Clone, Copy)]
struct Probed {
    generation: u64,
    is_good: bool,
    at: Timestamp,
}

/// The renewals that were made because one route refused a request.
#[derive(Debug, Clone, Copy)]
struct Renewals {
    last: Timestamp,
    pause: Duration,
    /// The generation of the proof that was renewed.
    generation: u64,
}

impl Evidence {
    /// Asks the server whether a proof is good, by calling an endpoint that each user may call. `None` when the
    /// response does not tell.
    pub(crate) async fn probe<E: Endpoint + Sync, C: Credential, T: Transport>(
        &self,
        endpoint: &E,
        credential: &C,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Probe>, Error> {
        let known = |is_new| self.known(proof.generation, connection.now()).map(|is_good| Probe { is_good, is_new });
        if let Some(known) = known(false) {
            return Ok(Some(known));
        }
        let _turn = self.turn().await;
        if let Some(known) = known(true) {
            return Ok(Some(known));
        }
        let limits = Limits { retries: Some(Retries::none()), ..Limits::default() };
        let request = endpoint.encode()?;
        let exchange = Exchange::new(connection, &request, CredentialFacts::of(credential), limits).marked_as_probe();
        let mut received = exchange.run(WithProof(Some(&proof.proof))).await?;
        credential.observe(received.response.headers(), connection);
        let is_good = match received.response.status() {
            StatusCode::UNAUTHORIZED => false,
            _ if received.read(&Reader::of::<E>()).is_ok() => true,
            _ => return Ok(None),
        };
        *lock(&self.probed) = Some(Probed { generation: proof.generation, is_good, at: connection.now() });
        Ok(Some(Probe { is_good, is_new: true }))
    }

    /// The last result, if it is about this generation and still in use.
    fn known(&self, generation: u64, now: Timestamp) -> Option<bool> {
        let probed = (*lock(&self.probed))?;
        let holds = probed.generation == generation && probed.at <= now && now.since(probed.at) < PROBE_HOLDS;
        holds.then_some(probed.is_good)
    }

    /// Waits for the probe of another caller. The wait is limited: the other caller never finishes if its runtime is
    /// not driven.
    async fn turn(&self) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        if !has_runtime() {
            return self.turn.try_lock().ok();
        }
        tokio::time::timeout(PATIENCE, self.turn.lock()).await.ok()
    }

    /// Whether a refusal of this route causes a renewal, although the proof is not known to be bad: `false` during the
    /// pause after the last such renewal. `true` begins the next pause. Callers that were refused with the same proof
    /// share its renewal.
    pub(crate) fn claim_renewal(&self, endpoint: &EndpointInfo, generation: u64, now: Timestamp) -> bool {
        let mut renewals = lock(&self.renewals);
        let route = (endpoint.method.clone(), endpoint.path.as_str());
        let before = renewals.get(&route).copied().filter(|before| before.last <= now);
        let pause = match before {
            Some(before) if before.generation == generation && now.since(before.last) < JOINS => return true,
            Some(Renewals { last, pause, .. }) if now.since(last) < pause => return false,
            Some(Renewals { last, pause, .. }) if now.since(last) < 2 * LONGEST_PAUSE => (2 * pause).min(LONGEST_PAUSE),
            _ => FIRST_PAUSE,
        };
        renewals.insert(route, Renewals { last: now, pause, generation });
        true
    }
}

// A poisoned lock can be used: no holder panics half-way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evidence").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use qelos_spec::api::GetMe;

    use super::*;

    #[test]
    fn renewals_that_do_not_help_are_made_less_and_less_often() {
        let (evidence, endpoint) = (Evidence::default(), EndpointInfo::of::<GetMe>());
        let mut now = Timestamp::EPOCH;
        for (generation, pause) in (0..).zip([60, 120, 240, 480, 600, 600]) {
            assert!(evidence.claim_renewal(endpoint, generation, now));
            assert!(evidence.claim_renewal(endpoint, generation, now), "a caller with the same proof joins");
            assert!(!evidence.claim_renewal(endpoint, generation + 1, now), "the renewal did not help");
            let early = now.saturating_add(Duration::from_secs(pause - 1));
            assert!(!evidence.claim_renewal(endpoint, generation, early), "{pause}");
            now = now.saturating_add(Duration::from_secs(pause));
        }
        now = now.saturating_add(2 * LONGEST_PAUSE);
        assert!(evidence.claim_renewal(endpoint, 7, now));
        assert!(
            evidence.claim_renewal(endpoint, 8, now.saturating_add(FIRST_PAUSE)),
            "after a long time the first pause is short again"
        );
    }
}
