//! The tokens of a session, and how long they are good for.

use std::sync::Arc;
use std::time::Duration;

use qelos_spec::wire::Tokens;
use qelos_spec::{ExposeSecret, SecretString, Timestamp, WorkspaceId};

use crate::clock::jitter::Draw;
use crate::error::{Error, Kind};
use crate::session::claims::Claims;
use crate::session::person::Person;
use crate::session::single_flight::Perishable;
use crate::session::store::{AnyStore, Change, Lineage, StoreError, StoredSession};

/// How long before its expiry an access token is renewed, at most; half of that at least, since each process draws its
/// own moment. Never earlier than half-way through its life.
const MARGIN: Duration = Duration::from_mins(1);

/// The tokens of a session, and when they want to be renewed, on the clock of this machine.
#[derive(Clone)]
pub(crate) struct TokenSet {
    pub(crate) tokens: Tokens,
    /// When they arrived, if that is known.
    received_at: Option<Timestamp>,
    renew_at: Timestamp,
    expires_at: Timestamp,
    /// Whose session it is. That never changes, what is known of it may.
    person: Arc<Person>,
    /// The store the session is kept in, if there is one.
    pub(crate) store: Option<Arc<dyn AnyStore>>,
    /// Which session of its store it is; empty before it is in one.
    lineage: Lineage,
    /// Which tokens of that session these are; newer ones have a higher number.
    number: u64,
    /// The mark in the store: since when another renewal may have used the refresh token up.
    renewing_since: Option<Timestamp>,
    /// The change that could not be written: this is the only copy of the tokens.
    unsaved: Option<Arc<Change>>,
}

/// What a session loses by being renewed with its refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    Nothing,
    /// The roles in the workspace; it stays in the workspace itself.
    Roles,
    Workspace,
}

impl TokenSet {
    /// Tokens the server issued at that time. The clock of the server may differ from ours, but the length of a life does
    /// not.
    pub(crate) fn issued(tokens: Tokens, received_at: Timestamp) -> Self {
        Self::new(tokens, Some(received_at), Draw::new())
    }

    /// Tokens from an earlier run. When they were issued is not known here, so the clocks have to agree.
    pub(crate) fn from_tokens(tokens: Tokens) -> Self {
        Self::new(tokens, None, Draw::new())
    }

    pub(crate) fn from_store(stored: StoredSession, store: Arc<dyn AnyStore>) -> Self {
        let person = stored.person();
        let StoredSession { tokens, received_at, lineage, number, renewing_since, .. } = stored;
        let held = Self::new(tokens, received_at, Draw::new());
        let person = Arc::new(person.or(&held.person));
        Self { store: Some(store), lineage, number, renewing_since, person, ..held }
    }

