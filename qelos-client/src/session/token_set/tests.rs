//! The times of tokens, and their users.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use qelos_spec::secret::on_the_wire;
use serde::{Deserialize, Serialize};

use super::*;
use crate::connection::Connection;
use crate::session::claims::Claims;
use crate::session::declared::DeclaredTokens;
use crate::session::scheme::RenewalFailed;
use crate::session::store::MemoryTokenStore;
use crate::testing::warnings::Warnings;
use crate::transport::Transport;

/// The scheme of a server that issues JSON web tokens, with the name of the user.
#[derive(Clone, Default)]
struct Jwts(Option<&'static str>);

#[derive(Clone, Serialize, Deserialize)]
struct Pair {
    #[serde(serialize_with = "on_the_wire")]
    access: SecretString,
    #[serde(serialize_with = "on_the_wire")]
    refresh: SecretString,
}

impl SessionTokens for Pair {
    fn access(&self) -> &SecretString {
        &self.access
    }

    fn refresh(&self) -> Option<&SecretString> {
        Some(&self.refresh)
    }
}

impl SessionScheme for Jwts {
    const NAME: &'static str = "jwts";
    type Tokens = Pair;

    async fn renew<T: Transport>(&self, held: &Pair, _: &Connection<T>) -> Result<Pair, RenewalFailed> {
        Ok(held.clone())
    }

    fn life(&self, held: &Pair) -> Life {
        Life::of_jwt(&held.access)
    }

    fn subject(&self, held: &Pair) -> Option<String> {
        Claims::of(&held.access)?.subject()
    }

    fn login(&self) -> Option<String> {
        self.0.map(str::to_owned)
    }
}

type TokenSet = super::TokenSet<Jwts>;

const UNNAMED: Jwts = Jwts(None);

fn tokens(claims: &str) -> Pair {
    pair_of(&format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims)), "r")
}

fn pair_of(access: &str, refresh: &str) -> Pair {
    Pair { access: access.into(), refresh: refresh.into() }
}

const NOW: i64 = 1_000_000;

/// The earliest and the latest possible renewal, and the expiry.
fn life(claims: &str, received_at: Option<i64>) -> (i64, i64, i64) {
    let received_at = received_at.map(Timestamp::from_unix_millis);
    let with = |jitter| TokenSet::new(&UNNAMED, tokens(claims), received_at, jitter);
    let (late, early) = (with(Jitter::LEAST), with(Jitter::MOST));
    assert_eq!(late.expires_at, early.expires_at);
    (early.renew_at.unix_millis(), late.renew_at.unix_millis(), late.expires_at.unix_millis())
}

