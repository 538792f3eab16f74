//! The tokens of a session, and how long they are good for.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qelos_spec::wire::Tokens;
use qelos_spec::{ExposeSecret, SecretString, Timestamp, WorkspaceId};
use serde::Deserialize;

use crate::auth::single_flight::Perishable;
use crate::error::Error;
use crate::jitter::Draw;
use crate::store::{AnyStore, StoreError, StoredSession};

/// How long before its expiry an access token is renewed, at most; half of that at least, since each process draws its
/// own moment. Never earlier than half-way through its life.
const MARGIN: Duration = Duration::from_mins(1);

/// The tokens of a session, and when they want to be renewed, on the clock of this machine.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) tokens: Tokens,
    /// When they arrived, if that is known.
    received_at: Option<Timestamp>,
    renew_at: Timestamp,
    expires_at: Timestamp,
    /// The store the session is kept in, if there is one.
    pub(super) store: Option<Arc<dyn AnyStore>>,
    /// Which session of its store it is; 0 before it is in one.
    lineage: u64,
    /// Which pair of that session it is; the newer of two has the higher number.
    number: u64,
    /// Whether somebody began to renew it, and nobody has written down what became of that.
    pub(super) in_doubt: bool,
}

impl Held {
    /// Tokens the server issued at that time. The clock of the server may differ from ours, but the length of a life does
    /// not.
    pub(super) fn issued(tokens: Tokens, received_at: Timestamp) -> Self {
        Self::new(tokens, Some(received_at), Draw::new())
    }

    /// Tokens from an earlier run. When they were issued is not known here, so the clocks have to agree.
    pub(super) fn from_tokens(tokens: Tokens) -> Self {
        Self::new(tokens, None, Draw::new())
    }

    pub(super) fn from_store(stored: StoredSession, store: Arc<dyn AnyStore>) -> Self {
        let StoredSession { tokens, received_at, lineage, number, renewing_since, .. } = stored;
        let (store, in_doubt) = (Some(store), renewing_since.is_some());
        Self { store, lineage, number, in_doubt, ..Self::new(tokens, received_at, Draw::new()) }
    }

    fn new(tokens: Tokens, received_at: Option<Timestamp>, draw: Draw) -> Self {
        let claims = Claims::of(&tokens.access).unwrap_or_default();
        let life = claims.life();
        let expires_at = match (received_at, life) {
            (Some(received_at), Some(life)) => received_at.saturating_add(life),
            // A token without an expiry is used until it is refused.
            _ => claims.exp.map_or(Timestamp::MAX, |exp| Timestamp::from_unix_millis(exp.saturating_mul(1000))),
        };
        let margin = life.map_or(MARGIN, |life| MARGIN.min(life / 2));
        let renew_at = expires_at.saturating_sub(draw.upper_half(margin));
        Self { tokens, received_at, renew_at, expires_at, store: None, lineage: 0, number: 0, in_doubt: false }
    }

    /// The next tokens of the same session.
    pub(super) fn followed_by(&self, tokens: Tokens, received_at: Timestamp) -> Self {
        let (store, lineage, number) = (self.store.clone(), self.lineage, self.number.saturating_add(1));
        Self { store, lineage, number, ..Self::issued(tokens, received_at) }
    }

    /// What is in the store of this session.
    pub(super) fn after(&self, stored: Option<StoredSession>) -> Option<Self> {
        Some(Self::from_store(stored?, self.store.clone()?))
    }

    /// Whether this came after the other, or was put in its place.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        let same = self.tokens.refresh.expose_secret() == other.tokens.refresh.expose_secret();
        !same && self.counts_before(other)
    }

    /// Whether this, being in the store, is not older. Another session in there was put in the place of the other; the
    /// numbers of two sessions say nothing about each other.
    pub(super) fn counts_before(&self, other: &Self) -> bool {
        self.lineage != other.lineage || self.number >= other.number
    }

    /// Whether its time to be renewed has not come yet.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.renew_at
    }

    /// The session as it is to be in a store from now on: itself, in the place of what was there; but what was there when
    /// that is the same session and newer, because others have renewed it.
    pub(super) fn kept_in(self, store: Arc<dyn AnyStore>, before: Option<StoredSession>) -> Result<Self, StoreError> {
        match before {
            Some(newer) if newer.lineage == self.lineage && newer.number > self.number => {
                Ok(Self::from_store(newer, store))
            }
            _ => {
                let lineage = getrandom::u64().map_err(StoreError::new)?;
                Ok(Self { store: Some(store), lineage, number: 0, ..self })
            }
        }
    }

    /// What is to be written to the store; `renewing_since` says from when on the refresh token may be used up.
    pub(super) fn to_store(&self, workspace: Option<WorkspaceId>, renewing_since: Option<Timestamp>) -> StoredSession {
        let Self { tokens, received_at, lineage, number, .. } = self;
        StoredSession {
            tokens: tokens.clone(),
            received_at: *received_at,
            workspace,
            lineage: *lineage,
            number: *number,
            renewing_since,
        }
    }

    /// The only copy, because it could not be written: the next call tries again.
    pub(super) fn not_kept(self) -> Self {
        Self { renew_at: Timestamp::MIN, ..self }
    }

    /// When the access token was issued, on the clock of this machine where that is known.
    pub(super) fn issued_at(&self) -> Option<Timestamp> {
        let claimed = || Some(Timestamp::from_unix_millis(Claims::of(&self.tokens.access)?.iat?.saturating_mul(1000)));
        self.received_at.or_else(claimed)
    }

    /// The workspace the access token is for.
    pub(super) fn workspace(&self) -> Option<WorkspaceId> {
        Claims::of(&self.tokens.access)?.workspace()
    }
}

