//! Invoices, coupons, the checkout, and the settings of payments.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::id::{CouponId, InvoiceId, PlanId, SubscriptionId};
use crate::timestamp::Timestamp;
use crate::wire::words::words;
use crate::wire::{BillableEntity, BillingCycle};

words! {
    /// What state an invoice is in.
    InvoiceStatus {
        /// It was paid.
        Paid = "paid",
        /// It was not paid yet.
        Pending = "pending",
        /// The payment has failed.
        Failed = "failed",
        /// The money was given back.
        Refunded = "refunded",
    }
    /// How a coupon counts.
    DiscountType {
        /// As a part of the price, in percent.
        Percentage = "percentage",
        /// As an amount of money.
        Fixed = "fixed",
    }
}

/// An invoice of a subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Invoice {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: InvoiceId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<SubscriptionId>,
    /// Whether a user or a workspace pays.
    pub billable_entity_type: BillableEntity,
    /// The id of the user or the workspace.
    pub billable_entity_id: String,
    /// The amount.
    pub amount: Number,
    /// The currency.
    pub currency: String,
    /// The state.
    pub status: InvoiceStatus,
    /// Its id at the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_invoice_id: Option<String>,
    /// The kind of the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_kind: Option<String>,
    /// The URL of the invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_url: Option<String>,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// The beginning of the time that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_start: Option<Timestamp>,
    /// The end of the time that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_end: Option<Timestamp>,
    /// What it is for.
    #[serde(default)]
    pub items: Vec<InvoiceItem>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InvoiceItem {
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The amount.
    pub amount: Number,
    /// The quantity.
    pub quantity: Number,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A coupon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Coupon {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: CouponId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The code. Upper and lower case are different.
    pub code: String,
    /// How it counts.
    pub discount_type: DiscountType,
    /// How much it takes off.
    pub discount_value: Number,
    /// The currency of an amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How often it can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_redemptions: Option<u64>,
    /// How often it was used.
    #[serde(default)]
    pub current_redemptions: u64,
    /// When it begins to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// When it ends to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// The plans that it is for; all, if there are none.
    #[serde(default)]
    pub applicable_plan_ids: Vec<PlanId>,
    /// Whether it counts.
    #[serde(default)]
    pub is_active: bool,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A coupon to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewCoupon {
    /// The code.
    pub code: String,
    /// How it counts.
    pub discount_type: DiscountType,
    /// How much it takes off.
    pub discount_value: Number,
    /// The currency of an amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How often it can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_redemptions: Option<u64>,
    /// When it begins to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// When it ends to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// The plans that it is for; all, if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applicable_plan_ids: Vec<PlanId>,
    /// Whether it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewCoupon {
    /// With the required fields only.
    #[must_use]
    pub fn new(code: impl Into<String>, discount_type: DiscountType, discount_value: Number) -> Self {
        Self {
            code: code.into(),
            discount_type,
            discount_value,
            currency: None,
            max_redemptions: None,
            valid_from: None,
            valid_until: None,
            applicable_plan_ids: Vec::new(),
            is_active: None,
            other: Map::new(),
        }
    }
}

/// Changes of a coupon. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CouponChanges {
    /// The code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_type: Option<DiscountType>,
    /// How much it takes off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_value: Option<Number>,
    /// The currency of an amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How often it can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_redemptions: Option<u64>,
    /// When it begins to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// When it ends to count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// The plans that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicable_plan_ids: Option<Vec<PlanId>>,
    /// Whether it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What is to be paid: a subscription that exists, or a plan and how often it is paid for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewCheckout {
    /// The subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<SubscriptionId>,
    /// The plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<PlanId>,
    /// How often it is paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_cycle: Option<BillingCycle>,
    /// The code of a coupon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon_code: Option<String>,
    /// The page that the payment provider sends the browser to afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_url: Option<String>,
    /// The page for a browser whose user has given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_url: Option<String>,
    /// The name and address of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Map<String, Value>>,
    /// Whether a subscription that was not paid for is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<bool>,
    /// Whether a user or a workspace pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_entity_type: Option<BillableEntity>,
    /// The id of the user or the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_entity_id: Option<String>,
    /// The amount, where the plan has none. For administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Number>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Where to pay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Checkout {
    /// The subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<SubscriptionId>,
    /// The page of the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout_url: Option<String>,
    /// The token for the form of the payment provider, which a browser may know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_token: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Why a checkout, a coupon or a configuration was refused.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentRefusal {
    /// The reason, for programs: `ACTIVE_SUBSCRIPTION_EXISTS`, `COUPON_NOT_FOUND`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The reason, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The active subscription that stands against another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing_subscription_id: Option<SubscriptionId>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The settings of payments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PaymentConfiguration {
    /// `payments-configuration`.
    pub key: String,
    /// The settings.
    #[serde(default)]
    pub metadata: PaymentSettings,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The settings of payments. The given ones replace the old ones.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PaymentSettings {
    /// Whether payments are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_enabled: Option<bool>,
    /// The currency, where nothing says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_currency: Option<String>,
    /// For how many days a late payment is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_period_days: Option<u32>,
    /// The source of integrations of the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_source_id: Option<String>,
    /// The source of integrations of the payment provider, under its other name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_source_id: Option<String>,
    /// The kind of the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_kind: Option<String>,
    /// The page that the payment provider sends the browser to afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_url: Option<String>,
    /// The page for a browser whose user has given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_url: Option<String>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
