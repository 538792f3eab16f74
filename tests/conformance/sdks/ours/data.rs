//! Blueprints with their entities, and configurations.

use qelos_client::OAuth;
use qelos_client::api::{BlueprintsExt as _, ChartFilter, ConfigurationsExt as _, EntitiesExt as _, EntityQuery};
use qelos_client::wire::{NewBlueprint, NewConfiguration};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{DUO, RULER, Story, With, with_tokens};
use crate::recordings::fixture;

/// The properties of an entity, whatever they are.
type Any = Map<String, Value>;

/// The body of a recorded request.
pub(super) fn recorded<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_str(&fixture::load_more(name).request.unwrap().body.unwrap()).unwrap()
}

impl Story<'_> {
    pub(super) async fn data(&mut self, other: &With<OAuth>) {
        let admin = self.sign_in_as("sign in as an administrator", RULER).await;
        let owner = self.sign_in_as("sign in with tokens", DUO).await;
        self.blueprints(&owner, other, &admin).await;
        self.configurations(&owner, &admin).await;
        self.users(&owner, &admin).await;
        self.chats(&admin).await;
    }

    async fn sign_in_as(&mut self, name: &str, user: (&str, &str)) -> With<OAuth> {
        let anonymous = self.client.clone();
        let wanted = with_tokens(user);
        self.step(name, anonymous.oauth_sign_in(&wanted), |(_, user)| user.clone()).await.unwrap().0
    }

    async fn blueprints(&mut self, owner: &With<OAuth>, other: &With<OAuth>, admin: &With<OAuth>) {
        let brand: NewBlueprint = recorded("413-blueprints-create");
        let car: NewBlueprint = recorded("414-blueprints-create-full");
        self.call("create a blueprint", admin.blueprints().create(&brand)).await;
        self.call("create a blueprint with relations", admin.blueprints().create(&car)).await;
        self.call("create a blueprint as a user", owner.blueprints().create(&car)).await;
        self.call("get a blueprint", admin.blueprints().get(&car.identifier)).await;
        self.call("get a blueprint as a user", owner.blueprints().get(&car.identifier)).await;
        self.call("get an unknown blueprint", owner.blueprints().get("nope")).await;
        self.entities(owner, other, &brand.identifier, &car.identifier).await;
        self.call("delete an unknown blueprint", admin.blueprints().delete("nope")).await;
    }

    async fn entities(&mut self, owner: &With<OAuth>, other: &With<OAuth>, brand: &str, car: &str) {
        let brands = owner.entities::<Any>(brand);
        let brand = self.call("create an entity", brands.create(&json!({ "title": "VW" }))).await.unwrap().identifier;
        let cars = owner.entities::<Any>(car);
        let mut wanted: Any = recorded("429-entities-create-flat");
        wanted.insert("brand".to_owned(), brand.into());
        let created = self.call("create an entity with all kinds of properties", cars.create(&wanted));
        let golf = created.await.unwrap().identifier;
        for (name, refused) in [
            ("create an entity with a value outside of its list", json!({ "name": "X", "color": "pink" })),
            ("create an entity with a text for a number", json!({ "name": "X", "price": "dear" })),
        ] {
            self.call(name, cars.create(&refused)).await;
        }
        let unknown = owner.entities::<Any>("nope");
        self.call("create an entity of an unknown blueprint", unknown.create(&json!({ "a": 1 }))).await;
        self.call("get an entity", cars.get(&golf)).await;
        self.call("get an entity by a malformed identifier", cars.get("nope")).await;
        self.call("get an entity of another user", other.entities::<Any>(car).get(&golf)).await;
        self.call("list entities", cars.list(EntityQuery::new())).await;
        self.call("list entities by a property", cars.list(EntityQuery::new().equal("color", "red"))).await;
        let range = EntityQuery::new().greater_than("price", 5).less_than("price", 15);
        self.call("list entities by a range", cars.list(range)).await;
        self.call("count entities", cars.count(ChartFilter::new())).await;
        let green = json!({ "metadata": { "color": "green" } });
        self.call("update an entity", cars.update(&golf, &green)).await;
        self.call("update an entity to a bad value", cars.update(&golf, &json!({ "price": -1 }))).await;
        self.call("delete an entity", cars.delete(&golf)).await;
        self.call("delete an entity again", cars.delete(&golf)).await;
    }

    async fn configurations(&mut self, user: &With<OAuth>, admin: &With<OAuth>) {
        let anonymous = self.client.clone();
        let name = "get the configuration of the application without a credential";
        self.call(name, anonymous.configurations().app()).await;
        let slogan = |text: &str| Map::from_iter([("slogan".to_owned(), Value::from(text))]);
        let name = "update the configuration of the application";
        self.call(name, admin.configurations().update_app(&slogan("Made here"))).await;
        let name = "update the configuration of the application as a user";
        self.call(name, user.configurations().update_app(&slogan("no"))).await;
        let wanted: NewConfiguration = recorded("542-configuration-create");
        let managed = admin.configurations();
        self.call("create a configuration", managed.create(&wanted)).await;
        self.call("get a configuration", managed.get(&wanted.key)).await;
        self.call("get an unknown configuration", managed.get("nope")).await;
        self.call("delete a configuration", managed.delete(&wanted.key)).await;
        self.call("delete an unknown configuration", managed.delete("nope")).await;
    }
}
