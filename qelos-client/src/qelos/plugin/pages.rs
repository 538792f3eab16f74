//! The pages of a plugin: how a browser proves its user to the plugin, without the gateway of Qelos between them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use http::header::COOKIE;
use http::{HeaderMap, HeaderName};
use qelos_spec::auth::Privileged;
use qelos_spec::{BaseUrl, ExposeSecret as _, SecretString};

use super::tokens::{PAGES, Visitor};
use super::{Authorize, Authorized, Callback, Caller, Denied, Plugin, Unverified};
use crate::auth::{Credential, SatisfiedBy};
use crate::transport::Transport;

/// The header in which a page names its cookie.
const CODE: HeaderName = HeaderName::from_static("code");

impl<C: Credential, T: Transport> Plugin<C, T>
where
    Privileged: SatisfiedBy<C>,
{
    /// The way back to a page, after Qelos has named its user: for `GET /api/callback?returnUrl=…`, a request that Qelos makes.
    /// `return_url` is the value of the parameter, base64 of a URL.
    ///
    /// # Errors
    ///
    /// [`Denied::Refused`] when the request does not come from Qelos, or the URL is not one of a page of the plugin.
    pub fn callback(&self, headers: &HeaderMap, return_url: &str) -> Result<Callback, Denied> {
        let Caller { tenant, user } = self.caller(headers).map_err(Denied::refused)?;
        let page = STANDARD.decode(return_url).or_else(|_| STANDARD_NO_PAD.decode(return_url)).ok();
        let page = page.and_then(|page| String::from_utf8(page).ok()).filter(|page| self.has_page(page));
        let page =
            page.ok_or_else(|| Denied::refused("`returnUrl` is not the URL of a page of this plugin, in base64"))?;
        let code = self.draw()?;
        let visitor = Visitor { code: code.clone(), return_url: Some(page.clone()), user, tenant };
        let token = self.0.settings.sign_visitor(&visitor, self.0.own.connection().now());
        let separator = if page.contains('?') { '&' } else { '?' };
        let return_url = format!("{page}{separator}code={code}&token={}", token.expose_secret());
        Ok(Callback { code, token, return_url: return_url.into() })
    }

    /// Gives a page the cookie of its user: for `POST /api/authorize`, a request that the page makes. The second value is that
    /// of `Set-Cookie`.
    ///
    /// # Errors
    ///
    /// [`Denied::Refused`] when the token is not one of [`callback`](Self::callback), has expired, or is for another page.
    pub fn authorize(&self, request: &Authorize) -> Result<(Authorized, SecretString), Denied> {
        let refused = || Denied::refused("the token is not one for this page, or it has expired: open the page again");
        let now = self.0.own.connection().now();
        let visitor = self.0.settings.visitor(request.token.expose_secret(), now).ok_or_else(refused)?;
        if visitor.return_url.as_deref() != Some(&request.return_url) {
            return Err(refused());
        }
        let visitor = Visitor { return_url: None, ..visitor };
        let token = self.0.settings.sign_visitor(&visitor, now);
        let cookie = set_cookie(&visitor.code, token.expose_secret(), PAGES.as_secs());
        Ok((Authorized { user: visitor.user, tenant: visitor.tenant }, cookie.into()))
    }

    /// The user of a page, from the cookie that its header `code` names: for the endpoints that the pages of the plugin call.
    ///
    /// # Errors
    ///
    /// When there is no such header, or no cookie of this name that the plugin has given and that is good now.
    pub fn visitor(&self, headers: &HeaderMap) -> Result<Caller, Unverified> {
        let code =
            headers.get(CODE).and_then(|code| code.to_str().ok()).ok_or(Unverified("there is no header `code`"))?;
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let name = cookie_name(code);
        let (_, token) = cookies.find(|(other, _)| *other == name).ok_or(Unverified("there is no such cookie"))?;
        let visitor = self.0.settings.visitor(token, self.0.own.connection().now());
        let visitor = visitor.filter(|visitor| visitor.code == code && visitor.return_url.is_none());
        let visitor = visitor.ok_or(Unverified("the cookie is not one of this plugin, or it has expired"))?;
        Ok(Caller { tenant: visitor.tenant, user: visitor.user })
    }

    /// Takes the cookie of a page back: the value of `Set-Cookie`, for `POST /api/un-authorize`.
    ///
    /// # Errors
    ///
    /// As [`visitor`](Self::visitor).
    pub fn un_authorize(&self, headers: &HeaderMap) -> Result<String, Unverified> {
        self.visitor(headers)?;
        let code = headers.get(CODE).and_then(|code| code.to_str().ok()).unwrap_or_default();
        Ok(set_cookie(code, "", 0))
    }

    /// Whether a URL belongs to the pages of the plugin.
    fn has_page(&self, url: &str) -> bool {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let server =
            format!("{scheme}://{}", rest.split(['/', '?', '#']).next().unwrap_or_default()).parse::<BaseUrl>();
        let same = |server: &BaseUrl, own: &BaseUrl| {
            (server.is_https(), server.host(), server.port()) == (own.is_https(), own.host(), own.port())
        };
        let own = self.0.pages.iter().chain([self.0.settings.app_url()]);
        !url.contains('#') && server.is_ok_and(|server| own.into_iter().any(|own| same(&server, own)))
    }
}

fn cookie_name(code: &str) -> String {
    format!("token_{code}")
}

/// The pages of a plugin are shown inside of those of Qelos, which are on another site.
fn set_cookie(code: &str, token: &str, seconds: u64) -> String {
    let name = cookie_name(code);
    format!("{name}={token}; Max-Age={seconds}; Path=/; HttpOnly; Secure; SameSite=None")
}
