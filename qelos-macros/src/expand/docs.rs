//! The words on generated items.

use quote::{ToTokens, quote};
use syn::Type;

use crate::draft::Borrow;
use crate::model::{Arg, Body, Endpoint, Operation, Place};

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

/// The form of a body that is easily taken for another one: the one argument of a method is a struct, and the body has it under
/// its name.
pub(super) fn form_of_the_body(endpoint: &Endpoint, operation: &Operation) -> Option<String> {
    let [Arg { borrow: Borrow::Whole, has_size: true, .. }] = operation.args.as_slice() else { return None };
    let Body::JsonFields(fields) = &endpoint.parts.body else { return None };
    let [field] = &**fields else { return None };
    let is_unmarked = field.placed_by.is_none() && field.flatten.is_none();
    let name = &field.wire;
    is_unmarked.then(|| {
        format!(
            " The body is `{{\"{name}\": …}}`; where the server takes the value alone, the argument is marked `#[endpoint(body)]`."
        )
    })
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
