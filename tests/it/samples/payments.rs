//! Plans, subscriptions, invoices, coupons and the checkout.

use qelos_client::api::{
    CouponsCreate, CouponsDeactivate, CouponsGet, CouponsUpdate, InvoicesGet, ListCoupons, ListInvoices, ListPlans,
    ListSubscriptions, PaymentsCheckout, PaymentsConfiguration, PaymentsUpdateConfiguration, PlansCreate,
    PlansDeactivate, PlansGet, PlansPublic, PlansUpdate, SubscriptionsCancel, SubscriptionsCreate, SubscriptionsGet,
    SubscriptionsMine, SubscriptionsSetAmount, ValidateCoupon,
};
use qelos_client::wire::{
    BillableEntity, BillingCycle, CouponChanges, DiscountType, InvoiceStatus, NewCheckout, NewCoupon, NewPlan,
    NewSubscription, PaymentSettings, PlanChanges, SubscriptionStatus,
};
use serde_json::json;

use super::{Samples, Visitor, any, id};

pub(super) fn visit(samples: &mut Samples<'_, impl Visitor>) {
    plans(samples);
    subscriptions(samples);
    checkouts(samples);
    coupons(samples);
}

fn plans(samples: &mut Samples<'_, impl Visitor>) {
    let plan_id = id("p");
    samples.same("payments.getPlans()", &PlansPublic {});
    samples.same("payments.getPlan(id)", &PlansGet { plan_id });
    samples.same("managePayments.getPlan(id)", &PlansGet { plan_id });
    let mut list = ListPlans::default();
    list.is_active = Some(true);
    samples.same("managePayments.getPlans({isActive})", &list);
    let mut plan = NewPlan::new("Pro", 10.into(), 100.into());
    plan.other = any();
    samples.with("managePayments.createPlan(plan)", &["name", "monthlyPrice", "yearlyPrice"], &PlansCreate { plan });
    let mut changes = PlanChanges::default();
    changes.other = any();
    samples.same("managePayments.updatePlan(id, changes)", &PlansUpdate { plan_id, changes });
    samples.same("managePayments.deletePlan(id)", &PlansDeactivate { plan_id });
}

fn subscriptions(samples: &mut Samples<'_, impl Visitor>) {
    let subscription_id = id("s");
    let subscription = || NewSubscription::new(id("p"), BillingCycle::Monthly);
    let create = |subscription| SubscriptionsCreate { subscription };
    samples.same("payments.subscribeToPlan(plan, cycle)", &create(subscription()));
    let mut with_coupon = subscription();
    with_coupon.coupon_code = Some("C".to_owned());
    samples.same("payments.subscribeToPlan(plan, cycle, coupon)", &create(with_coupon));
    let mut with_others = subscription();
    with_others.other = any();
    samples.with("managePayments.createSubscription(data)", &["planId", "billingCycle"], &create(with_others));
    samples.same("payments.getMySubscription()", &SubscriptionsMine {});
    let mut list = ListSubscriptions::default();
    list.billable_entity_type = Some(BillableEntity::User);
    list.status = Some(SubscriptionStatus::Active);
    samples.same("managePayments.getSubscriptions(query)", &list);
    samples.same("managePayments.getSubscription(id)", &SubscriptionsGet { subscription_id });
    samples.same("payments.cancelSubscription(id)", &SubscriptionsCancel { subscription_id });
    samples.same("managePayments.cancelSubscription(id)", &SubscriptionsCancel { subscription_id });
    samples.same(
        "managePayments.setSubscriptionDynamicAmount(id, amount)",
        &SubscriptionsSetAmount { subscription_id, amount: 5.into() },
    );
}

fn checkouts(samples: &mut Samples<'_, impl Visitor>) {
    let text = |text: &str| Some(text.to_owned());
    let of_a_plan = || {
        let mut order = NewCheckout::default();
        order.plan_id = Some(id("p"));
        order.billing_cycle = Some(BillingCycle::Monthly);
        order
    };
    let mut order = of_a_plan();
    order.coupon_code = text("C");
    order.success_url = text("s");
    order.cancel_url = text("c");
    order.reset = Some(true);
    order.customer = json!({"name": "N"}).as_object().cloned();
    samples.same("payments.checkout(params)", &PaymentsCheckout { order });
    let mut order = of_a_plan();
    order.amount = Some(5.into());
    samples.same("managePayments.checkout(params)", &PaymentsCheckout { order });

    let mut list = ListInvoices::default();
    list.status = Some(InvoiceStatus::Paid);
    samples.same("payments.getInvoices({status})", &list);
    samples.same("managePayments.getInvoices(query)", &list);
    samples.same("payments.getInvoice(id)", &InvoicesGet { invoice_id: id("i") });
    samples.same("managePayments.getInvoice(id)", &InvoicesGet { invoice_id: id("i") });

    samples.same("managePayments.getPaymentsConfiguration()", &PaymentsConfiguration {});
    let mut metadata = PaymentSettings::default();
    metadata.other = any();
    samples.same("managePayments.updatePaymentsConfiguration(metadata)", &PaymentsUpdateConfiguration { metadata });
}

fn coupons(samples: &mut Samples<'_, impl Visitor>) {
    let coupon_id = id("c");
    let mut validate = ValidateCoupon::new("C");
    samples.same("payments.validateCoupon(code)", &validate);
    validate.plan_id = Some(id("p"));
    samples.same("payments.validateCoupon(code, plan)", &validate);
    let mut list = ListCoupons::default();
    list.is_active = Some(false);
    samples.same("managePayments.getCoupons({isActive})", &list);
    samples.same("managePayments.getCoupon(id)", &CouponsGet { coupon_id });
    let mut coupon = NewCoupon::new("C", DiscountType::Percentage, 10.into());
    coupon.other = any();
    samples.with(
        "managePayments.createCoupon(data)",
        &["code", "discountType", "discountValue"],
        &CouponsCreate { coupon },
    );
    let mut changes = CouponChanges::default();
    changes.other = any();
    samples.same("managePayments.updateCoupon(id, changes)", &CouponsUpdate { coupon_id, changes });
    samples.same("managePayments.deleteCoupon(id)", &CouponsDeactivate { coupon_id });
}
