//! Programs with few and with many endpoints, in a workspace of their own below `target`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

/// How many groups of five endpoints the programs have: the types of the responses and one of each kind of endpoint cost the
/// same in both, so the difference is that of further endpoints.
pub const FEW: usize = 1;
pub const MANY: usize = 41;
pub const GROUP: usize = 5;

/// How endpoints are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Raw,
    Derive,
    Resource,
}

pub const STYLES: [Style; 3] = [Style::Raw, Style::Derive, Style::Resource];

impl Style {
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Derive => "derive",
            Self::Resource => "resource",
        }
    }

    /// A module with five endpoints.
    fn group(self) -> &'static str {
        match self {
            Self::Raw => include_str!("../../subjects/raw.rs"),
            Self::Derive => include_str!("../../subjects/derive.rs"),
            Self::Resource => include_str!("../../subjects/resource.rs"),
        }
    }
}

/// The macros of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Macros {
    /// As a user has them.
    Usual,
    /// The same modules, which print the time they take.
    Timed,
}

/// One of the programs.
pub struct Program {
    name: String,
    folder: PathBuf,
}

impl Program {
    /// Writes its package.
    pub fn new(style: Style, groups: usize, macros: Macros) -> Self {
        let (mut name, mut group_of_style) = (format!("{}-{groups}", style.name()), style.group().to_owned());
        if macros == Macros::Timed {
            write_timed_macros();
            name = format!("timed-{name}");
            for word in ["Endpoint", "resource"] {
                group_of_style =
                    group_of_style.replace(&format!("use qelos_client::{word};"), &format!("use timed::{word};"));
            }
        }
        let folder = workspace().join(&name);
        let source = folder.join("src");
        fs::create_dir_all(&source).expect("a folder");
        let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
        write(folder.join("Cargo.toml"), &manifest(&name, benches, macros));
        // The same versions as in the other measurements. Cargo takes out what is not needed.
        fs::copy(benches.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        write(source.join("operations.rs"), include_str!("../operations.rs"));
        let (mut modules, mut sites) = (String::new(), String::new());
        for group in 0..groups {
            write(
                source.join(format!("group_{group}.rs")),
                &group_of_style.replace("group-0", &format!("group-{group}")),
            );
            modules += &format!("mod group_{group};\n");
            sites += &format!("    &group_{group}::SITES,\n");
        }
        let main = include_str!("../../subjects/main.rs");
        write(source.join("main.rs"), &format!("{main}\n{modules}\nstatic GROUPS: &[&[Site]] = &[\n{sites}];\n"));
        Self { name, folder }
    }

    /// Lets cargo compile it again, without its dependencies.
    pub fn touch(&self) {
        let main = File::options().append(true).open(self.folder.join("src/main.rs")).expect("the program");
        main.set_modified(SystemTime::now()).expect("a time");
    }

    /// The executable.
    pub fn build(&self) -> PathBuf {
        self.run(&mut self.cargo("cargo build --release"));
        target().join("release").join(&self.name)
    }

    /// Processor time of `cargo check`, in milliseconds.
    pub fn check(&self) -> f64 {
        let output = self.run(&mut self.cargo("TIMEFORMAT='%U %S'; time cargo check"));
        let report = String::from_utf8_lossy(&output.stderr);
        let numbers = report.lines().last().expect("times").split_whitespace();
        numbers.map(|seconds| seconds.parse::<f64>().expect("seconds") * 1000.0).sum()
    }

    /// What the compiler prints when it gets one more option.
    pub fn compiler(&self, option: &str) -> String {
        self.touch();
        let output = self.run(&mut self.cargo(&format!("cargo rustc --profile check -- {option}")));
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    fn cargo(&self, command: &str) -> Command {
        let mut bash = Command::new("bash");
        bash.arg("-c").arg(command).current_dir(&self.folder).env("CARGO_TARGET_DIR", target());
        // Unstable options for these programs only. It is the same for all, and set for all commands, because a change of
        // it compiles dependencies again.
        let programs = STYLES.map(|style| {
            let name = style.name();
            [FEW, MANY].map(|groups| format!("{name}_{groups},timed_{name}_{groups}")).join(",")
        });
        bash.env("CARGO_NET_OFFLINE", "true").env("RUSTC_BOOTSTRAP", programs.join(","));
        bash
    }

    fn run(&self, command: &mut Command) -> Output {
        let output = command.output().expect("bash");
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
        output
    }
}

/// Leaves a file alone that is the same already, so that cargo does not build it again.
fn write(path: PathBuf, text: &str) {
    if fs::read_to_string(&path).is_ok_and(|written| written == text) {
        return;
    }
    fs::write(path, text).expect("a file");
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/code")
}

fn target() -> PathBuf {
    workspace().join("target")
}

/// A crate of the macros that print their times.
fn write_timed_macros() {
    let (folder, benches) = (workspace().join("timed"), Path::new(env!("CARGO_MANIFEST_DIR")));
    fs::create_dir_all(folder.join("src")).expect("a folder");
    let modules = benches.join("../../qelos-macros/src");
    let library = include_str!("../../subjects/timed.rs");
    write(folder.join("src/lib.rs"), &library.replace("qelos-macros/src", &modules.display().to_string()));
    let manifest = r#"[package]
name = "timed"
version = "0.1.0"
edition = "2024"

[lib]
proc-macro = true

[dependencies]
proc-macro2 = "1"
quote = "1"
strsim = "0.11"
syn = { version = "3", features = ["full"] }
"#;
    write(folder.join("Cargo.toml"), manifest);
}

fn manifest(name: &str, benches: &Path, macros: Macros) -> String {
    let timed = if macros == Macros::Timed { "timed = { path = \"../timed\" }\n" } else { "" };
    let client = benches.join("../../qelos-client");
    format!(
        r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[dependencies]
bytes = "1"
http = "1"
percent-encoding = "2"
qelos-client = {{ path = "{}" }}
reqwest = {{ version = "0.13", default-features = false, features = ["rustls", "json", "query"] }}
serde = {{ version = "1", features = ["derive"] }}
{timed}tokio = {{ version = "1", features = ["rt"] }}

[workspace]
"#,
        client.display()
    )
}
