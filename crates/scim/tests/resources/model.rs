//! PATCH against a naive model of it, for a caller who sees everything.

use super::{
    fixture::{object, things},
    patch::patched,
    samples::{Sample, Test, dice},
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use scim::{fold, patch::Op, testing::arb_resource};
use serde_json::{Map, Value};
use std::cell::Cell;

/// Equality of RFC 7643 §2.3.1 for what the model's attributes hold.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => fold(a) == fold(b),
        _ => a == b,
    }
}

/// Equality of elements; `origin` is readOnly and no part of what a client adds.
fn equal_elements(a: &Value, b: &Value) -> bool {
    let (Value::Object(a), Value::Object(b)) = (a, b) else {
        return equal(a, b);
    };
    let subs = ["value", "type", "note", "primary"];
    subs.iter().all(|sub| match (a.get(*sub), b.get(*sub)) {
        (None, None) => true,
        (Some(a), Some(b)) => equal(a, b),
        _ => false,
    })
}

fn selects(test: &Test, element: &Value) -> bool {
    let value = element.get(&test.sub);
    match &test.literal {
        None => value.is_some_and(|v| !v.as_str().is_some_and(|text| fold(text).is_empty())),
        Some(literal) => value.is_some_and(|v| equal(v, literal)) != test.negated,
    }
}

fn demote(elements: &mut [Value], but: usize) {
    for (index, element) in elements.iter_mut().enumerate() {
        if index != but && element["primary"] == true {
            element["primary"] = false.into();
        }
    }
}

/// Leaves out readOnly sub-attributes, which a client may echo, and repeated elements.
fn writable(value: &Value) -> Value {
    match value {
        Value::Array(elements) => {
            let elements = elements
                .iter()
                .map(writable)
                .filter(|e| *e != serde_json::json!({}));
            Value::Array(distinct(&elements.collect::<Vec<_>>()))
        }
        Value::Object(members) => members
            .iter()
            .filter(|(key, _)| *key != "origin")
            .map(|(k, v)| (k.clone(), writable(v)))
            .collect(),
        other => other.clone(),
    }
}

fn add_all(elements: &mut Vec<Value>, added: &[Value]) {
    for element in added {
        if !elements.iter().any(|e| equal_elements(e, element)) {
            elements.push(element.clone());
            if element.get("primary") == Some(&true.into()) {
                let last = elements.len() - 1;
                demote(elements, last);
            }
        }
    }
}

fn distinct(elements: &[Value]) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for element in elements {
        if !kept.iter().any(|k| equal_elements(k, element)) {
            kept.push(element.clone());
        }
    }
    kept
}

/// A resource as it is stored: no element is there twice, none has only what is readOnly.
pub(crate) fn stored(mut resource: Map<String, Value>) -> Map<String, Value> {
    for (_, value) in &mut resource {
        match value {
            Value::Array(elements) => {
                *elements = distinct(elements);
                elements.retain(|e| writable(e) != serde_json::json!({}));
            }
            Value::Object(members) => *members = stored(std::mem::take(members)),
            _ => {}
        }
    }
    resource
}

/// Applies one operation to what is at its place, `None` being nothing; the error is a scimType.
fn model(at: Option<Value>, sample: &Sample) -> Result<Option<Value>, &'static str> {
    let value = writable(&sample.value);
    let elements = || {
        at.as_ref()
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    if sample.filter.is_some() || sample.sub.is_some() {
        return selected(elements(), sample, &value).map(|list| Some(Value::Array(list)));
    }
    Ok(match (sample.op, value) {
        (Op::Remove, _) => None,
        (Op::Add, Value::Array(added)) => {
            let mut elements = elements();
            add_all(&mut elements, &added);
            Some(Value::Array(elements))
        }
        (_, Value::Array(sent)) => Some(Value::Array(sent)),
        (_, Value::Object(members)) => {
            let mut object = at.and_then(|v| v.as_object().cloned()).unwrap_or_default();
            for (key, value) in members {
                let merged = match (sample.op, object.get(&key).cloned(), value) {
                    (Op::Add, Some(Value::Array(mut there)), Value::Array(added)) => {
                        add_all(&mut there, &added);
                        Value::Array(there)
                    }
                    (_, Some(Value::Object(mut there)), Value::Object(subs)) => {
                        there.extend(subs);
                        Value::Object(there)
                    }
                    (_, _, value) => value,
                };
                object.insert(key, merged);
            }
            Some(Value::Object(object))
        }
        (_, value) => Some(value),
    })
}

