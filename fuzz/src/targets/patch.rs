//! A PATCH request (RFC 7644 §3.5.2), from its JSON to the changed resource.

use super::samples::{OTHER_WORLD, SOME, USER, USERS};
use scim::{
    AttributeSet, ScimError,
    excerpt::Excerpt,
    json,
    patch::{self, BoundPatch, PatchRequest, Patched},
    project, validate,
};
use serde_json::{Map, Value};

const ID: &str = "2819c223-7f76-453a-919d-413861904646";

/// What comes out is canonical; what the request does not touch stays as it was; and to who sees a part
/// of the resource, the rest of it makes no difference in outcome, error or answer (S2, S4, S8).
pub fn run(data: &[u8]) {
    let Ok(body) = json::read_object(data) else {
        return;
    };
    let Ok(request) = PatchRequest::parse(body) else {
        return;
    };
    assert!((1..=patch::MAX_OPERATIONS).contains(&request.operations.len()));
    if let Ok((patched, touched)) = apply(&request, USERS.all_attributes(), &USER) {
        canonical(&patched.resource);
        let untouched = complement(&touched);
        assert_eq!(
            project(&USERS, &patched.resource, &untouched),
            project(&USERS, &USER, &untouched),
            "what is not touched stays"
        );
        assert!(!patched.unchanged || patched.resource == *USER);
    }
    let here = apply(&request, &SOME, &USER).map(|(patched, touched)| answer(&patched, &touched));
    let there =
        apply(&request, &SOME, &OTHER_WORLD).map(|(patched, touched)| answer(&patched, &touched));
    assert_eq!(here, there, "S2");
}

type Applied = (Patched, AttributeSet);

fn apply(
    request: &PatchRequest,
    visible: &AttributeSet,
    user: &Map<String, Value>,
) -> Result<Applied, ScimError> {
    let bound = patch::bind(request, &USERS, visible, ID)?;
    let touched = bound.touched().clone();
    let patched = bound.apply(user)?;
    same_in_excerpt(&bound, user, &patched);
    Ok((patched, touched))
}

/// Of a resource of which only what is written is read comes the same. The samples are not in the schema's
/// order throughout, which only what is written is put into.
fn same_in_excerpt(bound: &BoundPatch<'_>, user: &Map<String, Value>, patched: &Patched) {
    let (document, roots) = (Value::from(user.clone()).to_string(), bound.roots());
    let excerpt = Excerpt::of(&USERS, &document).unwrap();
    let part = excerpt.take(&roots).unwrap();
    if let Some(part) = bound.apply_to_excerpt(&part, excerpt.size()).unwrap() {
        assert_eq!(part.unchanged, patched.unchanged);
        let whole = excerpt.put_back(&roots, &part.resource);
        let whole: Map<String, Value> = serde_json::from_str(&whole).unwrap();
        assert!(whole.keys().eq(patched.resource.keys()));
        assert_eq!(whole, patched.resource);
    }
}

/// What a caller who sees [`SOME`] learns.
fn answer(patched: &Patched, touched: &AttributeSet) -> (Map<String, Value>, bool, Vec<usize>) {
    let touched = touched.iter().map(|leaf| leaf.index()).collect();
    (
        project(&USERS, &patched.resource, &SOME),
        patched.unchanged,
        touched,
    )
}

/// The part of a resource that clients write is as [`validate::canonical`] would make it.
fn canonical(resource: &Map<String, Value>) {
    let writable = |name: &str| !matches!(name, "id" | "meta" | "groups");
    let written = resource.iter().filter(|(name, _)| writable(name));
    let written: Map<String, Value> = written.map(|(n, v)| (n.clone(), v.clone())).collect();
    let again = validate::replacement(&USERS, written.clone()).expect("it is acceptable as a PUT");
    assert_eq!(again, written);
}

fn complement(touched: &AttributeSet) -> AttributeSet {
    let mut rest = USERS.all_attributes().clone();
    rest.subtract(touched);
    if let Some(schemas) = USERS.lookup("schemas") {
        rest.remove(schemas.id); // It follows the data.
    }
    rest
}
