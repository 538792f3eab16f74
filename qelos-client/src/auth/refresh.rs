//! Renewing one value for everybody who needs it.
//!
//! Knows neither tokens nor HTTP: a value that goes stale, a way to get the next one, and callers who must not each
//! fetch their own, because fetching uses the value up.
//!
//! * Each edition of the value has a generation. A caller names the one it found stale, so a late complaint about an old
//!   edition cannot discard a newer one.
//! * Whoever comes first starts a flight; everybody else waits for it and shares its result and its failure.
//! * The flight is a task of its own: a caller that is dropped cannot take a value along that was already fetched.
//! * Ending wins: what a flight brings home after that is thrown away.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::watch;

/// A value that can be renewed, and its one flight.
pub(crate) struct Refresher<V, E> {
    state: Mutex<State<V, E>>,
}

struct State<V, E> {
    /// The newest value, or why there will be no more.
    current: Result<V, E>,
    generation: u64,
    flight: Option<Flight<V, E>>,
}

type Flight<V, E> = watch::Receiver<Option<Result<Edition<V>, E>>>;

/// A value and which one it is.
#[derive(Clone)]
pub(crate) struct Edition<V> {
    pub(crate) value: V,
    pub(crate) generation: u64,
}

/// Why a flight brought nothing home.
pub(crate) enum Failure<E> {
    /// The value stays; trying again may help.
    Passing(E),
    /// The value can never be renewed again.
    Final(E),
}

/// A flight could not be made or did not come back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lost {
    NoRuntime,
    Abandoned,
}

impl<V, E> Refresher<V, E>
where
    V: Clone + Send + Sync + 'static,
    E: Clone + From<Lost> + Send + Sync + 'static,
{
    pub(crate) fn new(value: V) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State { current: Ok(value), generation: 0, flight: None }) })
    }

    /// The newest value, stale or not.
    pub(crate) fn current(&self) -> Result<Edition<V>, E> {
        self.lock().edition()
    }

    /// A newer value than the `outdated` one: there is one already, or one flight fetches it for all.
    pub(crate) async fn renew<F, R>(self: &Arc<Self>, outdated: u64, fetch: F) -> Result<Edition<V>, E>
    where
        F: FnOnce(V) -> R,
        R: Future<Output = Result<V, Failure<E>>> + Send + 'static,
    {
        let flight = {
            let mut state = self.lock();
            let current = state.edition()?;
            if current.generation != outdated {
                return Ok(current);
            }
            match &state.flight {
                Some(flight) => flight.clone(),
                None => self.take_off(&mut state, fetch(current.value))?,
            }
        };
        arrival(flight).await
    }

    /// Waits for a flight that is under way, if one is; then the newest value.
    pub(crate) async fn settled(&self) -> Result<Edition<V>, E> {
        let flight = self.lock().flight.clone();
        if let Some(flight) = flight {
            // Its failure is somebody else's news; what counts here is what it left behind.
            let _ = arrival(flight).await;
        }
        self.current()
    }

    /// There will be no more values. A flight under way comes home to nothing.
    pub(crate) fn end(&self, why: E) {
        let mut state = self.lock();
        state.current = Err(why);
        state.generation += 1;
        state.flight = None;
    }

    fn take_off(
        self: &Arc<Self>,
        state: &mut State<V, E>,
        fetched: impl Future<Output = Result<V, Failure<E>>> + Send + 'static,
    ) -> Result<Flight<V, E>, E> {
        let runtime = Handle::try_current().map_err(|_| Lost::NoRuntime)?;
        let (news, flight) = watch::channel(None);
        state.flight = Some(flight.clone());
        let mut landing = Landing { refresher: Arc::clone(self), from: state.generation, news, landed: false };
        runtime.spawn(async move {
            let outcome = fetched.await;
            landing.land(outcome);
        });
        Ok(flight)
    }

    // Nothing that holds the lock can panic half-way through a change.
    fn lock(&self) -> MutexGuard<'_, State<V, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Clone, E: Clone> State<V, E> {
    fn edition(&self) -> Result<Edition<V>, E> {
        self.current.clone().map(|value| Edition { value, generation: self.generation })
    }
}

