//! Several endpoints under one name.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;
use syn::{Attribute, Generics, Type, Visibility};

use crate::cx::Cx;
use crate::draft::{ArgDraft, Borrow, EndpointDraft, OperationDraft, OperationKind, ResourceDraft, Slot};
use crate::model::Endpoint;

/// A resource: a trait whose methods are endpoints.
pub(crate) struct Resource {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) decode: bool,
    pub(crate) operations: Vec<Operation>,
}

/// A method and the endpoint it calls.
pub(crate) struct Operation {
    pub(crate) ident: Ident,
    pub(crate) attrs: Vec<Attribute>,
    /// None, unless the target is broken.
    pub(crate) generics: Generics,
    pub(crate) args: Vec<Arg>,
    /// `()` when it says nothing.
    pub(crate) returns: Type,
    pub(crate) target: Target,
}

/// An argument of a method.
pub(crate) struct Arg {
    pub(crate) ident: Ident,
    pub(crate) written: Type,
    pub(crate) borrow: Borrow,
}

/// The endpoint of a method.
pub(crate) enum Target {
    /// Declared by the method itself.
    Own(Box<Endpoint>),
    /// Declared elsewhere.
    Existing(Box<Type>),
    /// Reported; the method exists so that nothing else breaks.
    Broken,
}

impl Resource {
    /// Settles a draft; `check` looks at each endpoint it leads to.
    pub(crate) fn settle(
        draft: ResourceDraft,
        ident: &Ident,
        vis: &Visibility,
        cx: &Cx,
        check: impl Fn(&Endpoint, &Cx),
    ) -> Self {
        let ResourceDraft { path, auth, decode, operations, krate: _ } = draft;
        let settle = |operation: OperationDraft| {
            let OperationDraft { ident: method, attrs, generics, args, returns, kind } = operation;
            let before = cx.count();
            let written = args.iter().map(Arg::of).collect();
            let target = match kind {
                OperationKind::Broken => Target::Broken,
                OperationKind::Existing(ty) => Target::Existing(ty),
                OperationKind::Own(mut settings) => {
                    settings.path = match (path.as_given(), settings.path.as_given()) {
                        (Some(prefix), rest) => Slot::Given(prefix.append(rest)),
                        (None, _) => settings.path.or(&path),
                    };
                    settings.auth = settings.auth.or(&auth);
                    settings.response = returns.clone().map_or(Slot::Absent, Slot::Given);
                    let endpoint = Endpoint::settle(
                        EndpointDraft {
                            ident: format_ident!("{}{}", ident.unraw(), pascal(&method), span = method.span()),
                            vis: vis.clone(),
                            generics: Generics::default(),
                            attrs: attrs.clone(),
                            settings: *settings,
                            rename_all: Slot::Absent,
                            fields: args.into_iter().map(|arg| arg.field).collect(),
                        },
                        cx,
                    );
                    check(&endpoint, cx);
                    Target::Own(Box::new(endpoint))
                }
            };
            let target = if cx.count() == before { target } else { Target::Broken };
            let returns = returns.unwrap_or_else(|| syn::parse_quote!(()));
            Operation { ident: method, attrs, generics, args: written, returns, target }
        };
        let operations = operations.into_iter().map(settle).collect();
        Self { ident: ident.clone(), vis: vis.clone(), decode, operations }
    }

    /// `ApiTokens` → `ApiTokensHandle`.
    pub(crate) fn handle(&self) -> Ident {
        format_ident!("{}Handle", self.ident.unraw(), span = self.ident.span())
    }

    /// `ApiTokens` → `ApiTokensExt`.
    pub(crate) fn extension(&self) -> Ident {
        format_ident!("{}Ext", self.ident.unraw(), span = self.ident.span())
    }

    /// `ApiTokens` → `api_tokens`.
    pub(crate) fn accessor(&self) -> Ident {
        let mut name = String::new();
        let mut lower = false;
        for c in self.ident.unraw().to_string().chars() {
            if c.is_uppercase() && lower {
                name.push('_');
            }
            lower = !c.is_uppercase();
            name.extend(c.to_lowercase());
        }
        let span = self.ident.span();
        syn::parse_str::<Ident>(&name)
            .map_or_else(|_| Ident::new_raw(&name, span), |ident| Ident::new(&ident.to_string(), span))
    }
}

impl Arg {
    fn of(draft: &ArgDraft) -> Self {
        Self { ident: draft.field.ident.clone(), written: draft.written.clone(), borrow: draft.borrow }
    }
}

/// `list_all` → `ListAll`.
fn pascal(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    name.split('_')
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<Vec<_>>()
        })
        .collect()
}

/// Where an operation is pointed at when it clashes with another.
impl Operation {
    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }
}
