//! Invites, members, users, and all workspaces.

use qelos_client::api::{
    GetUserData, GetWorkspaceData, InvitesList, InvitesReply, ListAllWorkspaces, ListUsers, SetUserData,
    SetWorkspaceData, UpdateWorkspace, UsersCreate, UsersDelete, UsersGet, UsersStats, UsersUpdate, WorkspacesGet,
    WorkspacesUpdateMember,
};
use qelos_client::wire::{AccountChanges, Invite, InviteReply, NewAccount};
use serde_json::{Value, json};

use super::{Samples, Visitor, any, id, strings};

pub(super) fn visit(samples: &mut Samples<'_, impl Visitor>) {
    invites(samples);
    users(samples);
    encrypted(samples);
    workspaces(samples);
}

fn invites(samples: &mut Samples<'_, impl Visitor>) {
    let workspace = id("w");
    samples.same("invites.getList()", &InvitesList {});
    let reply = |reply| InvitesReply { workspace, reply };
    samples.same("invites.acceptWorkspace(id)", &reply(InviteReply::Accept));
    samples.same("invites.declineWorkspace(id)", &reply(InviteReply::Decline));

    let write = |invites| {
        let mut changes = UpdateWorkspace::new(id("w"));
        changes.invites = Some(invites);
        changes
    };
    let known = || {
        let mut invite = Invite::new("a@b.c", Vec::new());
        (invite.id, invite.roles) = (Some(id("i1")), Vec::new());
        invite
    };
    for call in ["workspaces.inviteUser(id, email, roles)", "workspaces.inviteUser(id, email)"] {
        samples.same(call, &WorkspacesGet { workspace_id: id("w") });
    }
    samples
        .second("workspaces.inviteUser(id, email, roles)", &write(vec![known(), Invite::new("x@y.z", strings(["r"]))]));
    samples.second("workspaces.inviteUser(id, email)", &write(vec![known()]));
    samples.same("workspaces.listInvites(id)", &WorkspacesGet { workspace_id: id("w") });
    samples.same("workspaces.revokeInvite(id, inviteId)", &WorkspacesGet { workspace_id: id("w") });
    samples.second("workspaces.revokeInvite(id, inviteId)", &write(Vec::new()));
    samples.same(
        "workspaces.updateMemberRoles(id, user, roles)",
        &WorkspacesUpdateMember { workspace_id: id("w"), user_id: id("u"), roles: strings(["r"]) },
    );
}

fn users(samples: &mut Samples<'_, impl Visitor>) {
    let user_id = id("u");
    samples.same("users.getList()", &ListUsers::default());
    let mut list = ListUsers::default();
    list.username = Some("a+b c&d".to_owned());
    list.exact = Some(true);
    list.roles = strings(["admin", "user"]);
    samples.same("users.getList(filters)", &list);
    samples.same("users.getUser(id)", &UsersGet { user_id });
    samples.only_here(&UsersStats {});
    let mut user = NewAccount::new("ada@example.com");
    user.other = any();
    samples.with("users.create(user)", &["username"], &UsersCreate { user });
    let mut changes = AccountChanges::default();
    changes.other = any();
    samples.same("users.update(id, changes)", &UsersUpdate { user_id, changes });
    samples.same("users.remove(id)", &UsersDelete { user_id });
}

fn encrypted(samples: &mut Samples<'_, impl Visitor>) {
    let data = || json!({"a": 1});
    samples.same("users.getEncryptedData(id)", &GetUserData::<Value>::new(id("u"), ""));
    samples.same("users.getEncryptedData(id, encryptedId)", &GetUserData::<Value>::new(id("u"), "e"));
    let set = SetUserData::new(id("u"), "e", data());
    samples.same("users.setEncryptedData(id, encryptedId, data)", &set);
    let get = GetWorkspaceData::<Value>::new(id("w"), "e");
    samples.same("adminWorkspaces.getEncryptedData(id, encryptedId)", &get);
    let set = SetWorkspaceData::new(id("w"), "e", data());
    samples.same("adminWorkspaces.setEncryptedData(id, encryptedId, data)", &set);
}

fn workspaces(samples: &mut Samples<'_, impl Visitor>) {
    samples.same("adminWorkspaces.getList()", &ListAllWorkspaces::default());
    let mut list = ListAllWorkspaces::default();
    list.member = Some(id("u"));
    list.ids = vec![id("1"), id("2")];
    list.labels = strings(["a", "b"]);
    list.q = Some("x y".to_owned());
    list.select = strings(["name", "labels"]);
    samples.same("adminWorkspaces.getList(filters)", &list);
}
