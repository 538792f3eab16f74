// A form of several parts, which `every_word` cannot be as well.
#[endpoint(POST, "/api/form", auth = Public)]
struct Parts { #[endpoint(part)] a: u8, #[endpoint(part, secret)] b: SecretString, #[endpoint(part, json)] c: C, #[endpoint(part, rename = "e")] #[serde(default)] d: Vec<File> }
