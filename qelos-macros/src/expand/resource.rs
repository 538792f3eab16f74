//! `#[resource]`: the trait, an endpoint struct for each method, and the handle that calls them.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{AttrStyle, FnArg, Generics, ItemTrait, Token, TraitItem, TraitItemFn, WhereClause};

use crate::draft::{Borrow, StructHead};
use crate::expand::arguments::Lent;
use crate::expand::handle::Generic;
use crate::expand::{arguments, attrs, decode, docs, encode, fallback, handle, pages};
use crate::model::{Arg, Endpoint, Field, Operation, Resource, Source, StandIn, Target};
use crate::runtime_path::RuntimePath;
use crate::tokens::{self, at_span, said_by_us};

/// Everything a resource expands to, the user's trait first. The names we choose ourselves do not occur in `input`.
pub(crate) fn resource(
    resource: &Resource,
    written: &ItemTrait,
    runtime: &RuntimePath,
    input: &TokenStream,
) -> TokenStream {
    let caller = free_name("Caller", input);
    let user_trait = user_trait(resource, written, runtime);
    let endpoints = resource.operations.iter().filter_map(|operation| match &operation.calls {
        Ok(Target::Own(endpoint)) => Some(own_endpoint(endpoint, operation, resource, runtime)),
        Ok(Target::Existing(..) | Target::Nested(_)) => None,
        Err(stand_in) => Some(fallback::declared(stand_in.endpoint.as_deref()?, resource, runtime)),
    });
    let handle = handle(resource, written, &caller, runtime);
    let mock_seam = implementation(resource, written, &caller, runtime);
    let extension = handle::extension(resource, runtime);
    quote!(#user_trait #(#endpoints)* #handle #mock_seam #extension)
}

/// The user's trait, with methods that return futures.
fn user_trait(resource: &Resource, written: &ItemTrait, runtime: &RuntimePath) -> TokenStream {
    let (ident, vis) = (said_by_us(&written.ident), &resource.vis);
    // Where a private trait begins: a program that only calls the handle would be told that the trait is unused.
    let trait_ = Token![trait](at_span(written.trait_token.span));
    let ItemTrait { attrs, generics, colon_token, supertraits, .. } = written;
    let attrs = attrs::with_allow_only(attrs);
    let (outer, inner): (Vec<_>, Vec<_>) = attrs.iter().partition(|attr| matches!(attr.style, AttrStyle::Outer));
    let where_clause = &generics.where_clause;
    let methods = written.items.iter().zip(&resource.operations).filter_map(|(member, operation)| match member {
        TraitItem::Fn(method) => Some(declaration(method, operation, runtime)),
        _ => None,
    });
    let mut tokens = quote!(#(#outer)* #vis #trait_ #ident #generics #colon_token #supertraits #where_clause);
    written.brace_token.surround(&mut tokens, |tokens| {
        tokens.append_all(inner);
        // A page that leads nowhere is an error of its own.
        let bound = pages::are_in(resource).then(|| quote!(: #runtime::From<#runtime::ResponseError>));
        let error = quote! {
            /// What can go wrong in a call.
            type Error #bound;
        };
        error.to_tokens(tokens);
        tokens.append_all(methods);
        tokens.append_all(pages::of_a_trait(resource, runtime));
    });
    tokens
}

/// A method of the user's trait.
fn declaration(method: &TraitItemFn, operation: &Operation, runtime: &RuntimePath) -> TokenStream {
    let Operation { returns, calls, .. } = operation;
    let attrs = attrs::with_allow_only(&method.attrs);
    let (ident, args) = (said_by_us(&operation.ident), arguments::declared(operation));
    // The receiver is the user's: code that other macros write around the method names its `self`.
    let receiver = match method.sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) if calls.is_ok() => quote!(#receiver),
        _ => quote!(&self),
    };
    if let Ok(Target::Nested(path)) = calls {
        let nested = handle::declaration_of_nested(operation, path, &receiver, runtime);
        return quote!(#(#attrs)* #nested);
    }
    let (generics, where_clause) = generics(calls);
    // A method with a mistake may hold what cannot be sent to another thread, which would be a second error.
    let send = calls.is_ok().then(|| quote!(+ #runtime::Send));
    quote_spanned! {at_span(returns.span())=>
        #(#attrs)*
        fn #ident #generics(#receiver, #args) -> impl #runtime::Future<Output = #runtime::Result<#returns, Self::Error>> #send
        #where_clause;
    }
}

/// The struct of one endpoint, and its implementations.
fn own_endpoint(endpoint: &Endpoint, operation: &Operation, resource: &Resource, runtime: &RuntimePath) -> TokenStream {
    let StructHead { ident, vis, attrs, generics } = &endpoint.head;
    let where_clause = &generics.where_clause;
    let intro = format!(
        " {}, the request of [`{}::{}`]. {}",
        docs::route(endpoint),
        resource.ident,
        operation.ident,
        docs::needs(&endpoint.auth)
    );
    let fields = endpoint.fields.iter().map(|field| {
        let (name, ty, doc) = (said_by_us(&field.ident), &field.ty, docs::place(&field.place, &field.wire));
        let written = attrs::docs(&field.attrs).chain(attrs::cfgs(&field.attrs));
        quote_spanned!(name.span()=> #(#written)* #[doc = #doc] #vis #name: #ty)
    });
    let (encode, paged) = (encode(endpoint, operation, runtime), pages::paged(endpoint, runtime));
    let decode = resource.decode.then(|| decode::endpoint(endpoint, runtime));
    let (of_all, docs) = (attrs::of_what_stands_for(&endpoint.head, endpoint.attrs_of_fields()), attrs::docs(attrs));
    let hidden = attrs::hidden(&resource.attrs);
    quote! {
        #(#docs)*
        #(#of_all)*
        #hidden
        #[doc = ""]
        #[doc = #intro]
        #vis struct #ident #generics #where_clause { #(#fields),* }
        #encode
        #paged
        #decode
    }
}

/// The implementation of `Endpoint`. Where the method borrows arguments, the request is written by a function that takes
/// them as the method does: the handle calls it without a struct, which would need copies of them.
fn encode(endpoint: &Endpoint, operation: &Operation, runtime: &RuntimePath) -> TokenStream {
    if !operation.borrows() {
        return encode::endpoint(endpoint, runtime);
    }
    let lent = arguments::lent(operation, endpoint);
    let value = |field: &Field, at| arguments::value_of(field, &lent, at);
    let request = encode::request(endpoint, &value, runtime);
    let (params, fields) = (lent.iter().map(Lent::parameter), lent.iter().map(|lent| lent.of_a_field(runtime)));
    let (ident, function) = (attrs::name_of(&endpoint.head), encode_function());
    let whole = quote_spanned!(Span::mixed_site()=> Self::#function(#(#fields),*));
    let implementation = encode::implementation(endpoint, &whole, runtime);
    let attrs = attrs::of_what_stands_for(&endpoint.head, endpoint.attrs_of_fields());
    let generics = encode::bounded(endpoint, runtime, false);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        impl #impl_generics #ident #ty_generics #where_clause {
            fn #function(#(#params),*) -> #runtime::Encoded {
                #request
            }
        }

        #implementation
    }
}

/// The name of the function that writes a request from borrowed arguments.
fn encode_function() -> Ident {
    Ident::new("qelos_encode", Span::mixed_site())
}

/// The handle, which `client.api_tokens()` returns, with its methods.
fn handle(resource: &Resource, written: &ItemTrait, caller: &Ident, runtime: &RuntimePath) -> TokenStream {
    let declaration = handle::declaration(resource, written, caller, runtime);
    let methods = resource.operations.iter().map(|operation| match &operation.calls {
        Ok(Target::Nested(path)) => handle::nested(operation, path, resource, caller, runtime),
        Ok(target) => method(operation, target, resource, caller, runtime),
        Err(stand_in) => fallback::method(operation, stand_in, (resource, written), caller, runtime),
    });
    let (of_all, generic, pages) =
        (handle::of_all(resource), Generic::of(resource), pages::of_a_handle(resource, caller, runtime));
    // The other resource borrows the client, and not the handle.
    let lifetime = handle::lifetime(resource);
    let (params, clause) = (generic.params(), generic.clause());
    let ty = generic.ty(lifetime.as_ref(), caller);
    let lifetime = lifetime.map(|lifetime| quote!(#lifetime,));
    quote_spanned! {Span::mixed_site()=>
        #declaration

        #of_all
        impl<#lifetime #caller: #runtime::Dispatch #params> #ty #clause {
            #(#methods)*
        }

        #pages
    }
}

/// A method of the handle. The bound on the credential stands here, where its message survives; and its result is a
/// named type, because an opaque one would repeat the message at each use.
fn method(
    operation: &Operation,
    target: &Target,
    resource: &Resource,
    caller: &Ident,
    runtime: &RuntimePath,
) -> TokenStream {
    let Operation { attrs, returns, .. } = operation;
    let (vis, ident) = (&resource.vis, said_by_us(&operation.ident));
    let args = arguments::declared(operation);
    let (bound, call) = (bound(target, caller, runtime), call(operation, target, caller, runtime));
    let intro = match target {
        Target::Own(endpoint) => {
            let form = docs::form_of_the_body(endpoint, operation).unwrap_or_default();
            format!(" {}. {}{form}", docs::route(endpoint), docs::needs(&endpoint.auth))
        }
        Target::Existing(ty, _) => format!(" Sends [`{}`].", docs::shown(ty)),
        Target::Nested(path) => format!(" Leads to [`{}`].", docs::shown(path)),
    };
    let attrs = attrs::of_a_method(attrs);
    quote_spanned! {at_span(ident.span())=>
        #(#attrs)*
        #[doc = ""]
        #[doc = #intro]
        #vis fn #ident(&self, #args) -> #caller::Call<#returns>
        where
            #bound,
        {
            #call
        }
    }
}

/// The bound on the credential, and those of types that depend on the parameters of the resource.
fn bound(target: &Target, caller: &Ident, runtime: &RuntimePath) -> TokenStream {
    match target {
        Target::Own(endpoint) => {
            let auth = tokens::subject(&endpoint.auth);
            let added = encode::added_bounds(encode::bounded(endpoint, runtime, false), &endpoint.head.generics);
            quote!(#auth: #runtime::SatisfiedBy<#caller::Credential> #(, #added)*)
        }
        // That it is an endpoint is a bound of its own, so that one which is not is reported there, and taken for one
        // everywhere else.
        Target::Existing(ty, _) => {
            let (there, subject) = (runtime.at(ty.span()), tokens::subject(ty));
            quote_spanned! {at_span(ty.span())=>
                #subject: #there::Endpoint,
                <#ty as #there::Endpoint>::Auth: #there::SatisfiedBy<#caller::Credential>
            }
        }
        Target::Nested(path) => handle::bound_of_nested(path, caller),
    }
}

/// The expression that calls an endpoint.
fn call(operation: &Operation, target: &Target, caller: &Ident, runtime: &RuntimePath) -> TokenStream {
    let client = quote_spanned!(Span::mixed_site()=> self.client);
    let (ty, source) = match target {
        Target::Own(endpoint) => {
            let (_, ty_generics, _) = endpoint.head.generics.split_for_impl();
            let (name, turbofish) = (&endpoint.head.ident, ty_generics.as_turbofish());
            if operation.borrows() {
                let lent = arguments::lent(operation, endpoint);
                let (function, args) = (encode_function(), lent.iter().map(|lent| lent.of_an_argument(runtime)));
                let request = quote!(#name #turbofish::#function(#(#args),*));
                return quote!(#runtime::Dispatch::dispatch_encoded::<#name #ty_generics>(#client, #request));
            }
            let fields = arguments::names(operation).chain(arguments::marker(operation, endpoint, runtime));
            return quote!(#runtime::Dispatch::dispatch(#client, &#name #turbofish { #(#fields),* }));
        }
        Target::Existing(ty, source) => (ty, source),
        Target::Nested(_) => return TokenStream::new(),
    };
    let endpoint = match source {
        Source::Name(name) => quote!(&#name {}),
        Source::Argument(arg) => {
            let Arg { ident, borrow, written, .. } = &**arg;
            let borrowed = if *borrow == Borrow::Whole { quote!(#ident) } else { quote!(&#ident) };
            quote_spanned!(at_span(arguments::pointee(written).span())=> #runtime::the_endpoint::<#ty, _>(#borrowed))
        }
    };
    let (returns, caller) = (&operation.returns, quote!(#caller));
    let response = quote_spanned! {at_span(returns.span())=>
        <<#ty as #runtime::Endpoint>::Response as #runtime::ResponseOf<#returns>>::response::<#caller>
    };
    quote!(#response(#runtime::Dispatch::dispatch(#client, #endpoint)))
}

/// The parameters of a method, and their clause. Only one with a mistake has any.
fn generics(calls: &Result<Target, StandIn>) -> (Option<&Generics>, Option<&WhereClause>) {
    let generics = calls.as_ref().err().map(|stand_in| &stand_in.generics);
    (generics, generics.and_then(|generics| generics.where_clause.as_ref()))
}

/// The user's trait for the handle: code that takes `&impl Trait` runs with a client and with a double.
fn implementation(resource: &Resource, written: &ItemTrait, caller: &Ident, runtime: &RuntimePath) -> TokenStream {
    let ident = &resource.ident;
    let (generic, lifetime) = (Generic::of(resource), handle::lifetime(resource));
    let handle = generic.ty(lifetime.as_ref(), caller);
    let mut seen = HashSet::new();
    let targets = resource.operations.iter().filter_map(|operation| operation.calls.as_ref().ok());
    let mut bounds: Vec<_> =
        targets.map(|target| bound(target, caller, runtime)).filter(|bound| seen.insert(bound.to_string())).collect();
    if pages::are_in(resource) {
        bounds.push(quote!(#caller::Error: #runtime::From<#runtime::ResponseError>));
    }
    let own = generic.turbofish(lifetime.as_ref(), caller);
    let methods = resource.operations.iter().map(|operation| implemented(operation, &own, resource, caller, runtime));
    let mut generics = written.generics.clone();
    let (_, ty_generics, _) = written.generics.split_for_impl();
    generics.params.insert(generics.lifetimes().count(), syn::parse_quote!(#caller: #runtime::Dispatch));
    if let Some(lifetime) = &lifetime {
        generics.params.insert(0, syn::parse_quote!(#lifetime));
    }
    let (impl_generics, _, _) = generics.split_for_impl();
    // Refused; the implementation stands in the way of nothing.
    let supertraits = &written.supertraits;
    let refused = (!supertraits.is_empty()).then(|| quote!(Self: #supertraits,));
    let refused_too = written.generics.where_clause.as_ref().map(|clause| &clause.predicates);
    let written_attrs = resource.operations.iter().map(|operation| &operation.attrs).chain([&resource.attrs]);
    let deprecated = attrs::allowing_deprecation(written_attrs.flatten().any(attrs::deprecates));
    let of_all = handle::of_all(resource);
    quote_spanned! {Span::mixed_site()=>
        #of_all
        #deprecated
        impl #impl_generics #ident #ty_generics for #handle
        where
            #(#bounds,)*
            #refused
            #refused_too
        {
            type Error = #caller::Error;

            #(#methods)*
        }
    }
}

/// A method of the user's trait, which calls that of the handle.
fn implemented(
    operation: &Operation,
    own: &TokenStream,
    resource: &Resource,
    caller: &Ident,
    runtime: &RuntimePath,
) -> TokenStream {
    let Operation { returns, calls, .. } = operation;
    let name = said_by_us(&operation.ident);
    let (args, names) = (arguments::declared(operation), arguments::names(operation));
    let (generics, where_clause) = generics(calls);
    let (cfgs, lints) = (attrs::cfgs(&operation.attrs), attrs::lints(&operation.attrs));
    let at = at_span(name.span());
    // Not `async fn`, whose state machine costs the compiler more than all the rest of a method.
    let method = match calls {
        Ok(Target::Nested(path)) => handle::implementation_of_nested(operation, path, resource, caller),
        Ok(_) => quote_spanned! {at=>
            fn #name(&self, #args) -> #caller::Call<#returns> {
                #own::#name(self, #(#names),*)
            }
        },
        Err(_) => quote_spanned! {at=>
            async fn #name #generics(&self, #args) -> #runtime::Result<#returns, Self::Error> #where_clause {
                let _ = (#(#names,)*);
                #runtime::unreachable!()
            }
        },
    };
    quote!(#(#cfgs)* #(#lints)* #method)
}

/// A name for a type parameter that the user does not use.
fn free_name(wanted: &str, tokens: &TokenStream) -> Ident {
    let mut name = wanted.to_owned();
    let mut number = 1;
    while tokens::mention(tokens.clone(), &name) {
        number += 1;
        name = format!("{wanted}{number}");
    }
    format_ident!("{name}")
}
