//! Cookie sessions, outside a browser.
//!
//! The session cookie is `Secure; SameSite=None; Domain=…` even on `http://127.0.0.1`, so a strict cookie jar loses it
//! in development, and an ambient one would send it along with other credentials. So it is kept here, as a credential
//! like any other. Any answer may replace it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cookie::Cookie;
use http::HeaderMap;
use http::header::SET_COOKIE;
use qelos_spec::{ExposeSecret, SecretString};

use crate::auth::refusal::verdict_of_qelos;
use crate::auth::{Authorization, Credential, CredentialKind, Evidence, Probe, Refusal, Refused, Stamp, Verdict};
use crate::connection::Connection;
use crate::error::{Error, Kind};
use crate::transport::Transport;

/// How the session cookies of Qelos begin; the rest is the tenant.
const PREFIX: &str = "qlt_";

/// A session in a cookie, kept and rotated by the client.
#[derive(Clone)]
pub struct CookieSession {
    state: Arc<Mutex<State>>,
    evidence: Arc<Evidence>,
}

struct State {
    name: String,
    /// `None` when the session is over.
    value: Option<SecretString>,
    generation: u64,
}

impl CookieSession {
    /// The session in the answer to a sign-in.
    pub(crate) fn started_by(headers: &HeaderMap) -> Option<Self> {
        let cookie = cookies(headers).find(|cookie| cookie.name().starts_with(PREFIX) && !is_removal(cookie))?;
        let (name, value) = (cookie.name().to_owned(), Some(cookie.value().into()));
        let state = Arc::new(Mutex::new(State { name, value, generation: 0 }));
        Some(Self { state, evidence: Arc::default() })
    }

    /// Ends the session for every client that shares it, and hands out the proof for the last request.
    pub(crate) fn end(&self) -> Result<Authorization, Error> {
        let last = self.authorization();
        self.lock().value = None;
        last
    }

    fn authorization(&self) -> Result<Authorization, Error> {
        let state = self.lock();
        let value = state.value.as_ref().ok_or_else(|| Error::new(Kind::SessionEnded("it was signed out", None)))?;
        let stamp = Stamp::cookie(&state.name, value.expose_secret())
            .map_err(|_| Error::config("the session cookie holds a character that no header may hold"))?;
        Ok(Authorization::of_generation(stamp, state.generation))
    }

    // Nothing that holds the lock can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Credential for CookieSession {
    fn kind(&self) -> CredentialKind {
        CredentialKind::Cookie
    }

    async fn authorize<T: Transport>(&self, _: &Connection<T>) -> Result<Option<Authorization>, Error> {
        self.authorization().map(Some)
    }

    fn judge(&self, refusal: &Refusal<'_>) -> Verdict {
        verdict_of_qelos(refusal)
    }

    async fn probe<T: Transport>(
        &self,
        proof: &Authorization,
        connection: &Connection<T>,
    ) -> Result<Option<Probe>, Error> {
        self.evidence.probe(self, proof, connection).await
    }

    /// There is nothing to renew it with, but another response may have brought a newer cookie in the meantime.
    async fn renew<T: Transport>(
        &self,
        refused: &Refused<'_>,
        _: &Connection<T>,
    ) -> Result<Option<Authorization>, Error> {
        let current = self.authorization()?;
        let is_newer = current.generation != refused.proof.generation && refused.verdict != Verdict::Permission;
        Ok(is_newer.then_some(current))
    }

    fn observe(&self, headers: &HeaderMap) {
        for cookie in cookies(headers) {
            let mut state = self.lock();
            if cookie.name() == state.name && state.value.is_some() {
                state.value = (!is_removal(&cookie)).then(|| cookie.value().into());
                state.generation += 1;
            }
        }
    }
}

impl fmt::Debug for CookieSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("CookieSession")
            .field("name", &state.name)
            .field("ended", &state.value.is_none())
            .finish_non_exhaustive()
    }
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    headers.get_all(SET_COOKIE).iter().filter_map(|line| Cookie::parse(line.to_str().ok()?).ok())
}

fn is_removal(cookie: &Cookie<'_>) -> bool {
    cookie.value().is_empty() || cookie.max_age().is_some_and(|age| !age.is_positive())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(set_cookie: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(SET_COOKIE, http::HeaderValue::from_static(set_cookie))])
    }

    fn header(session: &CookieSession) -> String {
        let mut request = http::Request::new(());
        session.authorization().unwrap().stamp.apply(&mut request);
        request.headers()["cookie"].to_str().unwrap().to_owned()
    }

    #[test]
    fn the_session_is_taken_whatever_domain_and_scheme_it_names() {
        let headers =
            answer("qlt_0=abc; Max-Age=2592000; Domain=127.0.0.1; Path=/api; HttpOnly; Secure; SameSite=None");
        assert_eq!(header(&CookieSession::started_by(&headers).unwrap()), "qlt_0=abc");
        assert!(CookieSession::started_by(&answer("theme=dark")).is_none());
        assert!(CookieSession::started_by(&answer("qlt_0=; Max-Age=-1")).is_none());
    }

    #[test]
    fn any_answer_may_replace_it_and_a_removal_ends_it_for_good() {
        let session = CookieSession::started_by(&answer("qlt_0=a")).unwrap();
        session.observe(&answer("other=b"));
        assert_eq!(header(&session), "qlt_0=a");
        session.observe(&answer("qlt_0=b"));
        assert_eq!(header(&session), "qlt_0=b");
        session.observe(&answer("qlt_0=; Max-Age=-1"));
        session.observe(&answer("qlt_0=late"));
        assert!(session.authorization().unwrap_err().is_session_ended(), "a late answer cannot bring it back");
    }

    #[test]
    fn debug_shows_no_value() {
        assert!(!format!("{:?}", CookieSession::started_by(&answer("qlt_0=hunter2")).unwrap()).contains("hunter2"));
    }
}
