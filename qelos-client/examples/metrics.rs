//! Metrics by endpoint: how often each one was called, how long it took, and how it failed.
//!
//! `cargo run -p qelos-client --example metrics`

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use qelos_client::api::{GetMe, OAuthSignIn};
use qelos_client::testing::{FakeQelos, Fault, Faults, NewUser};
use qelos_client::{Client, Ended, Observer, SecretString, SystemClock};

/// The numbers of one endpoint.
#[derive(Default)]
struct Numbers {
    attempts: u32,
    calls: u32,
    time: Duration,
    failures: BTreeMap<String, u32>,
}

/// Counts in memory. An exporter has its instruments in this place.
#[derive(Clone, Default)]
struct Metrics(Arc<Mutex<BTreeMap<String, Numbers>>>);

impl Metrics {
    fn update(&self, ended: &Ended<'_>, change: impl FnOnce(&mut Numbers)) {
        let endpoint = ended.endpoint();
        let name = format!("{} {}", endpoint.method, endpoint.path.as_str());
        change(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
    }
}

impl Observer for Metrics {
    fn attempt_ended(&self, attempt: &Ended<'_>) {
        self.update(attempt, |numbers| {
            numbers.attempts += 1;
            if let Some(error_type) = attempt.error_type() {
                *numbers.failures.entry(error_type.to_owned()).or_default() += 1;
            }
        });
    }

    fn call_ended(&self, call: &Ended<'_>) {
        self.update(call, |numbers| {
            numbers.calls += 1;
            numbers.time += call.duration();
        });
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let qelos = FakeQelos::new(SystemClock);
    qelos.add_user(NewUser::new("ada", "hunter2"));
    let (network, metrics) = (Faults::around(qelos), Metrics::default());
    let client = Client::builder("https://qelos.test").transport(network.clone()).observer(metrics.clone()).build()?;

    let (client, _) = client.oauth_sign_in(&OAuthSignIn::new("ada", SecretString::from("hunter2"))).await?;
    network.of::<GetMe>().next([Fault::status(503), Fault::lost_response()]);
    for _ in 0..3 {
        client.logged_in_user().await?;
    }

    for (endpoint, numbers) in &*metrics.0.lock().unwrap_or_else(PoisonError::into_inner) {
        let Numbers { attempts, calls, time, failures } = numbers;
        println!("{endpoint}: {calls} calls, {attempts} attempts, {time:?}; failures: {failures:?}");
    }
    Ok(())
}