async fn arrival<V: Clone, E: Clone + From<Lost>>(mut flight: Flight<V, E>) -> Result<Edition<V>, E> {
    match flight.wait_for(Option::is_some).await {
        Ok(news) => news.clone().unwrap_or_else(|| Err(Lost::Abandoned.into())),
        Err(_) => Err(Lost::Abandoned.into()),
    }
}

/// The end of a flight: also when its task panics or the runtime goes down, nobody waits for it for ever.
struct Landing<V, E>
where
    V: Clone + Send + Sync + 'static,
    E: Clone + From<Lost> + Send + Sync + 'static,
{
    refresher: Arc<Refresher<V, E>>,
    from: u64,
    news: watch::Sender<Option<Result<Edition<V>, E>>>,
    landed: bool,
}

impl<V, E> Landing<V, E>
where
    V: Clone + Send + Sync + 'static,
    E: Clone + From<Lost> + Send + Sync + 'static,
{
    fn land(&mut self, outcome: Result<V, Failure<E>>) {
        self.landed = true;
        let mut state = self.refresher.lock();
        let result = if state.generation == self.from {
            state.flight = None;
            match outcome {
                Ok(value) => {
                    state.current = Ok(value);
                    state.generation += 1;
                    state.edition()
                }
                Err(Failure::Passing(error)) => Err(error),
                Err(Failure::Final(error)) => {
                    state.current = Err(error.clone());
                    state.generation += 1;
                    Err(error)
                }
            }
        } else {
            state.edition()
        };
        drop(state);
        self.news.send_replace(Some(result));
    }
}

