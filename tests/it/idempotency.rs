//! Writes that can be repeated: idempotency keys, and the budget of retries.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use qelos_client::auth::{Public, SignedIn};
use qelos_client::testing::{FakeQelos, FakeTransport, Fault, Faults, ManualClock, Refusal};
use qelos_client::{
    Anonymous, ApiTokenAuth, Builder, Client, DecodeRequest, Endpoint, EndpointInfo, IdempotencyKey, RequestSnapshot,
    Retries, RetryBudget, Transport, TransportError, resource,
};

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(POST, "/v1/charges", auth = Public)]
struct Charge {
    #[endpoint(idempotency_key)]
    key: Option<IdempotencyKey>,
    amount: u32,
}

#[derive(Debug, Clone, PartialEq, Endpoint, DecodeRequest)]
#[endpoint(PATCH, "/v1/orders/{id}", auth = SignedIn)]
struct Change {
    id: u32,
    #[endpoint(idempotency_key = "x-request-id")]
    key: Option<IdempotencyKey>,
    note: String,
}

/// Has no key, and is not repeatable.
#[derive(Debug, Endpoint)]
#[endpoint(POST, "/v1/refunds", auth = Public)]
struct Refund {}

#[derive(Debug, Endpoint)]
#[endpoint(GET, "/v1/charges", auth = Public)]
struct List {}

#[resource(path = "/v1/payouts", auth = SignedIn, decode)]
pub(crate) trait Payouts {
    #[post]
    async fn create(&self, amount: u32, #[endpoint(idempotency_key)] key: Option<IdempotencyKey>);
}

fn key(text: &str) -> Option<IdempotencyKey> {
    text.parse().ok()
}

/// A transport that keeps the keys of its requests, and responds with success.
fn recorder() -> (impl Transport, Arc<Mutex<Vec<String>>>) {
    let keys = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&keys);
    let transport = move |request: Request<Bytes>| {
        let headers = request.headers();
        let key = headers.get("idempotency-key").or_else(|| headers.get("x-request-id"));
        kept.lock().unwrap().push(key.map_or_else(String::new, |key| key.to_str().unwrap().to_owned()));
        async { Ok::<_, TransportError>(Response::new(Bytes::new())) }
    };
    (transport, keys)
}

fn client<T: Transport>(transport: T) -> Client<Anonymous, T> {
    Client::builder("https://acme.example").transport(transport).build().unwrap()
}

#[test]
fn a_key_is_a_header_that_makes_its_endpoint_idempotent() {
    let charge = Charge { key: key("order-7"), amount: 100 };
    let shown = RequestSnapshot::of(&charge).unwrap().to_string();
    assert!(shown.contains("\nidempotency-key: order-7\n"), "{shown}");
    let unset = RequestSnapshot::of(&Charge { key: None, amount: 100 }).unwrap().to_string();
    assert!(!unset.contains("idempotency-key"), "encoding draws nothing: {unset}");

    let [charge, edit, refund] =
        [EndpointInfo::of::<Charge>(), EndpointInfo::of::<Change>(), EndpointInfo::of::<Refund>()];
    assert_eq!((charge.idempotent, charge.idempotency_key), (true, Some("idempotency-key")));
    assert_eq!((edit.idempotent, edit.idempotency_key), (true, Some("x-request-id")));
    assert_eq!((refund.idempotent, refund.idempotency_key), (false, None));
    assert_eq!(EndpointInfo::of::<PayoutsCreate>().idempotency_key, Some("idempotency-key"));
}

