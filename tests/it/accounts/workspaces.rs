//! Workspaces: switching between them, staying in one, their members and invites.

use qelos_client::api::{CreateWorkspace, OAuthSignIn, SignIn};
use qelos_client::testing::{FakeQelos, Member, NewUser};
use qelos_client::wire::{ActiveWorkspace, Invite, User};
use qelos_client::{ApiTokenAuth, Client, NewApiToken, OAuth, WorkspaceId};

use crate::world::{ADA, DAY, LIFETIME, PASSWORD, World, sign_in};

fn sign_in_to(workspace: WorkspaceId) -> OAuthSignIn {
    let mut sign_in = sign_in();
    sign_in.workspace = Some(workspace);
    sign_in
}

fn active(me: User) -> WorkspaceId {
    me.workspace.unwrap().id
}

async fn locked_api_token(world: &World, workspace: WorkspaceId) -> Client<ApiTokenAuth, FakeQelos> {
    let wanted = NewApiToken::expiring_in("locked", DAY).in_workspace(workspace);
    let created = world.oauth().await.create_api_token(&wanted).await.unwrap();
    world.anonymous().api_token_sign_in(created.token).await.unwrap().0
}

#[tokio::test]
async fn a_cookie_session_switches_workspace_by_activating() {
    let world = World::new();
    let (one, two) = (world.workspace("One"), world.workspace("Two"));
    let client = world.cookie().await;
    let clone = client.clone();
    assert_eq!(active(client.logged_in_user().await.unwrap()), one);
    assert_eq!(client.workspaces().activate(&two).await.unwrap().id, two);
    let me = clone.logged_in_user().await.unwrap();
    assert_eq!(me.username, None, "the cookie of an activation has no username");
    assert_eq!(active(me), two, "clones share the session and its workspace");

    let unknown = client.workspaces().activate(&world.foreign_workspace()).await.unwrap_err();
    assert!(unknown.is_not_found(), "{unknown}");
    assert_eq!(active(client.logged_in_user().await.unwrap()), two);
}

#[tokio::test]
async fn an_oauth_session_switches_workspace_by_signing_in() {
    let world = World::new();
    let (one, two) = (world.workspace("One"), world.workspace("Two"));
    let client = world.oauth().await;
    assert_eq!(active(client.logged_in_user().await.unwrap()), one);
    let (moved, who) = client.oauth_sign_in(&sign_in_to(two)).await.unwrap();
    assert_eq!(who.workspace.unwrap().id, two);
    assert_eq!(active(moved.logged_in_user().await.unwrap()), two);
    assert_eq!(active(client.logged_in_user().await.unwrap()), one, "the session before does not change");
}

#[tokio::test]
async fn only_cookie_sessions_activate_a_workspace() {
    let world = World::new();
    let two = world.workspace("Two");
    for client in [world.oauth().await.into_any(), locked_api_token(&world, two).await.into_any()] {
        let error = client.workspaces().activate(&two).await.unwrap_err();
        assert!(error.is_not_allowed(), "{error}");
        assert!(error.to_string().contains("needs a cookie session"), "{error}");
    }
    assert_eq!(world.qelos.count("POST", &format!("/api/workspaces/{two}/activate")), 0);
}

#[tokio::test]
async fn an_ignored_workspace_is_an_error() {
    let world = World::new();
    let (own, foreign) = (world.workspace("Own"), world.foreign_workspace());
    for wanted in [foreign, "0123456789abcdef01234567".parse().unwrap()] {
        let mut by_cookie = SignIn::new(ADA, PASSWORD.into());
        by_cookie.workspace = Some(wanted);
        let errors = [
            world.anonymous().sign_in(&by_cookie).await.unwrap_err(),
            world.anonymous().oauth_sign_in(&sign_in_to(wanted)).await.unwrap_err(),
        ];
        for error in errors {
            assert!(error.is_workspace_mismatch(), "{error}");
            assert_eq!(
                error.to_string(),
                format!(
                    "POST /api/signin: not in the workspace {wanted} that was asked for, but in none — the server \
                     ignores a workspace that does not exist, or that the user is not a member of"
                )
            );
        }
    }
    world.anonymous().oauth_sign_in(&sign_in_to(own)).await.unwrap();
}

#[tokio::test]
async fn a_session_stays_in_its_workspace_although_the_server_forgets_it() {
    let world = World::new();
    world.workspace("One");
    let two = world.workspace("Two");
    let (client, _) = world.anonymous().oauth_sign_in(&sign_in_to(two)).await.unwrap();
    let kept = client.sign_in_again_with(sign_in());
    for _ in 0..3 {
        world.pass(LIFETIME);
        let me = kept.logged_in_user().await.unwrap();
        let workspace = me.workspace.unwrap();
        assert_eq!((workspace.id, workspace.roles), (two, vec!["admin".to_owned()]));
    }

    let (client, _) = world.anonymous().oauth_sign_in(&sign_in_to(two)).await.unwrap();
    let mut ended = None;
    for _ in 0..3 {
        world.pass(LIFETIME);
        match client.logged_in_user().await {
            Ok(me) => assert_eq!(active(me), two, "it is never in another workspace, or in none"),
            Err(error) => ended = Some(error),
        }
    }
    let ended = ended.unwrap();
    // The error is the last one: without a password there is no other way to renew the session.
    assert!(ended.is_session_ended() && ended.to_string().contains("has forgotten its workspace"), "{ended}");
}

