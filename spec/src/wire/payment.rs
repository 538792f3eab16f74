//! Plans, and subscriptions to them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::id::{CouponId, PlanId, SubscriptionId};
use crate::timestamp::Timestamp;
use crate::wire::words::words;

words! {
    /// How often a subscription is paid for.
    BillingCycle {
        /// Each month.
        Monthly = "monthly",
        /// Each year.
        Yearly = "yearly",
    }
    /// Who pays.
    BillableEntity {
        /// A user.
        User = "user",
        /// A workspace.
        Workspace = "workspace",
    }
    /// What state a subscription is in.
    SubscriptionStatus {
        /// It was not paid for yet.
        Pending = "pending",
        /// It is paid for.
        Active = "active",
        /// It was cancelled.
        Canceled = "canceled",
        /// A payment is late.
        PastDue = "past_due",
        /// It is tried out.
        Trialing = "trialing",
        /// It is over.
        Expired = "expired",
    }
}

/// A plan that users or workspaces subscribe to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Plan {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: PlanId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The name to show.
    pub name: String,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it contains, to show.
    #[serde(default)]
    pub features: Vec<String>,
    /// The price for a month.
    pub monthly_price: Number,
    /// The price for a year.
    pub yearly_price: Number,
    /// The currency: `EUR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Whether it can be subscribed to. Absent in the public list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// Its place in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<i64>,
    /// Whether each subscription has an amount of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic: Option<bool>,
    /// The limits that it sets: each tenant has its own.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub limits: Map<String, Value>,
    /// Its ids at payment providers.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub external_ids: Map<String, Value>,
    /// The data that the tenant keeps with it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A plan to create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewPlan {
    /// The name to show.
    pub name: String,
    /// The price for a month.
    pub monthly_price: Number,
    /// The price for a year.
    pub yearly_price: Number,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it contains, to show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// The currency: `EUR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Whether it can be subscribed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// Its place in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<i64>,
    /// Whether each subscription has an amount of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic: Option<bool>,
    /// The limits that it sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Map<String, Value>>,
    /// Its ids at payment providers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_ids: Option<Map<String, Value>>,
    /// The data that the tenant keeps with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewPlan {
    /// With the required fields only.
    #[must_use]
    pub fn new(name: impl Into<String>, monthly_price: Number, yearly_price: Number) -> Self {
        Self {
            name: name.into(),
            monthly_price,
            yearly_price,
            description: None,
            features: Vec::new(),
            currency: None,
            is_active: None,
            sort_order: None,
            dynamic: None,
            limits: None,
            external_ids: None,
            metadata: None,
            other: Map::new(),
        }
    }
}

/// Changes of a plan. A field that is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlanChanges {
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The price for a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_price: Option<Number>,
    /// The price for a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yearly_price: Option<Number>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it contains, to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// The currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Whether it can be subscribed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// Its place in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<i64>,
    /// Whether each subscription has an amount of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic: Option<bool>,
    /// The limits that it sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Map<String, Value>>,
    /// Its ids at payment providers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_ids: Option<Map<String, Value>>,
    /// The data that the tenant keeps with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A subscription of a user or a workspace to a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Subscription {
    /// `_id`.
    #[serde(rename = "_id")]
    pub id: SubscriptionId,
    /// The tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The plan.
    pub plan_id: PlanId,
    /// Whether a user or a workspace pays.
    pub billable_entity_type: BillableEntity,
    /// The id of the user or the workspace.
    pub billable_entity_id: String,
    /// The state.
    pub status: SubscriptionStatus,
    /// How often it is paid for.
    pub billing_cycle: BillingCycle,
    /// The beginning of the time that is paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_period_start: Option<Timestamp>,
    /// The end of the time that is paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_period_end: Option<Timestamp>,
    /// Its id at the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_subscription_id: Option<String>,
    /// The payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// The kind of the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_kind: Option<String>,
    /// The coupon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon_id: Option<CouponId>,
    /// The amount, where the plan has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic_amount: Option<Number>,
    /// The data that the tenant keeps with it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A subscription to create. The active workspace pays, or else the user. An administrator has to say who pays: without the
/// type and the id of a user or a workspace, the server fails with 500.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NewSubscription {
    /// The plan. The server takes the id of a plan that does not exist as well.
    pub plan_id: PlanId,
    /// How often it is paid for.
    pub billing_cycle: BillingCycle,
    /// The code of a coupon. The server checks it when it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon_code: Option<String>,
    /// Whether a user or a workspace pays. For administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_entity_type: Option<BillableEntity>,
    /// The id of the user or the workspace. For administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable_entity_id: Option<String>,
    /// The state. For administrators: `active`, unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SubscriptionStatus>,
    /// The fields that this version does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl NewSubscription {
    /// With the required fields only.
    #[must_use]
    pub fn new(plan_id: PlanId, billing_cycle: BillingCycle) -> Self {
        Self {
            plan_id,
            billing_cycle,
            coupon_code: None,
            billable_entity_type: None,
            billable_entity_id: None,
            status: None,
            other: Map::new(),
        }
    }
}
