//! The handle of a resource, and the accessor that returns it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, GenericParam, Generics, ItemTrait, Lifetime, Path, PathArguments, Type, TypeParam, WhereClause};

use crate::expand::{arguments, attrs, docs};
use crate::model::{self, Arg, Operation, Resource, Target};
use crate::runtime_path::RuntimePath;
use crate::tokens::{at_span, said_by_us};

/// The type parameters of a handle besides its client, as they stand in the parts of its code.
pub(super) struct Generic<'r>(&'r Resource);

impl<'r> Generic<'r> {
    pub(super) fn of(resource: &'r Resource) -> Self {
        Self(resource)
    }

    /// `, T: Bound`
    pub(super) fn params(&self) -> TokenStream {
        self.0.generics.params.iter().map(|param| quote!(, #param)).collect()
    }

    /// `, T`
    fn names(&self) -> TokenStream {
        self.0
            .generics
            .params
            .iter()
            .map(|param| {
                let name = name(param);
                quote!(, #name)
            })
            .collect()
    }

    /// `, T = Default`, as the handle declares them.
    fn declared(written: &Generics) -> TokenStream {
        let all = written.params.iter().map(|param| match param {
            GenericParam::Lifetime(_) => TokenStream::new(),
            GenericParam::Type(TypeParam { ident, default, .. }) => {
                let default = default.as_ref().map(|(equals, default)| quote!(#equals #default));
                quote!(, #ident #default)
            }
            GenericParam::Const(param) => quote!(, #param),
        });
        all.collect()
    }

    /// `, T`, where they are declared without their bounds.
    fn bare(&self) -> TokenStream {
        self.0
            .generics
            .params
            .iter()
            .map(|param| match param {
                GenericParam::Type(param) => {
                    let name = &param.ident;
                    quote!(, #name)
                }
                other => quote!(, #other),
            })
            .collect()
    }

    /// The type of the handle, `'_` without a lifetime.
    pub(super) fn ty(&self, lifetime: Option<&Lifetime>, caller: &impl ToTokens) -> TokenStream {
        let (handle, names, lifetime) = (self.0.handle(), self.names(), named(lifetime));
        quote_spanned!(Span::mixed_site()=> #handle<#lifetime, #caller #names>)
    }

    /// The same in an expression.
    pub(super) fn turbofish(&self, lifetime: Option<&Lifetime>, caller: &impl ToTokens) -> TokenStream {
        let (handle, names, lifetime) = (self.0.handle(), self.names(), named(lifetime));
        quote_spanned!(Span::mixed_site()=> #handle::<#lifetime, #caller #names>)
    }

    /// The `where` clause of the resource.
    pub(super) fn clause(&self) -> Option<&'r WhereClause> {
        let Generics { params, where_clause, .. } = &self.0.generics;
        where_clause.as_ref().filter(|_| !params.is_empty())
    }
}

fn name(param: &GenericParam) -> &Ident {
    match param {
        GenericParam::Type(param) => &param.ident,
        GenericParam::Const(param) => &param.ident,
        GenericParam::Lifetime(param) => &param.lifetime.ident,
    }
}

fn named(lifetime: Option<&Lifetime>) -> TokenStream {
    lifetime.map_or_else(|| quote_spanned!(Span::mixed_site()=> '_), ToTokens::to_token_stream)
}

/// The lifetime of the client in a handle.
fn of_the_client() -> Lifetime {
    Lifetime::new("'c", Span::mixed_site())
}

/// The lifetime of the client, where the methods of a handle name it: one leads to another resource.
pub(super) fn lifetime(resource: &Resource) -> Option<Lifetime> {
    let leads_on = |operation: &Operation| matches!(operation.calls, Ok(Target::Nested(_)));
    resource.operations.iter().any(leads_on).then(of_the_client)
}

/// The handle, which `client.api_tokens()` returns, without its methods.
pub(super) fn declaration(
    resource: &Resource,
    written: &ItemTrait,
    caller: &Ident,
    runtime: &RuntimePath,
) -> TokenStream {
    let (handle, vis, ident) = (resource.handle(), &resource.vis, &resource.ident);
    let intro =
        format!(" [`{ident}`] as a client calls them; see [`{}::{}`].", resource.extension(), resource.accessor());
    let owns = match resource.places.as_slice() {
        [] => " It borrows the client, costs nothing to make, and can be copied.",
        _ => " It borrows the client, owns the values in the path, and can be cloned.",
    };
    let (of_all, hidden) = (of_all(resource), attrs::hidden(&resource.attrs));
    let declared = Generic::declared(&written.generics);
    let values = values(resource).map(|values| quote_spanned!(Span::mixed_site()=> values: #values,));
    let types = types(resource).map(|types| quote_spanned!(Span::mixed_site()=> types: #types,));
    let copies = copies(resource, caller, runtime);
    quote_spanned! {Span::mixed_site()=>
        #of_all
        #hidden
        #[doc = #intro]
        #[doc = ""]
        #[doc = #owns]
        #vis struct #handle<'c, #caller: ?#runtime::Sized #declared> {
            client: &'c #caller,
            #values
            #types
        }

        #copies
    }
}

/// How a handle is copied and made.
fn copies(resource: &Resource, caller: &Ident, runtime: &RuntimePath) -> TokenStream {
    let (generic, of_all) = (Generic(resource), of_all(resource));
    let (bare, elided, named) = (generic.bare(), generic.ty(None, caller), generic.ty(Some(&of_the_client()), caller));
    let types = types(resource).map(|_| quote_spanned!(Span::mixed_site()=> types: #runtime::PhantomData));
    let Some(values) = values(resource) else {
        let types = types.map(|types| quote!(, #types));
        return quote_spanned! {Span::mixed_site()=>
            #of_all
            impl<#caller: ?#runtime::Sized #bare> #runtime::Clone for #elided {
                fn clone(&self) -> Self {
                    *self
                }
            }

            #of_all
            impl<#caller: ?#runtime::Sized #bare> #runtime::Copy for #elided {}

            #of_all
            impl<'c, #caller: ?#runtime::Sized #bare> #runtime::From<&'c #caller> for #named {
                fn from(qelos_caller: &'c #caller) -> Self {
                    Self { client: qelos_caller #types }
                }
            }
        };
    };
    let placeholders = names_of(resource.places.iter());
    quote_spanned! {Span::mixed_site()=>
        #of_all
        impl<#caller: ?#runtime::Sized #bare> #runtime::Clone for #elided
        where
            #values: #runtime::Clone,
        {
            fn clone(&self) -> Self {
                Self { client: self.client, values: #runtime::Clone::clone(&self.values), #types }
            }
        }

        #of_all
        impl<'c, #caller: ?#runtime::Sized #bare> #runtime::Nested<'c, #caller, #placeholders, #values> for #named {
            fn nested(qelos_caller: &'c #caller, qelos_values: #values) -> Self {
                Self { client: qelos_caller, values: qelos_values, #types }
            }
        }
    }
}

/// The type of the values of a handle.
fn values(resource: &Resource) -> Option<TokenStream> {
    let types = resource.places.iter().map(|place| &place.owned);
    (!resource.places.is_empty()).then(|| quote_spanned!(Span::mixed_site()=> (#(#types,)*)))
}

/// The type that holds the type parameters of a handle.
fn types(resource: &Resource) -> Option<Type> {
    model::marker_type(&resource.generics, resource.ident.span())
}

/// A number for the names of placeholders, which tells two resources with other placeholders of the same types apart. (FNV-1a:
/// a parameter of a type cannot be a text.)
fn names_of<'a>(args: impl Iterator<Item = &'a Arg>) -> u64 {
    let names: Vec<_> = args.map(|arg| arg.ident.unraw().to_string()).collect();
    if names.is_empty() {
        return 0;
    }
    let of_byte = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    names.join("/").bytes().fold(0xcbf2_9ce4_8422_2325, of_byte)
}

/// `client.api_tokens()`, where the extension trait is in scope.
pub(super) fn extension(resource: &Resource, runtime: &RuntimePath) -> TokenStream {
    let (vis, ident) = (&resource.vis, &resource.ident);
    let (extension, accessor) = (resource.extension(), resource.accessor());
    let intro = format!(" Brings [`{accessor}`]({extension}::{accessor}) to every client.");
    let method = format!(" Calls [`{ident}`] with this client.");
    let (of_all, hidden) = (of_all(resource), attrs::hidden(&resource.attrs));
    let deprecated = resource.attrs.iter().find(|attr: &&Attribute| attrs::deprecates(attr));
    let generic = Generic(resource);
    let handle = generic.ty(None, &quote_spanned!(Span::mixed_site()=> Self));
    let (generics, clause) = (params_of_accessor(&resource.generics), generic.clause());
    let args = resource.places.iter().map(|place| {
        let (name, ty) = (said_by_us(&place.ident), &place.owned);
        let ty = if model::is_text(ty) { quote!(impl #runtime::Into<#ty>) } else { quote!(#ty) };
        quote!(, #name: #ty)
    });
    let body = match resource.places.as_slice() {
        [] => quote_spanned!(Span::mixed_site()=> #runtime::From::from(self)),
        places => {
            let values = places.iter().map(|place| {
                let (name, is_text) = (said_by_us(&place.ident), model::is_text(&place.owned));
                if is_text { quote!(#runtime::Into::into(#name)) } else { quote!(#name) }
            });
            quote_spanned!(Span::mixed_site()=> #runtime::Nested::nested(self, (#(#values,)*)))
        }
    };
    quote_spanned! {Span::mixed_site()=>
        #of_all
        #hidden
        #[doc = #intro]
        #vis trait #extension: #runtime::Dispatch {
            #[doc = #method]
            #deprecated
            fn #accessor #generics (&self #(#args)*) -> #handle #clause {
                #body
            }
        }

        #of_all
        impl<Caller: #runtime::Dispatch> #extension for Caller {}
    }
}

/// The type parameters of the accessor.
fn params_of_accessor(Generics { params, .. }: &Generics) -> Option<TokenStream> {
    (!params.is_empty()).then(|| quote!(<#params>))
}

/// The type of the handle of a nested resource, for the trait at this path.
fn of_nested(path: &Path, caller: &Ident) -> Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = model::handle(&last.ident);
        let args = match &last.arguments {
            PathArguments::AngleBracketed(args) => args.args.iter().map(|arg| quote!(, #arg)).collect(),
            _ => TokenStream::new(),
        };
        // One span, so that the compiler points at the name of the trait.
        let at = at_span(last.ident.span());
        let mut caller = caller.clone();
        caller.set_span(at);
        last.arguments = PathArguments::AngleBracketed(syn::parse_quote_spanned!(at=> <'c, #caller #args>));
    }
    path
}

/// The method of a handle that leads to another resource.
pub(super) fn nested(
    operation: &Operation,
    path: &Path,
    resource: &Resource,
    caller: &Ident,
    runtime: &RuntimePath,
) -> TokenStream {
    let (vis, ident) = (&resource.vis, said_by_us(&operation.ident));
    let (args, handle) = (arguments::declared(operation), of_nested(path, caller));
    let intro = format!(" Leads to [`{}`].", docs::shown(path));
    let held = resource.places.iter().map(|place| {
        let value = arguments::given(place);
        quote_spanned!(Span::mixed_site()=> #runtime::Clone::clone(#value))
    });
    let given = operation.args.iter().map(|arg| arguments::owned_argument(arg, runtime));
    let (names, there) = (names_of(resource.places.iter().chain(&operation.args)), runtime.at(path.span()));
    let attrs = attrs::of_a_method(&operation.attrs);
    let types = resource.places.iter().chain(&operation.args).map(|arg| &arg.owned);
    quote_spanned! {Span::mixed_site()=>
        #(#attrs)*
        #[doc = ""]
        #[doc = #intro]
        #vis fn #ident(&self, #args) -> #handle {
            #there::nested::<_, #handle, #names, (#(#types,)*)>(self.client, (#(#held,)* #(#given,)*))
        }
    }
}

/// What the implementation of the trait needs of a nested resource: it calls with the same client.
pub(super) fn bound_of_nested(path: &Path, caller: &Ident) -> TokenStream {
    let handle = of_nested(path, caller);
    let of = with_error(path, &quote!(#caller::Error));
    quote!(#handle: #of)
}

/// The method of the trait that leads to another resource.
pub(super) fn declaration_of_nested(
    operation: &Operation,
    path: &Path,
    receiver: &TokenStream,
    runtime: &RuntimePath,
) -> TokenStream {
    let (ident, args) = (said_by_us(&operation.ident), arguments::declared(operation));
    let of = with_error(path, &quote!(Self::Error));
    quote_spanned! {at_span(path.span())=>
        fn #ident(#receiver, #args) -> impl #of + #runtime::Send + #runtime::Sync;
    }
}

/// The same method of its implementation.
pub(super) fn implementation_of_nested(
    operation: &Operation,
    path: &Path,
    resource: &Resource,
    caller: &Ident,
) -> TokenStream {
    let (ident, args, names) =
        (said_by_us(&operation.ident), arguments::declared(operation), arguments::names(operation));
    let (handle, own) = (of_nested(path, caller), Generic(resource).turbofish(Some(&of_the_client()), caller));
    quote_spanned! {at_span(ident.span())=>
        fn #ident(&self, #args) -> #handle {
            #own::#ident(self, #(#names),*)
        }
    }
}

/// `Issues<Error = E>`
fn with_error(path: &Path, error: &TokenStream) -> Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        let args = match &last.arguments {
            PathArguments::AngleBracketed(args) => args.args.iter().map(|arg| quote!(#arg,)).collect(),
            _ => TokenStream::new(),
        };
        last.arguments = PathArguments::AngleBracketed(syn::parse_quote!(<#args Error = #error>));
    }
    path
}

/// The attributes of the trait that concern everything it is written with; a `cfg` the compiler reads before we see it.
pub(super) fn of_all(resource: &Resource) -> TokenStream {
    let lints = attrs::lints(&resource.attrs);
    quote!(#(#lints)*)
}
