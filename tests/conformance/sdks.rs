//! Both official SDKs and our client go through the same story, against the embedded Qelos on a port of this machine. What
//! they receive is what the real server was recorded with, and the table of all calls is a snapshot: `snapshots` beside
//! this file.

mod columns;
mod ours;
mod outline;
mod programs;
mod recorder;
mod steps;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;
use tokio::sync::OnceCell;

use self::columns::{Column, Played};
use self::programs::Outcome;
use self::recorder::Recorder;
use self::steps::{STEPS, Step};
use crate::compare;
use crate::recordings::fixture::{self, Recording};

const TYPESCRIPT: &str = "typescript";
/// The version of the SDK for TypeScript.
const VERSION: &str = "3.11.11";
const PYTHON: &str = "python";
const OURS: &str = "ours";

/// How to read the table.
const LEGEND: &str = "\
The calls of the story: the exchanges of each client, and after the arrow what its caller gets. A field that is only named is text.
\"recording\" is the exchange of the real server that the responses were compared with; \"why\" is the reason of a difference.
typescript: @qelos/sdk 3.11.11. python: qelos-sdk 4.0.0. ours: qelos-client, whose callers get typed values: a field that is empty or
absent is not shown.
";

/// The stories. They are told once for all tests; `None` on a machine that lacks something.
async fn columns(test: &str) -> Option<&'static [Column; 3]> {
    static COLUMNS: OnceCell<[Column; 3]> = OnceCell::const_new();
    if !programs::requirement().allows(test) {
        return None;
    }
    Some(COLUMNS.get_or_init(tell).await)
}

async fn tell() -> [Column; 3] {
    let (typescript, python, ours) = tokio::join!(Recorder::start(), Recorder::start(), Recorder::start());
    let told = tokio::join!(programs::typescript(&typescript), programs::python_sdk(&python), ours::ours(&ours));
    [
        Column::new(TYPESCRIPT, told.0, typescript.take()),
        Column::new(PYTHON, told.1, python.take()),
        Column::new(OURS, told.2, ours.take()),
    ]
}

fn recording(step: &Step) -> Option<Recording> {
    let is_more = |name: &str| fixture::more_names().iter().any(|known| known == name);
    step.recording.map(|name| if is_more(name) { fixture::load_more(name) } else { fixture::load(name) })
}

#[tokio::test]
async fn each_client_plays_every_step() {
    let Some(columns) = columns("each_client_plays_every_step").await else { return };
    let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
    for column in columns {
        assert_eq!(column.names(), names, "{}", column.name);
    }
}

#[tokio::test]
async fn a_step_that_is_played_again_sends_the_same() {
    let Some(columns) = columns("a_step_that_is_played_again_sends_the_same").await else { return };
    for column in columns {
        for step in &column.steps {
            assert_eq!(column.step(&step.name).requests(), step.requests(), "{}: {}", column.name, step.name);
        }
    }
}

