//! The endpoints of Qelos.

mod api_tokens;
mod mcp;
mod session;
mod social;
mod workspaces;

pub use api_tokens::*;
pub use mcp::*;
pub use session::*;
pub use social::*;
pub use workspaces::*;

use crate::endpoint_info::EndpointInfo;

/// Every endpoint declared here.
pub const ALL: &[&EndpointInfo] = &[
    EndpointInfo::of::<SignIn>(),
    EndpointInfo::of::<OAuthSignIn>(),
    EndpointInfo::of::<RefreshTokens>(),
    EndpointInfo::of::<SignOut>(),
    EndpointInfo::of::<GetMe>(),
    EndpointInfo::of::<SignUp>(),
    EndpointInfo::of::<OAuthSignUp>(),
    EndpointInfo::of::<RefreshCookie>(),
    EndpointInfo::of::<UpdateMe>(),
    EndpointInfo::of::<CreateApiToken>(),
    EndpointInfo::of::<ApiTokensList>(),
    EndpointInfo::of::<ApiTokensDelete>(),
    EndpointInfo::of::<SocialLogin>(),
    EndpointInfo::of::<SocialCallback>(),
    EndpointInfo::of::<ExchangeAuthCallback>(),
    EndpointInfo::of::<McpDiscovery>(),
    EndpointInfo::of::<McpRegister>(),
    EndpointInfo::of::<McpAuthorize>(),
    EndpointInfo::of::<McpExchange>(),
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
