//! The endpoints of Qelos, declared.

mod api_tokens;
mod session;

pub use api_tokens::*;
pub use session::*;

use crate::endpoint::EndpointInfo;

/// Every endpoint declared here.
pub const ALL: &[EndpointInfo] = &[
    EndpointInfo::of::<SignIn>(),
    EndpointInfo::of::<OAuthSignIn>(),
    EndpointInfo::of::<RefreshTokens>(),
    EndpointInfo::of::<LogOut>(),
    EndpointInfo::of::<GetMe>(),
    EndpointInfo::of::<CreateApiToken>(),
    EndpointInfo::of::<ApiTokensList>(),
    EndpointInfo::of::<ApiTokensDelete>(),
];