#[tokio::test]
async fn responses_are_the_recorded_ones() {
    let Some(columns) = columns("responses_are_the_recorded_ones").await else { return };
    let mut failed = Vec::new();
    for (step, recording) in STEPS.iter().filter_map(|step| Some((step, recording(step)?))) {
        let Some((request, recorded)) = columns::exchange(&recording) else { continue };
        for column in columns.iter().filter(|column| step.compares_ours || column.name != OURS) {
            let differences = match column.step(step.name).response_to(request) {
                Some(response) => compare::differences(&recording, recorded, response),
                None if !step.difference.is_empty() => continue,
                None => vec!["the request was not sent".to_owned()],
            };
            failed.extend(differences.into_iter().map(|text| format!("{}, {}: {text}", column.name, step.name)));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// The recordings were made with this SDK, and have what its callers got. Of another version, they show the requests that have
/// stayed the same.
#[tokio::test]
async fn the_typescript_sdk_sends_and_gives_what_was_recorded() {
    let Some(columns) = columns("the_typescript_sdk_sends_and_gives_what_was_recorded").await else { return };
    let mut failed = Vec::new();
    for (step, recording) in STEPS.iter().filter_map(|step| Some((step, recording(step)?))) {
        let played = columns[0].step(step.name);
        let has_changed = !recording.sdk_call.contains(VERSION) && !step.difference.is_empty();
        if played.is_missing() || has_changed {
            continue;
        }
        let sent = recording.request.as_ref().map(|request| columns::request_line(&request.to_http()));
        let expected: Vec<_> = sent.into_iter().collect();
        if played.requests() != expected {
            failed.push(format!("{}: {:#?} instead of {expected:#?}", step.name, played.requests()));
        }
        let differences = recording.sdk_outcome.map(|recorded| outcome_differences(&recorded, &played.outcome));
        failed.extend(differences.into_iter().flatten().map(|text| format!("{}: {text}", step.name)));
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// The differences of an outcome from a recorded one: errors are equal, values have the same fields and types.
fn outcome_differences(recorded: &Value, given: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    match (recorded.get("resolved"), given) {
        (Some(recorded), Outcome::Resolved(given)) => compare::shape("value", recorded, given, &mut found),
        (None, Outcome::Rejected(given)) => {
            let recorded = serde_json::from_value(recorded["rejected"].clone()).unwrap();
            if *given != recorded {
                found.push(format!("{given:?} instead of {recorded:?}"));
            }
        }
        _ => found.push(format!("{given:?} instead of {recorded}")),
    }
    found
}

#[tokio::test]
async fn each_difference_between_the_clients_has_its_reason() {
    let Some(columns) = columns("each_difference_between_the_clients_has_its_reason").await else { return };
    for step in STEPS {
        let seen: BTreeSet<_> =
            columns.iter().map(|column| column.step(step.name)).map(|played| (played.lines(), played.end())).collect();
        assert_eq!(seen.len() > 1, !step.difference.is_empty(), "{}: {seen:#?}", step.name);
    }
}

#[tokio::test]
async fn the_table_of_calls_is_the_accepted_one() {
    let Some(columns) = columns("the_table_of_calls_is_the_accepted_one").await else { return };
    let rows: Vec<_> = STEPS.iter().map(|step| row(step, columns)).collect();
    let table = format!("{LEGEND}\n{}", rows.join("\n"));
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!("calls", table) });
}

/// A step, the exchanges of each client, and what its callers get. What is the same for several clients is written once.
fn row(step: &Step, columns: &[Column; 3]) -> String {
    let mut text = format!("{}\n", step.name);
    writeln!(text, "    recording: {}", step.recording.unwrap_or("none")).unwrap();
    let played: Vec<(&str, &Played)> = columns.iter().map(|column| (column.name, column.step(step.name))).collect();
    let exchanges = grouped(played.iter().map(|(name, played)| (*name, played.lines())));
    for (names, mut lines) in exchanges.clone() {
        shorten(&mut lines, &exchanges[0].1);
        writeln!(text, "    {names}: {}", lines.join("\n        then ")).unwrap();
    }
    for (names, outcome) in grouped(played.iter().map(|(name, played)| (*name, played.outcome()))) {
        writeln!(text, "    {names} ⇒ {outcome}").unwrap();
    }
    if !step.difference.is_empty() {
        writeln!(text, "    why: {}", step.difference).unwrap();
    }
    text
}

/// Leaves out the responses that the first client has received as well.
fn shorten(lines: &mut Vec<String>, first: &[String]) {
    if lines.is_empty() {
        lines.push("sends nothing".to_owned());
    }
    for (line, known) in lines.iter_mut().zip(first).filter(|(line, known)| line != known) {
        if let (Some((sent, received)), Some((_, known))) = (line.split_once(" → "), known.split_once(" → "))
            && received == known
        {
            *line = format!("{sent} → the same");
        }
    }
}

/// Equal values, with the names of all that have them.
fn grouped<'n, T: PartialEq>(values: impl Iterator<Item = (&'n str, T)>) -> Vec<(String, T)> {
    let mut groups: Vec<(String, T)> = Vec::new();
    for (name, value) in values {
        match groups.iter_mut().find(|(_, known)| *known == value) {
            Some((names, _)) => names.extend([", ", name]),
            None => groups.push((name.to_owned(), value)),
        }
    }
    groups
}