#[test]
fn a_key_is_read_back() {
    fn read_back<E: DecodeRequest>(endpoint: &E) -> E {
        let request = endpoint.encode().unwrap().into_http(&"https://acme.example".parse().unwrap()).unwrap();
        E::decode_request(&request).unwrap()
    }
    for key in [None, key("order-7")] {
        let charge = Charge { key: key.clone(), amount: 1 };
        assert_eq!(read_back(&charge), charge);
        let edit = Change { id: 7, key, note: String::new() };
        assert_eq!(read_back(&edit), edit);
    }
    let odd = Request::post("/v1/charges").header("idempotency-key", "a b").body(r#"{"amount":1}"#.into()).unwrap();
    let error = Charge::decode_request(&odd).unwrap_err().to_string();
    assert!(error.contains("the header `idempotency-key`") && error.contains("visible characters"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_drawn_key_is_kept_for_the_attempts_of_its_call() {
    let (transport, keys) = recorder();
    let network = Faults::around(transport);
    network.of_all().next([Fault::lost_response(), Fault::lost_response()]);
    let client = client(network);
    client.call(&Charge { key: None, amount: 100 }).await.unwrap();
    client.call(&Charge { key: None, amount: 100 }).await.unwrap();
    client.call(&Charge { key: key("order-7"), amount: 100 }).await.unwrap();
    client.connection().call(&Charge { key: None, amount: 100 }).await.unwrap();
    let keys = keys.lock().unwrap();
    let [first, second, third, other, own, of_connection] = &keys[..] else { panic!("six requests: {keys:?}") };
    assert_eq!((first, first, own.as_str()), (second, third, "order-7"));
    assert!(first != other && other != of_connection, "each call has a key of its own");
    for drawn in [first, other, of_connection] {
        let groups: Vec<_> = drawn.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{drawn}");
    }
}

#[tokio::test]
async fn a_key_is_drawn_when_the_call_is_made() {
    let (transport, keys) = recorder();
    let drawn = Arc::new(Mutex::new(0));
    let count = Arc::clone(&drawn);
    let random = move |bytes: &mut [u8]| {
        *count.lock().unwrap() += 1;
        bytes.fill(7);
        Ok(())
    };
    let builder = Client::builder("https://acme.example").transport(transport).random(random).api_token("ql_1");
    let client = builder.build().unwrap();
    let call = client.call(&Change { id: 7, key: None, note: String::new() });
    assert_eq!(*drawn.lock().unwrap(), 1);
    call.await.unwrap();
    client.payouts().create(5, None).await.unwrap();
    client.payouts().create(5, key("own")).await.unwrap();
    client.call(&List {}).await.unwrap();
    assert_eq!(*drawn.lock().unwrap(), 2);
    let sevens = "07070707-0707-4707-8707-070707070707";
    assert_eq!(*keys.lock().unwrap(), [sevens, sevens, "own", ""]);
}

#[tokio::test]
async fn without_random_bytes_nothing_is_sent() {
    let nowhere = async |_: Request<Bytes>| -> Result<Response<Bytes>, TransportError> { panic!("it was sent") };
    let builder = Client::builder("https://acme.example").transport(nowhere).random(|_: &mut [u8]| Err("none".into()));
    let client = builder.build().unwrap();
    let error = client.call(&Charge { key: None, amount: 1 }).await.unwrap_err();
    assert!(error.is_config() && error.endpoint().is_some(), "{error}");
    assert!(error.to_string().contains("there are no random bytes for an idempotency key: none"), "{error}");
    assert!(client.connection().call(&Charge { key: None, amount: 1 }).await.unwrap_err().is_config());
}

#[tokio::test(start_paused = true)]
async fn a_write_with_a_key_is_sent_again_and_one_without_is_not() {
    for fault in [Fault::lost_response(), Fault::status(503), Fault::status(429)] {
        let network = Faults::around(recorder().0);
        network.of_all().always(fault.clone());
        let client = client(network.clone());
        client.call(&Charge { key: None, amount: 1 }).await.unwrap_err();
        client.call(&Refund {}).await.unwrap_err();
        assert_eq!((network.of::<Charge>().sent(), network.of::<Refund>().sent()), (3, 1), "{fault:?}");
    }
}

#[tokio::test]
async fn a_server_acts_once_for_a_key() {
    let qelos = FakeQelos::new(ManualClock::new("2026-11-21T12:00:00Z".parse().unwrap()));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    qelos.mount::<Charge>(move |charge: Charge, _| {
        let mut kept = kept.lock().unwrap();
        let key = charge.key.unwrap();
        if !kept.contains(&key) {
            kept.push(key);
        }
        Ok(())
    });
    let network = Faults::around(qelos);
    network.of::<Charge>().next([Fault::lost_response()]);
    client(network.clone()).call(&Charge { key: None, amount: 1 }).await.unwrap();
    assert_eq!((network.of::<Charge>().arrived(), seen.lock().unwrap().len()), (2, 1));
}

type Subject = Client<ApiTokenAuth, FakeTransport>;

fn double() -> (FakeTransport, Subject) {
    let server = FakeTransport::new();
    let client = Client::builder("https://acme.example").transport(server.clone()).api_token("ql_1").build().unwrap();
    (server, client)
}

#[tokio::test]
async fn a_double_compares_a_key_where_it_is_expected() {
    let (server, client) = double();
    let seen = || Refusal::new(StatusCode::CONFLICT, "seen");
    let change = |key| Change { id: 7, key, note: "x".to_owned() };
    server.expect(&change(None)).refuse(seen());
    server.expect(&change(None)).refuse(seen());
    server.expect(&change(key("own"))).refuse(seen());
    for key in [None, key("another"), key("own")] {
        let error = client.call(&change(key)).await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::CONFLICT), "{error}");
    }
    server.expect(&change(key("own"))).refuse(seen());
    client.call(&change(key("another"))).await.unwrap_err();
    drop(client);
    let panic = catch_unwind(AssertUnwindSafe(|| drop(server))).unwrap_err();
    let complaint = panic.downcast::<String>().unwrap();
    assert!(complaint.contains("- x-request-id: own\n+ x-request-id: another\n"), "{complaint}");
}

/// Calls that all fail for a transient reason, and how often they were sent.
async fn sent(calls: usize, budget: Option<RetryBudget>) -> usize {
    let network = Faults::around(recorder().0);
    network.of_all().always(Fault::status(503));
    let builder = Client::builder("https://acme.example").transport(network.clone());
    let builder = builder.retries(Retries::at_most(2).waiting(Duration::ZERO, Duration::ZERO));
    let client = budget.into_iter().fold(builder, Builder::retry_budget).build().unwrap();
    for _ in 0..calls {
        let error = client.call(&List {}).await.unwrap_err();
        assert!(error.is_transient() && error.status() == Some(StatusCode::SERVICE_UNAVAILABLE), "{error}");
    }
    network.of_all().sent()
}

#[tokio::test(start_paused = true)]
async fn the_calls_of_a_client_share_a_budget_of_retries() {
    assert_eq!(sent(50, None).await, 150, "a few calls are retried as often as they say");
    let many = sent(1_000, None).await;
    assert!((1_290..=1_310).contains(&many), "a hundred and a fifth are sent again: {many}");
    let thrifty = RetryBudget::percent_of_calls(10).at_least_per_second(0);
    let many = sent(1_000, Some(thrifty)).await;
    assert!((1_105..=1_110).contains(&many), "ten and a tenth: {many}");
    assert_eq!(sent(1_000, Some(RetryBudget::unlimited())).await, 3_000);
}

#[tokio::test(start_paused = true)]
async fn time_fills_the_budget_of_retries() {
    let network = Faults::around(recorder().0);
    network.of_all().always(Fault::status(503));
    let builder = Client::builder("https://acme.example").transport(network.clone());
    let builder = builder.retries(Retries::at_most(1).waiting(Duration::ZERO, Duration::ZERO));
    let client = builder.retry_budget(RetryBudget::percent_of_calls(0).at_least_per_second(1)).build().unwrap();
    let (mut attempts, client) = (Vec::new(), client.with_credential(Anonymous));
    for _ in 0..12 {
        attempts.push(client.call(&List {}).await.unwrap_err().attempts());
    }
    assert_eq!(attempts, [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1], "all clients of a connection share it");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(client.call(&List {}).await.unwrap_err().attempts(), 2);
    assert_eq!(client.call(&List {}).await.unwrap_err().attempts(), 1);
}
