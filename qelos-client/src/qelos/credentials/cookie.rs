//! Cookie sessions, outside a browser.
//!
//! The session cookie is `Secure; SameSite=None; Domain=…` even on `http://127.0.0.1`. A strict cookie jar would lose
//! it in development, and a shared cookie jar would send it beside other credentials. So the credential keeps the
//! cookie itself. Any response may replace it.
//!
//! A session is one cookie: the last one that was set under its name. Its path is not compared with the path of a
//! request, because a proxy may rewrite paths. The session ends when a response removes exactly this cookie, with its
//! domain and path, and sets no other. The removal of another cookie, such as one at a path the server used before,
//! does not end it. The client never returns to an earlier cookie, which may belong to another workspace.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderValue};
use qelos_spec::api::GetMe;
use qelos_spec::wire::RefreshedCookie;
use qelos_spec::{BaseUrl, ExposeSecret, SecretString, Timestamp};

use self::for_browser::ForBrowser;
use self::of_browser::{check_name, check_value, session_cookie};
use self::set_cookie::{Host, Identity};
use crate::auth::{
    Authorization, Credential, CredentialHeader, CredentialKind, Evidence, Probe, Refusal, Refused, Verdict,
};
use crate::clock::Clock;
use crate::connection::Connection;
use crate::error::Error;
use crate::qelos::verdict::verdict_of_qelos;
use crate::session::pending::Pending;
use crate::session::single_flight::{Failure, Perishable, SingleFlight, TaskLost};
use crate::transport::Transport;

mod for_browser;
mod of_browser;
mod set_cookie;

/// A session in a cookie, which the client keeps and replaces as responses set it.
///
/// The cookie has to be for the host of the base URL or a parent domain of it. A cookie for another domain is not
/// accepted. Names of this machine, such as `localhost` and `127.0.0.1`, count as one host.
#[derive(Clone)]
pub struct CookieSession {
    state: Arc<Mutex<State>>,
    /// Renewals on demand, one at a time.
    renewals: Arc<SingleFlight<Option<RefreshedCookie>, Error>>,
    evidence: Arc<Evidence>,
    pub(crate) pending: Pending,
}

struct State {
    host: Host,
    identity: Identity,
    /// `None` when the session has ended.
    value: Option<SecretString>,
    generation: u64,
    for_browser: ForBrowser,
}

impl CookieSession {
    /// The session in the response to a sign-in.
    pub(crate) fn started_by(headers: &HeaderMap, server: &BaseUrl, now: Timestamp) -> Result<Self, Error> {
        let host = Host::of(server);
        let mut changed = host.session_cookies(headers, now);
        let set = changed.iter().rfind(|cookie| cookie.value.is_some());
        let set = set.map(|cookie| (cookie.identity.clone(), cookie.value.clone()));
        let (identity, value) = set.ok_or_else(|| match host.foreign_domain(headers, now) {
            Some(domain) => for_another_domain(&domain),
            None => Error::config(
                "the server accepted the sign-in and sent no session cookie: check that no proxy removes `Set-Cookie`",
            ),
        })?;
        changed.retain(|cookie| cookie.identity.name == identity.name);
        let mut for_browser = ForBrowser::default();
        for_browser.add(changed);
        Ok(Self::of(State { host, identity, value, generation: 0, for_browser }))
    }

    /// The session of the browser that has sent a request with these headers, if it has one.
    pub(crate) fn of_browser(headers: &HeaderMap, server: &BaseUrl) -> Result<Option<Self>, Error> {
        let found = session_cookie(headers)?;
        Ok(found.map(|(name, value)| Self::from_outside(name, value, server)))
    }

    /// The session in a cookie that was kept.
    pub(crate) fn of_cookie(name: &str, value: SecretString, server: &BaseUrl) -> Result<Self, Error> {
        check_name(name)?;
        check_value(value.expose_secret().as_bytes())?;
        Ok(Self::from_outside(name.to_owned(), value, server))
    }