/// Tokens that can be used: a server that agrees and sends an empty one has begun no session.
pub(crate) fn usable(tokens: Tokens) -> Result<Tokens, Error> {
    let empty = |token: &SecretString| token.expose_secret().trim().is_empty();
    match (empty(&tokens.access), empty(&tokens.refresh)) {
        (false, false) => Ok(tokens),
        (true, _) => Err(Error::config("the server agreed and sent an empty access token")),
        (false, true) => Err(Error::config("the server agreed and sent an empty refresh token")),
    }
}

impl Perishable for Held {
    fn renew_at(&self) -> Timestamp {
        self.renew_at
    }

    fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

/// What is read from an access token, unverified: it is the server's business whether it is genuine.
#[derive(Default, Deserialize)]
struct Claims {
    exp: Option<i64>,
    iat: Option<i64>,
    workspace: Option<serde_json::Value>,
}

impl Claims {
    fn of(token: &SecretString) -> Option<Self> {
        let payload = token.expose_secret().split('.').nth(1)?;
        let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&json).ok()
    }

    fn life(&self) -> Option<Duration> {
        let life = self.exp?.checked_sub(self.iat?)?;
        u64::try_from(life).ok().filter(|life| *life > 0).map(Duration::from_secs)
    }

    fn workspace(&self) -> Option<WorkspaceId> {
        self.workspace.as_ref()?.get("_id")?.as_str()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(claims: &str) -> Tokens {
        let access = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        serde_json::from_value(serde_json::json!({ "token": access, "refreshToken": "r" })).unwrap()
    }

    const NOW: i64 = 1_000_000;

    /// The earliest and the latest renewal that chance may bring, and the expiry.
    fn life(claims: &str, received_at: Option<i64>) -> (i64, i64, i64) {
        let received_at = received_at.map(Timestamp::from_unix_millis);
        let draw = |draw| Held::new(tokens(claims), received_at, draw);
        let (late, early) = (draw(Draw::LEAST), draw(Draw::MOST));
        assert_eq!(late.expires_at, early.expires_at);
        (early.renew_at.unix_millis(), late.renew_at.unix_millis(), late.expires_at.unix_millis())
    }

    #[test]
    fn a_fresh_token_is_renewed_within_the_last_minute_whatever_the_servers_clock_says() {
        let (earliest, latest, expiry) = life(r#"{"iat":9000,"exp":27000}"#, Some(NOW));
        assert_eq!((earliest - NOW, latest - NOW, expiry - NOW), (17_940_000, 17_970_000, 18_000_000));
        let (earliest, latest, expiry) = life(r#"{"iat":5,"exp":7}"#, Some(NOW));
        assert_eq!(
            (earliest - NOW, latest - NOW, expiry - NOW),
            (1_000, 1_500, 2_000),
            "a short life is used for half"
        );
    }

    #[test]
    fn a_token_that_does_not_say_is_used_until_it_is_refused() {
        for odd in ["{}", "not json", r#"{"exp":"soon"}"#] {
            assert_eq!(Held::from_tokens(tokens(odd)).expires_at, Timestamp::MAX, "{odd}");
            assert_eq!(Held::issued(tokens(odd), Timestamp::EPOCH).expires_at, Timestamp::MAX, "{odd}");
        }
    }

    #[test]
    fn a_token_from_an_earlier_run_expires_when_it_says() {
        assert_eq!(life(r#"{"iat":1000,"exp":4000}"#, None), (3_940_000, 3_970_000, 4_000_000));
        assert_eq!(life(r#"{"exp":4000}"#, None), (3_940_000, 3_970_000, 4_000_000));
    }

    #[test]
    fn processes_that_share_a_token_do_not_all_renew_it_in_the_same_second() {
        let moments = (0..50).map(|_| Held::from_tokens(tokens(r#"{"exp":4000}"#)).renew_at.unix_millis() / 1000);
        assert!(moments.collect::<std::collections::BTreeSet<_>>().len() > 5);
    }

    #[test]
    fn the_next_tokens_replace_these_and_not_the_other_way_round() {
        let first = Held::issued(tokens("{}"), Timestamp::EPOCH);
        let next = serde_json::from_value(serde_json::json!({ "token": "e30.e30.y", "refreshToken": "s" })).unwrap();
        let next = first.followed_by(next, Timestamp::EPOCH);
        assert!(next.replaces(&first) && !first.replaces(&next) && !first.replaces(&first));
    }
}
