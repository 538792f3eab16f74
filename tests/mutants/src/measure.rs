//! Runs the tests: first to see which mutants each of them reaches, then with each mutant on.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::Result;
use crate::program::Executable;

/// A test that takes longer is run only for the mutants that no other test catches.
const SLOW: Duration = Duration::from_secs(1);
/// A test that takes longer is not run. These are models and storms of many rounds, and reach almost everything: with them, each
/// survivor would take minutes.
const TOO_SLOW: Duration = Duration::from_secs(5);
/// How much longer than before tests may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// A mutant may ask for all memory.
const KILOBYTES: &str = "8000000";

pub enum Outcome {
    /// By this test, or by the tests that took too long with this one.
    CaughtBy(String),
    Survived {
        reached_by: Vec<String>,
    },
}

impl Outcome {
    pub fn is_caught(&self) -> bool {
        matches!(self, Self::CaughtBy(_))
    }

    /// The test that caught it, or those that could have.
    pub fn tests(&self) -> String {
        match self {
            Self::CaughtBy(test) => test.clone(),
            Self::Survived { reached_by } => match reached_by.as_slice() {
                [] => "none".to_owned(),
                [one] => format!("`{one}`"),
                [first, others @ ..] => format!("`{first}` and {} more", others.len()),
            },
        }
    }
}

struct Test {
    executable: usize,
    name: String,
    time: Duration,
    /// The mutants that it reaches.
    reached: Vec<u32>,
}

/// Runs tests in a directory of their own.
struct Runner {
    executables: Vec<Executable>,
    directory: PathBuf,
}

/// The outcome of each of these mutants, which have a number and a name.
pub fn all<'m>(
    executables: Vec<Executable>,
    mutants: &[(u32, &'m str)],
    directory: &Path,
) -> Result<BTreeMap<&'m str, Outcome>> {
    let runner = Runner { executables, directory: directory.to_owned() };
    fs::create_dir_all(runner.temporary())?;
    let tests = runner.recorded()?;
    let outcomes = in_parallel(mutants, "mutants", |(id, name)| {
        let outcome = runner.outcome(*id, &tests);
        if !outcome.is_caught() {
            println!("survives: {name}");
        }
        (*name, outcome)
    });
    fs::remove_dir_all(runner.temporary())?;
    Ok(outcomes.into_iter().collect())
}

impl Runner {
    /// Where the tests put their files.
    fn temporary(&self) -> PathBuf {
        self.directory.join("tmp")
    }

    /// All tests that succeed, each with the mutants that it reaches; those that reach few are first.
    fn recorded(&self) -> Result<Vec<Test>> {
        let mut names = Vec::new();
        for (number, executable) in self.executables.iter().enumerate() {
            let listed = Command::new(&executable.path).args(["--list", "--format=terse"]).output()?.stdout;
            let listed = String::from_utf8(listed)?;
            names.extend(listed.lines().filter_map(|line| Some((number, line.strip_suffix(": test")?.to_owned()))));
        }
        let tests = in_parallel(&names, "tests", |(executable, name)| self.record(*executable, name));
        let mut tests: Vec<Test> = tests.into_iter().flatten().collect();
        tests.sort_by_key(|test| (test.reached.len(), test.time));
        Ok(tests)
    }

    fn record(&self, executable: usize, name: &str) -> Option<Test> {
        let list = self.directory.join(format!("reached-{executable}-{}", name.replace("::", "-")));
        let _ = fs::remove_file(&list);
        let began = now();
        let verdict = self.run(executable, &[name], ("MUTANTS_REACHED", &list.to_string_lossy()), TOO_SLOW);
        let time = began.elapsed();
        let text = fs::read_to_string(&list).unwrap_or_default();
        let _ = fs::remove_file(&list);
        if !matches!(verdict, Verdict::Passed) {
            println!("left out, because it fails without a mutant or takes too long: {name}");
            return None;
        }
        let reached = text.lines().filter_map(|id| id.parse().ok()).collect();
        Some(Test { executable, name: name.to_owned(), time, reached })
    }

