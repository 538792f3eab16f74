//! What a test puts into the services: blueprints, configurations and chats.

use qelos_spec::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::state::State;
use super::{FakeQelos, blueprints, configurations};

impl FakeQelos {
    /// Adds a blueprint, as an administrator would create it: a [`NewBlueprint`](crate::wire::NewBlueprint) or any
    /// other value with its JSON form.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// use qelos_client::testing::FakeQelos;
    /// use qelos_client::{Client, Endpoint, SystemClock, auth::Anyone};
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.add_blueprint(&serde_json::json!({
    ///     "identifier": "car",
    ///     "name": "Car",
    ///     "permissions": [{"operation": "create", "guest": true, "scope": "tenant"}],
    ///     "properties": {"name": {"title": "Name", "type": "string", "required": true}},
    /// }));
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(POST, "/api/blueprints/car/entities", response = serde_json::Value, auth = Anyone)]
    /// struct CreateCar<'a> {
    ///     name: &'a str,
    /// }
    ///
    /// let guest = Client::builder("https://qelos.test").transport(qelos).build()?;
    /// let car = guest.call(&CreateCar { name: "Golf" }).await?;
    /// assert_eq!(car["metadata"]["name"], "Golf");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Its entities are created, read, listed, changed, deleted and counted as at the server: with its permissions, checks,
    /// conversions, filters and failures. Properties are checked in the order of their names, and not in that of the
    /// request. To these requests the response is 501, because it would be a wrong one:
    ///
    /// * writing entities of a blueprint with an `updateMapping`, since there is no `jq` here;
    /// * values that are checked by a word of JSON schemas that is not known here, such as `oneOf`, and dates in other
    ///   forms than ISO 8601, `12/31/2099` and `Dec 31, 2099`;
    /// * lists with `$outerPopulate` as an object, with `$or` and its siblings, with the operators `$not`, `$size`, `$all`, `$elemMatch`
    ///   and `$type`, and with regular expressions that look around;
    /// * charts besides the count, impersonation by the parameters of a query, and the deletion of all entities of an owner.
    ///
    /// Guests with the same `user-agent` write eleven times within five seconds of the clock, and are refused then, as at the
    /// server. No event is logged for a change, whatever the `dispatchers` of the blueprint say.
    ///
    /// # Panics
    ///
    /// When the server would refuse the blueprint.
    #[track_caller]
    pub fn add_blueprint(&self, blueprint: &(impl Serialize + ?Sized)) {
        let added = self.with_fields(blueprint, blueprints::add);
        if let Err(reason) = added {
            panic!("the server would refuse this blueprint: {reason}");
        }
    }

    /// Sets a configuration of the tenant: a [`NewConfiguration`](crate::wire::NewConfiguration) or any other value with
    /// its JSON form. It takes the place of one with the same key.
    ///
    /// There are `app-configuration`, `auth-configuration`, `workspace-configuration` and `ssr-scripts` from the beginning.
    /// Of their fields the embedded Qelos itself looks at two of `auth-configuration`:
    /// `allowUserTokenAuthentication`, and `tokenAuthenticationPermissions` with the roles of those who may manage API
    /// tokens.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// use qelos_client::testing::FakeQelos;
    /// use qelos_client::{Client, Endpoint, SystemClock, auth::Anyone};
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.set_configuration(&serde_json::json!({"key": "prices", "public": true, "metadata": {"currency": "EUR"}}));
    ///
    /// #[derive(Endpoint)]
    /// #[endpoint(GET, "/api/configurations/prices", response = serde_json::Value, auth = Anyone)]
    /// struct GetPrices {}
    ///
    /// let guest = Client::builder("https://qelos.test").transport(qelos).build()?;
    /// assert_eq!(guest.call(&GetPrices {}).await?["metadata"]["currency"], "EUR");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// When the server would refuse the configuration, or its `metadata` are no object.
    #[track_caller]
    pub fn set_configuration(&self, configuration: &(impl Serialize + ?Sized)) {
        if let Err(reason) = self.with_fields(configuration, configurations::set) {
            panic!("the server would refuse this configuration: {reason}");
        }
    }

    /// Adds an integration with a language model, whose replies the test has written. Returns its id, by which users chat
    /// with the model.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use qelos_client::api::{Chat, OAuthSignIn};
    /// use qelos_client::testing::{FakeQelos, ModelReply, NewChat, NewUser};
    /// use qelos_client::wire::{ChatMessage, ChatOptions};
    /// use qelos_client::{Client, SystemClock};
    ///
    /// let qelos = FakeQelos::new(SystemClock);
    /// qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2"));
    /// let chat = qelos.add_chat(NewChat::new([ModelReply::text(["Hello", " Ada."])]));
    ///
    /// let client = Client::builder("https://qelos.test").transport(qelos).build()?;
    /// let (client, _) = client.oauth_sign_in(&OAuthSignIn::new("ada@example.com", "hunter2hunter2".into())).await?;
    /// let chat = Chat::new(chat, ChatOptions::new(vec![ChatMessage::user("Hi")]));
    /// assert_eq!(client.call(&chat).await?.text(), Some("Hello Ada."));
    ///
    /// let mut pieces = client.call(&chat.streamed()).await?;
    /// let mut text = String::new();
    /// while let Some(piece) = pieces.next().await {
    ///     text += piece?.text().unwrap_or_default();
    /// }
    /// assert_eq!(text, "Hello Ada.");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It serves chats and their threads, and no agents. A model that fails does so as one that has refused a request, with
    /// the category `INVALID_REQUEST`. The title of a thread is the beginning of its first message. Functions that the caller
    /// does not offer count as run by the server, in a stream without a thread; elsewhere the response is 501.
    ///
    /// # Panics
    ///
    /// When the model has no reply.
    #[cfg(feature = "ai")]
    #[must_use]
    #[track_caller]
    pub fn add_chat(&self, chat: super::NewChat) -> qelos_spec::IntegrationId {
        assert!(chat.has_replies(), "the model of this chat has no reply: give it one");
        let mut state = self.shared.state();
        let id = super::new_id(state.next_id(self.shared.clock.now()).parse());
        state.chats.push(super::state::ChatRecord::new(id, chat));
        id
    }

    /// Calls the function with the fields of a value.
    #[track_caller]
    fn with_fields<T>(
        &self,
        value: &(impl Serialize + ?Sized),
        add: impl FnOnce(&mut State, &Map<String, Value>, Timestamp) -> Result<T, String>,
    ) -> Result<T, String> {
        match serde_json::to_value(value) {
            Ok(Value::Object(fields)) => add(&mut self.shared.state(), &fields, self.shared.clock.now()),
            Ok(_) => Err("it is no JSON object".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
