//! Calls per second and processor time per call, with many calls in flight.
//!
//! The contenders take turns, several times, so that a machine that is busy for a while slows all of them. The server is a process
//! of its own, and its time does not count.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::contenders::raw::Raw;
use crate::contenders::{self, CONTENDERS, Contender, Measurement};
use crate::operations::OPERATIONS;
use crate::server::Server;

const IN_FLIGHT: usize = 64;
const WARM_UP: Duration = Duration::from_millis(300);

/// One turn of one contender.
#[derive(Debug, Clone, Copy)]
struct Sample {
    calls_per_second: f64,
    /// Microseconds of processor time of this process, per call.
    time_per_call: f64,
}

pub fn print(seconds: u32, rounds: u32) {
    let server = Server::start();
    let mut samples = CONTENDERS.map(|contender| (contender, Vec::new()));
    for _ in 0..rounds {
        for (contender, samples) in &mut samples {
            let load = Load { base: &server.base, lasts: Duration::from_secs(seconds.into()) };
            samples.push(contenders::measure(contender, load));
        }
    }
    let medians = samples.map(|(contender, samples)| (contender, median(&samples)));
    let raw = medians.iter().find(|(contender, _)| *contender == Raw::NAME).expect("reqwest by hand").1;
    println!("{IN_FLIGHT} in flight     calls/s   ÷ {name}   CPU/call, µs   ÷ {name}", name = Raw::NAME);
    for (contender, Sample { calls_per_second, time_per_call }) in medians {
        println!(
            "  {contender:14} {calls_per_second:>7.0} {:>15.2} {time_per_call:>14.1} {:>15.2}",
            calls_per_second / raw.calls_per_second,
            time_per_call / raw.time_per_call
        );
    }
}

fn median(samples: &[Sample]) -> Sample {
    let of = |value: fn(&Sample) -> f64| {
        let mut values: Vec<f64> = samples.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Sample { calls_per_second: of(|sample| sample.calls_per_second), time_per_call: of(|sample| sample.time_per_call) }
}

struct Load<'b> {
    base: &'b str,
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
                callers.spawn(call_forever(Arc::clone(&contender), caller, Arc::clone(&calls)));
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

async fn call_forever<C: Contender>(contender: Arc<C>, caller: usize, calls: Arc<AtomicUsize>) {
    for operation in OPERATIONS.into_iter().cycle().skip(caller % OPERATIONS.len()) {
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