    fn outcome(&self, mutant: u32, tests: &[Test]) -> Outcome {
        let reaching: Vec<&Test> = tests.iter().filter(|test| test.reached.contains(&mutant)).collect();
        let (quick, slow): (Vec<&Test>, Vec<&Test>) = reaching.iter().partition(|test| test.time < SLOW);
        let (first, others) = quick.split_at(quick.len().min(6));
        let (second, third) = others.split_at(others.len().min(40));
        let caught = [first, second, third].into_iter().find_map(|tests| self.catch(mutant, tests));
        // The slow tests deal with real time, and may fail for want of it: only a second failure counts.
        let by_slow =
            || slow.iter().find_map(|test| self.catch(mutant, &[test]).and_then(|_| self.catch(mutant, &[test])));
        match caught.or_else(by_slow) {
            Some(test) => Outcome::CaughtBy(test),
            None => Outcome::Survived { reached_by: reaching.iter().map(|test| test.name.clone()).collect() },
        }
    }

    /// The test that catches a mutant, if one of these does.
    fn catch(&self, mutant: u32, tests: &[&Test]) -> Option<String> {
        (0..self.executables.len()).find_map(|executable| {
            let tests: Vec<_> = tests.iter().filter(|test| test.executable == executable).collect();
            let names: Vec<_> = tests.iter().map(|test| test.name.as_str()).collect();
            let time = PATIENCE + tests.iter().map(|test| test.time).sum::<Duration>() * 4;
            let first = names.first()?;
            match self.run(executable, &names, ("MUTANT", &mutant.to_string()), time) {
                Verdict::Passed => None,
                Verdict::Failed(name) => Some(name),
                Verdict::Ended => Some((*first).to_owned()),
            }
        })
    }

    fn run(&self, executable: usize, tests: &[&str], (name, value): (&str, &str), time: Duration) -> Verdict {
        let Executable { path, package } = &self.executables[executable];
        let mut command = Command::new("sh");
        command.args(["-c", r#"ulimit -v "$0" && exec "$@""#, KILOBYTES]).arg(path);
        command.args(["--test-threads=1", "--exact"]).args(tests);
        command.current_dir(package).env("CARGO_MANIFEST_DIR", package).env("INSTA_UPDATE", "no");
        command.env("TMPDIR", self.temporary()).env(name, value);
        // A group of its own, with the processes that the tests start.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut child = command.spawn().expect("tests can be started");
        let verdict = Verdict::of(&lines(&mut child), now() + time);
        let _ = Command::new("kill").args(["-9", "--", &format!("-{}", child.id())]).stderr(Stdio::null()).status();
        let ended = child.wait().expect("tests end");
        match verdict {
            // It has printed its last line, so that it had its own end, or is a success.
            Some(verdict) => verdict,
            None if ended.success() => Verdict::Passed,
            None => Verdict::Ended,
        }
    }
}

enum Verdict {
    Passed,
    Failed(String),
    /// Too late, or with the whole process.
    Ended,
}

impl Verdict {
    /// What the lines of a run say, if they say it before this time.
    fn of(lines: &Receiver<String>, until: Instant) -> Option<Self> {
        loop {
            match lines.recv_timeout(until.saturating_duration_since(now())) {
                Ok(line) if line.starts_with("test result: ok") => return Some(Self::Passed),
                Ok(line) => {
                    if let Some(name) = line.strip_suffix(" ... FAILED").and_then(|line| line.strip_prefix("test ")) {
                        return Some(Self::Failed(name.trim_end_matches(" - should panic").to_owned()));
                    }
                }
                Err(RecvTimeoutError::Timeout) => return Some(Self::Ended),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

fn lines(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    let output = BufReader::new(child.stdout.take().expect("the output is a pipe"));
    thread::spawn(move || output.lines().map_while(std::io::Result::ok).try_for_each(|line| sender.send(line)));
    receiver
}

fn in_parallel<I: Sync, O: Send>(inputs: &[I], what: &str, work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let (next, outputs) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(input) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let output = work(input);
                    let mut outputs = outputs.lock().expect("no worker panics");
                    outputs.push(output);
                    if outputs.len() % 100 == 0 {
                        println!("{} of {} {what}", outputs.len(), inputs.len());
                    }
                }
            });
        }
    });
    outputs.into_inner().expect("no worker panics")
}

#[expect(clippy::disallowed_methods, reason = "it measures how long tests take")]
fn now() -> Instant {
    Instant::now()
}
