//! Resources as clients send them, brought into the schema's form (RFC 7643 §2, §3).

use crate::{
    AttributeSet, AttributeType, Mutability, Node, Part, ResourceSchema, ScimError, ScimType,
    element, messages::cut, parse_date_time, project, tree,
};
use base64::{Engine, engine};
use serde_json::{Map, Value};

/// Longest string value, in bytes.
pub const MAX_STRING: usize = 64 * 1024;
/// Most elements of one array in a request.
pub const MAX_ELEMENTS: usize = 10_000;
/// Largest resource as a caller sees it, in bytes of JSON: what many small changes may add up to.
pub const MAX_VISIBLE: usize = 8 << 20;
/// Largest resource of all, hidden values too: so far above what one caller sees that no single one
/// comes near it.
pub const MAX_RESOURCE: usize = 8 * MAX_VISIBLE;

/// Brings the body of a POST or PUT into canonical form.
///
/// - Members get the schema's spelling and order; a member that the schema does not have is refused.
/// - readOnly values are ignored whatever they are (RFC 7644 §3.3, §3.5.1).
/// - `null`, `[]` and `{}` mean no value (RFC 7643 §2.5) and go.
/// - Every value is of its attribute's type; strings `"true"` and `"false"` in any case are taken for
///   booleans, as a common client sends them. Suggested (canonical) values are no limit.
/// - `schemas` must list the base schema and none that the type doesn't have; it comes out as the base
///   schema and the extensions that have data.
/// - An element that repeats another is dropped (RFC 7643 §2.4); one `primary` at most is true.
///
/// Whether required attributes are there is asked by [`check_required`].
/// Errors: 400 `invalidSyntax` or `invalidValue`, naming the attribute.
pub fn canonical(
    schema: &ResourceSchema,
    incoming: Map<String, Value>,
) -> Result<Map<String, Value>, ScimError> {
    let mut resource = replacement(schema, incoming)?;
    for list in schema.nodes().iter().filter(|node| node.is_list()) {
        let found = tree::get_mut(&mut resource, &schema.keys(list.id));
        if let Some(elements) = found.and_then(Value::as_array_mut) {
            element::drop_repeated(schema, list, elements);
        }
    }
    Ok(resource)
}

/// As [`canonical`], of what replaces another resource: elements that repeat others stay, for who sees
/// only a part of each may well see several that look alike.
pub fn replacement(
    schema: &ResourceSchema,
    incoming: Map<String, Value>,
) -> Result<Map<String, Value>, ScimError> {
    let mut found: Vec<(&Node, Value)> = Vec::new();
    let mut schemas = None;
    for (key, value) in incoming {
        let node = schema
            .root(&key)
            .ok_or_else(|| unknown(ScimType::InvalidSyntax, &key))?;
        if node.part == Part::Common && node.key() == "schemas" {
            if schemas.replace(value).is_some() {
                return Err(twice(&node.path));
            }
        } else {
            if found.iter().any(|(other, _)| other.id == node.id) {
                return Err(twice(&node.path));
            }
            found.push((node, value));
        }
    }
    check_schemas(schema, schemas.as_ref())?;
    found.sort_by_key(|(node, _)| node.id);
    let mut resource = Map::new();
    for (node, sent) in found {
        if let Some(value) = value(schema, node, sent, ScimType::InvalidSyntax)? {
            resource.insert(node.key().to_owned(), value);
        }
    }
    project::set_schemas(schema, &mut resource);
    Ok(resource)
}

/// That a new resource has every required attribute, and each of its complex values every required
/// sub-attribute. A required string must not be empty (RFC 7643 §4.1.1).
///
/// Errors: 400 `invalidValue`, naming the attribute.
pub fn check_required(
    schema: &ResourceSchema,
    resource: &Map<String, Value>,
) -> Result<(), ScimError> {
    let demanding = |root: &&Node| schema.subtree(root.id).iter().any(|n| n.attribute.required);
    schema
        .roots()
        .filter(|root| root.key() != "schemas")
        .filter(demanding)
        .try_for_each(|root| required_in(schema, root, resource))
}

