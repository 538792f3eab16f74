//! The tokens of a session, and the times when they are renewed and expire.

use std::sync::Arc;
use std::time::Duration;

use qelos_spec::{ExposeSecret, SecretString, Timestamp};

use crate::auth::proof::Proof;
use crate::clock::jitter::Jitter;
use crate::error::Error;
use crate::session::person::Person;
use crate::session::scheme::{Life, SessionScheme, SessionTokens};
use crate::session::single_flight::Perishable;
use crate::session::store::{AnyStore, Change, Home, Lineage, Sealed, StoreError, StoredSession};

/// The longest time between the renewal of an access token and its expiry. Each process renews at its own random
/// moment, at least half of this before the expiry, and never in the first half of the token's life.
const MARGIN: Duration = Duration::from_mins(1);

/// The tokens of a session, with their times on the clock of this machine. A clone is cheap: each call takes one.
pub(crate) struct TokenSet<S: SessionScheme> {
    pub(crate) tokens: Arc<S::Tokens>,
    /// The proof on requests, which is made once, or the reason why there is none.
    pub(crate) proof: Result<Proof, Error>,
    /// When the access token was issued: on the clock of this machine if known, otherwise on the server's.
    pub(crate) issued_at: Option<Timestamp>,
    /// When the tokens arrived, if that is known.
    received_at: Option<Timestamp>,
    renew_at: Timestamp,
    expires_at: Timestamp,
    /// The user of the session. The user never changes, but more may become known of it.
    person: Arc<Person>,
    /// The store that the session is kept in, if there is one.
    pub(crate) store: Option<Arc<dyn AnyStore>>,
    /// The identity of the session in its store; empty before it is in one.
    lineage: Lineage,
    /// The number of these tokens in their lineage: newer ones have a higher number.
    number: u64,
    /// The mark of the record in the store: since when another renewal may have used the refresh token up.
    renewing_since: Option<Timestamp>,
    /// The change that could not be written: these tokens have no other copy.
    unsaved: Option<Arc<Change>>,
}

impl<S: SessionScheme> TokenSet<S> {
    /// Tokens that the server issued at this time. The server's clock may differ from this machine's, but a lifetime is
    /// the same on both.
    pub(crate) fn issued(scheme: &S, tokens: S::Tokens, received_at: Timestamp) -> Self {
        Self::new(scheme, tokens, Some(received_at), Jitter::new())
    }

    /// Tokens from an earlier run. The time when they arrived is unknown, so both clocks have to agree.
    pub(crate) fn from_tokens(scheme: &S, tokens: S::Tokens) -> Self {
        Self::new(scheme, tokens, None, Jitter::new())
    }

    /// The token set of a record. Tokens that are not those of this scheme are an error.
    pub(crate) fn from_store(scheme: &S, stored: StoredSession, store: Arc<dyn AnyStore>) -> Result<Self, StoreError> {
        let (person, tokens) = (stored.person(), stored.tokens()?);
        let StoredSession { received_at, lineage, number, renewing_since, .. } = stored;
        let token_set = Self::new(scheme, tokens, received_at, Jitter::new());
        let person = Arc::new(person.or(&token_set.person));
        Ok(Self { store: Some(store), lineage, number, renewing_since, person, ..token_set })
    }

    fn new(scheme: &S, tokens: S::Tokens, received_at: Option<Timestamp>, jitter: Jitter) -> Self {
        let Life { lasts, issued_at, expires_at: expiry, is_used_up } = scheme.life(&tokens);
        let life = match (lasts.filter(|life| !life.is_zero()), received_at) {
            (None, Some(received_at)) => expiry.map(|expiry| expiry.since(received_at)).filter(|life| !life.is_zero()),
            (life, _) => life,
        };
        let expires_at = match (received_at, life) {
            (Some(received_at), Some(life)) => received_at.saturating_add(life),
            // A new token may have no expiry, or one in the past. It is used until the server refuses it: otherwise
            // each call would renew it.
            (Some(_), None) => Timestamp::MAX,
            (None, _) => expiry.unwrap_or(Timestamp::MAX),
        };
        let margin = if is_used_up { Duration::ZERO } else { life.map_or(MARGIN, |life| MARGIN.min(life / 2)) };
        let renew_at = expires_at.saturating_sub(jitter.upper_half(margin));
        let person = Arc::new(Person { login: None, subject: scheme.subject(&tokens) });
        let (lineage, number, renewing_since) = (Lineage::default(), 0, None);
        Self {
            proof: scheme.proof(&tokens),
            issued_at: received_at.or(issued_at),
            tokens: Arc::new(tokens),
            received_at,
            renew_at,
            expires_at,
            person,
            store: None,
            lineage,
            number,
            renewing_since,
            unsaved: None,
        }
    }

