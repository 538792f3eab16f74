//! Plans, subscriptions, invoices and coupons, and the checkout.

use serde_json::Number;

use crate::auth::{Privileged, Public, SignedIn};
use crate::id::{CouponId, InvoiceId, PlanId, SubscriptionId};
use crate::resource;
use crate::wire::{
    BillableEntity, Checkout, Coupon, CouponChanges, Invoice, InvoiceStatus, NewCheckout, NewCoupon, NewPlan,
    NewSubscription, PaymentConfiguration, PaymentRefusal, PaymentSettings, Plan, PlanChanges, Subscription,
    SubscriptionStatus,
};

/// The plans that users subscribe to. Everyone may list those that are active; the rest is for administrators.
///
/// # Errors
///
/// A plan that does not exist is a 404. A missing role is a 401 `insufficient permissions`.
#[resource(path = "/api/plans", auth = Privileged, decode, crate = crate)]
pub trait Plans {
    /// Lists the active plans.
    #[get("/public", auth = Public)]
    #[doc(alias = "getPlans")]
    async fn public(&self) -> Vec<Plan>;

    /// Lists all plans, or those that are active or not.
    #[get]
    #[doc(alias = "getPlans")]
    async fn list(&self, #[serde(rename = "isActive")] is_active: Option<bool>) -> Vec<Plan>;

    /// Reads a plan. To a user who is no administrator, one that is not active does not exist.
    #[get("/{plan_id}", auth = SignedIn)]
    #[doc(alias = "getPlan")]
    async fn get(&self, plan_id: &PlanId) -> Plan;

    /// Creates a plan.
    #[post]
    #[doc(alias = "createPlan")]
    async fn create(&self, #[serde(flatten)] plan: &NewPlan) -> Plan;

    /// Changes a plan.
    #[put("/{plan_id}")]
    #[doc(alias = "updatePlan")]
    async fn update(&self, plan_id: &PlanId, #[serde(flatten)] changes: &PlanChanges) -> Plan;

    /// Deactivates a plan: the server keeps it, and its subscriptions.
    #[delete("/{plan_id}")]
    #[doc(alias = "deletePlan")]
    async fn deactivate(&self, plan_id: &PlanId) -> Plan;
}

/// The subscriptions of the signed-in user. Administrators see those of all.
///
/// # Errors
///
/// A subscription of another user is a 403, and one that does not exist a 404. With an active workspace, the server
/// refuses to show and to cancel also subscriptions of the user and of the workspace, with 403.
#[resource(path = "/api/subscriptions", auth = SignedIn, decode, crate = crate)]
pub trait Subscriptions {
    /// Lists the subscriptions, newest first: those of the user, or of all for administrators.
    #[get]
    #[doc(alias = "getSubscriptions")]
    async fn list(
        &self,
        #[serde(rename = "billableEntityType")] billable_entity_type: Option<&BillableEntity>,
        #[serde(rename = "billableEntityId")] billable_entity_id: Option<&str>,
        status: Option<&SubscriptionStatus>,
    ) -> Vec<Subscription>;

    /// Reads the subscription of the active workspace, or else of the user, that is active or tried out. `None` if there is
    /// none.
    #[get("/me")]
    #[doc(alias = "getMySubscription")]
    async fn mine(&self) -> Option<Subscription>;

    /// Reads a subscription.
    #[get("/{subscription_id}")]
    #[doc(alias = "getSubscription")]
    async fn get(&self, subscription_id: &SubscriptionId) -> Subscription;

    /// Subscribes to a plan. The subscription is pending until it is paid for; that of an administrator is active.
    #[post]
    #[doc(alias = "subscribeToPlan")]
    #[doc(alias = "createSubscription")]
    async fn create(&self, #[serde(flatten)] subscription: &NewSubscription) -> Subscription;

    /// Cancels a subscription.
    #[put("/{subscription_id}/cancel")]
    #[doc(alias = "cancelSubscription")]
    async fn cancel(&self, subscription_id: &SubscriptionId) -> Subscription;

    /// Sets the amount of a subscription whose plan has none. For administrators.
    #[put("/{subscription_id}/dynamic-amount", auth = Privileged)]
    #[doc(alias = "setSubscriptionDynamicAmount")]
    async fn set_amount(&self, subscription_id: &SubscriptionId, amount: &Number) -> Subscription;
}

/// The invoices of the signed-in user. Administrators see those of all.
///
/// # Errors
///
/// An invoice that does not exist is a 404. With an active workspace the server refuses to show invoices, with 403.
#[resource(path = "/api/invoices", auth = SignedIn, decode, crate = crate)]
pub trait Invoices {
    /// Lists the invoices, or those of a state.
    #[get]
    #[doc(alias = "getInvoices")]
    async fn list(&self, status: Option<&InvoiceStatus>) -> Vec<Invoice>;

    /// Reads an invoice.
    #[get("/{invoice_id}")]
    #[doc(alias = "getInvoice")]
    async fn get(&self, invoice_id: &InvoiceId) -> Invoice;
}

/// Coupons, for administrators. Users may ask whether a code counts.
///
/// # Errors
///
/// A missing role is a 401 `insufficient permissions`. A code that is taken is a 400, and a coupon that does not exist a 404.
#[resource(path = "/api/coupons", auth = Privileged, decode, crate = crate)]
pub trait Coupons {
    /// Lists all coupons, or those that count or do not.
    #[get]
    #[doc(alias = "getCoupons")]
    async fn list(&self, #[serde(rename = "isActive")] is_active: Option<bool>) -> Vec<Coupon>;

    /// Reads a coupon.
    #[get("/{coupon_id}")]
    #[doc(alias = "getCoupon")]
    async fn get(&self, coupon_id: &CouponId) -> Coupon;

    /// Creates a coupon.
    #[post]
    #[doc(alias = "createCoupon")]
    async fn create(&self, #[serde(flatten)] coupon: &NewCoupon) -> Coupon;

    /// Changes a coupon.
    #[put("/{coupon_id}")]
    #[doc(alias = "updateCoupon")]
    async fn update(&self, coupon_id: &CouponId, #[serde(flatten)] changes: &CouponChanges) -> Coupon;

    /// Deactivates a coupon: the server keeps it.
    #[delete("/{coupon_id}")]
    #[doc(alias = "deleteCoupon")]
    async fn deactivate(&self, coupon_id: &CouponId) -> Coupon;

    /// Reads the coupon of a code, if it counts now, and for a plan if one is given.
    ///
    /// # Errors
    ///
    /// [`PaymentRefusal`] says why it does not count: 400.
    #[post("/validate", auth = SignedIn, error = PaymentRefusal, idempotent)]
    #[doc(alias = "validateCoupon")]
    async fn validate(&self, code: &str, #[serde(rename = "planId")] plan_id: Option<&PlanId>) -> Coupon;
}

/// Payments: the way to pay, and the settings.
#[resource(path = "/api", auth = Privileged, decode, crate = crate)]
pub trait Payments {
    /// Begins to pay a subscription. The response says where.
    ///
    /// # Errors
    ///
    /// [`PaymentRefusal`] says why not: 409 with an active subscription, 500 where payments are not set up, 404 without
    /// such a plan, 400 for a request that is not complete, 502 when the payment provider fails.
    #[post("/checkout", auth = SignedIn, error = PaymentRefusal)]
    async fn checkout(&self, #[serde(flatten)] order: &NewCheckout) -> Checkout;

    /// Reads the settings of payments.
    #[get("/payments/configuration")]
    #[doc(alias = "getPaymentsConfiguration")]
    async fn configuration(&self) -> PaymentConfiguration;

    /// Changes settings of payments.
    ///
    /// # Errors
    ///
    /// [`PaymentRefusal`] says which setting is not valid: 400.
    #[put("/payments/configuration", error = PaymentRefusal)]
    #[doc(alias = "updatePaymentsConfiguration")]
    async fn update_configuration(&self, metadata: &PaymentSettings) -> PaymentConfiguration;
}
