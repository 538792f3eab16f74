//! The endpoints of Qelos, declared.

mod api_tokens;
mod session;
mod workspaces;

pub use api_tokens::*;
pub use session::*;
pub use workspaces::*;

use crate::endpoint::EndpointInfo;

/// Every endpoint declared here.
pub const ALL: &[EndpointInfo] = &[
    EndpointInfo::of::<SignIn>(),
    EndpointInfo::of::<OAuthSignIn>(),
    EndpointInfo::of::<RefreshTokens>(),
    EndpointInfo::of::<LogOut>(),
    EndpointInfo::of::<GetMe>(),
    EndpointInfo::of::<SignUp>(),
    EndpointInfo::of::<OAuthSignUp>(),
    EndpointInfo::of::<RefreshCookie>(),
    EndpointInfo::of::<UpdateMe>(),
    EndpointInfo::of::<CreateApiToken>(),
    EndpointInfo::of::<ApiTokensList>(),
    EndpointInfo::of::<ApiTokensDelete>(),
    EndpointInfo::of::<CreateWorkspace>(),
    EndpointInfo::of::<UpdateWorkspace>(),
    EndpointInfo::of::<WorkspacesList>(),
    EndpointInfo::of::<WorkspacesGet>(),
    EndpointInfo::of::<WorkspacesDelete>(),
    EndpointInfo::of::<WorkspacesMembers>(),
    EndpointInfo::of::<WorkspacesAddMember>(),
    EndpointInfo::of::<WorkspacesUpdateMember>(),
    EndpointInfo::of::<WorkspacesRemoveMember>(),
    EndpointInfo::of::<WorkspacesActivate>(),
];
