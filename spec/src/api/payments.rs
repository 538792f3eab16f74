//! Plans, subscriptions, invoices and coupons, and the checkout.

use serde_json::Number;

use crate::auth::{Privileged, Public, SignedIn};
use crate::id::{CouponId, InvoiceId, PlanId, SubscriptionId};
use crate::wire::{
    BillableEntity, Checkout, Coupon, CouponChanges, Invoice, InvoiceStatus, NewCheckout, NewCoupon, NewPlan,
    NewSubscription, PaymentConfiguration, PaymentRefusal, PaymentSettings, Plan, PlanChanges, Subscription,
    SubscriptionStatus,
};
use crate::{DecodeRequest, Endpoint, resource};

/// Lists plans: all of them, or those with these values. There are no pages.
///
/// `GET /api/plans`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListPlans;
///
/// let mut list = ListPlans::default();
/// list.is_active = Some(true);
/// assert_eq!(list.encode()?.target(), "/api/plans?isActive=true");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/plans", response = Vec<Plan>, auth = Privileged)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListPlans {
    /// Whether users may subscribe to them.
    pub is_active: Option<bool>,
}

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

    /// Lists plans, also those that are not active.
    #[endpoint(ListPlans)]
    #[doc(alias = "getPlans")]
    async fn list(&self, plans: &ListPlans) -> Vec<Plan>;

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

/// Lists subscriptions, newest first: those of the signed-in user, and for administrators those of all. There are no pages.
///
/// `GET /api/subscriptions`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListSubscriptions;
/// use qelos_spec::wire::SubscriptionStatus;
///
/// let mut list = ListSubscriptions::default();
/// list.status = Some(SubscriptionStatus::PastDue);
/// assert_eq!(list.encode()?.target(), "/api/subscriptions?status=past_due");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/subscriptions", response = Vec<Subscription>, auth = SignedIn)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListSubscriptions {
    /// Whether a user or a workspace pays.
    pub billable_entity_type: Option<BillableEntity>,
    /// The id of the user or the workspace that pays.
    pub billable_entity_id: Option<String>,
    /// The state.
    pub status: Option<SubscriptionStatus>,
}

/// The subscriptions of the signed-in user. Administrators see those of all.
///
/// # Errors
///
/// A subscription of another user is a 403, and one that does not exist a 404. With an active workspace, the server
/// refuses to show and to cancel also subscriptions of the user and of the workspace, with 403.
#[resource(path = "/api/subscriptions", auth = SignedIn, decode, crate = crate)]
pub trait Subscriptions {
    /// Lists subscriptions, newest first: those of the user, or of all for administrators.
    #[endpoint(ListSubscriptions)]
    #[doc(alias = "getSubscriptions")]
    async fn list(&self, subscriptions: &ListSubscriptions) -> Vec<Subscription>;

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

/// Lists invoices: those of the signed-in user, and for administrators those of all. There are no pages.
///
/// `GET /api/invoices`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListInvoices;
/// use qelos_spec::wire::InvoiceStatus;
///
/// let mut list = ListInvoices::default();
/// list.status = Some(InvoiceStatus::Paid);
/// assert_eq!(list.encode()?.target(), "/api/invoices?status=paid");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/invoices", response = Vec<Invoice>, auth = SignedIn)]
#[non_exhaustive]
pub struct ListInvoices {
    /// The state.
    pub status: Option<InvoiceStatus>,
}

/// The invoices of the signed-in user. Administrators see those of all.
///
/// # Errors
///
/// An invoice that does not exist is a 404. With an active workspace the server refuses to show invoices, with 403.
#[resource(path = "/api/invoices", auth = SignedIn, decode, crate = crate)]
pub trait Invoices {
    /// Lists invoices.
    #[endpoint(ListInvoices)]
    #[doc(alias = "getInvoices")]
    async fn list(&self, invoices: &ListInvoices) -> Vec<Invoice>;

    /// Reads an invoice.
    #[get("/{invoice_id}")]
    #[doc(alias = "getInvoice")]
    async fn get(&self, invoice_id: &InvoiceId) -> Invoice;
}

/// Lists coupons: all of them, or those with these values. There are no pages.
///
/// `GET /api/coupons`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ListCoupons;
///
/// let mut list = ListCoupons::default();
/// list.is_active = Some(true);
/// assert_eq!(list.encode()?.target(), "/api/coupons?isActive=true");
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(GET, "/api/coupons", response = Vec<Coupon>, auth = Privileged)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListCoupons {
    /// Whether they count.
    pub is_active: Option<bool>,
}

/// Reads the coupon of a code, if it counts now, and for a plan if one is given.
///
/// `POST /api/coupons/validate`.
///
/// ```
/// use qelos_spec::Endpoint;
/// use qelos_spec::api::ValidateCoupon;
///
/// let validate = ValidateCoupon::new("SPRING");
/// assert_eq!(validate.encode()?.body(), r#"{"code":"SPRING"}"#);
/// # Ok::<(), qelos_spec::EncodeError>(())
/// ```
///
/// # Errors
///
/// [`PaymentRefusal`] says why it does not count: 400.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint, DecodeRequest)]
#[endpoint(
    POST, "/api/coupons/validate", response = Coupon, error = PaymentRefusal, auth = SignedIn, idempotent,
)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ValidateCoupon {
    /// The code. Upper and lower case are different.
    pub code: String,
    /// The plan that it shall count for.
    pub plan_id: Option<PlanId>,
}

impl ValidateCoupon {
    /// The coupon of this code, for any plan.
    #[must_use]
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), plan_id: None }
    }
}

/// Coupons, for administrators. Users may ask whether a code counts.
///
/// # Errors
///
/// A missing role is a 401 `insufficient permissions`. A code that is taken is a 400, and a coupon that does not exist a 404.
#[resource(path = "/api/coupons", auth = Privileged, decode, crate = crate)]
pub trait Coupons {
    /// Lists coupons.
    #[endpoint(ListCoupons)]
    #[doc(alias = "getCoupons")]
    async fn list(&self, coupons: &ListCoupons) -> Vec<Coupon>;

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
    #[endpoint(ValidateCoupon)]
    #[doc(alias = "validateCoupon")]
    async fn validate(&self, coupon: &ValidateCoupon) -> Coupon;
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
