//! The rooms of the crates: no file uses one that uses it, and what is generic names nothing that is Qelos' own.
//!
//! Read from the sources: the paths that begin with `crate`, `self` or `super`, each followed through re-exports to the file that
//! defines what it names. Tests inside of a file are left out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, Meta, UseTree, Visibility};

/// The names of a path: `["session", "store"]`.
type Names = Vec<String>;

/// The files of a crate, by the path of their module; the root is the empty path.
struct Crate {
    files: BTreeMap<Names, File>,
}

/// What one file says about others.
#[derive(Default)]
struct File {
    /// What it names, from the root of the crate on.
    uses: BTreeSet<Names>,
    /// What it re-exports, under which name.
    exports: BTreeMap<String, Names>,
    /// Each name in its code.
    names: BTreeSet<String>,
}

impl Crate {
    fn read(directory: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(directory);
        let (mut files, mut tests) = (BTreeMap::new(), BTreeSet::new());
        read_folder(&root, &mut Vec::new(), &mut files, &mut tests);
        files.retain(|module, _| !tests.iter().any(|test: &Names| module.starts_with(test)));
        assert!(files.len() > 10, "the files of {directory} were found");
        Self { files }
    }

    /// The file that defines what a path names.
    fn file_of(&self, path: &[String]) -> Names {
        let deepest = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length])).unwrap();
        let (module, rest) = path.split_at(deepest);
        let exported = rest.first().and_then(|name| self.files[module].exports.get(name));
        match exported {
            Some(target) if !target.starts_with(path) => self.file_of(&[target.as_slice(), &rest[1..]].concat()),
            _ => module.to_vec(),
        }
    }

    /// Which file uses which other file. The root only declares and re-exports.
    fn graph(&self) -> BTreeMap<Names, BTreeSet<Names>> {
        let used_by = |(module, file): (&Names, &File)| {
            let used =
                file.uses.iter().map(|path| self.file_of(path)).filter(|used| used != module && !used.is_empty());
            (module.clone(), used.collect())
        };
        self.files.iter().filter(|(module, _)| !module.is_empty()).map(used_by).collect()
    }
}

/// Reads the files of a folder, and which modules are for tests.
fn read_folder(folder: &Path, module: &mut Names, files: &mut BTreeMap<Names, File>, tests: &mut BTreeSet<Names>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_root = module.is_empty() && name == "lib";
        if !is_root {
            module.push(name);
        }
        if path.is_dir() {
            read_folder(&path, module, files, tests);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
            let file = File::of(&source.items, module, tests);
            files.insert(module.clone(), file);
        }
        if !is_root {
            module.pop();
        }
    }
}

impl File {
    fn of(items: &[Item], module: &Names, tests: &mut BTreeSet<Names>) -> Self {
        let mut file = Self::default();
        for item in items {
            file.read(item, module, tests);
        }
        // What is re-exported is used as well where its name occurs.
        let mut named = BTreeSet::new();
        let code = items.iter().filter(|item| !matches!(item, Item::Use(_) | Item::Mod(_)));
        code.for_each(|item| identifiers(item.to_token_stream(), &mut named));
        let used = file.exports.iter().filter(|(name, _)| named.contains(*name)).map(|(_, path)| path.clone());
        file.uses.extend(used.collect::<Vec<_>>());
        let code = items.iter().filter(|item| !matches!(item, Item::Mod(item) if is_for_tests(&item.attrs)));
        code.for_each(|item| identifiers(item.to_token_stream(), &mut file.names));
        file
    }

    fn read(&mut self, item: &Item, module: &Names, tests: &mut BTreeSet<Names>) {
        match item {
            Item::Use(item) if is_for_tests(&item.attrs) => {}
            Item::Use(item) => {
                let mut leaves = Vec::new();
                flatten(&item.tree, &mut Vec::new(), &mut leaves);
                let private = matches!(item.vis, Visibility::Inherited);
                for (path, name) in leaves {
                    let Some(path) = absolute(&path, module) else { continue };
                    if private {
                        self.uses.insert(path);
                    } else {
                        self.exports.insert(name, path);
                    }
                }
            }
            Item::Mod(item) if is_for_tests(&item.attrs) => {
                tests.insert([module.as_slice(), &[item.ident.to_string()]].concat());
            }
            Item::Mod(item) => {
                let inner = [module.as_slice(), &[item.ident.to_string()]].concat();
                item.content.iter().flat_map(|(_, items)| items).for_each(|item| self.read(item, &inner, tests));
            }
            item => paths(item.to_token_stream(), module, &mut self.uses),
        }
    }
}

