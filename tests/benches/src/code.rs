//! What one more endpoint costs a program: machine code, compile time and expanded code.
//!
//! Programs with 5 and with 205 endpoints are built, and the difference is divided by 200.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::code::program::{FEW, GROUP, MANY, Macros, Program, STYLES, Style};

mod program;

/// What is added from the smaller program to the larger one.
const ADDED: f64 = ((MANY - FEW) * GROUP) as f64;
/// How often times are taken. The shortest counts: what disturbs a compiler only makes it slower.
const ROUNDS: usize = 9;
/// Functions that add less than this to an endpoint are not listed.
const LISTED: f64 = 15.0;

/// One number of each style.
type Row = [f64; STYLES.len()];

pub fn print() {
    let programs = programs(Macros::Usual);
    let built = programs.each_ref().map(|pair| pair.each_ref().map(Program::build));
    println!("per endpoint            {}", STYLES.map(|style| format!("{:>10}", style.name())).concat());
    print_row(".text, bytes", built.each_ref().map(|[few, many]| (text(many) - text(few)) / ADDED));
    print_row("  in the calling code", built.each_ref().map(|[few, many]| (calling(many) - calling(few)) / ADDED));
    let of_pairs = |value: fn(&Program) -> f64| shortest_of(&programs, value).map(|[few, many]| (many - few) / ADDED);
    print_row(
        "cargo check, CPU ms",
        of_pairs(|program| {
            program.touch();
            program.check()
        }),
    );
    print_row("expansion, CPU µs", of_pairs(|program| time_of_expansion(program) * 1e6));
    let in_macros = self::programs(Macros::Timed).map(|pair| pair.each_ref().map(time_in_macros));
    print_row("macros of ours, µs", in_macros.map(|[few, many]| (many - few) / ADDED * 1e6));
    print_row("expanded lines", programs.each_ref().map(|[few, many]| (lines(many) - lines(few)) / ADDED));
    for (style, [few, many]) in STYLES.iter().zip(&built) {
        print_functions(*style, few, many);
    }
}

fn programs(macros: Macros) -> [[Program; 2]; STYLES.len()] {
    STYLES.map(|style| [FEW, MANY].map(|groups| Program::new(style, groups, macros)))
}

fn print_row(name: &str, row: Row) {
    println!("{name:24}{}", row.map(|value| format!("{value:>10.2}")).concat());
    // The macros of ours have no part in code by hand.
    if row[0] > 0.0 {
        println!("{:24}{}", "  ÷ raw", row.map(|value| format!("{:>10.2}", value / row[0])).concat());
    }
}

/// The shortest time of each program; the programs take turns.
fn shortest_of(programs: &[[Program; 2]; 3], time: fn(&Program) -> f64) -> [[f64; 2]; 3] {
    let mut shortest = [[f64::INFINITY; 2]; 3];
    for _ in 0..ROUNDS {
        for (pair, shortest) in programs.iter().zip(&mut shortest) {
            for (program, shortest) in pair.iter().zip(shortest) {
                *shortest = shortest.min(time(program));
            }
        }
    }
    shortest
}

/// Bytes of machine code.
fn text(program: &Path) -> f64 {
    let sections = printed_by(Command::new("size").arg("-A").arg(program));
    let line = sections.lines().find(|line| line.starts_with(".text ")).expect("machine code");
    line.split_whitespace().nth(1).expect("a size").parse().expect("a number")
}

/// Bytes of the functions that call the endpoints. The compiler puts all of an endpoint by hand into them.
fn calling(program: &Path) -> f64 {
    functions(program).iter().filter(|(name, _)| name.contains("::SITES::")).map(|(_, bytes)| bytes).sum()
}

fn lines(program: &Program) -> f64 {
    program.compiler("-Zunpretty=expanded").lines().count() as f64
}

/// Seconds that the compiler takes to expand all macros, its own and `derive(Serialize)` included.
fn time_of_expansion(program: &Program) -> f64 {
    let passes = program.compiler("-Ztime-passes");
    let line = passes.lines().find(|line| line.ends_with("macro_expand_crate")).expect("a pass");
    let seconds = line.split_once("time:").expect("a time").1.split(';').next().expect("seconds");
    seconds.trim().parse().expect("a number")
}

/// Seconds in the macros of this toolkit, with the questions they ask the compiler about tokens and spans: the sum of the
/// shortest times of each call. A call is too short to be interrupted each time.
fn time_in_macros(program: &Program) -> f64 {
    let round = |_| {
        let printed = program.compiler("-Awarnings");
        let times = printed.lines().filter_map(|line| line.strip_prefix("macro, ns: "));
        times.map(|nanos| nanos.parse::<f64>().expect("a number") / 1e9).collect::<Vec<_>>()
    };
    let shortest = (0..ROUNDS).map(round).reduce(|one, other| one.iter().zip(&other).map(|(a, b)| a.min(*b)).collect());
    shortest.map_or(0.0, |times| times.iter().sum())
}

/// Prints which functions an endpoint adds: their names without numbers, and bytes per endpoint.
fn print_functions(style: Style, few: &Path, many: &Path) {
    let (few, many) = (functions(few), functions(many));
    let mut added: Vec<(f64, &str)> = many
        .iter()
        .map(|(name, bytes)| ((bytes - few.get(name).unwrap_or(&0.0)) / ADDED, name.as_str()))
        .filter(|(bytes, _)| bytes.abs() >= LISTED)
        .collect();
    added.sort_by(|one, other| other.0.total_cmp(&one.0));
    println!("{}, bytes per endpoint by function", style.name());
    for (bytes, name) in added {
        println!("  {bytes:>8.1}  {name}");
    }
}

/// Bytes of the functions of a program, by their names without numbers: the functions of all groups are one entry.
fn functions(program: &Path) -> BTreeMap<String, f64> {
    let mut sizes = BTreeMap::new();
    for line in printed_by(Command::new("nm").args(["-S", "-C"]).arg(program)).lines() {
        let mut words = line.splitn(4, ' ');
        let (Some(_), Some(size), Some("t" | "T"), Some(name)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        // A symbol without a size has spaces there.
        let Ok(bytes) = u64::from_str_radix(size, 16) else { continue };
        // A legacy name ends with a hash.
        let name = name.rsplit_once("::h").filter(|(_, hash)| hash.len() == 16).map_or(name, |(name, _)| name);
        let name: String = name.chars().filter(|letter| !letter.is_ascii_digit()).collect();
        *sizes.entry(name).or_insert(0.0) += bytes as f64;
    }
    sizes
}

fn printed_by(command: &mut Command) -> String {
    let output = command.output().expect("binutils are installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}
