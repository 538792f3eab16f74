//! The copy of the repository: mutants are written into it, those that do not compile are taken out, and its tests are built.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::listing::Mutant;
use crate::{File, Result, switches};

/// The tests that are run, apart from those that start compilers or programs that are not ours.
const TESTS: &str = "-p qelos-spec -p qelos-client -p qelos-tests --lib --test it --test secrets --test shared --test traces --features qelos-client/plugin";
const SWITCH: &str = include_str!("switch_in_the_copy.rs");

pub struct Program {
    /// The copy.
    directory: PathBuf,
    target: PathBuf,
    /// The files with mutants, as they are in the repository.
    originals: BTreeMap<File, String>,
    executables: Vec<Executable>,
}

/// Tests in one file, and the directory in which they run.
#[derive(Clone)]
pub struct Executable {
    pub path: PathBuf,
    pub package: PathBuf,
}

pub struct Switched {
    pub placed: usize,
    pub compiled: BTreeSet<u32>,
}

impl Program {
    /// Puts a copy below this directory, in place of an earlier one.
    pub fn copied(repository: &Path, directory: &Path, mutants: &[Mutant]) -> Result<Self> {
        let mutated: BTreeSet<&File> = mutants.iter().map(|mutant| &mutant.file).collect();
        let (target, directory) = (directory.join("target"), directory.join("copy"));
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        let mut program = Self { directory, target, originals: BTreeMap::new(), executables: Vec::new() };
        let files = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let listed = Command::new("git").current_dir(repository).args(files).output()?.stdout;
        for file in String::from_utf8(listed)?.split_terminator('\0').map(File::from) {
            let Ok(content) = fs::read(repository.join(&file)) else { continue }; // it was deleted
            let declared = match file.to_str() {
                Some("spec/src/lib.rs") => "\n#[doc(hidden)]\npub mod __mutant;\n",
                Some("qelos-client/src/lib.rs") => "\npub(crate) use qelos_spec::__mutant;\n",
                _ => "",
            };
            if mutated.contains(&file) {
                program.originals.insert(file, String::from_utf8(content)?);
            } else {
                program.write(&file, &[&content, declared.as_bytes()].concat())?;
            }
        }
        program.write(Path::new("spec/src/__mutant.rs"), SWITCH.as_bytes())?;
        Ok(program)
    }

    /// Writes a file that differs: the compiler sees by the time of a file whether to compile it.
    fn write(&self, file: &Path, content: &[u8]) -> Result<()> {
        let path = self.directory.join(file);
        if fs::read(&path).is_ok_and(|before| before == content) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().ok_or("a file is in a directory")?)?;
        Ok(fs::write(path, content)?)
    }

    /// Writes all mutants that compile, and builds the tests.
    pub fn switch(&mut self, mutants: &[Mutant]) -> Result<Switched> {
        let mut refused = BTreeSet::new();
        let mut placed = None;
        loop {
            let (mut written, mut texts) = (BTreeSet::new(), BTreeMap::new());
            for (file, original) in &self.originals {
                let of_file = (0..).zip(mutants).filter(|(id, mutant)| mutant.file == *file && !refused.contains(id));
                let (text, ids) = switches::write(original, &of_file.collect::<Vec<_>>())?;
                self.write(file, text.as_bytes())?;
                texts.insert(file.clone(), text);
                written.extend(ids);
            }
            let placed = *placed.get_or_insert(written.len());
            let errors = self.build()?;
            if errors.is_empty() {
                return Ok(Switched { placed, compiled: written });
            }
            let before = refused.len();
            for error in &errors {
                refused.extend(blamed(error, &texts)?);
            }
            println!("{} errors, {} mutants do not compile", errors.len(), refused.len());
            if refused.len() == before {
                return Err(format!("no mutant causes {}", errors[0]["rendered"]).into());
            }
        }
    }

    fn build(&mut self) -> Result<Vec<Value>> {
        let mut command = Command::new("cargo");
        command.current_dir(&self.directory).args(["test", "--no-run", "--no-fail-fast", "--message-format=json"]);
        command.args(TESTS.split(' ')).env("CARGO_TARGET_DIR", &self.target);
        let output = command.stderr(Stdio::inherit()).output()?;
        let mut errors = Vec::new();
        self.executables.clear();
        for message in serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>() {
            let message = message?;
            if message["message"]["level"] == "error" && message["message"]["spans"] != Value::Array(Vec::new()) {
                errors.push(message["message"].clone());
            }
            let package = Path::new(message["manifest_path"].as_str().unwrap_or_default()).parent();
            if let (true, Some(path), Some(package)) =
                (message["profile"]["test"] == true, message["executable"].as_str(), package)
            {
                self.executables.push(Executable { path: path.into(), package: package.into() });
            }
        }
        if errors.is_empty() && !output.status.success() {
            return Err("cargo cannot build the copy".into());
        }
        Ok(errors)
    }

    pub fn executables(self) -> Vec<Executable> {
        self.executables
    }
}

