//! The endpoints of Qelos.
//!
//! Accounts, sessions, API tokens, workspaces and invites are always there. The others are features of the crate, because
//! each takes time to compile, and a program uses one or two of them: `administration`, `ai`, `blueprints`, `content`,
//! `mcp`, `payments`, `plugins`, or `all`. Their resources are methods of a client where their trait is in scope:
//! `use qelos_client::api::BlueprintsExt`, then `client.blueprints().list()`. So no name is taken from your own resources.
//!
//! `new` makes a request of the fields that it has to have, and `Default` one that has to have none. The others are set, so that a
//! field which the server adds breaks no program:
//!
//! ```
//! use qelos_spec::Endpoint;
//! use qelos_spec::api::CreateWorkspace;
//!
//! let mut workspace = CreateWorkspace::new("Acme");
//! workspace.labels = vec!["customer".to_owned()];
//! assert_eq!(workspace.encode()?.body(), r#"{"name":"Acme","labels":["customer"]}"#);
//! # Ok::<(), qelos_spec::EncodeError>(())
//! ```
//!
//! A method whose parameters may be left out takes such a request: `client.workspaces().create(&workspace)`,
//! `client.plans().list(&ListPlans::default())`.

#[cfg(feature = "administration")]
mod administration;
#[cfg(feature = "ai")]
mod ai;
mod api_tokens;
#[cfg(feature = "content")]
mod blocks;
#[cfg(feature = "blueprints")]
mod blueprints;
#[cfg(feature = "blueprints")]
mod charts;
#[cfg(feature = "ai")]
mod chat;
#[cfg(feature = "blueprints")]
mod components;
#[cfg(feature = "content")]
mod configurations;
#[cfg(feature = "content")]
mod drafts;
#[cfg(feature = "blueprints")]
mod entities;
#[cfg(feature = "blueprints")]
mod entities_handle;
#[cfg(feature = "blueprints")]
mod entity_query;
#[cfg(feature = "plugins")]
mod events;
#[cfg(feature = "plugins")]
mod integration_sources;
#[cfg(feature = "plugins")]
mod integrations;
mod invites;
#[cfg(feature = "plugins")]
mod lambdas;
#[cfg(feature = "mcp")]
mod mcp;
#[cfg(feature = "payments")]
mod payments;
#[cfg(feature = "plugins")]
mod plugins;
mod session;
mod social;
mod workspaces;

#[cfg(feature = "administration")]
pub use administration::*;
#[cfg(feature = "ai")]
pub use ai::*;
pub use api_tokens::*;
#[cfg(feature = "content")]
pub use blocks::*;
#[cfg(feature = "blueprints")]
pub use blueprints::*;
#[cfg(feature = "blueprints")]
pub use charts::*;
#[cfg(feature = "ai")]
pub use chat::*;
#[cfg(feature = "blueprints")]
pub use components::*;
#[cfg(feature = "content")]
pub use configurations::*;
#[cfg(feature = "content")]
pub use drafts::*;
#[cfg(feature = "blueprints")]
pub use entities::*;
#[cfg(feature = "blueprints")]
pub use entities_handle::*;
#[cfg(feature = "blueprints")]
pub use entity_query::*;
#[cfg(feature = "plugins")]
pub use events::*;
#[cfg(feature = "plugins")]
pub use integration_sources::*;
#[cfg(feature = "plugins")]
pub use integrations::*;
pub use invites::*;
#[cfg(feature = "plugins")]
pub use lambdas::*;
#[cfg(feature = "mcp")]
pub use mcp::*;
#[cfg(feature = "payments")]
pub use payments::*;
#[cfg(feature = "plugins")]
pub use plugins::*;
pub use session::*;
pub use social::*;
pub use workspaces::*;

#[cfg(any(feature = "administration", feature = "blueprints"))]
use serde_json::Value;

use crate::endpoint_info::EndpointInfo;

