//! The tokens of a session, and the times when they are renewed and expire.

use std::sync::Arc;
use std::time::Duration;

use qelos_spec::auth::CredentialHeader;
use qelos_spec::wire::Tokens;
use qelos_spec::{ExposeSecret, SecretString, Timestamp, WorkspaceId};

use crate::clock::jitter::Jitter;
use crate::error::Error;
use crate::session::claims::Claims;
use crate::session::person::Person;
use crate::session::single_flight::Perishable;
use crate::session::store::{AnyStore, Change, Lineage, StoreError, StoredSession};

/// The longest time between the renewal of an access token and its expiry. Each process renews at its own random
/// moment, at least half of this before the expiry, and never in the first half of the token's life.
const MARGIN: Duration = Duration::from_mins(1);

/// The tokens of a session, with their times on the clock of this machine. A clone is cheap: each call takes one.
#[derive(Clone)]
pub(crate) struct TokenSet {
    pub(crate) tokens: Arc<Tokens>,
    /// The access token as a header, which is made once; `None` if it contains a character that headers do not allow.
    pub(crate) header: Option<CredentialHeader>,
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

/// The data that a renewal with the refresh token loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    Nothing,
    /// The roles in the workspace. The session stays in the workspace.
    Roles,
    Workspace,
}

impl TokenSet {
    /// Tokens that the server issued at this time. The server's clock may differ from this machine's, but a lifetime is
    /// the same on both.
    pub(crate) fn issued(tokens: Tokens, received_at: Timestamp) -> Self {
        Self::new(tokens, Some(received_at), Jitter::new())
    }

    /// Tokens from an earlier run. The time when they arrived is unknown, so both clocks have to agree.
    pub(crate) fn from_tokens(tokens: Tokens) -> Self {
        Self::new(tokens, None, Jitter::new())
    }

    pub(crate) fn from_store(stored: StoredSession, store: Arc<dyn AnyStore>) -> Self {
        let person = stored.person();
        let StoredSession { tokens, received_at, lineage, number, renewing_since, .. } = stored;
        let token_set = Self::new(tokens, received_at, Jitter::new());
        let person = Arc::new(person.or(&token_set.person));
        Self { store: Some(store), lineage, number, renewing_since, person, ..token_set }
    }