    fn from_outside(name: String, value: SecretString, server: &BaseUrl) -> Self {
        let (host, identity) = (Host::of(server), Identity::unknown(name));
        Self::of(State { host, identity, value: Some(value), generation: 0, for_browser: ForBrowser::default() })
    }

    fn of(state: State) -> Self {
        let state = Arc::new(Mutex::new(state));
        Self { state, renewals: SingleFlight::new(None), evidence: Arc::default(), pending: Pending::default() }
    }

    /// The `Set-Cookie` lines for the browser, as the server has written them.
    pub(crate) fn take_lines(&self) -> Vec<HeaderValue> {
        self.lock().for_browser.take()
    }

    /// The `Set-Cookie` line for a browser that has the cookie from this program.
    pub(crate) fn take_rewritten(&self) -> Option<HeaderValue> {
        let state = &mut *self.lock();
        state.for_browser.take_rewritten(&state.identity.name)
    }

    /// Keeps the removal of the cookie in the response to a sign-out, for the browser.
    pub(crate) fn signed_out_by(&self, headers: &HeaderMap, now: Timestamp) {
        let state = &mut *self.lock();
        let mut removed = state.host.session_cookies(headers, now);
        removed.retain(|cookie| cookie.identity.name == state.identity.name && cookie.value.is_none());
        state.for_browser.add(removed);
    }

    /// Renews the session on demand, once for all clones that ask at the same time: the server accepts a cookie for one
    /// renewal. The renewal goes on when the future is dropped.
    pub(crate) async fn renewed_by<T, R>(
        &self,
        connection: &Connection<T>,
        renewal: R,
    ) -> Result<RefreshedCookie, Error>
    where
        T: Transport,
        R: Future<Output = Result<RefreshedCookie, Error>> + Send + 'static,
    {
        let before = self.renewals.current()?.generation;
        // A failure does not end the session: another response may have replaced the cookie, or may replace it later.
        let fetch = |_, _| async { renewal.await.map(Some).map_err(|error| Failure::Transient(error, None)) };
        let renewed = self.renewals.renew(before, connection, fetch).await?;
        renewed.value.ok_or_else(|| TaskLost::Dropped.into())
    }

    /// Ends the session for all clients that share it, and returns the proof for the last request.
    pub(crate) fn end(&self) -> Result<Authorization, Error> {
        let last = self.authorization();
        let mut state = self.lock();
        state.value = None;
        state.for_browser.end();
        last
    }

    fn authorization(&self) -> Result<Authorization, Error> {
        let state = self.lock();
        let State { identity, value, .. } = &*state;
        let value = value.as_ref().ok_or_else(|| Error::session_ended("it was signed out"))?;
        let header = CredentialHeader::cookie(&identity.name, value.expose_secret())
            .map_err(|_| Error::config("the session cookie contains a character that headers do not allow"))?;
        Ok(Authorization::of_generation(header, state.generation))
    }

    // A poisoned lock can be used: no holder panics half-way through a change.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn for_another_domain(domain: &str) -> Error {
    Error::config(format_args!("the server set the session cookie for another domain, `{domain}`")).with_hint(
        "use that domain in the base URL, or let the proxy pass on the host of the request; a session of tokens (`oauth_sign_in`) needs no cookie"
            .into(),
    )
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
        self.evidence.probe(&GetMe, self, proof, connection).await
    }

    /// Returns the cookie that another response has set meanwhile, if there is one. A 401 neither renews nor ends the
    /// session.
    async fn renew<T: Transport>(
        &self,
        refused: &Refused<'_>,
        _: &Connection<T>,
    ) -> Result<Option<Authorization>, Error> {
        let current = self.authorization()?;
        let is_newer = current.generation != refused.proof.generation && refused.verdict != Verdict::Permission;
        Ok(is_newer.then_some(current))
    }

    async fn settled(&self) -> Result<(), Error> {
        self.pending.idle().await;
        Ok(self.renewals.settled().await?)
    }

    fn observe(&self, headers: &HeaderMap, clock: &dyn Clock) {
        let mut state = self.lock();
        // A late response does not restore a session that has ended.
        if state.value.is_none() {
            return;
        }
        let mut changed = state.host.session_cookies(headers, clock.now());
        changed.retain(|cookie| cookie.identity.name == state.identity.name);
        let set = changed.iter().rfind(|cookie| cookie.value.is_some());
        let decisive = set.or_else(|| changed.iter().find(|cookie| cookie.identity == state.identity));
        if let Some((identity, value)) = decisive.map(|cookie| (cookie.identity.clone(), cookie.value.clone())) {
            if value.is_none() {
                state.for_browser.end();
            }
            (state.identity, state.value) = (identity, value);
            state.generation += 1;
        }
        state.for_browser.add(changed);
    }
}

