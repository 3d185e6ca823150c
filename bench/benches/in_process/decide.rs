//! The one decision, on every SCIM action (product §6.1): allowed and denied, whole and by attribute.

use crate::fixture::Fixture;
use criterion::Criterion;
use scim::AttributeSet;
use scope::{Action, Decision, EffectiveGrant, Named as _, Operation, decide};
use std::hint::black_box;

pub(crate) fn benches(criterion: &mut Criterion, fixture: &Fixture) {
    let catalogue = fixture.catalogue();
    let (resource_type, _) = fixture.user();
    let mut group = criterion.benchmark_group("decide");
    let both = fixture.grant(&["scim:read", "scim:write"]);
    let of_none = fixture.grant(&["scopes:read"]);
    let mut measure = |name: String, grant: &EffectiveGrant, action: Action<'_>, allowed: bool| {
        let is_allowed = |decision| matches!(decision, Decision::Allowed { .. });
        assert_eq!(
            is_allowed(decide(catalogue, grant, &action)),
            allowed,
            "{name}"
        );
        group.bench_function(name, |b| {
            b.iter(|| decide(black_box(catalogue), black_box(grant), black_box(&action)));
        });
    };
    for operation in Operation::ALL.iter().copied() {
        let every: AttributeSet = both.attributes(resource_type, operation).unwrap().clone();
        let scim = |attributes| Action::Scim {
            resource_type,
            operation,
            attributes,
        };
        let of_all = format!("{operation}, every attribute");
        measure(operation.to_string(), &both, scim(None), true);
        measure(of_all, &both, scim(Some(&every)), true);
        measure(format!("{operation}, denied"), &of_none, scim(None), false);
        let own = Action::Me {
            operation,
            attributes: None,
        };
        measure(format!("{operation} at /Me, denied"), &both, own, false);
    }
    group.finish();
}
