//! Which mutant is on, in the process of a test. The program that measures puts this file into the copy.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

enum Mode {
    Only(u32),
    Noting { reached: Vec<AtomicBool>, to: File },
    Off,
}

static MODE: OnceLock<Mode> = OnceLock::new();

pub fn is(id: u32) -> bool {
    match MODE.get_or_init(mode) {
        Mode::Only(on) => *on == id,
        Mode::Noting { reached, to } => {
            if !reached[id as usize].swap(true, Ordering::Relaxed) {
                let mut to = to;
                to.write_all(format!("{id}\n").as_bytes()).expect("the list of reached mutants can be written");
            }
            false
        }
        Mode::Off => false,
    }
}

fn mode() -> Mode {
    if let Ok(id) = std::env::var("MUTANT") {
        return Mode::Only(id.parse().expect("`MUTANT` is a number"));
    }
    let Ok(path) = std::env::var("MUTANTS_REACHED") else { return Mode::Off };
    let to = OpenOptions::new().create(true).append(true).open(path).expect("the list of reached mutants can be opened");
    Mode::Noting { reached: (0..10_000).map(|_| AtomicBool::new(false)).collect(), to }
}