#[test]
fn a_token_is_renewed_in_its_last_minute_whatever_the_servers_clock_says() {
    let (earliest, latest, expiry) = life(r#"{"iat":9000,"exp":27000}"#, Some(NOW));
    assert_eq!((earliest - NOW, latest - NOW, expiry - NOW), (17_940_000, 17_970_000, 18_000_000));
    let (earliest, latest, expiry) = life(r#"{"iat":5,"exp":7}"#, Some(NOW));
    assert_eq!((earliest - NOW, latest - NOW, expiry - NOW), (1_000, 1_500, 2_000), "a short life is used for half");
}

#[test]
fn a_lifetime_may_have_a_fraction() {
    let (earliest, latest, expiry) = life(r#"{"iat":9000.5,"exp":9001.75}"#, Some(NOW));
    assert_eq!((earliest - NOW, latest - NOW, expiry - NOW), (625, 938, 1_250));
}

#[test]
fn an_expiry_in_the_past_of_a_new_token_is_ignored() {
    // The server's clock is behind, or its tokens have a lifetime of zero.
    for past in [r#"{"exp":999}"#, r#"{"iat":999,"exp":999}"#, r#"{"iat":1000,"exp":500}"#, r#"{"iat":"?","exp":1000}"#]
    {
        let issued = TokenSet::issued(&UNNAMED, tokens(past), Timestamp::from_unix_millis(NOW));
        assert!(issued.expires_at == Timestamp::MAX && issued.is_fresh(Timestamp::from_unix_millis(NOW)), "{past}");
    }
    let (earliest, _, expiry) = life(r#"{"exp":1010}"#, Some(NOW));
    assert_eq!((earliest - NOW, expiry - NOW), (5_000, 10_000), "it is not renewed in the first half of its life");
    assert_eq!(life(r#"{"exp":999}"#, None).2, 999_000, "a token of an earlier run is not new");
}

#[test]
fn a_token_without_an_expiry_is_used_until_it_is_refused() {
    for unreadable in ["{}", "not json", r#"{"exp":"soon"}"#] {
        assert_eq!(TokenSet::from_tokens(&UNNAMED, tokens(unreadable)).expires_at, Timestamp::MAX, "{unreadable}");
        assert_eq!(
            TokenSet::issued(&UNNAMED, tokens(unreadable), Timestamp::EPOCH).expires_at,
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
    let moments =
        (0..50).map(|_| TokenSet::from_tokens(&UNNAMED, tokens(r#"{"exp":4000}"#)).renew_at.unix_millis() / 1000);
    assert!(moments.collect::<std::collections::BTreeSet<_>>().len() > 5);
}

#[test]
fn newer_tokens_replace_older_ones_only() {
    let first = TokenSet::issued(&UNNAMED, tokens("{}"), Timestamp::EPOCH);
    // A server may leave the refresh token as it is.
    for next in [pair_of("e30.e30.y", "s"), pair_of("e30.e30.y", "r")] {
        let next = first.followed_by(&UNNAMED, next, Timestamp::EPOCH);
        assert!(next.replaces(&first) && !first.replaces(&next) && !first.replaces(&first));
    }
}

#[test]
fn signing_in_again_as_another_user_is_refused() {
    const ADA: Jwts = Jwts(Some("ada"));
    let next = || tokens(r#"{"sub":"u1"}"#);
    let bob = Some("bob".to_owned());
    let ada = TokenSet::issued(&ADA, next(), Timestamp::EPOCH).of_login(ADA.login());
    assert!(ada.check_login(ADA.login()).is_ok() && ada.begun_anew(&ADA, next(), Timestamp::EPOCH).is_ok());
    let refused = ada.check_login(bob.clone()).unwrap_err().to_string();
    assert!(refused.contains("`ada` (id `u1`)") && refused.contains("`bob`"), "{refused}");
    let replaced = tokens(r#"{"sub":"u2"}"#);
    let refused = ada.begun_anew(&ADA, replaced, Timestamp::EPOCH).err().unwrap();
    assert!(refused.is_session_ended(), "{refused}");
    assert!(refused.to_string().contains("(id `u1`)") && refused.to_string().contains("(id `u2`)"), "{refused}");

    let handed_in = TokenSet::from_tokens(&ADA, next());
    assert!(handed_in.check_login(ADA.login()).is_ok() && !handed_in.has_login());
    let signed_in = handed_in.begun_anew(&ADA, next(), Timestamp::EPOCH).unwrap();
    assert!(signed_in.check_login(bob.clone()).is_err(), "the login is known after a sign-in");
    assert!(signed_in.followed_by(&ADA, tokens("{}"), Timestamp::EPOCH).check_login(bob).is_err());
}

#[test]
fn a_lifetime_counts_from_the_arrival_and_a_used_up_token_is_not_renewed_early() {
    let issued = |life: Life| {
        #[derive(Clone)]
        struct Lives(Life);
        impl SessionScheme for Lives {
            const NAME: &'static str = "lives";
            type Tokens = Pair;
            async fn renew<T: Transport>(&self, held: &Pair, _: &Connection<T>) -> Result<Pair, RenewalFailed> {
                Ok(held.clone())
            }
            fn life(&self, _: &Pair) -> Life {
                self.0
            }
        }
        let received_at = Some(Timestamp::from_unix_millis(NOW));
        let set = super::TokenSet::new(&Lives(life), pair_of("a", "r"), received_at, Jitter::MOST);
        (set.renew_at.unix_millis() - NOW, set.expires_at.unix_millis() - NOW)
    };
    let hour = Life::lasting(Duration::from_hours(1));
    assert_eq!((issued(hour), issued(hour.used_up())), ((3_540_000, 3_600_000), (3_600_000, 3_600_000)));
    assert_eq!(issued(Life::until(Timestamp::from_unix_millis(NOW + 10_000))), (5_000, 10_000));
    assert_eq!(issued(Life::lasting(Duration::ZERO)).1, Timestamp::MAX.unix_millis() - NOW);
}

#[test]
fn tokens_are_fresh_until_the_moment_of_their_renewal() {
    let set = TokenSet::new(&UNNAMED, tokens(r#"{"exp":4000}"#), None, Jitter::MOST);
    let moment = Duration::from_millis(1);
    assert!(set.is_fresh(set.renew_at.saturating_sub(moment)));
    assert!(!set.is_fresh(set.renew_at) && !set.is_fresh(set.renew_at.saturating_add(moment)));
}

#[test]
fn tokens_without_a_refresh_token_are_others_than_those_with_one() {
    let pair = |access: &str, refresh: Option<&str>| DeclaredTokens {
        access: access.into(),
        refresh: refresh.map(SecretString::from),
        expires_in: None,
        expires_at: None,
        subject: None,
    };
    let (with, without) = (pair("a", Some("r")), pair("a", None));
    assert!(same(&with, &with) && same(&without, &without));
    assert!(!same(&with, &without) && !same(&without, &with));
    assert!(!same(&without, &pair("b", None)));
}

fn memory() -> Arc<dyn AnyStore> {
    Arc::new(MemoryTokenStore::default())
}

fn home() -> Home {
    Home { scheme: Jwts::NAME, origin: "https://acme.example".to_owned(), issuer: None }
}

#[test]
fn a_session_goes_on_with_a_record_of_its_own_that_is_not_older() {
    let named = Jwts(Some("ada"));
    let first = TokenSet::issued(&named, tokens("{}"), Timestamp::EPOCH).of_login(named.login());
    let (first, change) = first.kept_in(memory(), None, &named, &home()).unwrap();
    assert!(matches!(change, Some(Change::Session { instead_of: None, .. })));
    let record = |set: &TokenSet| Some(StoredSession { login: None, ..set.to_store(&named, &home()).unwrap() });
    let second = first.followed_by(&named, pair_of("a2", "r2"), Timestamp::EPOCH);

    let (store, unsaved) = (memory(), second.clone().not_kept(Change::SignOut(Lineage::default())));
    let (kept, change) = unsaved.kept_in(Arc::clone(&store), record(&first), &named, &home()).unwrap();
    assert!(matches!(change, Some(Change::Tokens(new)) if new.number == 1), "the record is older");
    assert!(kept.unsaved().is_none() && Arc::ptr_eq(kept.store.as_ref().unwrap(), &store));
    assert_eq!(kept.tokens.access.expose_secret(), "a2");
    for (mine, stored) in [(&first, &second), (&second, &second)] {
        let (kept, change) = mine.clone().kept_in(memory(), record(stored), &named, &home()).unwrap();
        assert!(change.is_none(), "nothing is written over it");
        assert_eq!((kept.tokens.access.expose_secret(), kept.has_login()), ("a2", true));
    }
}

#[test]
fn a_session_begins_anew_in_another_store() {
    let (first, _) =
        TokenSet::issued(&UNNAMED, tokens("{}"), Timestamp::EPOCH).kept_in(memory(), None, &UNNAMED, &home()).unwrap();
    let second = first.followed_by(&UNNAMED, tokens("{}"), Timestamp::EPOCH);
    let marked = second.to_store(&UNNAMED, &home()).unwrap().marked(Timestamp::EPOCH);
    let second =
        TokenSet::from_store(&UNNAMED, marked, memory()).unwrap().not_kept(Change::SignOut(Lineage::default()));
    assert!(second.in_doubt() && second.number == 1);

    let (kept, change) = second.clone().kept_in(memory(), None, &UNNAMED, &home()).unwrap();
    assert!(!kept.in_doubt() && kept.unsaved().is_none() && kept.lineage != second.lineage);
    let Some(Change::Session { new, instead_of: None }) = change else { panic!("it is a new session there") };
    assert_eq!((new.number, new.renewing_since), (0, None));
}

#[test]
fn a_mark_of_a_session_that_is_not_in_its_store_puts_it_there() {
    let set = TokenSet::issued(&UNNAMED, tokens("{}"), Timestamp::EPOCH);
    let (set, _) = set.kept_in(memory(), None, &UNNAMED, &home()).unwrap();
    let record = set.to_store(&UNNAMED, &home()).unwrap();
    assert!(matches!(set.mark(record.clone()), Change::Mark(_)));
    let before = StoredSession { lineage: Lineage::random().unwrap(), ..record.clone() };
    let began = Change::Session { new: record.clone(), instead_of: Some(Box::new(before.clone())) };
    let mark = set.not_kept(began).mark(record.marked(Timestamp::EPOCH));
    assert!(mark.is_allowed_over(Some(&before)) && !mark.is_allowed_over(Some(&record)));
}

#[test]
fn a_record_is_older_that_has_a_lower_number_of_the_same_session() {
    let (first, _) =
        TokenSet::issued(&UNNAMED, tokens("{}"), Timestamp::EPOCH).kept_in(memory(), None, &UNNAMED, &home()).unwrap();
    let second = first.followed_by(&UNNAMED, pair_of("a2", "r2"), Timestamp::EPOCH);
    let record = |set: &TokenSet| set.to_store(&UNNAMED, &home()).unwrap();
    assert!(second.is_newer_than(Some(&record(&first))));
    assert!(!first.is_newer_than(Some(&record(&second))) && !first.is_newer_than(Some(&record(&first))));
    assert!(!second.is_newer_than(None), "the session was signed out");

    let anew = Change::Session { new: record(&first), instead_of: None };
    assert!(first.not_kept(anew).is_newer_than(None), "it was never in the store");
}

#[test]
fn the_user_of_a_session_is_not_forgotten() {
    let named = Jwts(Some("ada"));
    let set = TokenSet::issued(&named, tokens("{}"), Timestamp::EPOCH).of_login(named.login());
    assert!(set.begun_anew(&UNNAMED, tokens("{}"), Timestamp::EPOCH).unwrap().has_login());
    let record = set.to_store(&named, &home()).unwrap();
    assert!(TokenSet::from_store(&UNNAMED, record, memory()).unwrap().has_login());
}

#[test]
fn another_session_whose_user_is_not_known_is_warned_about() {
    let warnings = Warnings::default();
    let _guard = tracing::subscriber::set_default(warnings.clone());
    let session = |login: Option<&str>| {
        let set = TokenSet::issued(&UNNAMED, tokens("{}"), Timestamp::EPOCH).of_login(login.map(str::to_owned));
        set.kept_in(memory(), None, &UNNAMED, &home()).unwrap().0
    };
    let [named, other, unnamed] = [Some("ada"), Some("ada"), None].map(session);
    let _ = named.clone().in_place_of(&other);
    let own = StoredSession { login: None, ..named.to_store(&UNNAMED, &home()).unwrap() };
    let own = TokenSet::from_store(&UNNAMED, own, memory()).unwrap();
    assert!(own.in_place_of(&named).has_login());
    assert_eq!(warnings.count(), 0, "both have the name, or both are one session");
    assert!(unnamed.clone().in_place_of(&named).has_login() && named.in_place_of(&unnamed).has_login());
    assert_eq!(warnings.count(), 2);
}
