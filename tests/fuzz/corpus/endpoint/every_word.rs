// Most words of the grammar, each at its place.
/// Words.
#[derive(Debug)]
#[endpoint(POST, "/api/{kind}/v{version}.json/{*rest}", response = Vec<T>, error = Refusal, auth = Public, idempotent, errors_with_200, timeout = "1500ms", crate = ::qelos_spec)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Everything<'a, K, T: Clone + 'a, const N: usize = 3> where K: Clone {
    kind: K,
    version: u8,
    #[endpoint(path)]
    rest: String,
    #[endpoint(query, rename = "page")]
    number: Option<u32>,
    #[endpoint(query, secret_in_url)]
    key: SecretString,
    #[endpoint(query)]
    #[serde(with = "crate::cents")]
    cents: u32,
    #[endpoint(header = "x-trace")]
    trace: Vec<u32>,
    #[endpoint(header = "x-otp", secret)]
    otp: SecretString,
    #[endpoint(bearer)]
    token: SecretString,
    #[serde(rename = "unitPrice", default = "nine", skip_serializing_if = "Option::is_none")]
    r#type: Option<T>,
    #[serde(serialize_with = "a::b", deserialize_with = "a::c")]
    list: [T; N],
    #[endpoint(secret)]
    pin: SecretString,
    #[serde(flatten)]
    more: BTreeMap<String, &'a str>,
    #[endpoint(skip)]
    #[serde(default)]
    marker: PhantomData<T>,
}