    /// The same tokens, with the name of their sign-in.
    pub(crate) fn of_login(self, login: Option<String>) -> Self {
        let person = Arc::new(Person { login, subject: None }.or(&self.person));
        Self { person, ..self }
    }

    /// The next tokens of the same session.
    pub(crate) fn followed_by(&self, scheme: &S, tokens: S::Tokens, received_at: Timestamp) -> Self {
        let (store, lineage, number) = (self.store.clone(), self.lineage.clone(), self.number.saturating_add(1));
        let next = Self::issued(scheme, tokens, received_at);
        let person = Arc::new(next.person.or(&self.person));
        Self { person, store, lineage, number, ..next }
    }

    /// The tokens of a new session that replaces this one. A session of another user is an error.
    pub(crate) fn begun_anew(&self, scheme: &S, tokens: S::Tokens, received_at: Timestamp) -> Result<Self, Error> {
        const WHY: &str = "signing in again began a session of another user";
        let next = Self::issued(scheme, tokens, received_at).of_login(scheme.login());
        if next.person.differs_from(&self.person) {
            return Err(ended(
                WHY,
                format!(
                    "the session belongs to {}, and the new one to {}: sign in with a new client if the user was replaced",
                    self.person, next.person
                ),
            ));
        }
        let lineage = if self.store.is_some() { Lineage::random()? } else { Lineage::default() };
        let person = Arc::new(next.person.or(&self.person));
        Ok(Self { store: self.store.clone(), lineage, person, ..next })
    }

    /// Refuses to sign in again with a name that is known to be another user's.
    pub(crate) fn check_login(&self, login: Option<String>) -> Result<(), Error> {
        const WHY: &str = "signing in again would begin a session of another user";
        let other = Person { login, subject: None };
        if other.differs_from(&self.person) {
            return Err(ended(
                WHY,
                format!(
                    "the session belongs to {}, and would sign in again as {other}: sign in with a new client to change the user",
                    self.person
                ),
            ));
        }
        Ok(())
    }

    /// Whether the name of the sign-in is known.
    pub(crate) fn has_login(&self) -> bool {
        self.person.login.is_some()
    }

    /// The token set of the record in the store of this session. A record of another user is an error: neither session
    /// overwrites the other.
    pub(crate) fn after(&self, scheme: &S, stored: StoredSession) -> Result<Self, StoreError> {
        let store = self.store.clone().ok_or_else(|| StoreError::new("the session is not kept in a store"))?;
        let theirs = stored.person();
        if stored.lineage != self.lineage && theirs.differs_from(&self.person) {
            return Err(StoreError::new(format_args!(
                "the token store holds a session of {theirs}, and this session belongs to {}: neither replaces the other; use one store for each user",
                self.person
            )));
        }
        Self::from_store(scheme, stored, store)
    }

    /// This token set, which was found in the store, completed with the facts that `other` has about the user.
    pub(crate) fn in_place_of(self, other: &Self) -> Self {
        if self.lineage != other.lineage && self.has_login() != other.has_login() {
            tracing::warn!(ours = %other.person, stored = %self.person, "another session is in the token store: it is used as a session of the same user, although only one of the two has the name of its user");
        }
        let person = Arc::new(other.person.or(&self.person));
        Self { person, ..self }
    }

    /// Whether this token set came after `other`, or belongs to a session that replaced it.
    pub(crate) fn replaces(&self, other: &Self) -> bool {
        // A server may leave the refresh token as it is, and issue another access token only.
        !same(&*self.tokens, &*other.tokens) && (self.lineage != other.lineage || self.number >= other.number)
    }

    /// Whether the record in the store is older: a write has failed, or the store has lost its newest state.
    pub(crate) fn is_newer_than(&self, stored: Option<&StoredSession>) -> bool {
        stored.is_some_and(|stored| stored.lineage == self.lineage && stored.number < self.number)
            || self.unsaved.as_ref().is_some_and(|change| change.is_allowed_over(stored))
    }