impl<V, E> Drop for Landing<V, E>
where
    V: Clone + Send + Sync + 'static,
    E: Clone + From<Lost> + Send + Sync + 'static,
{
    fn drop(&mut self) {
        if !self.landed {
            self.land(Err(Failure::Passing(Lost::Abandoned.into())));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Trouble(&'static str);

    impl From<Lost> for Trouble {
        fn from(lost: Lost) -> Self {
            Self(match lost {
                Lost::NoRuntime => "no runtime",
                Lost::Abandoned => "abandoned",
            })
        }
    }

    type Subject = Arc<Refresher<&'static str, Trouble>>;
    type Outcome = Result<&'static str, Failure<Trouble>>;

    fn subject() -> Subject {
        Refresher::new("first")
    }

    /// A flight that comes home when the test says so.
    fn flight(subject: &Subject) -> (oneshot::Sender<Outcome>, tokio::task::JoinHandle<Result<&'static str, Trouble>>) {
        let (land, landed) = oneshot::channel();
        let subject = Arc::clone(subject);
        let fetch =
            move |_| async move { landed.await.unwrap_or_else(|_| panic!("the fetch fails in an unforeseen way")) };
        let waiting = tokio::spawn(async move { subject.renew(0, fetch).await.map(|edition| edition.value) });
        (land, waiting)
    }

    async fn renew(subject: &Subject, outdated: u64, outcome: Outcome) -> Result<(&'static str, u64), Trouble> {
        let edition = subject.renew(outdated, |_| async move { outcome }).await?;
        Ok((edition.value, edition.generation))
    }

    #[tokio::test]
    async fn a_late_complaint_about_an_old_edition_gets_the_new_one() {
        let subject = subject();
        assert_eq!(renew(&subject, 0, Ok("second")).await, Ok(("second", 1)));
        assert_eq!(renew(&subject, 0, Ok("never fetched")).await, Ok(("second", 1)));
        assert_eq!(renew(&subject, 1, Ok("third")).await, Ok(("third", 2)));
    }

    #[tokio::test]
    async fn whoever_waits_shares_the_result_and_the_failure() {
        for outcome in [Ok("second"), Err(Failure::Passing(Trouble("no network")))] {
            let expected = outcome.as_ref().map(|value| *value).map_err(|_| Trouble("no network"));
            let subject = subject();
            let (land, first) = flight(&subject);
            tokio::task::yield_now().await;
            let fetched = Arc::new(AtomicUsize::new(0));
            let others: Vec<_> = (0..10)
                .map(|_| {
                    let (subject, fetched) = (Arc::clone(&subject), Arc::clone(&fetched));
                    tokio::spawn(async move {
                        let fetch = |_| {
                            fetched.fetch_add(1, Ordering::Relaxed);
                            async { Ok("a flight of its own") }
                        };
                        subject.renew(0, fetch).await.map(|edition| edition.value)
                    })
                })
                .collect();
            tokio::task::yield_now().await;
            land.send(outcome).ok().unwrap();
            assert_eq!(first.await.unwrap(), expected);
            for other in others {
                assert_eq!(other.await.unwrap(), expected);
            }
            assert_eq!(fetched.load(Ordering::Relaxed), 0);
        }
    }

    #[tokio::test]
    async fn a_passing_failure_may_be_tried_again_and_a_final_one_may_not() {
        let subject = subject();
        let passing = Err(Failure::Passing(Trouble("no network")));
        assert_eq!(renew(&subject, 0, passing).await, Err(Trouble("no network")));
        assert_eq!(subject.current().map(|edition| edition.value), Ok("first"), "the value stays");
        assert_eq!(renew(&subject, 0, Err(Failure::Final(Trouble("refused")))).await, Err(Trouble("refused")));
        assert_eq!(renew(&subject, 0, Ok("never fetched")).await, Err(Trouble("refused")));
        assert_eq!(subject.current().map(|edition| edition.value), Err(Trouble("refused")));
    }

    #[tokio::test]
    async fn ending_wins_over_a_flight_under_way() {
        let subject = subject();
        let (land, waiting) = flight(&subject);
        tokio::task::yield_now().await;
        subject.end(Trouble("signed out"));
        land.send(Ok("second")).ok().unwrap();
        assert_eq!(waiting.await.unwrap(), Err(Trouble("signed out")), "what came home late is thrown away");
        assert_eq!(subject.current().map(|edition| edition.value), Err(Trouble("signed out")));
    }

    #[tokio::test]
    async fn a_flight_that_panics_leaves_nobody_waiting() {
        let subject = subject();
        let (land, waiting) = flight(&subject);
        tokio::task::yield_now().await;
        drop(land);
        assert_eq!(waiting.await.unwrap(), Err(Trouble("abandoned")));
        assert_eq!(renew(&subject, 0, Ok("second")).await, Ok(("second", 1)), "and the next one may try");
    }

    #[tokio::test]
    async fn settling_waits_for_the_flight() {
        let subject = subject();
        let (land, _waiting) = flight(&subject);
        tokio::task::yield_now().await;
        let settled = tokio::spawn({
            let subject = Arc::clone(&subject);
            async move { subject.settled().await.map(|edition| edition.value) }
        });
        tokio::task::yield_now().await;
        land.send(Ok("second")).ok().unwrap();
        assert_eq!(settled.await.unwrap(), Ok("second"));
        assert_eq!(subject.settled().await.map(|edition| edition.value), Ok("second"), "at once, when there is none");
    }

    #[test]
    fn without_a_runtime_there_is_an_error_and_no_panic() {
        let subject = subject();
        let mut renewed = Box::pin(subject.renew(0, |_| async { Ok("second") }));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(outcome) = renewed.as_mut().poll(&mut cx) else { panic!("it waits") };
        assert_eq!(outcome.map(|edition| edition.value), Err(Trouble("no runtime")));
    }
}
