//! `#[derive(SessionScheme)]`: the methods of a scheme that is only data.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Lit};

use crate::draft::{Given, LifeKey, SessionDraft};
use crate::expand::attrs;
use crate::runtime_path::RuntimePath;
use crate::tokens::{at_span, uses_value};

/// The implementations of a scheme.
pub(crate) fn session(session: &SessionDraft, runtime: &RuntimePath) -> TokenStream {
    let ident = attrs::name_of(&session.head);
    let (impl_generics, ty_generics, where_clause) = session.head.generics.split_for_impl();
    let attrs = attrs::of_what_stands_for(&session.head, std::iter::empty());
    let name = session.name.given();
    let (renew, end, judge) = (renew(session, runtime), end(session, runtime), judge(session, runtime));
    let (proof, life) = (proof(session, runtime), life(session, runtime));
    let satisfied = session.satisfies.given().into_iter().flatten().map(|requirement| {
        quote! {
            #(#attrs)*
            impl #impl_generics #runtime::sessions::Satisfies<#requirement> for #ident #ty_generics #where_clause {}
        }
    });
    let begins = session.sign_in.given().map(|sign_in| {
        let tokens = tokens(session, runtime);
        let checked = quote_spanned!(at_span(sign_in.span())=> begins_with::<#sign_in>());
        quote_spanned! {Span::mixed_site()=>
            #(#attrs)*
            impl #impl_generics #runtime::sessions::BeginsWith<#sign_in> for #ident #ty_generics #where_clause {
                fn begun(
                    &self,
                    qelos_response: <#sign_in as #runtime::Endpoint>::Response,
                ) -> #runtime::Result<#runtime::sessions::DeclaredTokens, #runtime::sessions::Error> {
                    #runtime::sessions::#checked;
                    #runtime::Result::Ok(#tokens)
                }
            }
        }
    });
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #runtime::sessions::SessionScheme for #ident #ty_generics #where_clause {
            const NAME: &'static #runtime::str = #name;
            type Tokens = #runtime::sessions::DeclaredTokens;

            #renew
            #proof
            #life

            fn subject(&self, qelos_held: &#runtime::sessions::DeclaredTokens) -> #runtime::Option<#runtime::sessions::String> {
                #runtime::Clone::clone(&qelos_held.subject)
            }

            #judge
            #end
        }

        #begins
        #(#satisfied)*
    }
}