    fn new(tokens: Tokens, received_at: Option<Timestamp>, jitter: Jitter) -> Self {
        let claims = Claims::of(&tokens.access).unwrap_or_default();
        let expiry = claims.expires_at();
        let life = match (claims.life(), received_at) {
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
        // A renewal that loses something waits until the token has expired.
        let margin = match loss(&tokens) {
            Loss::Nothing => life.map_or(MARGIN, |life| MARGIN.min(life / 2)),
            Loss::Roles | Loss::Workspace => Duration::ZERO,
        };
        let renew_at = expires_at.saturating_sub(jitter.upper_half(margin));
        let person = Arc::new(Person { login: None, subject: claims.subject() });
        let (lineage, number, renewing_since) = (Lineage::default(), 0, None);
        Self {
            header: CredentialHeader::bearer(tokens.access.expose_secret()).ok(),
            issued_at: received_at.or_else(|| claims.issued_at()),
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
    pub(crate) fn signed_in_as(self, username: &str) -> Self {
        let person = Arc::new(Person::with_login(username).or(&self.person));
        Self { person, ..self }
    }

    /// The next tokens of the same session.
    pub(crate) fn followed_by(&self, tokens: Tokens, received_at: Timestamp) -> Self {
        let (store, lineage, number) = (self.store.clone(), self.lineage.clone(), self.number.saturating_add(1));
        let next = Self::issued(tokens, received_at);
        let person = Arc::new(next.person.or(&self.person));
        Self { person, store, lineage, number, ..next }
    }

    /// The tokens of a new session that replaces this one. A session of another user is an error.
    pub(crate) fn begun_anew(&self, tokens: Tokens, received_at: Timestamp, username: &str) -> Result<Self, Error> {
        const WHY: &str = "signing in again began a session of another user";
        let next = Self::issued(tokens, received_at).signed_in_as(username);
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
    pub(crate) fn check_login(&self, username: &str) -> Result<(), Error> {
        const WHY: &str = "signing in again would begin a session of another user";
        let other = Person::with_login(username);
        if other.differs_from(&self.person) {
            return Err(ended(
                WHY,
                format!(
                    "the session belongs to {}, and `sign_in_again_with` was given {other}: sign in with a new client to change the user",
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
    pub(crate) fn after(&self, stored: StoredSession) -> Result<Self, StoreError> {
        let store = self.store.clone().ok_or_else(|| StoreError::new("the session is not kept in a store"))?;
        let theirs = stored.person();
        if stored.lineage != self.lineage && theirs.differs_from(&self.person) {
            return Err(StoreError::new(format_args!(
                "the token store holds a session of {theirs}, and this session belongs to {}: neither replaces the other; use one store for each user",
                self.person
            )));
        }
        Ok(Self::from_store(stored, store))
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
        let same = self.tokens.refresh.expose_secret() == other.tokens.refresh.expose_secret();
        !same && (self.lineage != other.lineage || self.number >= other.number)
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
        origin: &str,
        workspace: Option<WorkspaceId>,
    ) -> Result<(Self, Option<Change>), StoreError> {
        match before {
            Some(before) if before.lineage == self.lineage => {
                if before.number < self.number {
                    let kept = Self { store: Some(store), unsaved: None, ..self };
                    let change = Change::Tokens(kept.to_store(origin, workspace));
                    return Ok((kept, Some(change)));
                }
                Ok((Self::from_store(before, store).in_place_of(&self), None))
            }
            instead_of => {
                let lineage = Lineage::random()?;
                let kept = Self { store: Some(store), lineage, number: 0, renewing_since: None, unsaved: None, ..self };
                let new = kept.to_store(origin, workspace);
                Ok((kept, Some(Change::Session { new, instead_of })))
            }
        }
    }

    /// The record of these tokens for a store.
    pub(crate) fn to_store(&self, origin: &str, workspace: Option<WorkspaceId>) -> StoredSession {
        StoredSession {
            origin: origin.to_owned(),
            login: self.person.login.clone(),
            subject: self.person.subject.clone(),
            workspace,
            lineage: self.lineage.clone(),
            number: self.number,
            received_at: self.received_at,
            renewing_since: self.renewing_since,
            tokens: Tokens::clone(&self.tokens),
        }
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
            instead_of => Change::Session { new, instead_of },
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

    /// The workspace of the access token.
    pub(crate) fn workspace(&self) -> Option<WorkspaceId> {
        Claims::of(&self.tokens.access)?.workspace()
    }

    /// Whether an exchange of the refresh token would lose the workspace.
    pub(crate) fn renewal_loses_workspace(&self) -> bool {
        loss(&self.tokens) == Loss::Workspace
    }
}

/// The data that is lost when the next access token comes from the refresh token. The server copies the workspace of
/// the refresh token, which has only its id, or nothing. When the refresh token cannot be read, no loss is expected.
fn loss(tokens: &Tokens) -> Loss {
    let [access, refresh] = [&tokens.access, &tokens.refresh].map(Claims::of);
    match (access.as_ref().and_then(Claims::workspace), refresh) {
        (None, _) | (_, None) => Loss::Nothing,
        (workspace, Some(refresh)) if refresh.workspace() != workspace => Loss::Workspace,
        _ if access.is_some_and(|access| access.has_workspace_roles()) => Loss::Roles,
        _ => Loss::Nothing,
    }
}

/// The error of a session that has ended.
fn ended(why: &'static str, hint: String) -> Error {
    Error::session_ended(why).with_hint(hint)
}

/// Refuses empty tokens: they cannot begin a session.
pub(crate) fn usable(tokens: Tokens) -> Result<Tokens, Error> {
    let empty = |token: &SecretString| token.expose_secret().trim().is_empty();
    match (empty(&tokens.access), empty(&tokens.refresh)) {
        (false, false) => Ok(tokens),
        (true, _) => Err(Error::config("the response of the server has an empty access token")),
        (false, true) => Err(Error::config("the response of the server has an empty refresh token")),
    }
}

impl Perishable for TokenSet {
    /// Tokens that are not in the store have to be renewed at once: the next call tries to write them.
    fn renew_at(&self) -> Timestamp {
        if self.unsaved.is_some() { Timestamp::MIN } else { self.renew_at }
    }

    fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn tokens(claims: &str) -> Tokens {
        let access = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        serde_json::from_value(serde_json::json!({ "token": access, "refreshToken": "r" })).unwrap()
    }

    const NOW: i64 = 1_000_000;

    /// The earliest and the latest possible renewal, and the expiry.
    fn life(claims: &str, received_at: Option<i64>) -> (i64, i64, i64) {
        let received_at = received_at.map(Timestamp::from_unix_millis);
        let with = |jitter| TokenSet::new(tokens(claims), received_at, jitter);
        let (late, early) = (with(Jitter::LEAST), with(Jitter::MOST));
        assert_eq!(late.expires_at, early.expires_at);
        (early.renew_at.unix_millis(), late.renew_at.unix_millis(), late.expires_at.unix_millis())
    }

    #[test]
    fn a_token_is_renewed_in_its_last_minute_whatever_the_servers_clock_says() {
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
    fn a_lifetime_may_have_a_fraction() {
        let (earliest, latest, expiry) = life(r#"{"iat":9000.5,"exp":9001.75}"#, Some(NOW));
        assert_eq!((earliest - NOW, latest - NOW, expiry - NOW), (625, 938, 1_250));
    }

    #[test]
    fn an_expiry_in_the_past_of_a_new_token_is_ignored() {
        // The server's clock is behind, or its tokens have a lifetime of zero.
        for past in
            [r#"{"exp":999}"#, r#"{"iat":999,"exp":999}"#, r#"{"iat":1000,"exp":500}"#, r#"{"iat":"?","exp":1000}"#]
        {
            let issued = TokenSet::issued(tokens(past), Timestamp::from_unix_millis(NOW));
            assert!(issued.expires_at == Timestamp::MAX && issued.is_fresh(Timestamp::from_unix_millis(NOW)), "{past}");
        }
        let (earliest, _, expiry) = life(r#"{"exp":1010}"#, Some(NOW));
        assert_eq!((earliest - NOW, expiry - NOW), (5_000, 10_000), "it is not renewed in the first half of its life");
        assert_eq!(life(r#"{"exp":999}"#, None).2, 999_000, "a token of an earlier run is not new");
    }

    #[test]
    fn a_token_without_an_expiry_is_used_until_it_is_refused() {
        for unreadable in ["{}", "not json", r#"{"exp":"soon"}"#] {
            assert_eq!(TokenSet::from_tokens(tokens(unreadable)).expires_at, Timestamp::MAX, "{unreadable}");
            assert_eq!(
                TokenSet::issued(tokens(unreadable), Timestamp::EPOCH).expires_at,
                Timestamp::MAX,
                "{unreadable}"
            );
        }
    }

    #[test]
    fn a_token_of_an_earlier_run_expires_at_its_claim() {
        assert_eq!(life(r#"{"iat":1000,"exp":4000}"#, None), (3_940_000, 3_970_000, 4_000_000));
        assert_eq!(life(r#"{"exp":4000}"#, None), (3_940_000, 3_970_000, 4_000_000));
    }

    #[test]
    fn processes_that_share_a_token_renew_it_at_different_moments() {
        let moments = (0..50).map(|_| TokenSet::from_tokens(tokens(r#"{"exp":4000}"#)).renew_at.unix_millis() / 1000);
        assert!(moments.collect::<std::collections::BTreeSet<_>>().len() > 5);
    }

    #[test]
    fn newer_tokens_replace_older_ones_only() {
        let first = TokenSet::issued(tokens("{}"), Timestamp::EPOCH);
        let next = serde_json::from_value(serde_json::json!({ "token": "e30.e30.y", "refreshToken": "s" })).unwrap();
        let next = first.followed_by(next, Timestamp::EPOCH);
        assert!(next.replaces(&first) && !first.replaces(&next) && !first.replaces(&first));
    }

    /// Tokens with these claims.
    fn pair(access: &str, refresh: &str) -> TokenSet {
        let of = |claims: &str| format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        let pair = serde_json::json!({ "token": of(access), "refreshToken": of(refresh) });
        TokenSet::issued(serde_json::from_value(pair).unwrap(), Timestamp::EPOCH)
    }

    #[test]
    fn the_loss_of_a_renewal_is_known_before_it() {
        const NONE: &str = r#"{"sub":"u1"}"#;
        const ROLES: &str = r#"{"workspace":{"_id":"5f0000000000000000000001","roles":["admin"]}}"#;
        const NAME: &str = r#"{"workspace":{"_id":"5f0000000000000000000001","name":""}}"#;
        const ONE: &str = r#"{"workspace":"5f0000000000000000000001"}"#;
        const TWO: &str = r#"{"workspace":"5f0000000000000000000002"}"#;
        for (access, refresh, loss) in [
            (NONE, NONE, Loss::Nothing),
            (ROLES, ONE, Loss::Roles),
            (NAME, ONE, Loss::Nothing),
            (NAME, NONE, Loss::Workspace),
            (ROLES, NONE, Loss::Workspace),
            (ROLES, TWO, Loss::Workspace),
            (ROLES, "not json", Loss::Nothing),
        ] {
            assert_eq!(super::loss(&pair(access, refresh).tokens), loss, "{access} {refresh}");
        }
    }

    #[test]
    fn signing_in_again_as_another_user_is_refused() {
        let next = || Tokens::clone(&pair(r#"{"sub":"u1"}"#, "{}").tokens);
        let ada = pair(r#"{"sub":"u1"}"#, "{}").signed_in_as("Ada");
        assert!(ada.check_login(" ADA ").is_ok() && ada.begun_anew(next(), Timestamp::EPOCH, "ada").is_ok());
        let refused = ada.check_login("bob").unwrap_err().to_string();
        assert!(refused.contains("`ada` (id `u1`)") && refused.contains("`bob`"), "{refused}");
        let replaced = Tokens::clone(&pair(r#"{"sub":"u2"}"#, "{}").tokens);
        let refused = ada.begun_anew(replaced, Timestamp::EPOCH, "ada").err().unwrap();
        assert!(refused.is_session_ended(), "{refused}");
        assert!(refused.to_string().contains("(id `u1`)") && refused.to_string().contains("(id `u2`)"), "{refused}");

        let handed_in = TokenSet::from_tokens(next());
        assert!(handed_in.check_login("ada").is_ok() && !handed_in.has_login());
        let signed_in = handed_in.begun_anew(next(), Timestamp::EPOCH, "ada").unwrap();
        assert!(signed_in.check_login("bob").is_err(), "the login is known after a sign-in");
        assert!(signed_in.followed_by(tokens("{}"), Timestamp::EPOCH).check_login("bob").is_err());
    }
}
