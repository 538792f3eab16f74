//! Configurations.

use serde_json::json;

use super::stage::{Scenario, admin, editor, guest, post, replay, una};
use super::world::World;

pub(super) const SCENARIOS: &[Scenario] = &[
    ("531-configuration-app-get-no-auth", |world| guest(described(world).0)),
    ("533-configuration-app-update", |world| described(world).1),
    ("534-configuration-app-update-user", una),
    ("535-configuration-app-update-editor", editor),
    ("537-configuration-app-update-urls", |world| described(world).1),
    ("538-configuration-app-get-after-update", |world| described(world).1),
    ("539-configuration-list", |world| {
        let admin = admin(world);
        for key in ["migration", "versions", "global-ai-configuration", "payments-configuration"] {
            post(world, "/api/configurations", &admin, &json!({ "key": key }));
        }
        admin
    }),
    ("541-configuration-list-user", una),
    ("542-configuration-create", admin),
    ("543-configuration-create-duplicate", created),
    ("545-configuration-get", created),
    ("546-configuration-get-private-user", |world| {
        created(world);
        una(world)
    }),
    ("547-configuration-get-unknown", admin),
    ("549-configuration-remove-app", admin),
    ("550-configuration-remove", created),
    ("551-configuration-remove-unknown", admin),
    ("765-bad-bearer-configurations", guest),
];

/// The configuration of the application as it was recorded.
fn described(world: &World) -> (&World, String) {
    let admin = admin(world);
    replay(world, "533-configuration-app-update", &admin);
    replay(world, "537-configuration-app-update-urls", &admin);
    (world, admin)
}

fn created(world: &World) -> String {
    let admin = admin(world);
    replay(world, "542-configuration-create", &admin);
    admin
}
