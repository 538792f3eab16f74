//! Types that stand for something of the server: a new variant or a new field breaks no program.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::{
    Attribute, FnArg, Ident, ImplItem, Item, ItemImpl, ItemStruct, ItemTrait, PatType, ReturnType, TraitItem, Type,
    Visibility,
};

/// Structs with public fields that get no others, each with its reason.
const COMPLETE: [(&str, &str); 1] =
    [("Probe", "a credential of a user writes it; it answers two questions of the client, and is nothing of a server")];

/// The files of a folder and of those in it, by the end of their names.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files(&path, extension) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
}

/// The items of the files in these folders, also those of modules inside of a file, with the file of each.
fn items(folders: &[&str]) -> Vec<(PathBuf, Item)> {
    fn inside(item: Item) -> Vec<Item> {
        match item {
            Item::Mod(module) => module.content.into_iter().flat_map(|(_, items)| items).flat_map(inside).collect(),
            item => vec![item],
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = folders.iter().flat_map(|folder| files(&root.join(folder), "rs"));
    files
        .flat_map(|path| {
            let items = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap().items;
            items.into_iter().flat_map(inside).map(move |item| (path.clone(), item)).collect::<Vec<_>>()
        })
        .collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_open(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

/// The public structs with public fields.
fn structs(folders: &[&str]) -> Vec<(PathBuf, ItemStruct)> {
    let structs = items(folders).into_iter().filter_map(|(path, item)| match item {
        Item::Struct(item) => Some((path, item)),
        _ => None,
    });
    structs.filter(|(_, item)| is_public(&item.vis) && item.fields.iter().any(|field| is_public(&field.vis))).collect()
}

/// Whether one of these derives has this name.
fn derives(item: &ItemStruct, name: &str) -> bool {
    let mut found = false;
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let list = attribute.parse_nested_meta(|derive| {
            found |= derive.path.is_ident(name);
            Ok(())
        });
        list.unwrap();
    }
    found
}

/// The last name of the path of a type, or of the type that is borrowed or listed.
fn name_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(reference) => name_of(&reference.elem),
        Type::Slice(slice) => name_of(&slice.elem),
        _ => None,
    }
}

/// The arguments of the methods of a resource, each with the name of its method.
fn arguments_of(item: &ItemTrait) -> impl Iterator<Item = (&Ident, &PatType)> {
    let methods = item.items.iter().filter_map(|item| match item {
        TraitItem::Fn(method) => Some(&method.sig),
        _ => None,
    });
    let arguments = methods.flat_map(|method| method.inputs.iter().map(|argument| (&method.ident, argument)));
    arguments.filter_map(|(method, argument)| match argument {
        FnArg::Typed(argument) => Some((method, argument)),
        FnArg::Receiver(_) => None,
    })
}

/// Whether an argument may be left out. A body that is there as a whole or not at all is no such argument: what the server adds
/// goes into its type.
fn is_optional(argument: &PatType) -> bool {
    let is_body = |attribute: &Attribute| {
        attribute.path().is_ident("endpoint") && attribute.parse_args::<Ident>().is_ok_and(|word| word == "body")
    };
    name_of(&argument.ty).is_some_and(|name| name == "Option") && !argument.attrs.iter().any(is_body)
}

/// The types that a public function in this `impl` makes: its own without a value of it, others also with one.
fn made_by(item: &ItemImpl) -> BTreeSet<String> {
    let own = name_of(&item.self_ty);
    let functions = item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) if is_public(&function.vis) => Some(&function.sig),
        _ => None,
    });
    let made = functions.filter_map(|function| match &function.output {
        ReturnType::Type(_, ty) if matches!(**ty, Type::Path(_)) => match name_of(ty)? {
            name if name == "Self" => own.clone().filter(|_| function.receiver().is_none()),
            name => Some(name),
        },
        _ => None,
    });
    made.collect()
}

#[test]
fn each_public_enum_of_the_server_may_get_variants() {
    let (mut seen, mut closed) = (0, Vec::new());
    for (path, item) in items(&["spec/src/api", "spec/src/wire"]) {
        let Item::Enum(item) = item else { continue };
        if is_public(&item.vis) {
            seen += 1;
            if !is_open(&item.attrs) {
                closed.push(format!("{} in {}", item.ident, path.display()));
            }
        }
    }
    assert!(seen > 2, "the enums were found");
    assert!(closed.is_empty(), "`#[non_exhaustive]` is missing: {closed:#?}");
}

#[test]
fn each_public_struct_may_get_fields() {
    let structs = structs(&["spec/src/api", "spec/src/wire", "qelos-client/src"]);
    assert!(structs.len() > 150, "the structs were found: {}", structs.len());
    let mut complete: BTreeMap<_, _> = COMPLETE.into_iter().collect();
    let closed = structs.iter().filter(|(_, item)| !is_open(&item.attrs));
    let closed = closed.filter(|(_, item)| complete.remove(item.ident.to_string().as_str()).is_none());
    let closed: Vec<_> = closed.map(|(path, item)| format!("{} in {}", item.ident, path.display())).collect();
    assert!(closed.is_empty(), "`#[non_exhaustive]` is missing: {closed:#?}");
    assert!(complete.is_empty(), "these are `#[non_exhaustive]`, or gone: {complete:#?}");
}

#[test]
fn each_request_can_be_made() {
    let folders = ["spec/src/api", "spec/src/wire", "qelos-client/src/qelos/plugin"];
    let (mut made, mut arguments) = (BTreeSet::new(), BTreeSet::new());
    for (_, item) in items(&folders) {
        match item {
            Item::Impl(item) if item.trait_.is_none() => made.extend(made_by(&item)),
            Item::Trait(item) => {
                arguments.extend(arguments_of(&item).filter_map(|(_, argument)| name_of(&argument.ty)));
            }
            _ => {}
        }
    }
    let is_sent = |item: &ItemStruct| derives(item, "Endpoint") || arguments.contains(&item.ident.to_string());
    let requests: Vec<_> = structs(&folders).into_iter().map(|(_, item)| item).filter(is_sent).collect();
    assert!(requests.len() > 60, "the requests were found: {}", requests.len());
    let unmade = requests.iter().filter(|item| !derives(item, "Default") && !made.contains(&item.ident.to_string()));
    let unmade: Vec<_> = unmade.map(|item| item.ident.to_string()).collect();
    assert!(unmade.is_empty(), "neither `new` nor `Default`: {unmade:#?}");
}

/// The server adds parameters that may be left out. A field of a struct is then new, and no method has another argument.
#[test]
fn each_optional_parameter_is_a_field() {
    let items = items(&["spec/src/api"]).into_iter().filter_map(|(_, item)| match item {
        Item::Trait(item) => Some(item),
        _ => None,
    });
    let (mut seen, mut optional) = (0, Vec::new());
    for item in items {
        for (method, argument) in arguments_of(&item) {
            seen += 1;
            if is_optional(argument) {
                optional.push(format!("{}::{method}", item.ident));
            }
        }
    }
    assert!(seen > 80, "the arguments were found: {seen}");
    assert!(optional.is_empty(), "these need a struct of their parameters, as `ListUsers` is one: {optional:#?}");
}
