//! What a user waits for once: the time to build a program that makes one call, with all its dependencies.

use std::collections::BTreeSet;

use crate::package::Package;

/// Their files are in `subjects/build`.
struct Subject {
    name: &'static str,
    dependencies: &'static str,
    main: &'static str,
}

const OURS: &str = include_str!("../subjects/build/ours.rs");

const SUBJECTS: [Subject; 5] = [
    Subject {
        name: "ours",
        dependencies: r#"
qelos-client = { path = "QELOS_CLIENT" }
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", features = ["macros", "rt"] }
"#,
        main: OURS,
    },
    Subject {
        name: "ours-hyper",
        dependencies: r#"
qelos-client = { path = "QELOS_CLIENT", default-features = false, features = ["hyper", "rustls"] }
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", features = ["macros", "rt"] }
"#,
        main: OURS,
    },
    Subject {
        name: "raw-reqwest",
        dependencies: r#"
reqwest = { version = "0.13", default-features = false, features = ["json", "rustls"] }
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", features = ["macros", "rt"] }
"#,
        main: include_str!("../subjects/build/raw.rs"),
    },
    Subject {
        name: "ruma",
        dependencies: r#"
bytes = "1"
http = "1"
reqwest = { version = "0.13", default-features = false, features = ["rustls"] }
ruma-common = { version = "0.20", features = ["api"] }
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", features = ["macros", "rt"] }

[features]
default = ["client"]
client = []
server = []
"#,
        main: include_str!("../subjects/build/ruma.rs"),
    },
    Subject {
        name: "rustify",
        dependencies: r#"
http = "1"
rustify = "0.7"
rustify_derive = "0.5"
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", features = ["macros", "rt"] }
"#,
        main: include_str!("../subjects/build/rustify.rs"),
    },
];

pub fn print() {
    println!("{:14} crates   dev, s   CPU, s   release, s   CPU, s", "cold build");
    for Subject { name, dependencies, main } in &SUBJECTS {
        let package = Package::new("build", name, dependencies, &[("main.rs", main)]);
        // What is not downloaded yet is not part of a build.
        package.bash("cargo fetch");
        let ([dev, dev_cpu], [release, release_cpu]) = (build(&package, ""), build(&package, "--release"));
        println!("  {name:12} {:>6} {dev:>8.1} {dev_cpu:>8.1} {release:>12.1} {release_cpu:>8.1}", crates(&package));
    }
}

/// How many crates are compiled for the program, itself not counted.
fn crates(package: &Package) -> usize {
    let tree = package.bash("cargo tree --edges normal,build --prefix none --format '{p}'");
    let tree = String::from_utf8_lossy(&tree.stdout);
    // A crate that was shown before ends with a mark, and one that has another version is another crate.
    let crates: BTreeSet<_> =
        tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty()).collect();
    crates.len() - 1
}

/// Seconds, and seconds of processor time, of a build that begins with nothing.
fn build(package: &Package, profile: &str) -> [f64; 2] {
    package.clean();
    let output = package.bash(&format!("TIMEFORMAT='%R %U %S'; time cargo build {profile}"));
    let report = String::from_utf8_lossy(&output.stderr);
    let numbers = report.lines().last().expect("times").split_whitespace();
    let [real, user, system] = numbers.map(|number| number.parse().expect("seconds")).collect::<Vec<f64>>()[..] else {
        panic!("no times in\n{report}");
    };
    package.clean();
    [real, user + system]
}