fn is_for_tests(attrs: &[Attribute]) -> bool {
    let is_test = |condition: TokenStream| condition.into_iter().any(|token| token.to_string() == "test");
    let cfgs = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    cfgs.filter_map(|attr| attr.parse_args::<Meta>().ok()).any(|condition| match condition {
        Meta::List(all) if all.path.is_ident("all") => is_test(all.tokens),
        condition => condition.path().is_ident("test"),
    })
}

/// The paths of a `use`, each with the name it gets.
fn flatten(tree: &UseTree, before: &mut Names, leaves: &mut Vec<(Names, String)>) {
    let leaf = |last: &str, name: &str, before: &Names| {
        let last = (last != "self").then(|| last.to_owned());
        (before.iter().cloned().chain(last).collect(), name.to_owned())
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, leaves);
            before.pop();
        }
        UseTree::Name(name) => leaves.push(leaf(&name.ident.to_string(), &name.ident.to_string(), before)),
        UseTree::Rename(rename) => leaves.push(leaf(&rename.ident.to_string(), &rename.rename.to_string(), before)),
        UseTree::Glob(_) => leaves.push((before.clone(), "*".to_owned())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, leaves)),
    }
}

/// A path from the root of the crate on; `None` for a path into another crate.
fn absolute(path: &[String], module: &Names) -> Option<Names> {
    let mut at = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.clone(),
        // The root says `auth::OAuth` for `crate::auth::OAuth`. Another crate has no file here, and stays at the root.
        _ if module.is_empty() => Vec::new(),
        _ => return None,
    };
    for name in path {
        match name.as_str() {
            "crate" | "self" => {}
            "super" => drop(at.pop()),
            name => at.push(name.to_owned()),
        }
    }
    Some(at)
}

/// The names in code, without those of methods: `fn lock` and `.lock()` are not the function `lock`.
fn identifiers(tokens: TokenStream, out: &mut BTreeSet<String>) {
    let mut before = String::new();
    for token in tokens {
        match &token {
            TokenTree::Ident(ident) if before != "fn" && before != "." => drop(out.insert(ident.to_string())),
            TokenTree::Group(group) => identifiers(group.stream(), out),
            _ => {}
        }
        before = token.to_string();
    }
}

/// The paths in code that begin with `crate`, `self` or `super`.
fn paths(tokens: TokenStream, module: &Names, out: &mut BTreeSet<Names>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut path = Names::new();
    while let Some(token) = tokens.next() {
        let is_separator = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
        match token {
            // `pub(in super::super)` says who may use this, not what it uses.
            TokenTree::Ident(ident) if ident == "pub" => {
                tokens.next_if(|next| matches!(next, TokenTree::Group(_)));
            }
            TokenTree::Ident(ident) => {
                let starts = ["crate", "self", "super"].iter().any(|start| ident == start);
                if !path.is_empty() || starts {
                    path.push(ident.to_string());
                }
                if tokens.peek().is_some_and(is_separator) {
                    continue;
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => continue,
            TokenTree::Group(group) => paths(group.stream(), module, out),
            _ => {}
        }
        if path.len() > 1 {
            out.extend(absolute(&path, module));
        }
        path.clear();
    }
}

/// The files that can be reached from one.
fn reachable(graph: &BTreeMap<Names, BTreeSet<Names>>, from: &Names) -> BTreeSet<Names> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        for used in graph.get(module).into_iter().flatten() {
            if seen.insert(used.clone()) {
                next.push(used);
            }
        }
    }
    seen
}

#[test]
fn a_re_export_leads_to_the_file_that_defines_it_and_may_be_a_use() {
    let items = |code: &str| syn::parse_file(code).unwrap().items;
    let file = |module: &[&str], code: &str| {
        let module: Names = module.iter().map(|name| (*name).to_owned()).collect();
        (module.clone(), File::of(&items(code), &module, &mut BTreeSet::new()))
    };
    let one = Crate {
        files: BTreeMap::from([
            file(&[], "mod a; mod b; pub use a::{One, Two};"),
            file(&["a"], "pub use crate::b::{One, Two}; fn f(_: One) {}"),
            file(&["b"], "use crate::One; pub struct One; pub struct Two;"),
            file(&["c"], "use crate::Two; use serde::Serialize;"),
        ]),
    };
    let graph = one.graph();
    let uses = |module: &str| graph[&[module.to_owned()][..]].iter().map(|used| used.join("::")).collect::<Vec<_>>();
    assert_eq!((uses("a"), uses("b"), uses("c")), (vec!["b".to_owned()], vec![], vec!["b".to_owned()]));
}

