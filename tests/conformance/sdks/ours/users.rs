//! Users, for administrators, and chats.

use qelos_client::api::{Chat, GetUserData, ListUsers, SetUserData, UsersExt as _};
use qelos_client::wire::{AccountChanges, ChatMessage, ChatOptions, NewAccount};
use qelos_client::{OAuth, UserId};
use serde_json::{Map, Value, json};

use super::data::recorded;
use super::{NO_SUCH_ID, Story, With};

impl Story<'_> {
    pub(super) async fn users(&mut self, user: &With<OAuth>, admin: &With<OAuth>) {
        let duo = self.call("who am I without a workspace", user.logged_in_user()).await.unwrap().id;
        let (all, managed) = (ListUsers::default(), admin.users());
        self.call("list users as a user", user.users().list(&all)).await;
        let mut pattern = ListUsers::default();
        pattern.username = Some("^admin".to_owned());
        self.call("list users by a pattern", managed.list(&pattern)).await;
        let mut role = ListUsers::default();
        role.roles = vec!["nobody".to_owned()];
        self.call("list users by a role that no user has", managed.list(&role)).await;
        self.call("get a user", managed.get(&duo)).await;
        self.call("get a user as a user", user.users().get(&duo)).await;
        self.no_id::<UserId>("get a user by a malformed id", "nope");
        let wanted: NewAccount = recorded("318-users-create");
        let dora = self.call("create a user", managed.create(&wanted)).await.unwrap().id;
        let without: NewAccount = recorded("322-users-create-not-email");
        self.call("create a user without an e-mail address", managed.create(&without)).await;
        let changes: AccountChanges = recorded("325-users-update");
        self.call("update a user", managed.update(&dora, &changes)).await;
        let mut changes = AccountChanges::default();
        changes.roles = Some(vec!["editor".to_owned()]);
        self.call("update the roles of a user", managed.update(&dora, &changes)).await;
        let get = GetUserData::<Map<String, Value>>::new(dora, "card");
        self.call("get data of a user when there is none", admin.call(&get)).await;
        let set = SetUserData::new(dora, "card", json!({ "last4": "4242" }));
        self.call("set data of a user", admin.call(&set)).await;
        self.call("get data of a user", admin.call(&get)).await;
        self.call("delete a user", managed.delete(&dora)).await;
        self.call("delete a user again", managed.delete(&dora)).await;
    }

    pub(super) async fn chats(&mut self, admin: &With<OAuth>) {
        let hi = ChatOptions::new(vec![ChatMessage::user("hi")]);
        let chat = Chat::new(self.recorder.chat, hi);
        self.call("chat", admin.call(&chat)).await;
        let unknown = Chat::new(NO_SUCH_ID.parse().unwrap(), ChatOptions::new(Vec::new()));
        self.call("chat with an unknown integration", admin.call(&unknown)).await;
        let streamed = chat.streamed();
        let text = async {
            let mut pieces = admin.call(&streamed).await.map_err(|error| error.to_string())?;
            let mut text = String::new();
            while let Some(piece) = pieces.next().await {
                text += piece.map_err(|error| error.to_string())?.text().unwrap_or_default();
            }
            Ok::<_, String>(text)
        };
        self.call("chat with a stream", text).await;
    }
}
