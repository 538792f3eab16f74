// Every word of the grammar at its place.
/// Words.
#[derive(Debug)]
#[response(crate = ::qelos_spec)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Everything<T: Clone, const N: usize = 3> where T: Sized {
    #[response(200, 206)]
    Page {
        #[response(status)]
        status: StatusCode,
        #[response(header = "x-total")]
        total: u64,
        #[response(header)]
        r#type: Option<String>,
        #[response(header)]
        retry_after: Vec<u32>,
        #[response(rename = "unitPrice")]
        #[serde(with = "crate::cents", default = "nine", skip_serializing_if = "Option::is_none")]
        price: Option<T>,
        #[serde(serialize_with = "a::b", deserialize_with = "a::c", default)]
        list: [T; N],
        #[serde(flatten)]
        more: BTreeMap<String, u8>,
        #[response(skip)]
        marker: PhantomData<T>,
    },
    #[response(201)]
    Whole(T),
    #[response(202)]
    Body { #[response(body)] body: T },
    #[response(303)]
    Elsewhere(#[response(header = "location")] String),
    #[response(304)]
    Unchanged,
    #[response(402)]
    File(#[response(raw = "application/pdf")] Bytes, #[response(header = "etag")] Option<String>),
    #[response(403)]
    Bytes(#[response(raw)] Vec<u8>),
    #[response(404)]
    Lines(#[response(format = crate::Lines<T>)] T),
    #[response(4xx, 5xx)]
    Refused(qelos_spec::ApiError),
    #[response(_)]
    Other { error: ApiError },
}
