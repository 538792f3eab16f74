//! Signing up, and changing one's profile.

use super::world::Chapter::{Founded, Renamed, SignedUp, WithWorkspaces, WithoutPicture};
use super::world::World;
use super::{Scenario, access, api_token, as_recorded};

pub(super) const SCENARIOS: &[Scenario] = &[
    ("001-signup-cookie-ok", Founded, as_recorded),
    ("002-signup-oauth-ok", SignedUp, as_recorded),
    ("004-signup-invalid-all", SignedUp, as_recorded),
    ("005-signup-nonlatin-firstname", SignedUp, as_recorded),
    ("006-signup-oauth-invalid", SignedUp, as_recorded),
    ("008-signup-username-differs-from-email", SignedUp, as_recorded),
    ("009-signup-email-only-no-username", SignedUp, as_recorded),
    ("010-signup-oauth-minimal", SignedUp, as_recorded),
    ("012-signup-empty-body", SignedUp, as_recorded),
    ("076-me-update-oauth", WithWorkspaces, access),
    ("078-me-update-cookie", Renamed, World::cookie),
    ("080-me-update-empty", WithoutPicture, access),
    ("081-me-update-no-auth", WithoutPicture, as_recorded),
    ("082-me-update-bad-birthdate", WithoutPicture, access),
    ("117-me-update-by-apikey", WithoutPicture, api_token),
    ("146-signup-while-registration-is-off", WithoutPicture, as_recorded),
];
