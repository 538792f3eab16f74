//! Statuses: `404`, and ranges of them, `4xx`.

use syn::LitInt;

use crate::draft::When;
use crate::errors::{Errors, Reported};

// #[response(6xx)] #[response(40x)]
pub(super) fn when(number: &LitInt, errors: &Errors) -> Result<When, Reported> {
    match (number.base10_parse::<u16>(), number.suffix()) {
        (Ok(class @ 2..=5), "xx") => Ok(When::Class(class)),
        (Ok(1), "xx") => Err(errors.error(number, INTERIM)),
        (_, "") => exact(number, errors).map(When::Status),
        _ => Err(errors.error(number, "a range of statuses is one of `2xx`, `3xx`, `4xx` and `5xx`")),
    }
}

const INTERIM: &str = "a status below 200 belongs to no final response";

/// A number that can be the status of a response.
// #[response(20)] #[endpoint(GET, "/x", none = 100, …)]
pub(super) fn exact(number: &LitInt, errors: &Errors) -> Result<u16, Reported> {
    match number.base10_parse::<u16>() {
        Ok(status @ 200..=599) if number.suffix().is_empty() => Ok(status),
        Ok(100..=199) => Err(errors.error(number, INTERIM)),
        _ => Err(errors.error(number, "a status is a number from 200 to 599")),
    }
}
