//! The rules of schemes of sessions.

use syn::{Expr, Lit};

use crate::check::header;
use crate::draft::{Given, SessionDraft};
use crate::errors::Errors;
use crate::tokens::uses_value;

/// Checks one scheme.
pub(crate) fn session(session: &SessionDraft, errors: &Errors) {
    has_a_name(session, errors);
    begins_or_goes_on(session, errors);
    has_an_access_token(session, errors);
    renewals_send_a_token(session, errors);
    refresh_tokens_come_from_a_response(session, errors);
    may_call_something(session, errors);
    headers_carry_a_token(session, errors);
    refusals_are_signs(session, errors);
}

// #[session(access = token, …)]
fn has_a_name(session: &SessionDraft, errors: &Errors) {
    match session.name.given() {
        None => {
            let message = "which scheme is this? add `name = \"acme\"`: the record in a store repeats it";
            errors.error(&session.head.ident, message);
        }
        Some(name) if name.value().trim().is_empty() => {
            errors.error(name, "a name that is empty tells no scheme from another");
        }
        Some(_) => {}
    }
}

// #[session(name = "acme", access = token, satisfies(SignedIn))]
fn begins_or_goes_on(session: &SessionDraft, errors: &Errors) {
    if session.sign_in.is_none() && session.renew.is_none() {
        let usage = "`sign_in = SignIn` with the endpoint that signs in, `renew = Renew { refresh }` with the one that renews, or both";
        errors.error(&session.head.ident, format!("where do tokens come from? add {usage}"));
    }
}

// #[session(name = "acme", sign_in = SignIn, satisfies(SignedIn))]
fn has_an_access_token(session: &SessionDraft, errors: &Errors) {
    if session.access.is_none() {
        errors.error(&session.head.ident, "where is the access token in a response? add `access = field`");
    }
}

// #[session(renew = Renew { user: self.user }, …)]
fn renewals_send_a_token(session: &SessionDraft, errors: &Errors) {
    let Some(renew) = session.renew.given() else { return };
    if !uses_value(renew, "refresh") && !uses_value(renew, "access") {
        let message = "this renewal sends no token of the session, so that the server cannot know which one to renew: write `refresh` or `access` as the value of a field, `Renew { refresh }`";
        errors.error(renew, message);
    }
}

// #[session(renew = Renew { refresh }, access = token, …)]
fn refresh_tokens_come_from_a_response(session: &SessionDraft, errors: &Errors) {
    let sent = [&session.renew, &session.end];
    let sent = sent.into_iter().filter_map(Given::given).find(|expr: &&Expr| uses_value(expr, "refresh"));
    if let Some(sent) = sent.filter(|_| session.refresh.is_none()) {
        errors.error(sent, "this sends a refresh token, and no response has one: add `refresh = field`");
    }
}

// #[session(name = "acme", sign_in = SignIn, access = token)]
fn may_call_something(session: &SessionDraft, errors: &Errors) {
    if session.satisfies.is_none() {
        let message = "which endpoints may its sessions call? add `satisfies(SignedIn)`, with what these endpoints ask for in `auth`";
        errors.error(&session.head.ident, message);
    }
}

// #[session(prefix = "Token ", …)]
fn headers_carry_a_token(session: &SessionDraft, errors: &Errors) {
    match (session.header.given(), session.prefix.given()) {
        (Some(header), _) => header::of_a_session(header, errors),
        (None, Some(prefix)) => {
            errors.error(prefix, "a token without a `header` of its own is sent as `authorization: Bearer …`");
        }
        (None, None) => {}
    }
}

// #[session(refused(true), …)]
fn refusals_are_signs(session: &SessionDraft, errors: &Errors) {
    for sign in session.refused.given().into_iter().flatten() {
        let is_sign = match sign {
            Lit::Str(text) => !text.value().is_empty(),
            Lit::Int(status) => status.base10_parse::<u16>().is_ok_and(|status| (400..600).contains(&status)),
            _ => false,
        };
        if !is_sign {
            errors.error(
                sign,
                "a refusal is known by its status, `401`, or by the code or message in its body, `\"token_expired\"`",
            );
        }
    }
}
