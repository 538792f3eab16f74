//! Stripe: forms with nested names, keys that make writes repeatable.
//!
//! <https://docs.stripe.com/api>

use std::collections::BTreeMap;

use qelos_client::multipart::File;
use qelos_client::{IdempotencyKey, resource};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Key, Recorder, documented};

/// <https://docs.stripe.com/api/payment_intents>, <https://docs.stripe.com/api/idempotent_requests>
#[resource(path = "/v1/payment_intents", auth = Key, headers("Stripe-Version" = "2025-04-30.basil"))]
trait PaymentIntents {
    #[post]
    async fn create(
        &self,
        #[endpoint(form)] amount: u64,
        #[endpoint(form)] currency: &str,
        #[endpoint(form, nested)] automatic_payment_methods: Option<&Automatic>,
        #[endpoint(form, nested)] metadata: &BTreeMap<String, String>,
        #[endpoint(idempotency_key)] key: Option<IdempotencyKey>,
    ) -> Value;

    #[post("/{intent}/confirm")]
    async fn confirm(
        &self,
        intent: &str,
        #[endpoint(form)] payment_method: &str,
        #[endpoint(form)] return_url: Option<&str>,
    ) -> Value;

    #[post("/{intent}/capture")]
    async fn capture(&self, intent: &str, #[endpoint(idempotency_key)] key: Option<IdempotencyKey>) -> Value;
}

#[derive(Clone, Serialize)]
struct Automatic {
    enabled: bool,
}

/// <https://docs.stripe.com/api/charges/list>, <https://docs.stripe.com/api/expanding_objects>
#[resource(path = "/v1/charges", auth = Key, headers("Stripe-Version" = "2025-04-30.basil"))]
trait Charges {
    #[get(pages(cursor = after, next = |page: &List| page.data.last().map(|last| last.id.clone()), items = data: Charge, more = has_more))]
    async fn list(
        &self,
        limit: Option<u32>,
        #[endpoint(query, nested)] created: Option<&Between>,
        #[endpoint(rename = "expand[]")] expand: &[&str],
        #[endpoint(rename = "starting_after")] after: Option<String>,
    ) -> List;
}

#[derive(Clone, Serialize)]
struct Between {
    gte: Option<u64>,
    lt: Option<u64>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Charge>,
    has_more: bool,
}

#[derive(Deserialize)]
struct Charge {
    id: String,
}

/// <https://docs.stripe.com/api/checkout/sessions/create>
#[resource(path = "/v1/checkout/sessions", auth = Key, headers("Stripe-Version" = "2025-04-30.basil"))]
trait Sessions {
    #[post]
    async fn create(
        &self,
        #[endpoint(form)] success_url: &str,
        #[endpoint(form, nested)] line_items: &[LineItem],
        #[endpoint(form)] mode: Mode,
    ) -> Value;
}

#[derive(Clone, Serialize)]
struct LineItem {
    price: Option<&'static str>,
    price_data: Option<PriceData>,
    quantity: u32,
}

#[derive(Clone, Serialize)]
struct PriceData {
    currency: &'static str,
    unit_amount: u64,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Payment,
}

/// <https://docs.stripe.com/api/customers>
#[resource(path = "/v1/customers", auth = Key, headers("Stripe-Version" = "2025-04-30.basil"))]
trait Customers {
    #[post]
    async fn create(
        &self,
        #[endpoint(form)] email: Option<&str>,
        #[endpoint(form, nested)] address: Option<&Address>,
        #[endpoint(form, nested)] preferred_locales: &[&str],
    ) -> Value;

    #[delete("/{customer}")]
    async fn delete(&self, customer: &str) -> Value;