    /// Whether it is too early to renew the tokens.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.renew_at
    }

    /// Whether another renewal, of unknown outcome, may have used the refresh token up.
    pub(crate) fn in_doubt(&self) -> bool {
        self.renewing_since.is_some()
    }

    /// The session as it goes on in a store, and the change that writes it there. There is no change when the store has
    /// a record of the same session that is not older: the session goes on with that.
    pub(crate) fn kept_in(
        self,
        store: Arc<dyn AnyStore>,
        before: Option<StoredSession>,
        scheme: &S,
        home: &Home,
    ) -> Result<(Self, Option<Change>), StoreError> {
        match before {
            Some(before) if before.lineage == self.lineage => {
                if before.number < self.number {
                    let kept = Self { store: Some(store), unsaved: None, ..self };
                    let change = Change::Tokens(kept.to_store(scheme, home)?);
                    return Ok((kept, Some(change)));
                }
                Ok((Self::from_store(scheme, before, store)?.in_place_of(&self), None))
            }
            instead_of => {
                let lineage = Lineage::random()?;
                let kept = Self { store: Some(store), lineage, number: 0, renewing_since: None, unsaved: None, ..self };
                let new = kept.to_store(scheme, home)?;
                Ok((kept, Some(Change::Session { new, instead_of: instead_of.map(Box::new) })))
            }
        }
    }

    /// The record of these tokens for a store.
    pub(crate) fn to_store(&self, scheme: &S, home: &Home) -> Result<StoredSession, StoreError> {
        let Home { scheme: name, origin, issuer } = home.clone();
        Ok(StoredSession {
            scheme: name.to_owned(),
            origin,
            issuer,
            login: self.person.login.clone(),
            subject: self.person.subject.clone(),
            scope: scheme.scope(),
            lineage: self.lineage.clone(),
            number: self.number,
            received_at: self.received_at,
            renewing_since: self.renewing_since,
            tokens: Sealed::of(&*self.tokens)?,
        })
    }

    /// The change that writes this marked record. It also writes tokens that could not be written before.
    pub(crate) fn mark(&self, marked: StoredSession) -> Change {
        match self.unsaved.as_deref() {
            Some(Change::Session { instead_of, .. }) => Change::Session { new: marked, instead_of: instead_of.clone() },
            _ => Change::Mark(marked),
        }
    }

    /// The change that writes these tokens over the marked record, which belongs to this session or to the one before.
    pub(crate) fn written_over(&self, mark: Option<StoredSession>, new: StoredSession) -> Change {
        match mark {
            Some(mark) if mark.lineage == self.lineage => Change::Tokens(new),
            instead_of => Change::Session { new, instead_of: instead_of.map(Box::new) },
        }
    }

    /// The same tokens, with the change that could not be written: the next call tries again.
    pub(crate) fn not_kept(self, change: Change) -> Self {
        Self { unsaved: Some(Arc::new(change)), ..self }
    }

    /// The change that could not be written.
    pub(crate) fn unsaved(&self) -> Option<&Change> {
        self.unsaved.as_deref()
    }

    /// The same tokens, after they were written to the store.
    pub(crate) fn saved(self) -> Self {
        Self { unsaved: None, ..self }
    }

    /// The identity of the session in its store.
    pub(crate) fn lineage(&self) -> &Lineage {
        &self.lineage
    }
}

impl<S: SessionScheme> Clone for TokenSet<S> {
    fn clone(&self) -> Self {
        Self {
            tokens: Arc::clone(&self.tokens),
            proof: self.proof.clone(),
            issued_at: self.issued_at,
            received_at: self.received_at,
            renew_at: self.renew_at,
            expires_at: self.expires_at,
            person: Arc::clone(&self.person),
            store: self.store.clone(),
            lineage: self.lineage.clone(),
            number: self.number,
            renewing_since: self.renewing_since,
            unsaved: self.unsaved.clone(),
        }
    }
}

/// Whether both are the same pair of tokens.
fn same<K: SessionTokens>(one: &K, other: &K) -> bool {
    let equal = |one: &SecretString, other: &SecretString| one.expose_secret() == other.expose_secret();
    let same_refresh = match (one.refresh(), other.refresh()) {
        (Some(one), Some(other)) => equal(one, other),
        (one, other) => one.is_none() && other.is_none(),
    };
    same_refresh && equal(one.access(), other.access())
}

/// The error of a session that has ended.
fn ended(why: &'static str, hint: String) -> Error {
    Error::session_ended(why).with_hint(hint)
}

/// Refuses empty tokens: they cannot begin a session.
pub(crate) fn usable<K: SessionTokens>(tokens: K) -> Result<K, Error> {
    let empty = |token: &SecretString| token.expose_secret().trim().is_empty();
    match (empty(tokens.access()), tokens.refresh().is_some_and(empty)) {
        (false, false) => Ok(tokens),
        (true, _) => Err(Error::config("the response of the server has an empty access token")),
        (false, true) => Err(Error::config("the response of the server has an empty refresh token")),
    }
}

impl<S: SessionScheme> Perishable for TokenSet<S> {
    /// Tokens that are not in the store have to be renewed at once: the next call tries to write them.
    fn renew_at(&self) -> Timestamp {
        if self.unsaved.is_some() { Timestamp::MIN } else { self.renew_at }
    }

    fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

#[cfg(test)]
mod tests;
