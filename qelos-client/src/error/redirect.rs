//! A redirect as an error: it is not followed.

use http::StatusCode;
use http::header::LOCATION;
use qelos_spec::secret::Secrets;
use qelos_spec::{ApiError, EndpointInfo};

use crate::error::{Error, Kind};

/// The longest origin of a redirect that is shown: it has room for the longest host name.
const LONGEST_ORIGIN: usize = 280;

/// The error of a redirect; `None` for any other response, and for a redirect that the endpoint declares as a success.
/// Only the origin of the target is kept.
pub(crate) fn redirect(response: &http::Response<bytes::Bytes>, endpoint: &EndpointInfo) -> Option<Error> {
    let status = response.status();
    if !status.is_redirection() || status == StatusCode::NOT_MODIFIED || endpoint.statuses.contains(status) {
        return None;
    }
    let to = response.headers().get(LOCATION).and_then(|location| location.to_str().ok()?.parse::<http::Uri>().ok());
    let origin = to.and_then(|to| {
        Some(format!("{}://{}{}", to.scheme()?, to.host()?, to.port().map_or(String::new(), |port| format!(":{port}"))))
    });
    let origin = origin.filter(|origin| origin.len() <= LONGEST_ORIGIN);
    let secrets = response.extensions().get::<Secrets>();
    let origin = origin.map(|origin| secrets.map_or(origin.clone(), |secrets| secrets.mask(&origin).into_owned()));
    ApiError::of(response).map(|error| Error::new(Kind::Redirect(error, origin)))
}
