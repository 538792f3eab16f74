//! The credentials of Qelos, and the requirements that each of them satisfies.

use std::any::TypeId;

mod acting;
mod any;
mod api_token;
mod cookie;
pub(crate) mod oauth;

pub use self::acting::{Acting, ActingAs};
pub use self::any::AnyCredential;
pub use self::api_token::ApiTokenAuth;
pub use self::cookie::CookieSession;
pub use self::oauth::{OAuth, TokenChanges};
use crate::auth::{CookieOnly, Credential, CredentialKind, Privileged, SatisfiedBy, Session, SignedIn};
use crate::error::credential_facts::CredentialFacts;
use crate::qelos::advice::{QELOS, by_endpoint};

impl SatisfiedBy<CookieSession> for SignedIn {}
impl SatisfiedBy<ApiTokenAuth> for SignedIn {}
impl SatisfiedBy<AnyCredential> for SignedIn {}

impl SatisfiedBy<CookieSession> for Privileged {}
impl SatisfiedBy<ApiTokenAuth> for Privileged {}
impl SatisfiedBy<AnyCredential> for Privileged {}

impl SatisfiedBy<CookieSession> for Session {}
impl SatisfiedBy<AnyCredential> for Session {}

impl SatisfiedBy<CookieSession> for CookieOnly {}
impl SatisfiedBy<AnyCredential> for CookieOnly {}

impl CredentialFacts {
    pub(crate) const NONE: Self =
        Self { kind: CredentialKind::Anonymous, is_chosen_at_run_time: false, advice: by_endpoint };

    pub(crate) fn of<C: Credential>(credential: &C) -> Self {
        let (kind, of_type) = (credential.kind(), TypeId::of::<C>());
        let ours = [
            [TypeId::of::<CookieSession>(), TypeId::of::<OAuth>(), TypeId::of::<ApiTokenAuth>()],
            [
                TypeId::of::<Acting<CookieSession>>(),
                TypeId::of::<Acting<OAuth>>(),
                TypeId::of::<Acting<ApiTokenAuth>>(),
            ],
        ];
        let ours = ours.as_flattened();
        let any = [TypeId::of::<AnyCredential>(), TypeId::of::<Acting<AnyCredential>>()];
        let is_chosen_at_run_time = any.contains(&of_type);
        let is_ours = ours.contains(&of_type) || is_chosen_at_run_time && kind != CredentialKind::Anonymous;
        // With a credential of Qelos, each endpoint is one of Qelos: plugins have endpoints of their own.
        Self { kind, is_chosen_at_run_time, advice: if is_ours { |_| &QELOS } else { by_endpoint } }
    }
}