/// That a resource has not grown too large: what the caller sees of it, with the `written` bytes that
/// the request adds, no larger than [`MAX_VISIBLE`], and the whole no larger than [`MAX_RESOURCE`].
/// The first bound is the one that is met, and tells nothing about hidden values (S2).
///
/// `visible` is a part of `whole`, and made if it matters.
///
/// Errors: 413.
pub fn check_size(
    visible: impl FnOnce() -> Map<String, Value>,
    written: usize,
    whole: &Map<String, Value>,
) -> Result<(), ScimError> {
    let total = size(whole);
    let fits = |size: usize| size.saturating_add(written) <= MAX_VISIBLE;
    let bound = match fits(total) || fits(size(&visible())) {
        false => MAX_VISIBLE,
        true if total > MAX_RESOURCE => MAX_RESOURCE,
        true => return Ok(()),
    };
    let detail = format!("the resource would have more than {bound} bytes");
    Err(ScimError::new(413, None, detail))
}

/// How many bytes of JSON a value has.
pub(crate) fn size(value: &impl serde::Serialize) -> usize {
    let mut counter = Counter(0);
    serde_json::to_writer(&mut counter, value).map_or(usize::MAX, |()| counter.0)
}

/// Counts what is written to it.
struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The canonical form of one attribute's value, `None` if it is no value.
///
/// `unknown_as` is the keyword for sub-attributes that don't exist.
pub(crate) fn value(
    schema: &ResourceSchema,
    node: &Node,
    value: Value,
    unknown_as: ScimType,
) -> Result<Option<Value>, ScimError> {
    if value.is_null() || schema.mutability(node.id) == Mutability::ReadOnly {
        return Ok(None);
    }
    if !node.attribute.multi_valued {
        return single(schema, node, value, unknown_as);
    }
    let Value::Array(sent) = value else {
        return Err(wrong_type(node, "an array"));
    };
    if sent.len() > MAX_ELEMENTS {
        let detail = format!(
            "`{}` may have {MAX_ELEMENTS} values at most in one request",
            node.path
        );
        return Err(ScimError::invalid_value(detail));
    }
    let mut elements = Vec::with_capacity(sent.len());
    for element in sent.into_iter().filter(|e| !e.is_null()) {
        elements.extend(single(schema, node, element, unknown_as)?);
    }
    if node.is_leaf() {
        element::drop_repeated(schema, node, &mut elements);
    }
    element::check_primary(node, &elements)?;
    Ok((!elements.is_empty()).then_some(Value::Array(elements)))
}

fn single(
    schema: &ResourceSchema,
    node: &Node,
    value: Value,
    unknown_as: ScimType,
) -> Result<Option<Value>, ScimError> {
    if node.is_leaf() {
        // No URI is empty: clients clear a reference so.
        let is_cleared = node.attribute.kind == AttributeType::Reference && value == "";
        return match is_cleared {
            true => Ok(None),
            false => scalar(node, value).map(Some),
        };
    }
    let Value::Object(sent) = value else {
        return Err(wrong_type(node, "an object"));
    };
    let mut found: Vec<(&Node, Value)> = Vec::with_capacity(sent.len());
    for (key, sub) in sent {
        if is_schemas_of_extension(node, &key) {
            continue;
        }
        let child = schema
            .child(node.id, &key)
            .ok_or_else(|| unknown_child(unknown_as, node, &key))?;
        if found.iter().any(|(other, _)| other.id == child.id) {
            return Err(twice(&child.path));
        }
        found.push((child, sub));
    }
    found.sort_by_key(|(child, _)| child.id);
    let mut object = Map::new();
    for (child, sub) in found {
        if let Some(sub) = self::value(schema, child, sub, unknown_as)? {
            object.insert(child.key().to_owned(), sub);
        }
    }
    Ok((!object.is_empty()).then_some(Value::Object(object)))
}