/// Every endpoint declared here. Those with type parameters are listed with `serde_json::Value` for each.
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
    #[cfg(feature = "mcp")]
    EndpointInfo::of::<McpDiscovery>(),
    #[cfg(feature = "mcp")]
    EndpointInfo::of::<McpRegister>(),
    #[cfg(feature = "mcp")]
    EndpointInfo::of::<McpAuthorize>(),
    #[cfg(feature = "mcp")]
    EndpointInfo::of::<McpConsent>(),
    #[cfg(feature = "mcp")]
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
    EndpointInfo::of::<InvitesList>(),
    EndpointInfo::of::<InvitesReply>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<ListUsers>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<UsersGet>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<UsersStats>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<UsersCreate>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<UsersUpdate>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<UsersDelete>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<GetUserData<Value>>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<SetUserData<Value>>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<GetWorkspaceData<Value>>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<SetWorkspaceData<Value>>(),
    #[cfg(feature = "administration")]
    EndpointInfo::of::<ListAllWorkspaces>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<ListAgents>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<AgentsGet>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<AgentsCreate>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<AgentsUpdate>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<AgentsDelete>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<CreateThread>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<ThreadsGet>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<ListThreads>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<ThreadsDelete>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<RagCreateStorage>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<RagUploadContent>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<RagClearStorage>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<Chat>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<ChatInThread>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<StreamChat>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<StreamChatInThread>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<ChatWithAgent>(),
    #[cfg(feature = "ai")]
    EndpointInfo::of::<StreamChatWithAgent>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<BlueprintsList>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<SearchBlueprints>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<BlueprintsGet>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<BlueprintsCreate>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<BlueprintsUpdate>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<BlueprintsExtend>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<BlueprintsDelete>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ChartsCount>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<SumProperty>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ChartsPie>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ChartsChart>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ListStaticComponents>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<GetStaticFile>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ComponentsList>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ComponentsGet>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ComponentsCreate>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ComponentsUpdate>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ComponentsDelete>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ComponentsCreateOrUpdate>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<ListEntities<Value>>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<GetEntity<Value>>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<CreateEntity<Value, Value>>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<UpdateEntity<Value, Value>>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<DeleteEntity<Value>>(),
    #[cfg(feature = "blueprints")]
    EndpointInfo::of::<DeleteAllEntities>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<ListBlocks>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<BlocksGet>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<BlocksCreate>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<BlocksUpdate>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<BlocksDelete>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<ConfigurationsApp>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<ConfigurationsUpdateApp>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<ConfigurationsList>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<SearchConfigurations>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<ConfigurationsGet>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<ConfigurationsCreate>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<ConfigurationsUpdate>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<ConfigurationsDelete>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<DraftsList>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<GetDraft>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<SetDraft>(),
    #[cfg(feature = "content")]
    EndpointInfo::of::<DraftsDelete>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<PlansPublic>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<ListPlans>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<PlansGet>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<PlansCreate>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<PlansUpdate>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<PlansDeactivate>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<ListSubscriptions>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<SubscriptionsMine>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<SubscriptionsGet>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<SubscriptionsCreate>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<SubscriptionsCancel>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<SubscriptionsSetAmount>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<ListInvoices>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<InvoicesGet>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<ListCoupons>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<CouponsGet>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<CouponsCreate>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<CouponsUpdate>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<CouponsDeactivate>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<ValidateCoupon>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<PaymentsCheckout>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<PaymentsConfiguration>(),
    #[cfg(feature = "payments")]
    EndpointInfo::of::<PaymentsUpdateConfiguration>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<ListEvents>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<EventLogGet>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<EventLogDispatch>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<CountEvents>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<EventLogFilters>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<ListSources>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationSourcesGet>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationSourcesCreate>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationSourcesUpdate>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationSourcesDelete>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationSourcesCheck>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationSourcesCheckDraft>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<ListIntegrations>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationsGet>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationsCreate>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationsUpdate>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<IntegrationsDelete>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdasGet>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdasPost>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdasPut>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdasPatch>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdasDelete>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdaFunctionsList>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdaFunctionsGet>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdaFunctionsCreate>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdaFunctionsUpdate>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdaFunctionsDelete>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<LambdaFunctionsExecute>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<PluginsList>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<PluginsGet>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<PluginsCreate>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<PluginsUpdate>(),
    #[cfg(feature = "plugins")]
    EndpointInfo::of::<PluginsDelete>(),
];
