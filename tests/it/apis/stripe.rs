//! Stripe: forms with nested names, keys that make writes repeatable.
//!
//! <https://docs.stripe.com/api>

use qelos_client::multipart::File;
use qelos_client::{IdempotencyKey, resource};
use serde_json::Value;

use super::{Key, Recorder, documented};

/// <https://docs.stripe.com/api/payment_intents>, <https://docs.stripe.com/api/idempotent_requests>
#[resource(path = "/v1/payment_intents", auth = Key, headers("Stripe-Version" = "2025-04-30.basil"))]
trait PaymentIntents {
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

/// <https://docs.stripe.com/api/customers>
#[resource(path = "/v1/customers", auth = Key, headers("Stripe-Version" = "2025-04-30.basil"))]
trait Customers {
    #[delete("/{customer}")]
    async fn delete(&self, customer: &str) -> Value;

    #[get("/search")]
    async fn search(&self, query: &str, limit: Option<u32>) -> Value;
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
    documented(
        Recorder.customers().delete("cus_NffrFeUfNV2Hib"),
        "DELETE /v1/customers/cus_NffrFeUfNV2Hib\nStripe-Version: 2025-04-30.basil",
    );
    documented(
        Recorder.customers().search("name:'Jane Doe' AND metadata['foo']:'bar'", None),
        "GET /v1/customers/search?query=name:'Jane Doe' AND metadata['foo']:'bar'\nStripe-Version: 2025-04-30.basil",
    );
}