/// Some clients write an extension as a resource of its own, with `schemas`; it says nothing new.
pub(crate) fn is_schemas_of_extension(node: &Node, key: &str) -> bool {
    node.part == Part::Extension && node.parent.is_none() && key.eq_ignore_ascii_case("schemas")
}

/// A scalar of the attribute's type (RFC 7643 §2.3).
fn scalar(node: &Node, value: Value) -> Result<Value, ScimError> {
    let (fits, expected) = match (node.attribute.kind, &value) {
        (AttributeType::String, Value::String(_)) => (true, "a string"),
        (AttributeType::String, _) => (false, "a string"),
        (AttributeType::Boolean, Value::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => return Ok(Value::Bool(true)),
            "false" => return Ok(Value::Bool(false)),
            _ => (false, "true or false"),
        },
        (AttributeType::Boolean, value) => (value.is_boolean(), "true or false"),
        (AttributeType::Integer, value) => (value.is_i64(), "an integer"),
        (AttributeType::Decimal, value) => match decimal(value) {
            Some(decimal) => return Ok(decimal),
            None => (false, "a decimal number"),
        },
        (AttributeType::DateTime, value) => (
            value.as_str().is_some_and(|t| parse_date_time(t).is_some()),
            "a dateTime such as 2008-01-23T04:56:22Z",
        ),
        (AttributeType::Binary, value) => (
            value.as_str().is_some_and(is_base64),
            "base64 text (RFC 4648 §4)",
        ),
        (AttributeType::Reference, value) => {
            let external = node
                .attribute
                .reference_types
                .iter()
                .any(|t| t == "external");
            (
                value
                    .as_str()
                    .is_some_and(|text| is_reference(text, external)),
                "a URI",
            )
        }
        (AttributeType::Complex, _) => (false, "an object"),
    };
    if !fits {
        return Err(wrong_type(node, expected));
    }
    if value.as_str().is_some_and(|text| text.len() > MAX_STRING) {
        let detail = format!("`{}` may have {MAX_STRING} bytes at most", node.path);
        return Err(ScimError::invalid_value(detail));
    }
    Ok(value)
}

/// A decimal, zero without a sign; a whole number only if a double holds it exactly.
fn decimal(value: &Value) -> Option<Value> {
    const EXACT: i64 = 1 << 53;
    if value
        .as_i64()
        .is_some_and(|whole| !(-EXACT..=EXACT).contains(&whole))
    {
        return None;
    }
    value.as_f64().map(|decimal| Value::from(decimal + 0.0))
}

/// RFC 7643 §2.3.6: base64 of RFC 4648 §4, whose padding may be left out.
fn is_base64(text: &str) -> bool {
    let config = engine::GeneralPurposeConfig::new()
        .with_decode_padding_mode(engine::DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(false);
    engine::GeneralPurpose::new(&base64::alphabet::STANDARD, config)
        .decode(text)
        .is_ok()
}

/// RFC 7643 §2.3.7: a URI, absolute if it points outside of SCIM, or the id of a resource.
fn is_reference(text: &str, external: bool) -> bool {
    let plain = !text.is_empty()
        && !text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || "<>\"{}|\\^`".contains(c));
    let absolute = text.split_once(':').is_some_and(|(scheme, rest)| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(allowed)
    });
    plain && (absolute || !external)
}

