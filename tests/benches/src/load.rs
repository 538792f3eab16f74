//! Calls per second and processor time per call, with many calls in flight.
//!
//! The contenders take turns, several times, so that a machine that is busy for a while slows all of them. Each turn is a process of
//! its own, with its own heap and connections. The server is another process, and its time does not count.

use std::fmt;
use std::fs;
use std::process::Command;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::contenders::floor::Floor;
use crate::contenders::raw::Raw;
use crate::contenders::{self, CONTENDERS, Contender, Measurement};
use crate::operations::{OPERATIONS, Operation};
use crate::server::Server;
use crate::{programs, ratios};

pub const IN_FLIGHT: usize = 64;
const WARM_UP: Duration = Duration::from_millis(300);

pub fn print(lasts: Duration, rounds: usize) {
    let server = Server::start();
    let contenders = CONTENDERS.map(|contender| (contender, command(contender, "each", lasts, &server.base)));
    print_medians(contenders.into(), rounds, &[Floor::NAME, Raw::NAME]);
}

/// The process of one turn. It prints a [`Sample`].
pub fn command(contender: &str, operation: &str, lasts: Duration, base: &str) -> Command {
    let mut command = Command::new(programs::of(contender));
    command.args(["turn", contender, operation, &lasts.as_secs().to_string(), base]);
    command
}

/// Lets the processes take turns, and prints the median of each beside the references.
pub fn print_medians(mut processes: Vec<(&str, Command)>, rounds: usize, references: &[&str]) {
    let mut samples = vec![Vec::new(); processes.len()];
    for _ in 0..rounds {
        for ((name, process), samples) in processes.iter_mut().zip(&mut samples) {
            samples.push(sample(name, process));
        }
    }
    let rows: Vec<_> = processes
        .iter()
        .zip(&samples)
        .map(|((name, _), samples)| {
            let of = |value: fn(&Sample) -> f64| median(samples.iter().map(value));
            (*name, [of(|sample| sample.calls_per_second), of(|sample| sample.time_per_call)])
        })
        .collect();
    ratios::print(&format!("{IN_FLIGHT} in flight"), ["calls/s", "CPU/call, µs"], &rows, references);
}

fn sample(name: &str, process: &mut Command) -> Sample {
    let output = process.output().expect("a process");
    let printed = String::from_utf8_lossy(&output.stdout);
    printed.trim().parse().unwrap_or_else(|()| panic!("{name}: {}", String::from_utf8_lossy(&output.stderr)))
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What one turn has measured. As text: both numbers.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    calls_per_second: f64,
    /// Microseconds of processor time of the process, per call.
    time_per_call: f64,
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.calls_per_second, self.time_per_call)
    }
}

impl FromStr for Sample {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (calls_per_second, time_per_call) = text.split_once(' ').ok_or(())?;
        let number = |text: &str| text.parse().map_err(drop);
        Ok(Self { calls_per_second: number(calls_per_second)?, time_per_call: number(time_per_call)? })
    }
}

/// One turn of one contender, in this process: calls of one operation, or of each.
pub fn turn(contender: &str, operation: &str, lasts: u64, base: &str) -> Sample {
    let operations = Operation::named(operation).map_or_else(|| OPERATIONS.to_vec(), |one| vec![one]);
    contenders::measure(contender, Load { base, operations, lasts: Duration::from_secs(lasts) })
}

struct Load<'b> {
    base: &'b str,
    operations: Vec<Operation>,
    lasts: Duration,
}

impl Measurement for Load<'_> {
    type Result = Sample;

    fn of<C: Contender>(self) -> Sample {
        let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (contender, calls) = (Arc::new(C::new(self.base)), Arc::new(AtomicUsize::new(0)));
            let mut callers = JoinSet::new();
            for caller in 0..IN_FLIGHT {
                let mut operations = self.operations.clone();
                operations.rotate_left(caller % self.operations.len());
                callers.spawn(call_forever(Arc::clone(&contender), operations, Arc::clone(&calls)));
            }
            tokio::time::sleep(WARM_UP).await;
            let (start, time, before) = (Instant::now(), processor_time(), calls.load(Ordering::Relaxed));
            tokio::time::sleep(self.lasts).await;
            let made = (calls.load(Ordering::Relaxed) - before) as f64;
            let (time, lasted) = (processor_time() - time, start.elapsed());
            assert!(callers.try_join_next().is_none(), "a call has failed");
            Sample { calls_per_second: made / lasted.as_secs_f64(), time_per_call: time.as_secs_f64() * 1e6 / made }
        })
    }
}

async fn call_forever<C: Contender>(contender: Arc<C>, operations: Vec<Operation>, calls: Arc<AtomicUsize>) {
    for operation in operations.into_iter().cycle() {
        contender.call(operation).await;
        calls.fetch_add(1, Ordering::Relaxed);
    }
}

/// What this process has used: all its threads, in programs and in the kernel. Linux counts in hundredths of a second.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    // The name of the program stands in parentheses, and `utime` and `stime` are the 12th and 13th field after it.
    let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).map(|field| field.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(ticks * 10)
}
