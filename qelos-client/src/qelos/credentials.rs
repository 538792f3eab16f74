//! The credentials of Qelos, and which requirement each of them satisfies.

mod any;
mod api_token;
mod cookie;
pub(crate) mod oauth;

pub use self::any::AnyCredential;
pub use self::api_token::ApiTokenAuth;
pub use self::cookie::CookieSession;
pub use self::oauth::OAuth;
use crate::auth::{CookieOnly, SatisfiedBy, Session, SignedIn};

impl SatisfiedBy<CookieSession> for SignedIn {}
impl SatisfiedBy<OAuth> for SignedIn {}
impl SatisfiedBy<ApiTokenAuth> for SignedIn {}
impl SatisfiedBy<AnyCredential> for SignedIn {}

impl SatisfiedBy<CookieSession> for Session {}
impl SatisfiedBy<OAuth> for Session {}
impl SatisfiedBy<AnyCredential> for Session {}

impl SatisfiedBy<CookieSession> for CookieOnly {}
impl SatisfiedBy<AnyCredential> for CookieOnly {}