    #[get("/search")]
    async fn search(&self, query: &str, limit: Option<u32>) -> Value;
}

#[derive(Clone, Serialize)]
struct Address {
    city: &'static str,
    line1: Option<&'static str>,
}

/// <https://docs.stripe.com/api/refunds/create>, <https://docs.stripe.com/api/connected-accounts>
#[resource(path = "/v1/refunds", auth = Key, headers("Stripe-Version" = "2025-04-30.basil"))]
trait Refunds {
    #[post]
    async fn create(
        &self,
        #[endpoint(header = "Stripe-Account")] account: Option<&str>,
        #[endpoint(form)] charge: &str,
        #[endpoint(form)] amount: Option<u64>,
        #[endpoint(idempotency_key)] key: Option<IdempotencyKey>,
    ) -> Value;
}

/// <https://docs.stripe.com/api/files/create>, on a server of its own.
#[resource(path = "/v1/files", auth = Key, headers("Stripe-Version" = "2025-04-30.basil"))]
trait Files {
    #[post]
    async fn create(&self, #[endpoint(part)] purpose: &str, #[endpoint(part)] file: File) -> Value;
}

#[test]
fn payments() {
    let metadata = BTreeMap::from([("order_id".to_owned(), "6735".to_owned())]);
    documented(
        Recorder.payment_intents().create(2000, "usd", Some(&Automatic { enabled: true }), &metadata, None),
        "POST /v1/payment_intents
         Stripe-Version: 2025-04-30.basil
         Content-Type: application/x-www-form-urlencoded

         amount=2000
         currency=usd
         automatic_payment_methods[enabled]=true
         metadata[order_id]=6735",
    );
    documented(
        Recorder.payment_intents().confirm(
            "pi_3MtweELkdIwHu7ix0Dt0gF2H",
            "pm_card_visa",
            Some("https://www.example.com"),
        ),
        "POST /v1/payment_intents/pi_3MtweELkdIwHu7ix0Dt0gF2H/confirm
         Stripe-Version: 2025-04-30.basil
         Content-Type: application/x-www-form-urlencoded

         payment_method=pm_card_visa
         return_url=https://www.example.com",
    );
    documented(
        Recorder.payment_intents().capture("pi_3MrPBM2eZvKYlo2C1TEMacFD", None),
        "POST /v1/payment_intents/pi_3MrPBM2eZvKYlo2C1TEMacFD/capture
         Stripe-Version: 2025-04-30.basil",
    );
    let key = "KG5LxwFBepaKHyUD".parse().unwrap();
    documented(
        Recorder.refunds().create(Some("acct_1032D82eZvKYlo2C"), "ch_1NirD82eZvKYlo2CIvbtLWuY", Some(500), Some(key)),
        "POST /v1/refunds
         Stripe-Version: 2025-04-30.basil
         Stripe-Account: acct_1032D82eZvKYlo2C
         Idempotency-Key: KG5LxwFBepaKHyUD
         Content-Type: application/x-www-form-urlencoded

         charge=ch_1NirD82eZvKYlo2CIvbtLWuY
         amount=500",
    );
}

#[test]
fn lists() {
    let since = Between { gte: Some(1_679_090_539), lt: None };
    documented(
        Recorder.charges().list(Some(3), Some(&since), &["data.customer"], Some("ch_1".to_owned())),
        "GET /v1/charges?limit=3&created[gte]=1679090539&expand[]=data.customer&starting_after=ch_1
         Stripe-Version: 2025-04-30.basil",
    );
}

#[test]
fn checkouts() {
    let items = [
        LineItem { price: Some("price_1MotwRLkdIwHu7ixYcPLm5uZ"), price_data: None, quantity: 2 },
        LineItem { price: None, price_data: Some(PriceData { currency: "usd", unit_amount: 500 }), quantity: 1 },
    ];
    documented(
        Recorder.sessions().create("https://example.com/success", &items, Mode::Payment),
        "POST /v1/checkout/sessions
         Stripe-Version: 2025-04-30.basil
         Content-Type: application/x-www-form-urlencoded

         success_url=https://example.com/success
         line_items[0][price]=price_1MotwRLkdIwHu7ixYcPLm5uZ
         line_items[0][quantity]=2
         line_items[1][price_data][currency]=usd
         line_items[1][price_data][unit_amount]=500
         line_items[1][quantity]=1
         mode=payment",
    );
}

#[test]
fn files() {
    let picture = File::new("file.jpg", "pixels").of_type("image/jpeg".parse().unwrap());
    documented(
        Recorder.files().create("dispute_evidence", picture),
        r#"POST /v1/files
           Stripe-Version: 2025-04-30.basil
           Content-Type: multipart/form-data

           purpose = dispute_evidence
           file ("file.jpg", image/jpeg) = <6 bytes>"#,
    );
}

#[test]
fn customers() {
    let address = Address { city: "London", line1: None };
    documented(
        Recorder.customers().create(Some("ada@example.com"), Some(&address), &["en", "fr"]),
        "POST /v1/customers
         Stripe-Version: 2025-04-30.basil
         Content-Type: application/x-www-form-urlencoded

         email=ada@example.com
         address[city]=London
         preferred_locales[0]=en
         preferred_locales[1]=fr",
    );
    documented(
        Recorder.customers().delete("cus_NffrFeUfNV2Hib"),
        "DELETE /v1/customers/cus_NffrFeUfNV2Hib\nStripe-Version: 2025-04-30.basil",
    );
    documented(
        Recorder.customers().search("name:'Jane Doe' AND metadata['foo']:'bar'", None),
        "GET /v1/customers/search?query=name:'Jane Doe' AND metadata['foo']:'bar'\nStripe-Version: 2025-04-30.basil",
    );
}