/// The tokens in a response.
fn tokens(session: &SessionDraft, runtime: &RuntimePath) -> TokenStream {
    let read = |field: &Expr, function: &str| {
        let lent = (function == "subject").then(|| quote!(&));
        // The compiler points at the field.
        let (at, function) = (at_span(field.span()), Ident::new(function, at_span(field.span())));
        let response = Ident::new("qelos_response", at);
        quote_spanned!(at=> #runtime::sessions::#function(#lent #response.#field))
    };
    let absent = || quote!(#runtime::Option::None);
    let optional = |field: Option<&Expr>, function| field.map_or_else(absent, |field| read(field, function));
    let access = session.access.given().map(|field| read(field, "access"));
    let (refresh, subject) =
        (optional(session.refresh.given(), "refresh"), optional(session.subject.given(), "subject"));
    let (expires_in, expires_at) = match session.life.given() {
        Some((_, LifeKey::In(field))) => (read(field, "expires_in"), absent()),
        Some((_, LifeKey::At(field))) => (absent(), read(field, "expires_at")),
        _ => (absent(), absent()),
    };
    quote_spanned! {Span::mixed_site()=>
        #runtime::sessions::tokens(#access, #refresh, #expires_in, #expires_at, #subject)
    }
}

fn renew(session: &SessionDraft, runtime: &RuntimePath) -> TokenStream {
    let this = Ident::new("self", Span::call_site());
    let Some(renew) = session.renew.given() else {
        return quote_spanned! {Span::mixed_site()=>
            async fn renew<QelosTransport: #runtime::sessions::Transport>(
                &#this,
                _: &#runtime::sessions::DeclaredTokens,
                _: &#runtime::sessions::Connection<QelosTransport>,
            ) -> #runtime::Result<#runtime::sessions::DeclaredTokens, #runtime::sessions::RenewalFailed> {
                #runtime::Result::Err(#runtime::sessions::RenewalFailed::over(#runtime::sessions::NO_RENEWAL))
            }

            fn renew_by(&#this, _: &#runtime::sessions::DeclaredTokens) -> #runtime::sessions::RenewBy {
                #runtime::sessions::RenewBy::nothing(#runtime::sessions::NO_RENEWAL)
            }
        };
    };
    let over =
        quote!(return #runtime::Result::Err(#runtime::sessions::RenewalFailed::over(#runtime::sessions::NO_TOKEN)));
    let (held, tokens, signs) = (held(renew, &over, runtime), tokens(session, runtime), signs(session, runtime));
    let endpoint = quote_spanned!(at_span(renew.span())=> renews(#renew));
    let renew_by = uses_value(renew, "refresh").then(|| {
        quote_spanned! {Span::mixed_site()=>
            fn renew_by(&self, qelos_held: &#runtime::sessions::DeclaredTokens) -> #runtime::sessions::RenewBy {
                #runtime::sessions::renew_by(qelos_held)
            }
        }
    });
    quote_spanned! {Span::mixed_site()=>
        async fn renew<QelosTransport: #runtime::sessions::Transport>(
            &#this,
            qelos_held: &#runtime::sessions::DeclaredTokens,
            qelos_via: &#runtime::sessions::Connection<QelosTransport>,
        ) -> #runtime::Result<#runtime::sessions::DeclaredTokens, #runtime::sessions::RenewalFailed> {
            #held
            let qelos_endpoint = #runtime::sessions::#endpoint;
            let qelos_response = #runtime::sessions::renewal(qelos_endpoint, qelos_via, #signs).await?;
            #runtime::Result::Ok(#runtime::sessions::DeclaredTokens::after(#tokens, qelos_held))
        }

        #renew_by
    }
}

fn end(session: &SessionDraft, runtime: &RuntimePath) -> Option<TokenStream> {
    let end = session.end.given()?;
    let this = Ident::new("self", Span::call_site());
    let nothing_to_send = quote!(return #runtime::Result::Ok(()));
    let held = held(end, &nothing_to_send, runtime);
    let call = quote_spanned!(at_span(end.span())=> end(#this, #end, qelos_held, qelos_via));
    Some(quote_spanned! {Span::mixed_site()=>
        async fn end<QelosTransport: #runtime::sessions::Transport>(
            &#this,
            qelos_held: &#runtime::sessions::DeclaredTokens,
            qelos_via: &#runtime::sessions::Connection<QelosTransport>,
        ) -> #runtime::Result<(), #runtime::sessions::Error> {
            #held
            #runtime::sessions::#call.await
        }
    })
}

/// The tokens that an expression of the user names, under the names `access` and `refresh`.
fn held(expr: &Expr, without: &TokenStream, runtime: &RuntimePath) -> TokenStream {
    let name = |name| Ident::new(name, Span::call_site());
    let access = uses_value(expr, "access").then(|| {
        let access = name("access");
        quote_spanned!(Span::mixed_site()=> let #access = #runtime::Clone::clone(&qelos_held.access);)
    });
    let refresh = uses_value(expr, "refresh").then(|| {
        let refresh = name("refresh");
        quote_spanned! {Span::mixed_site()=>
            let #runtime::Option::Some(#refresh) = #runtime::Clone::clone(&qelos_held.refresh) else { #without };
        }
    });
    quote!(#access #refresh)
}

fn proof(session: &SessionDraft, runtime: &RuntimePath) -> Option<TokenStream> {
    let header = session.header.given()?;
    let prefix = session.prefix.given().map_or_else(|| quote!(""), ToTokens::to_token_stream);
    Some(quote_spanned! {Span::mixed_site()=>
        fn proof(
            &self,
            qelos_held: &#runtime::sessions::DeclaredTokens,
        ) -> #runtime::Result<#runtime::sessions::Proof, #runtime::sessions::Error> {
            #runtime::sessions::proof(qelos_held, #header, #prefix)
        }
    })
}

fn life(session: &SessionDraft, runtime: &RuntimePath) -> Option<TokenStream> {
    let life = match &session.life.given()?.1 {
        LifeKey::In(_) | LifeKey::At(_) => quote_spanned!(Span::mixed_site()=> life(qelos_held)),
        LifeKey::Jwt => quote_spanned!(Span::mixed_site()=> Life::of_jwt(&qelos_held.access)),
        LifeKey::Lasts(life) => {
            let millis = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
            quote!(Life::lasting(#runtime::Duration::from_millis(#millis)))
        }
    };
    Some(quote_spanned! {Span::mixed_site()=>
        fn life(&self, qelos_held: &#runtime::sessions::DeclaredTokens) -> #runtime::sessions::Life {
            #runtime::sessions::#life
        }
    })
}

fn judge(session: &SessionDraft, runtime: &RuntimePath) -> Option<TokenStream> {
    session.refused.given()?;
    let signs = signs(session, runtime);
    Some(quote_spanned! {Span::mixed_site()=>
        fn judge(&self, qelos_refusal: &#runtime::sessions::Refusal<'_>) -> #runtime::sessions::Verdict {
            #runtime::sessions::judge(qelos_refusal, #signs)
        }
    })
}

/// How a refusal of a token is known.
fn signs(session: &SessionDraft, runtime: &RuntimePath) -> TokenStream {
    let signs = session.refused.given().into_iter().flatten().map(|sign| match sign {
        Lit::Int(status) => quote!(#runtime::sessions::Sign::Status(#status)),
        text => quote!(#runtime::sessions::Sign::Text(#text)),
    });
    quote!(&[#(#signs),*])
}