#[tokio::test]
async fn workspace_names_are_the_same_for_each_credential() {
    let world = World::new();
    let cafe = world.workspace("Acme Café (50%)");
    let carried = [
        world.cookie().await.logged_in_user().await.unwrap(),
        world.oauth().await.logged_in_user().await.unwrap(),
        locked_api_token(&world, cafe).await.logged_in_user().await.unwrap(),
    ];
    for me in carried {
        let ActiveWorkspace { id, name, .. } = me.workspace.unwrap();
        assert_eq!((id, name.as_str()), (cafe, "Acme Café (50%)"));
    }
}

/// Neither a renewal nor a second request follows a refusal.
#[tokio::test]
async fn a_refusal_is_an_error_and_is_not_retried() {
    let world = World::new();
    let (own, foreign) = (world.workspace("Own"), world.foreign_workspace());
    let (client, _) = world.anonymous().oauth_sign_in(&sign_in_to(own)).await.unwrap();
    world.qelos.forget_requests();

    let error = client.workspaces().delete(&own).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(error.api().unwrap().message(), Some("You cannot remove your active workspace."));
    assert!(client.workspaces().get(&foreign).await.unwrap_err().is_not_found());
    assert_eq!(world.qelos.count("DELETE", &format!("/api/workspaces/{own}")), 1);
    assert_eq!(world.qelos.count("GET", &format!("/api/workspaces/{foreign}")), 1);
    assert_eq!(world.qelos.count("POST", "/api/token/refresh"), 0);
}

#[tokio::test]
async fn workspaces_and_members_are_created_and_deleted() {
    let world = World::new();
    let root = world.qelos.add_user(NewUser::new("root@example.com", PASSWORD).role("admin"));
    let bob = world.qelos.add_user(NewUser::new("bob@example.com", PASSWORD).first_name("Bob"));
    let sign_in = OAuthSignIn::new("root@example.com", PASSWORD.into());
    let (client, _) = world.anonymous().oauth_sign_in(&sign_in).await.unwrap();
    let engines = client.workspaces().create(&CreateWorkspace::new("Engines")).await.unwrap();
    assert_eq!((engines.name.as_str(), engines.members[0].user), ("Engines", root));

    client.workspaces().add_member(&engines.id, &bob, &["user".to_owned()]).await.unwrap();
    client.workspaces().update_member(&engines.id, &bob, &["guest".to_owned()]).await.unwrap();
    let members = client.workspaces().members(&engines.id).await.unwrap();
    let of_bob = members.iter().find(|member| member.membership.user == bob).unwrap();
    assert_eq!(
        (of_bob.first_name.as_deref(), of_bob.membership.roles.as_slice()),
        (Some("Bob"), ["guest".to_owned()].as_slice())
    );
    assert_ne!(of_bob.membership.id.unwrap().as_str(), bob.as_str(), "a membership has an id of its own");
    client.workspaces().remove_member(&engines.id, &bob).await.unwrap();
    assert_eq!(client.workspaces().members(&engines.id).await.unwrap().len(), 1);

    client.workspaces().delete(&engines.id).await.unwrap();
    assert!(client.workspaces().get(&engines.id).await.unwrap_err().is_not_found());
}

async fn invites(client: &Client<OAuth, FakeQelos>, workspace: WorkspaceId) -> Vec<(String, Vec<String>)> {
    let invites = client.workspace_invites(&workspace).await.unwrap();
    invites.into_iter().map(|invite| (invite.email, invite.roles)).collect()
}

#[tokio::test]
async fn an_address_has_one_invite_which_can_be_revoked() {
    let world = World::new();
    let own = world.workspace("Own");
    let client = world.oauth().await;
    let roles = |role: &str| vec![role.to_owned()];
    client.invite_to_workspace(&own, Invite::new("bob@example.com", Vec::new())).await.unwrap();
    client.invite_to_workspace(&own, Invite::new("eve@example.com", roles("guest"))).await.unwrap();
    let before = client.workspace_invites(&own).await.unwrap();
    client.invite_to_workspace(&own, Invite::new(" Bob@Example.com ", roles("admin"))).await.unwrap();
    let bob = ("bob@example.com".to_owned(), roles("admin"));
    let eve = ("eve@example.com".to_owned(), roles("guest"));
    assert_eq!(invites(&client, own).await, [bob, eve.clone()], "the same address, with other roles");

    let after = client.workspace_invites(&own).await.unwrap();
    assert_eq!((after[0].id, after[0].created), (before[0].id, before[0].created), "it is the same invite");
    client.revoke_workspace_invite(&own, &after[0].id.unwrap()).await.unwrap();
    assert_eq!(invites(&client, own).await, [eve]);

    world.qelos.forget_requests();
    let gone = client.revoke_workspace_invite(&own, &after[0].id.unwrap()).await.unwrap_err();
    assert!(gone.to_string().contains("there is no invite"), "{gone}");
    assert_eq!(world.qelos.count("PUT", &format!("/api/workspaces/{own}")), 0, "nothing is written then");
}

#[tokio::test]
async fn inviting_needs_the_permission_to_change_a_workspace() {
    let world = World::new();
    let shared = world.qelos.add_workspace("Shared", &[Member::new(world.ada, &["user"])]);
    let client = world.oauth().await;
    let error = client.invite_to_workspace(&shared, Invite::new("bob@example.com", Vec::new())).await.unwrap_err();
    assert!(error.is_forbidden(), "{error}");
    assert!(error.hint().unwrap().contains("roles and permissions do not allow this"), "{error}");
}
