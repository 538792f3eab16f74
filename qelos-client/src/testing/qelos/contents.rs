//! What a test puts into the services: blueprints.

use qelos_spec::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::state::State;
use super::{FakeQelos, blueprints};

impl FakeQelos {
    /// Adds a blueprint, as an administrator would create it: a [`NewBlueprint`](crate::wire::NewBlueprint) or any
    /// other value with its JSON form.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), qelos_client::Error> {
    /// use qelos_client::testing::FakeQelos;
    /// use qelos_client::{Client, DecodeRequest, Endpoint, SystemClock, auth::Anyone};
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
    /// Properties are checked in the order of their names, and not in that of the request. Entities of a blueprint with an
    /// `updateMapping` cannot be written: the embedded Qelos runs no `jq`, and responds with 501.
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
