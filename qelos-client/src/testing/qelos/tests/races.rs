//! Concurrent requests that refuse each other while the database takes its time.

use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::*;

const LATENCY: Duration = Duration::from_millis(5);

/// A server with the user Ada, who is signed in this many times already, and a slow database.
fn start_with(sessions: usize) -> Test {
    let clock = ManualClock::new("2026-11-21T17:20:37Z".parse::<Timestamp>().unwrap());
    let qelos = FakeQelos::new(clock.clone());
    let ada = qelos.add_user(NewUser::new("ada@example.com", "hunter2hunter2").open_sessions(sessions));
    qelos.set_database_latency(LATENCY);
    Test { qelos, clock, ada }
}

impl Test {
    /// Sends a request in a task of its own.
    fn send(&self, path: &str, credential: (&str, &str), body: &Value) -> JoinHandle<Response<Bytes>> {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let mut request =
            Request::post(format!("https://acme.example{path}")).header("content-type", "application/json");
        if !credential.0.is_empty() {
            request = request.header(credential.0, credential.1);
        }
        let (qelos, request) = (self.qelos.clone(), request.body(body).unwrap());
        tokio::spawn(async move { sent(&qelos, request).await })
    }

    fn send_sign_in(&self) -> JoinHandle<Response<Bytes>> {
        let body = json!({ "username": "ada@example.com", "password": "hunter2hunter2", "authType": "oauth" });
        self.send("/api/signin", GUEST, &body)
    }

    fn send_refresh(&self, token: &str) -> JoinHandle<Response<Bytes>> {
        self.send("/api/token/refresh", ("authorization", &format!("Bearer {token}")), &Value::Null)
    }

    fn send_sign_out(&self, access: &str) -> JoinHandle<Response<Bytes>> {
        self.send("/api/logout", ("authorization", &format!("Bearer {access}")), &Value::Null)
    }
}

/// Sends a second request while the first one is being written.
async fn overlapping(
    first: JoinHandle<Response<Bytes>>,
    second: impl FnOnce() -> JoinHandle<Response<Bytes>>,
) -> (Response<Bytes>, Response<Bytes>) {
    sleep(LATENCY / 2).await;
    let second = second();
    (first.await.unwrap(), second.await.unwrap())
}

async fn statuses(requests: Vec<JoinHandle<Response<Bytes>>>) -> Vec<u16> {
    let mut statuses = Vec::new();
    for request in requests {
        statuses.push(request.await.unwrap().status().as_u16());
    }
    statuses
}

fn count(statuses: &[u16], wanted: u16) -> usize {
    statuses.iter().filter(|&&status| status == wanted).count()
}

#[tokio::test(start_paused = true)]
async fn one_of_concurrent_sign_ins_succeeds_when_there_are_many_sessions() {
    let test = start_with(11);
    let refused = |version: u64| {
        let error = json!({ "version": version, "modifiedPaths": ["lastLogin", "tokens"] });
        (StatusCode::UNAUTHORIZED, json!({ "errors": { "general": error } }))
    };
    for round in 0..3 {
        let (first, second) = overlapping(test.send_sign_in(), || test.send_sign_in()).await;
        assert_eq!(first.status(), 200);
        assert_eq!((second.status(), json_of(&second)), refused(round));
    }
    assert_eq!(test.qelos.sessions(test.ada), 11 + 3);
    let at_once = statuses((0..4).map(|_| test.send_sign_in()).collect()).await;
    assert_eq!((count(&at_once, 200), count(&at_once, 401)), (1, 3));
    assert_eq!(test.send_sign_in().await.unwrap().status(), 200, "alone, it succeeds");
}

