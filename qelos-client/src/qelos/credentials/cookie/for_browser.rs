//! The `Set-Cookie` lines for the browser of a session: what has changed since the browser was told last.

use cookie::{Cookie, SameSite};
use http::HeaderValue;

use super::of_browser::OF_THE_HOST;
use super::set_cookie::SetCookie;

/// The most lines that are kept. A session needs one or two, but a program may never take them, and a server may set a
/// cookie for another path in each response.
const MOST_LINES: usize = 16;

/// The changes that the browser has not been told.
#[derive(Default)]
pub(super) struct ForBrowser {
    /// The last line about each cookie, in the order of these lines.
    lines: Vec<SetCookie>,
    /// Set when the session has ended.
    has_ended: bool,
}

impl ForBrowser {
    pub(super) fn add(&mut self, cookies: Vec<SetCookie>) {
        for cookie in cookies {
            self.lines.retain(|earlier| earlier.identity != cookie.identity);
            self.lines.push(cookie);
        }
        let surplus = self.lines.len().saturating_sub(MOST_LINES);
        self.lines.drain(..surplus);
    }

    /// The session has ended: what was set before must not reach the browser any more.
    pub(super) fn end(&mut self) {
        self.lines.clear();
        self.has_ended = true;
    }

    /// The lines as the server has written them.
    pub(super) fn take(&mut self) -> Vec<HeaderValue> {
        let Self { lines, .. } = std::mem::take(self);
        lines.into_iter().map(|cookie| cookie.line).collect()
    }

    /// One line for a cookie of the host of this program; it removes the cookie when the session has ended.
    pub(super) fn take_rewritten(&mut self, name: &str) -> Option<HeaderValue> {
        let Self { lines, has_ended } = std::mem::take(self);
        let name = format!("{OF_THE_HOST}{name}");
        if has_ended {
            let mut removal = Cookie::new(name, "");
            removal.set_max_age(cookie::time::Duration::ZERO);
            return of_this_host(removal);
        }
        let set = lines.into_iter().rfind(|cookie| cookie.value.is_some())?;
        let text = String::from_utf8_lossy(set.line.as_bytes()).into_owned();
        let mut cookie = Cookie::parse(text).ok()?;
        cookie.set_name(name);
        of_this_host(cookie)
    }
}

/// The line about a cookie of only this host. Its life is the one that the server has given it.
fn of_this_host(mut cookie: Cookie<'_>) -> Option<HeaderValue> {
    cookie.unset_domain();
    cookie.set_path("/");
    cookie.set_secure(true);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    let mut line = HeaderValue::try_from(cookie.to_string()).ok()?;
    line.set_sensitive(true);
    Some(line)
}
