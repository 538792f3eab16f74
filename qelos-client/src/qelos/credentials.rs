//! The credentials of Qelos, and the requirements that each of them satisfies.

use std::any::TypeId;

mod any;
mod api_token;
mod cookie;
pub(crate) mod oauth;

pub use self::any::AnyCredential;
pub use self::api_token::ApiTokenAuth;
pub use self::cookie::CookieSession;
pub use self::oauth::OAuth;
use crate::auth::{CookieOnly, Credential, CredentialKind, SatisfiedBy, Session, SignedIn};
use crate::error::credential_facts::CredentialFacts;

impl SatisfiedBy<CookieSession> for SignedIn {}
impl SatisfiedBy<OAuth> for SignedIn {}
impl SatisfiedBy<ApiTokenAuth> for SignedIn {}
impl SatisfiedBy<AnyCredential> for SignedIn {}

impl SatisfiedBy<CookieSession> for Session {}
impl SatisfiedBy<OAuth> for Session {}
impl SatisfiedBy<AnyCredential> for Session {}

impl SatisfiedBy<CookieSession> for CookieOnly {}
impl SatisfiedBy<AnyCredential> for CookieOnly {}

impl CredentialFacts {
    pub(crate) fn of<C: Credential>(credential: &C) -> Self {
        let ours = [
            TypeId::of::<CookieSession>(),
            TypeId::of::<OAuth>(),
            TypeId::of::<ApiTokenAuth>(),
            TypeId::of::<AnyCredential>(),
        ];
        let kind = credential.kind();
        Self { kind, is_of_qelos: ours.contains(&TypeId::of::<C>()) && kind != CredentialKind::Anonymous }
    }
}