    fn new(tokens: Tokens, received_at: Option<Timestamp>, draw: Draw) -> Self {
        let claims = Claims::of(&tokens.access).unwrap_or_default();
        let expiry = claims.expires_at();
        let life = match (claims.life(), received_at) {
            (None, Some(received_at)) => expiry.map(|expiry| expiry.since(received_at)).filter(|life| !life.is_zero()),
            (life, _) => life,
        };
        let expires_at = match (received_at, life) {
            (Some(received_at), Some(life)) => received_at.saturating_add(life),
            // Without an expiry, or with one that lies in the past although the token has just arrived, the token is used
            // until the server refuses it. Otherwise each call would renew it.
            (Some(_), None) => Timestamp::MAX,
            (None, _) => expiry.unwrap_or(Timestamp::MAX),
        };
        // A renewal that loses something is not made while the token is good.
        let margin = match loss(&tokens) {
            Loss::Nothing => life.map_or(MARGIN, |life| MARGIN.min(life / 2)),
            Loss::Roles | Loss::Workspace => Duration::ZERO,
        };
        let renew_at = expires_at.saturating_sub(draw.upper_half(margin));
        let person = Arc::new(Person { login: None, subject: claims.subject() });
        let (lineage, number, renewing_since) = (Lineage::default(), 0, None);
        Self {
            tokens,
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

    /// The same tokens, for which the user has signed in with this name.
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

    /// The tokens of a session that the same user has begun in the place of this one.
    pub(crate) fn begun_anew(&self, tokens: Tokens, received_at: Timestamp, username: &str) -> Result<Self, Error> {
        const WHY: &str = "signing in again has brought a session of another user";
        let next = Self::issued(tokens, received_at).signed_in_as(username);
        if next.person.differs_from(&self.person) {
            return Err(ended(
                WHY,
                format!(
                    "the session was one of {}, and the new one is one of {}: sign in anew if the user was replaced",
                    self.person, next.person
                ),
            ));
        }
        let lineage = if self.store.is_some() { Lineage::draw()? } else { Lineage::default() };
        let person = Arc::new(next.person.or(&self.person));
        Ok(Self { store: self.store.clone(), lineage, person, ..next })
    }

    /// Whether signing in again with this name goes on as the same user, as far as can be known before.
    pub(crate) fn check_login(&self, username: &str) -> Result<(), Error> {
        const WHY: &str = "signing in again would make it a session of another user";
        let other = Person::with_login(username);
        if other.differs_from(&self.person) {
            return Err(ended(
                WHY,
                format!(
                    "this is a session of {}, and `sign_in_again_with` was given {other}: sign in anew to change the user",
                    self.person
                ),
            ));
        }
        Ok(())
    }

    /// Whether the name the user has signed in with is known.
    pub(crate) fn has_login(&self) -> bool {
        self.person.login.is_some()
    }

    /// What the store of this session has. A session of another user, put in the place of this one, is refused: neither
    /// overwrites the other.
    pub(crate) fn after(&self, stored: StoredSession) -> Result<Self, StoreError> {
        let store = self.store.clone().ok_or_else(|| StoreError::new("the session is not kept in a store"))?;
        let theirs = stored.person();
        if stored.lineage != self.lineage && theirs.differs_from(&self.person) {
            return Err(StoreError::new(format_args!(
                "the token store holds a session of {theirs}, and this one is of {}: neither replaces the other; use a store of its own for each user",
                self.person
            )));
        }
        Ok(Self::from_store(stored, store))
    }

    /// This, which was found in the store of the other, as the session to go on with. The user stays the one who is known.
    pub(crate) fn in_place_of(self, other: &Self) -> Self {
        if self.lineage != other.lineage && self.has_login() != other.has_login() {
            tracing::warn!(ours = %other.person, stored = %self.person, "the session that was put into the token store is taken for one of the same user, although only one of them says who has signed in");
        }
        let person = Arc::new(other.person.or(&self.person));
        Self { person, ..self }
    }

    /// Whether this came after the other, or was put in its place.
    pub(crate) fn replaces(&self, other: &Self) -> bool {
        let same = self.tokens.refresh.expose_secret() == other.tokens.refresh.expose_secret();
        !same && (self.lineage != other.lineage || self.number >= other.number)
    }

    /// Whether the store has an older record, because a write has failed or an older state was brought back.
    pub(crate) fn is_newer_than(&self, stored: Option<&StoredSession>) -> bool {
        stored.is_some_and(|stored| stored.lineage == self.lineage && stored.number < self.number)
            || self.unsaved.as_ref().is_some_and(|change| change.is_allowed_over(stored))
    }

    /// Whether its time to be renewed has not come yet.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.renew_at
    }

    /// Whether another renewal may have used the refresh token up: its outcome was never written.
    pub(crate) fn in_doubt(&self) -> bool {
        self.renewing_since.is_some()
    }

    /// The session as it is to be in a store from now on, and the change that puts it there. When the record there is of the
    /// same session and not older, that stays.
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
                    let held = Self { store: Some(store), unsaved: None, ..self };
                    let change = Change::Tokens(held.to_store(origin, workspace));
                    return Ok((held, Some(change)));
                }
                Ok((Self::from_store(before, store).in_place_of(&self), None))
            }
            instead_of => {
                let lineage = Lineage::draw()?;
                let held = Self { store: Some(store), lineage, number: 0, renewing_since: None, unsaved: None, ..self };
                let new = held.to_store(origin, workspace);
                Ok((held, Some(Change::Session { new, instead_of })))
            }
        }
    }

    /// What is to be written to a store.
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
            tokens: self.tokens.clone(),
        }
    }

    /// The change that writes this mark. Tokens that could not be written before are written with it.
    pub(crate) fn mark(&self, marked: StoredSession) -> Change {
        match self.unsaved.as_deref() {
            Some(Change::Session { instead_of, .. }) => Change::Session { new: marked, instead_of: instead_of.clone() },
            _ => Change::Mark(marked),
        }
    }

    /// The change that writes these tokens in place of the mark, which is that of a session before, or of this one.
    pub(crate) fn written_over(&self, mark: Option<StoredSession>, new: StoredSession) -> Change {
        match mark {
            Some(mark) if mark.lineage == self.lineage => Change::Tokens(new),
            instead_of => Change::Session { new, instead_of },
        }
    }

    /// The only copy, because the change could not be written: the next call tries again.
    pub(crate) fn not_kept(self, change: Change) -> Self {
        Self { unsaved: Some(Arc::new(change)), ..self }
    }

    /// The change that could not be written.
    pub(crate) fn unsaved(&self) -> Option<&Change> {
        self.unsaved.as_deref()
    }

    /// The same tokens, which are in the store by now.
    pub(crate) fn saved(self) -> Self {
        Self { unsaved: None, ..self }
    }

    /// The lineage that a sign-out ends.
    pub(crate) fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// When the access token was issued, on the clock of this machine where that is known.
    pub(crate) fn issued_at(&self) -> Option<Timestamp> {
        self.received_at.or_else(|| Claims::of(&self.tokens.access)?.issued_at())
    }

    /// The workspace the access token is for.
    pub(crate) fn workspace(&self) -> Option<WorkspaceId> {
        Claims::of(&self.tokens.access)?.workspace()
    }

    /// Whether the next access token would be for no workspace, if it came from the refresh token.
    pub(crate) fn renewal_loses_workspace(&self) -> bool {
        loss(&self.tokens) == Loss::Workspace
    }
}