/// The mutant that an error of the compiler is about. If none is at its place, it may be any of the same function.
fn blamed(error: &Value, texts: &BTreeMap<File, String>) -> Result<BTreeSet<u32>> {
    let mut spans: Vec<&Value> = error["spans"].as_array().into_iter().flatten().collect();
    spans.sort_by_key(|span| span["is_primary"] != true);
    let mut around = BTreeSet::new();
    for mut span in spans {
        while let Some(outer) = span["expansion"].get("span") {
            span = outer; // the call of a macro
        }
        let Some(text) = texts.get(&File::from(span["file_name"].as_str().unwrap_or_default())) else { continue };
        let end = |name: &str| span[name].as_u64().and_then(|end| usize::try_from(end).ok()).unwrap_or_default();
        let range = end("byte_start")..end("byte_end");
        let mut switches = Switches { text, found: Vec::new(), functions: Vec::new() };
        switches.visit_file(&syn::parse_file(text)?);
        let holds = |outer: &Range<usize>| outer.start <= range.start && range.end <= outer.end;
        let holding = switches.found.iter().filter(|(_, variant)| holds(variant));
        if let Some((id, _)) = holding.min_by_key(|(_, variant)| variant.len()) {
            return Ok([*id].into());
        }
        let function =
            switches.functions.iter().filter(|function| holds(function)).min_by_key(|function| function.len());
        let Some(function) = function else { continue };
        around
            .extend(switches.found.iter().filter(|(_, variant)| function.contains(&variant.start)).map(|(id, _)| *id));
    }
    Ok(around)
}

/// Where the switches of a file are: the block that each of them turns on.
struct Switches<'t> {
    text: &'t str,
    found: Vec<(u32, Range<usize>)>,
    functions: Vec<Range<usize>>,
}

impl<'ast> Visit<'ast> for Switches<'_> {
    fn visit_expr_if(&mut self, node: &'ast syn::ExprIf) {
        self.note(&node.cond, &node.then_branch);
        visit::visit_expr_if(self, node);
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.functions.push(node.span().byte_range());
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.functions.push(node.span().byte_range());
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        self.functions.push(node.span().byte_range());
        visit::visit_trait_item_fn(self, node);
    }

    fn visit_pat_guard(&mut self, node: &'ast syn::PatGuard) {
        if let syn::Expr::Unary(not) = &*node.guard {
            self.note(&not.expr, &node.pat);
        }
        visit::visit_pat_guard(self, node);
    }
}

impl Switches<'_> {
    fn note(&mut self, condition: &syn::Expr, switched: &impl Spanned) {
        let condition = &self.text[condition.span().byte_range()];
        let id = condition.strip_prefix("crate::__mutant::is(").and_then(|rest| rest.strip_suffix(')'));
        if let Some(id) = id.and_then(|id| id.parse().ok()) {
            self.found.push((id, switched.span().byte_range()));
        }
    }
}