#[tokio::test(start_paused = true)]
async fn concurrent_sign_ins_succeed_with_ten_sessions_or_fewer() {
    for sessions in [0, 10] {
        let test = start_with(sessions);
        let signed_in = statuses((0..30).map(|_| test.send_sign_in()).collect()).await;
        assert_eq!(count(&signed_in, 200), 30);
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_that_have_expired_are_not_open() {
    let test = start_with(20);
    test.clock.advance(30 * DAY);
    assert_eq!(test.qelos.sessions(test.ada), 0);
    assert_eq!(statuses(vec![test.send_sign_in(), test.send_sign_in()]).await, [200, 200]);
}

#[tokio::test(start_paused = true)]
async fn sign_ins_of_different_users_are_independent() {
    let test = start_with(11);
    test.qelos.add_user(NewUser::new("bob@example.com", "hunter2hunter2").open_sessions(11));
    let body = json!({ "username": "bob@example.com", "password": "hunter2hunter2" });
    assert_eq!(statuses(vec![test.send_sign_in(), test.send("/api/signin", GUEST, &body)]).await, [200, 200]);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_beside_another_of_the_same_user_is_refused_and_its_token_stays_good() {
    let test = start_with(0);
    let [one, other] = [test.sign_in(None).1, test.sign_in(None).1];
    let (first, second) = overlapping(test.send_refresh(&one), || test.send_refresh(&other)).await;
    assert_eq!(first.status(), 200);
    assert_eq!((second.status(), second.body().len()), (StatusCode::UNAUTHORIZED, 0));
    assert_eq!(test.send_refresh(&other).await.unwrap().status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_and_a_refresh_refuse_each_other() {
    let test = start_with(11);
    let (_, refresh) = test.sign_in(None);
    let (refreshed, signed_in) = overlapping(test.send_refresh(&refresh), || test.send_sign_in()).await;
    assert_eq!((refreshed.status().as_u16(), signed_in.status().as_u16()), (200, 401));
    let (_, refresh) = test.sign_in(None);
    let (signed_in, refreshed) = overlapping(test.send_sign_in(), || test.send_refresh(&refresh)).await;
    assert_eq!((signed_in.status().as_u16(), refreshed.status().as_u16()), (200, 401));
}

#[tokio::test(start_paused = true)]
async fn a_request_refused_for_a_reason_takes_no_time_and_disturbs_no_other() {
    let test = start_with(11);
    let body = json!({ "username": "ada@example.com", "password": "wrong" });
    let requests = vec![test.send("/api/signin", GUEST, &body), test.send_refresh("garbage"), test.send_sign_in()];
    assert_eq!(statuses(requests).await, [401, 401, 200]);
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_responds_before_it_is_carried_out_and_a_sign_in_right_after_it_is_refused() {
    let test = start_with(11);
    let (access, refresh) = test.sign_in(None);
    assert_eq!(test.send_sign_out(&access).await.unwrap().status(), 200);
    assert_eq!(test.qelos.sessions(test.ada), 12, "not yet");
    assert_eq!(test.send_sign_in().await.unwrap().status(), 401);
    assert_eq!(test.qelos.sessions(test.ada), 11);
    assert_eq!(test.refresh(&refresh).status(), 401, "the session has ended");
    assert_eq!(test.send_sign_in().await.unwrap().status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_is_lost_when_the_record_changes_meanwhile() {
    let test = start_with(0);
    let (access, refresh) = test.sign_in(None);
    let signing_in = test.send_sign_in();
    sleep(LATENCY / 2).await;
    assert_eq!(test.send_sign_out(&access).await.unwrap().status(), 200, "no response says so");
    assert_eq!(signing_in.await.unwrap().status(), 200);
    sleep(LATENCY).await;
    assert_eq!(test.refresh(&refresh).status(), 200, "the session goes on");
}

#[tokio::test(start_paused = true)]
async fn one_of_concurrent_renewals_of_a_cookie_succeeds_and_the_session_lives() {
    let test = start_with(0);
    test.qelos.set_cookie_refresh_reachable(true);
    let cookie = test.cookie();
    let renewals: Vec<_> =
        (0..10).map(|_| test.send("/api/cookie/refresh", ("cookie", &cookie), &Value::Null)).collect();
    let (mut next, mut refused) = (Vec::new(), 0);
    for renewal in renewals {
        let response = renewal.await.unwrap();
        match set_cookie(&response) {
            Some(cookie) => next.push(cookie),
            None => {
                assert_eq!((response.status(), response.body().len()), (StatusCode::UNAUTHORIZED, 0));
                refused += 1;
            }
        }
    }
    assert_eq!((next.len(), refused), (1, 9));
    assert_eq!(test.get("/api/me", ("cookie", &cookie)).status(), 200);
    assert_eq!(test.send("/api/cookie/refresh", ("cookie", &next[0]), &Value::Null).await.unwrap().status(), 200);
}

#[tokio::test(start_paused = true)]
async fn the_server_goes_on_when_the_client_does_not_wait() {
    let test = start_with(0);
    let (_, refresh) = test.sign_in(None);
    let refreshing = test.send_refresh(&refresh);
    sleep(LATENCY / 2).await;
    refreshing.abort();
    sleep(LATENCY).await;
    assert_eq!(test.refresh(&refresh).status(), 401, "it was used up");
}

#[tokio::test]
async fn without_a_latency_no_request_is_refused() {
    let test = start_with(20);
    test.qelos.set_database_latency(Duration::ZERO);
    let [one, other] = [test.sign_in(None).1, test.sign_in(None).1];
    let requests = vec![test.send_sign_in(), test.send_refresh(&one), test.send_sign_in(), test.send_refresh(&other)];
    assert_eq!(statuses(requests).await, [200; 4]);
}