/// What the next access token has no more, if it comes from the refresh token: the server puts into it what the refresh token
/// says of the workspace, which is its id at most. Of a refresh token that cannot be read nothing is known, and nothing is
/// expected to be lost.
fn loss(tokens: &Tokens) -> Loss {
    let [access, refresh] = [&tokens.access, &tokens.refresh].map(Claims::of);
    match (access.as_ref().and_then(Claims::workspace), refresh) {
        (None, _) | (_, None) => Loss::Nothing,
        (workspace, Some(refresh)) if refresh.workspace() != workspace => Loss::Workspace,
        _ if access.is_some_and(|access| access.has_workspace_roles()) => Loss::Roles,
        _ => Loss::Nothing,
    }
}

/// The session of this user is over.
fn ended(why: &'static str, hint: String) -> Error {
    Error::new(Kind::SessionEnded(why, None)).with_hint(hint)
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

impl Perishable for TokenSet {
    /// At once where the store does not have the tokens: the next call tries to write them.
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

    /// The earliest and the latest renewal that chance may bring, and the expiry.
    fn life(claims: &str, received_at: Option<i64>) -> (i64, i64, i64) {
        let received_at = received_at.map(Timestamp::from_unix_millis);
        let draw = |draw| TokenSet::new(tokens(claims), received_at, draw);
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
    fn a_life_may_have_a_fraction() {
        let (earliest, latest, expiry) = life(r#"{"iat":9000.5,"exp":9001.75}"#, Some(NOW));
        assert_eq!((earliest - NOW, latest - NOW, expiry - NOW), (625, 938, 1_250));
    }

    #[test]
    fn an_expiry_in_the_past_of_a_token_that_has_just_arrived_is_not_believed() {
        // The server's clock is behind, or it issues tokens that live for no time.
        for past in
            [r#"{"exp":999}"#, r#"{"iat":999,"exp":999}"#, r#"{"iat":1000,"exp":500}"#, r#"{"iat":"?","exp":1000}"#]
        {
            let held = TokenSet::issued(tokens(past), Timestamp::from_unix_millis(NOW));
            assert!(held.expires_at == Timestamp::MAX && held.is_fresh(Timestamp::from_unix_millis(NOW)), "{past}");
        }
        let (earliest, _, expiry) = life(r#"{"exp":1010}"#, Some(NOW));
        assert_eq!(
            (earliest - NOW, expiry - NOW),
            (5_000, 10_000),
            "it is not renewed before half of its time is over"
        );
        assert_eq!(life(r#"{"exp":999}"#, None).2, 999_000, "when a token of an earlier run arrived is not known");
    }

    #[test]
    fn a_token_that_does_not_say_is_used_until_it_is_refused() {
        for odd in ["{}", "not json", r#"{"exp":"soon"}"#] {
            assert_eq!(TokenSet::from_tokens(tokens(odd)).expires_at, Timestamp::MAX, "{odd}");
            assert_eq!(TokenSet::issued(tokens(odd), Timestamp::EPOCH).expires_at, Timestamp::MAX, "{odd}");
        }
    }

    #[test]
    fn a_token_from_an_earlier_run_expires_when_it_says() {
        assert_eq!(life(r#"{"iat":1000,"exp":4000}"#, None), (3_940_000, 3_970_000, 4_000_000));
        assert_eq!(life(r#"{"exp":4000}"#, None), (3_940_000, 3_970_000, 4_000_000));
    }

    #[test]
    fn processes_that_share_a_token_do_not_all_renew_it_in_the_same_second() {
        let moments = (0..50).map(|_| TokenSet::from_tokens(tokens(r#"{"exp":4000}"#)).renew_at.unix_millis() / 1000);
        assert!(moments.collect::<std::collections::BTreeSet<_>>().len() > 5);
    }

    #[test]
    fn the_next_tokens_replace_these_and_not_the_other_way_round() {
        let first = TokenSet::issued(tokens("{}"), Timestamp::EPOCH);
        let next = serde_json::from_value(serde_json::json!({ "token": "e30.e30.y", "refreshToken": "s" })).unwrap();
        let next = first.followed_by(next, Timestamp::EPOCH);
        assert!(next.replaces(&first) && !first.replaces(&next) && !first.replaces(&first));
    }

    /// Tokens that say these of a user and a workspace.
    fn pair(access: &str, refresh: &str) -> TokenSet {
        let of = |claims: &str| format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        let pair = serde_json::json!({ "token": of(access), "refreshToken": of(refresh) });
        TokenSet::issued(serde_json::from_value(pair).unwrap(), Timestamp::EPOCH)
    }

    #[test]
    fn what_a_renewal_loses_is_known_before() {
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
    fn signing_in_again_goes_on_as_the_same_user_only() {
        let next = || pair(r#"{"sub":"u1"}"#, "{}").tokens;
        let ada = pair(r#"{"sub":"u1"}"#, "{}").signed_in_as("Ada");
        assert!(ada.check_login(" ADA ").is_ok() && ada.begun_anew(next(), Timestamp::EPOCH, "ada").is_ok());
        let refused = ada.check_login("bob").unwrap_err().to_string();
        assert!(refused.contains("`ada` (id `u1`)") && refused.contains("`bob`"), "{refused}");
        let replaced = pair(r#"{"sub":"u2"}"#, "{}").tokens;
        let refused = ada.begun_anew(replaced, Timestamp::EPOCH, "ada").err().unwrap();
        assert!(refused.is_session_ended(), "{refused}");
        assert!(refused.to_string().contains("(id `u1`)") && refused.to_string().contains("(id `u2`)"), "{refused}");

        let handed_in = TokenSet::from_tokens(next());
        assert!(handed_in.check_login("ada").is_ok() && !handed_in.has_login());
        let signed_in = handed_in.begun_anew(next(), Timestamp::EPOCH, "ada").unwrap();
        assert!(signed_in.check_login("bob").is_err(), "from then on it is known who has signed in");
        assert!(signed_in.followed_by(tokens("{}"), Timestamp::EPOCH).check_login("bob").is_err());
    }
}