/// RFC 7643 §3: `schemas` must have the base schema; only schemas of the type may be in it.
fn check_schemas(schema: &ResourceSchema, schemas: Option<&Value>) -> Result<(), ScimError> {
    let base = schema.base_urn();
    let urns = match schemas {
        None | Some(Value::Null) => &[],
        Some(Value::Array(urns)) => urns.as_slice(),
        Some(_) => return Err(ScimError::invalid_value("`schemas` must be an array")),
    };
    if !urns.iter().any(|urn| {
        urn.as_str()
            .is_some_and(|urn| urn.eq_ignore_ascii_case(base))
    }) {
        return Err(ScimError::invalid_syntax(format!(
            "`schemas` must be an array that has \"{base}\""
        )));
    }
    check_urns(schema, urns, ScimType::InvalidSyntax)
}

/// That every one of `urns` is a schema of the type.
pub(crate) fn check_urns(
    schema: &ResourceSchema,
    urns: &[Value],
    keyword: ScimType,
) -> Result<(), ScimError> {
    let is_known = |urn: &str| {
        urn.eq_ignore_ascii_case(schema.base_urn())
            || schema
                .extensions()
                .any(|e| e.key().eq_ignore_ascii_case(urn))
    };
    match urns.iter().find(|urn| !urn.as_str().is_some_and(is_known)) {
        None => Ok(()),
        Some(urn) => {
            let name = &schema.resource_type().name;
            Err(ScimError::bad_request(
                keyword,
                format!(
                    "{} in `schemas` is no schema of {name}",
                    cut(&urn.to_string())
                ),
            ))
        }
    }
}

/// Whether a resource, or the object that holds the node, has what the node requires.
fn required_in(
    schema: &ResourceSchema,
    node: &Node,
    holder: &Map<String, Value>,
) -> Result<(), ScimError> {
    let value = holder.get(node.key());
    if node.attribute.required && !schema.is_read_only(node.id) && !value.is_some_and(has_value) {
        return Err(missing(node));
    }
    let objects = value
        .map(|v| v.as_array().map_or(std::slice::from_ref(v), Vec::as_slice))
        .unwrap_or_default();
    for object in objects.iter().filter_map(Value::as_object) {
        schema
            .children(node.id)
            .try_for_each(|child| required_in(schema, child, object))?;
    }
    Ok(())
}

/// Whether a value satisfies `required`: it is there and no empty string.
pub(crate) fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// That every element or object in `value` has the required sub-attributes of `node`.
pub(crate) fn check_required_subs(
    schema: &ResourceSchema,
    node: &Node,
    value: &Value,
) -> Result<(), ScimError> {
    let Some(object) = value.as_object() else {
        return Ok(());
    };
    schema
        .children(node.id)
        .try_for_each(|child| required_in(schema, child, object))
}

/// The leaves of `node` that an object has.
pub(crate) fn leaves_in(schema: &ResourceSchema, node: &Node, object: &Value) -> AttributeSet {
    if node.is_leaf() {
        return schema.leaves(node.id);
    }
    let mut leaves = AttributeSet::new();
    for key in object.as_object().into_iter().flat_map(Map::keys) {
        if let Some(child) = schema.child(node.id, key) {
            leaves.union_with(&schema.leaves(child.id));
        }
    }
    leaves
}

pub(crate) fn missing(node: &Node) -> ScimError {
    ScimError::invalid_value(format!("`{}` is required and must have a value", node.path))
}

pub(crate) fn unknown(keyword: ScimType, name: &str) -> ScimError {
    let name = cut(name);
    ScimError::bad_request(
        keyword,
        format!("`{name}` is not an attribute of this resource type"),
    )
}

pub(crate) fn unknown_child(keyword: ScimType, node: &Node, key: &str) -> ScimError {
    let separator = if node.part == Part::Extension && node.parent.is_none() {
        ':'
    } else {
        '.'
    };
    unknown(keyword, &format!("{}{separator}{key}", node.path))
}

pub(crate) fn twice(path: &str) -> ScimError {
    ScimError::invalid_syntax(format!("`{path}` is given twice"))
}

fn wrong_type(node: &Node, expected: &str) -> ScimError {
    ScimError::invalid_value(format!("`{}` must be {expected}", node.path))
}
