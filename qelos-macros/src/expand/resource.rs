//! `#[resource]`: the trait, an endpoint struct for each method, and the handle that calls them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ItemTrait, TraitItem, Visibility};

use crate::draft::Borrow;
use crate::expand::{decode, docs, encode};
use crate::krate::Krate;
use crate::model::{Arg, Endpoint, Operation, Resource, Target, struct_name};
use crate::tokens;

/// Everything a resource expands to, the user's trait first. What we name ourselves does not occur in `input`.
pub(super) fn resource(resource: &Resource, written: &ItemTrait, krate: &Krate, input: &TokenStream) -> TokenStream {
    let caller = free_name("Caller", input);
    let user_trait = user_trait(resource, written, krate);
    let endpoints = resource.operations.iter().filter_map(|operation| match &operation.target {
        Target::Own(endpoint) => Some(own_endpoint(endpoint, operation, resource, krate)),
        _ => None,
    });
    let handle = handle(resource, &caller, krate);
    let mock_seam = implementation(resource, &caller, krate);
    let extension = extension(resource, krate);
    quote!(#user_trait #(#endpoints)* #handle #mock_seam #extension)
}

/// The user's trait, its methods lowered to what they really return.
fn user_trait(resource: &Resource, written: &ItemTrait, krate: &Krate) -> TokenStream {
    let mut lowered = written.clone();
    for (member, operation) in lowered.items.iter_mut().zip(&resource.operations) {
        let TraitItem::Fn(method) = member else { continue };
        let Operation { ident, generics, returns, target, .. } = operation;
        let args = args(operation);
        let where_clause = &generics.where_clause;
        // A broken method may hold what cannot be sent to another thread; it was reported, and shall cause nothing else.
        let send = (!matches!(target, Target::Broken)).then(|| quote!(+ #krate::Send));
        method.sig = syn::parse_quote_spanned! {encode::spot(returns.span())=>
            fn #ident #generics(&self, #args) -> impl #krate::Future<Output = #krate::Result<#returns, Self::Error>> #send
            #where_clause
        };
    }
    lowered.items.insert(
        0,
        syn::parse_quote! {
            /// What can go wrong in a call.
            type Error;
        },
    );
    // A private resource need not use every seam it offers.
    quote!(#[allow(dead_code)] #lowered)
}

/// The struct of one endpoint, and what makes it one.
fn own_endpoint(endpoint: &Endpoint, operation: &Operation, resource: &Resource, krate: &Krate) -> TokenStream {
    let Endpoint { ident, vis, attrs, .. } = endpoint;
    let intro = format!(
        "{}, the request of [`{}::{}`]. {}",
        docs::route(endpoint),
        resource.ident,
        operation.ident,
        docs::needs(&endpoint.auth)
    );
    let fields = endpoint.fields.iter().map(|field| {
        let (name, ty, doc) = (&field.ident, &field.ty, docs::place(&field.place, &field.wire));
        quote_spanned!(encode::spot(name.span())=> #[doc = #doc] #vis #name: #ty)
    });
    let encode = encode::endpoint(endpoint, krate);
    let decode = resource.decode.then(|| decode::endpoint(endpoint, krate));
    let docs = attrs.iter().filter(|attr| attr.path().is_ident("doc") || attr.path().is_ident("cfg"));
    quote! {
        #(#docs)*
        #[doc = ""]
        #[doc = #intro]
        #[allow(dead_code)]
        #vis struct #ident { #(#fields),* }
        #encode
        #decode
    }
}

/// The handle: what `client.api_tokens()` gives.
fn handle(resource: &Resource, caller: &Ident, krate: &Krate) -> TokenStream {
    let (handle, vis, ident) = (resource.handle(), &resource.vis, &resource.ident);
    let intro =
        format!("[`{ident}`] as a client calls them; see [`{}::{}`].", resource.extension(), resource.accessor());
    let methods = resource.operations.iter().map(|operation| method(operation, resource, caller, krate));
    quote_spanned! {Span::mixed_site()=>
        #[doc = #intro]
        #[doc = ""]
        #[doc = "It borrows the client, costs nothing to make, and can be copied."]
        #[allow(dead_code)]
        #vis struct #handle<'c, #caller: ?#krate::Sized> {
            client: &'c #caller,
        }

        impl<#caller: ?#krate::Sized> #krate::Clone for #handle<'_, #caller> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<#caller: ?#krate::Sized> #krate::Copy for #handle<'_, #caller> {}

        impl<'c, #caller: ?#krate::Sized> #krate::From<&'c #caller> for #handle<'c, #caller> {
            fn from(client: &'c #caller) -> Self {
                Self { client }
            }
        }

        #[allow(dead_code)]
        impl<#caller: #krate::Dispatch> #handle<'_, #caller> {
            #(#methods)*
        }
    }
}

/// A method of the handle. The bound on who may call stands here, where its message survives; and what it returns is a
/// named type, because an opaque one would repeat the message at each use.
fn method(operation: &Operation, resource: &Resource, caller: &Ident, krate: &Krate) -> TokenStream {
    let Operation { ident, attrs, returns, .. } = operation;
    let vis = &resource.vis;
    let args = args(operation);
    let Some((auth, call)) = call(operation, krate) else { return stand_in(operation, vis, caller, krate) };
    let intro = match &operation.target {
        Target::Own(endpoint) => format!("{}. {}", docs::route(endpoint), docs::needs(&endpoint.auth)),
        Target::Existing(ty) => format!("Sends [`{}`].", docs::shown(ty)),
        Target::Broken => String::new(),
    };
    quote_spanned! {encode::spot(ident.span())=>
        #(#attrs)*
        #[doc = ""]
        #[doc = #intro]
        #[doc = ""]
        #[doc = "# Errors"]
        #[doc = ""]
        #[doc = "When the request cannot be written or sent, or the server refuses."]
        #[doc = ""]
        #[doc = "# Cancel safety"]
        #[doc = ""]
        #[doc = "Dropping the call abandons it; a request that was sent may still take effect."]
        #vis fn #ident(&self, #args) -> #caller::Call<#returns>
        where
            #auth: #krate::SatisfiedBy<#caller::Credential>,
        {
            #krate::Dispatch::dispatch(self.client, #call)
        }
    }
}

/// In place of a method that was reported: it can be called, and is never run.
fn stand_in(operation: &Operation, vis: &Visibility, caller: &Ident, krate: &Krate) -> TokenStream {
    let Operation { ident, attrs, generics, returns, .. } = operation;
    let (args, names, where_clause) = (args(operation), names(operation), &generics.where_clause);
    quote_spanned! {encode::spot(ident.span())=>
        #(#attrs)*
        #vis async fn #ident #generics(&self, #args) -> #krate::Result<#returns, #caller::Error> #where_clause {
            let _ = (#(#names,)*);
            #krate::unreachable!()
        }
    }
}

/// What an operation needs, and the expression of the endpoint it sends.
fn call(operation: &Operation, krate: &Krate) -> Option<(TokenStream, TokenStream)> {
    match &operation.target {
        Target::Own(endpoint) => {
            let (auth, name) = (&endpoint.auth, &endpoint.ident);
            let fields = operation.args.iter().map(|Arg { ident, borrow, .. }| match borrow {
                Borrow::No => quote!(#ident),
                Borrow::Whole => quote!(#ident: #krate::ToOwned::to_owned(#ident)),
                Borrow::Inside => quote!(#ident: #krate::Option::map(#ident, #krate::ToOwned::to_owned)),
            });
            Some((tokens::subject(auth), quote!(&#name { #(#fields),* })))
        }
        Target::Existing(ty) => {
            let call = match operation.args.first() {
                None => {
                    let name = struct_name(ty)?;
                    quote!(&#name {})
                }
                Some(Arg { ident, borrow: Borrow::Whole, .. }) => quote!(#ident),
                Some(Arg { ident, .. }) => quote!(&#ident),
            };
            Some((quote!(<#ty as #krate::Endpoint>::Auth), call))
        }
        Target::Broken => None,
    }
}

fn args(operation: &Operation) -> TokenStream {
    let args = operation.args.iter().map(|Arg { ident, written, .. }| quote!(#ident: #written));
    quote!(#(#args),*)
}

fn names(operation: &Operation) -> impl Iterator<Item = &Ident> {
    operation.args.iter().map(|arg| &arg.ident)
}

/// The user's trait for the handle: code that takes `&impl Trait` runs with a client and with a double.
fn implementation(resource: &Resource, caller: &Ident, krate: &Krate) -> TokenStream {
    let (handle, ident) = (resource.handle(), &resource.ident);
    let mut bounds: Vec<TokenStream> = Vec::new();
    for (auth, _) in resource.operations.iter().filter_map(|operation| call(operation, krate)) {
        if !bounds.iter().any(|bound| bound.to_string() == auth.to_string()) {
            bounds.push(auth);
        }
    }
    let methods = resource.operations.iter().map(|operation| {
        let Operation { ident: name, generics, returns, .. } = operation;
        let (args, names, where_clause) = (args(operation), names(operation), &generics.where_clause);
        let cfgs = operation.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
        quote_spanned! {encode::spot(name.span())=>
            #(#cfgs)*
            async fn #name #generics(&self, #args) -> #krate::Result<#returns, Self::Error> #where_clause {
                #handle::<'_, #caller>::#name(self, #(#names),*).await
            }
        }
    });
    quote_spanned! {Span::mixed_site()=>
        impl<#caller: #krate::Dispatch> #ident for #handle<'_, #caller>
        where
            #(#bounds: #krate::SatisfiedBy<#caller::Credential>,)*
        {
            type Error = #caller::Error;

            #(#methods)*
        }
    }
}

/// `client.api_tokens()`, for whoever has the extension trait in scope.
fn extension(resource: &Resource, krate: &Krate) -> TokenStream {
    let (handle, vis, ident) = (resource.handle(), &resource.vis, &resource.ident);
    let (extension, accessor) = (resource.extension(), resource.accessor());
    let intro = format!("Brings [`{accessor}`]({extension}::{accessor}) to every client.");
    let method = format!("Calls [`{ident}`] with this client.");
    quote_spanned! {Span::mixed_site()=>
        #[doc = #intro]
        #[allow(dead_code)]
        #vis trait #extension: #krate::Dispatch {
            #[doc = #method]
            fn #accessor(&self) -> #handle<'_, Self> {
                #krate::From::from(self)
            }
        }

        impl<Caller: #krate::Dispatch> #extension for Caller {}
    }
}

/// A name for a type parameter that the user does not use.
fn free_name(wanted: &str, tokens: &TokenStream) -> Ident {
    let mut name = format_ident!("{wanted}");
    let mut number = 1;
    while tokens::mention(tokens.clone(), &name) {
        number += 1;
        name = format_ident!("{wanted}{number}");
    }
    name
}
