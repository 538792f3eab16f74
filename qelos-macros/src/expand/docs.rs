//! The words on generated items.

use quote::{ToTokens, quote};
use syn::Type;

use crate::model::{Endpoint, Place};

/// `` `DELETE /api/me/api-tokens/{token_id}` ``.
pub(super) fn route(endpoint: &Endpoint) -> String {
    format!("`{} {}`", endpoint.verb.name(), endpoint.path)
}

/// Who may call, with a link.
pub(super) fn needs(auth: &Type) -> String {
    match auth {
        Type::Path(path) if path.path.segments.iter().all(|segment| segment.arguments.is_none()) => {
            format!("Needs [`{}`].", shown(auth))
        }
        _ => format!("Needs `{}`.", shown(auth)),
    }
}

/// Where a field goes.
pub(super) fn place(place: &Place, wire: &str) -> String {
    match place {
        Place::Path => format!(" `{{{wire}}}` in the path."),
        Place::Query => format!(" `{wire}` in the query."),
        Place::Header => format!(" The header `{wire}`."),
        Place::Headers => format!(" Headers whose names begin with `{wire}`."),
        Place::Cookie => format!(" The cookie `{wire}`."),
        Place::Json | Place::Form | Place::Part => format!(" `{wire}` in the body."),
        Place::Body | Place::Raw | Place::Format => " The body.".to_owned(),
        Place::Bearer => " The bearer token.".to_owned(),
        Place::Skip => " Not sent.".to_owned(),
    }
}

/// A type as its author would write it.
pub(super) fn shown(ty: &impl ToTokens) -> String {
    let text = quote!(#ty).to_string();
    text.replace(" :: ", "::").replace(":: ", "::").replace(" < ", "<").replace(" >", ">").replace(" ,", ",")
}
