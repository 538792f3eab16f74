// A form, which `every_word` cannot be as well.
#[endpoint(POST, "/api/form", auth = Public)]
struct Form { #[endpoint(form)] a: u8, #[endpoint(form, secret)] b: SecretString, #[endpoint(form)] #[serde(flatten)] c: C, #[endpoint(form)] #[serde(default)] d: D }