fn selected(
    mut elements: Vec<Value>,
    sample: &Sample,
    value: &Value,
) -> Result<Vec<Value>, &'static str> {
    let is_selected = |element: &Value| {
        sample
            .filter
            .as_ref()
            .is_none_or(|test| selects(test, element))
    };
    let chosen: Vec<usize> = (0..elements.len())
        .filter(|i| is_selected(&elements[*i]))
        .collect();
    let changes = match (&sample.sub, value) {
        (Some(sub), value) => Map::from_iter([(sub.clone(), value.clone())]),
        (None, Value::Object(members)) => members.clone(),
        (None, other) => panic!("{other} for an element"),
    };
    let primary = sample.op != Op::Remove && changes.get("primary") == Some(&true.into());
    if primary && sample.filter.is_none() {
        return Err("invalidValue");
    }
    if chosen.is_empty() && sample.filter.is_some() {
        return Err("noTarget");
    }
    if primary && chosen.len() > 1 {
        return Err("invalidValue");
    }
    if sample.op != Op::Remove && chosen.is_empty() {
        elements.push(Value::Object(changes.clone()));
    }
    for index in chosen.iter().rev() {
        match (sample.op, &sample.sub) {
            (Op::Remove, None) => {
                elements.remove(*index);
            }
            (Op::Remove, Some(sub)) => {
                elements[*index].as_object_mut().unwrap().remove(sub);
            }
            (Op::Replace, None) if !changes.is_empty() => {
                let element = elements[*index].as_object_mut().unwrap();
                element.retain(|sub, _| sub == "origin");
                element.extend(changes.clone());
            }
            _ => elements[*index]
                .as_object_mut()
                .unwrap()
                .extend(changes.clone()),
        }
    }
    if primary {
        demote(&mut elements, chosen[0]);
    }
    elements.retain(|e| !e.as_object().unwrap().is_empty());
    Ok(elements)
}

/// Puts a value at a place, and drops what that leaves empty.
fn put(value: Option<Value>, keys: &[String], into: &mut Map<String, Value>) {
    let (first, rest) = keys.split_first().unwrap();
    let is_empty = |v: &Value| {
        v.as_array().is_some_and(Vec::is_empty) || v.as_object().is_some_and(Map::is_empty)
    };
    let new = if rest.is_empty() {
        value
    } else {
        let mut inner = into
            .get(first)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        put(value, rest, &mut inner);
        Some(Value::Object(inner))
    };
    match new.filter(|v| !is_empty(v)) {
        Some(new) => into.insert(first.clone(), new),
        None => into.shift_remove(first),
    };
}

#[test]
fn patch_agrees_with_the_model() {
    let schema = things();
    let extension = super::fixture::EXTENSION;
    let targets: Vec<&scim::Node> = ["note", "tags", "size", "items", extension]
        .into_iter()
        .map(str::to_owned)
        .chain(["level", "place", "place.room", "links"].map(|name| format!("{extension}:{name}")))
        .map(|path| schema.lookup(&path).unwrap())
        .collect();
    let (applied, refused, changed) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let inputs = (arb_resource(&schema), arb_resource(&schema), dice());
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let config = Config {
        cases: 2500,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new_with_rng(config, rng).run(&inputs, |(current, source, dice)| {
        let (current, source) = (stored(object(current)), object(source));
        let roll = |dice| {
            Sample::roll(
                &schema,
                &targets,
                schema.all_attributes(),
                (&current, &source),
                dice,
            )
        };
        let samples: Vec<Sample> = dice.into_iter().map(roll).collect();
        let operations = Value::Array(samples.iter().map(Sample::json).collect());
        let expected = samples
            .iter()
            .try_fold(current.clone(), |mut resource, sample| {
                let at = super::samples::lookup(&resource, &sample.keys).cloned();
                put(model(at, sample)?, &sample.keys, &mut resource);
                Ok::<_, &str>(resource)
            });
        let actual = patched(&schema, "*", &current, operations.clone());
        match (&expected, &actual) {
            (Ok(expected), Ok(actual)) => {
                let without = |r: &Map<String, Value>| {
                    let mut r = r.clone();
                    r.shift_remove("schemas");
                    r
                };
                prop_assert_eq!(
                    without(&actual.resource),
                    without(expected),
                    "{}",
                    operations
                );
                applied.set(applied.get() + 1);
                changed.set(changed.get() + u32::from(!actual.unchanged));
            }
            (Err(expected), Err(actual)) => {
                // Of several faults, those that need no look at the resource are told first.
                let told = super::fixture::code(actual);
                prop_assert!(
                    samples.len() > 1 || told == format!("400 {expected}"),
                    "{operations}: {told}"
                );
                refused.set(refused.get() + 1);
            }
            _ => {
                return Err(TestCaseError::fail(format!(
                    "{operations}: {expected:?} but {actual:?}"
                )));
            }
        }
        Ok(())
    });
    outcome.unwrap();
    let (applied, refused, changed) = (applied.get(), refused.get(), changed.get());
    assert!(
        applied > 1200 && refused > 120 && changed > 900,
        "{applied} {refused} {changed}"
    );
}