impl fmt::Debug for CookieSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State { identity, value, .. } = &*self.lock();
        f.debug_struct("CookieSession")
            .field("name", &identity.name)
            .field("ended", &value.is_none())
            .finish_non_exhaustive()
    }
}

/// The result of a renewal is only for the callers that asked for it, and never expires: the session keeps the cookie.
impl Perishable for Option<RefreshedCookie> {
    fn renew_at(&self) -> Timestamp {
        Timestamp::MAX
    }

    fn expires_at(&self) -> Timestamp {
        Timestamp::MAX
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::SET_COOKIE;

    use super::*;
    use crate::testing::ManualClock;

    fn response(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (SET_COOKIE, HeaderValue::from_str(line).unwrap())).collect()
    }

    fn started_at(server: &str, lines: &[&str]) -> Result<CookieSession, Error> {
        CookieSession::started_by(&response(lines), &server.parse().unwrap(), Timestamp::EPOCH)
    }

    fn started(lines: &[&str]) -> CookieSession {
        started_at("https://acme.example", lines).unwrap()
    }

    impl CookieSession {
        fn sees(&self, lines: &[&str]) {
            self.observe(&response(lines), &ManualClock::new(Timestamp::EPOCH));
        }
    }

    fn header(session: &CookieSession) -> String {
        let mut request = http::Request::new(());
        session.authorization().unwrap().proof.header().unwrap().apply(&mut request);
        request.headers()["cookie"].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_secure_cookie_is_kept_over_plain_http() {
        let line = "qlt_0=abc; Max-Age=2592000; Domain=127.0.0.1; Path=/api; HttpOnly; Secure; SameSite=None";
        for server in ["http://127.0.0.1:3000", "http://localhost:3000"] {
            assert_eq!(header(&started_at(server, &[line]).unwrap()), "qlt_0=abc");
        }
        assert!(started_at("http://127.0.0.1", &["theme=dark"]).is_err());
        assert!(started_at("http://127.0.0.1", &["qlt_0=; Max-Age=-1"]).is_err());
    }

    #[test]
    fn any_response_may_replace_the_cookie_and_a_removal_ends_the_session_for_good() {
        let session = started(&["qlt_0=a"]);
        session.sees(&["other=b"]);
        session.sees(&["qlt_1=b"]);
        assert_eq!(header(&session), "qlt_0=a");
        session.sees(&["qlt_0=b"]);
        assert_eq!(header(&session), "qlt_0=b");
        session.sees(&["qlt_0=; Max-Age=-1"]);
        session.sees(&["qlt_0=late"]);
        assert!(session.authorization().unwrap_err().is_session_ended(), "a late response does not restore it");
    }

    #[test]
    fn a_removal_and_a_new_cookie_in_one_response_leave_the_new_one_in_any_order() {
        for removed in ["qlt_0=; Path=/; Max-Age=0", "qlt_0=; Path=/old; Max-Age=0", "qlt_0=x; Path=/old; Max-Age=0"] {
            for set in ["qlt_0=b; Path=/", "qlt_0=b; Path=/api"] {
                for before in ["qlt_0=a; Path=/", "qlt_0=a; Path=/old"] {
                    let session = started(&[before]);
                    session.sees(&[removed, set]);
                    assert_eq!(header(&session), "qlt_0=b", "{before:?}, then {removed:?} and {set:?}");
                    assert_eq!(header(&started(&[removed, set])), "qlt_0=b");
                }
            }
        }
        let moved = started(&["qlt_0=a; Path=/old"]);
        moved.sees(&["qlt_0=b; Path=/", "qlt_0=; Path=/old; Max-Age=0"]);
        assert_eq!(header(&moved), "qlt_0=b");
        assert_eq!(header(&started(&["qlt_0=b; Path=/", "qlt_0=; Path=/old; Max-Age=0"])), "qlt_0=b");
        let twice = ["qlt_0=b; Path=/", "qlt_0=c; Path=/api"];
        moved.sees(&twice);
        assert_eq!((header(&moved), header(&started(&twice))), ("qlt_0=c".into(), "qlt_0=c".into()));
    }

    #[test]
    fn a_session_ends_only_with_its_own_cookie() {
        let session = started(&["qlt_0=a; Domain=acme.example; Path=/api"]);
        for other in [
            "qlt_0=; Max-Age=0",
            "qlt_0=; Max-Age=0; Path=/",
            "qlt_0=; Max-Age=0; Path=/api; Domain=example",
            "qlt_0=; Max-Age=0; Path=/api; Domain=evil.example",
            "qlt_1=; Max-Age=0; Path=/api",
        ] {
            session.sees(&[other]);
            assert_eq!(header(&session), "qlt_0=a", "{other}");
        }
        session.sees(&["qlt_0=b; Path=/", "qlt_0=; Max-Age=0; Path=/"]);
        assert_eq!(header(&session), "qlt_0=a", "the last line about the other cookie removes it");
        session.sees(&["qlt_0=; Max-Age=0; Path=/api"]);
        assert!(session.authorization().unwrap_err().is_session_ended());
    }

    #[test]
    fn a_session_that_moved_to_another_path_never_returns_to_its_old_cookie() {
        let session = started(&["qlt_0=a; Path=/old"]);
        session.sees(&["qlt_0=b; Path=/"]);
        session.sees(&["qlt_0=; Path=/; Max-Age=0"]);
        assert!(session.authorization().unwrap_err().is_session_ended());
    }

    #[test]
    fn a_cookie_for_another_domain_is_an_error_that_names_the_domain() {
        let error =
            started_at("https://acme.example", &["qlt_0=hunter2; Domain=qelos.internal; Path=/api"]).unwrap_err();
        assert!(error.is_config());
        let text = error.to_string();
        assert!(
            text.starts_with("the server set the session cookie for another domain, `qelos.internal` — "),
            "{text}"
        );
        assert!(!text.contains("hunter2"), "{text}");
        let both = ["qlt_0=theirs; Domain=evil.example", "qlt_0=ours", "qlt_0=theirs; Domain=evil.example"];
        let session = started(&both);
        session.sees(&["qlt_0=theirs; Domain=evil.example"]);
        assert_eq!(header(&session), "qlt_0=ours");
        let error = started_at("https://acme.example", &["qlt_0=; Domain=evil.example; Max-Age=0"]).unwrap_err();
        assert!(error.to_string().contains("sent no session cookie"), "{error}");
    }

    #[test]
    fn a_new_cookie_is_a_new_generation_and_a_foreign_one_is_not() {
        let session = started(&["qlt_0=a"]);
        let generation = || session.authorization().unwrap().generation;
        session.sees(&["qlt_0=b; Domain=evil.example", "theme=dark"]);
        assert_eq!(generation(), 0);
        session.sees(&["qlt_0=b"]);
        assert_eq!(generation(), 1);
    }

    #[test]
    fn debug_shows_no_value() {
        assert!(!format!("{:?}", started(&["qlt_0=hunter2"])).contains("hunter2"));
    }
}