#[test]
fn no_file_uses_one_that_uses_it() {
    for directory in ["qelos-client/src", "spec/src", "qelos-macros/src"] {
        let graph = Crate::read(directory).graph();
        let in_cycles = graph.keys().filter(|module| reachable(&graph, module).contains(*module));
        let lines = in_cycles.map(|module| {
            let back = |used: &&Names| reachable(&graph, used).contains(module);
            let used = graph[module].iter().filter(back).map(|used| used.join("::")).collect::<Vec<_>>();
            format!("{} uses {}", module.join("::"), used.join(", "))
        });
        let lines: Vec<_> = lines.collect();
        assert!(lines.is_empty(), "cycles in {directory}:\n{}", lines.join("\n"));
    }
}

/// The public module of credentials offers those of Qelos. Everything else outside of the room, and of its double, is for any
/// server.
#[test]
fn what_is_generic_names_nothing_of_qelos() {
    for (module, used) in Crate::read("qelos-client/src").graph() {
        let is_of_qelos = |module: &Names| module[0] == "qelos";
        if is_of_qelos(&module) || module[0] == "testing" || module.join("::") == "auth" {
            continue;
        }
        let named: Vec<_> = used.iter().filter(|used| is_of_qelos(used)).collect();
        assert!(named.is_empty(), "{} names {named:?}", module.join("::"));
    }
}

/// The engine of sessions and the presets for other servers know neither the types nor the words of Qelos, whatever crate they
/// are in.
#[test]
fn the_engine_of_sessions_names_nothing_of_qelos() {
    const OURS: [&str; 3] = ["qelos_spec", "qelos_client", "qelos_macros"];
    const OF_QELOS: [&str; 2] = ["wire", "api"];
    let mut looked_at = 0;
    for (module, file) in Crate::read("qelos-client/src").files {
        if !["session", "oauth2"].iter().any(|room| module.first().is_some_and(|first| first == room)) {
            continue;
        }
        let is_of_qelos = |name: &&String| {
            let lower = name.to_lowercase();
            let contains = lower.contains("workspace") || lower.contains("qelos") && !OURS.contains(&name.as_str());
            contains || OF_QELOS.contains(&name.as_str())
        };
        let named: Vec<_> = file.names.iter().filter(is_of_qelos).collect();
        assert!(named.is_empty(), "{} names {named:?}", module.join("::"));
        looked_at += 1;
    }
    assert!(looked_at > 15, "{looked_at} files were found");
}

#[test]
fn the_embedded_qelos_uses_clock_and_transport_only() {
    const ALLOWED: [&str; 4] = ["clock", "jwt", "transport", "testing"];
    for (module, used) in Crate::read("qelos-client/src").graph() {
        if module.starts_with(&["testing".to_owned(), "qelos".to_owned()]) {
            let others: Vec<_> = used.iter().filter(|used| !ALLOWED.contains(&used[0].as_str())).collect();
            assert!(others.is_empty(), "{} uses {others:?}", module.join("::"));
        }
    }
}

/// Where ARCHITECTURE.md says which test checks an invariant.
#[test]
fn the_tests_that_invariants_name_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let document = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let (_, invariants) = document.split_once("## Invariants").unwrap();
    let mut named = 0;
    for row in invariants.lines() {
        let Some((file, tests)) = row.rsplit('|').nth(1).and_then(|cell| cell.trim().split_once("`: ")) else {
            continue;
        };
        let file = file.trim_start_matches('`');
        if Path::new(file).extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = fs::read_to_string(root.join(file)).unwrap_or_default();
        for test in tests.split(", ").map(|test| test.trim_matches('`')) {
            assert!(source.contains(&format!("fn {test}(")), "there is no {test} in {file}");
            named += 1;
        }
    }
    assert!(named > 8, "{named} tests were found");
}
