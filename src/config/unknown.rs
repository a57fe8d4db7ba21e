//! Turns an unknown key into an error that names the nearest valid one.

use schemars::Schema;
use serde_json::Value;

use crate::model::Error;

/// The usage error for the key at `path` (dotted, list positions as numbers) of a file with this schema.
pub(super) fn key_error(path: &str, schema: &Schema) -> Error {
    let error =
        Error::usage(format!("unknown key `{path}`")).hint("take it out; docs/configuration.md describes every key");
    let mut parts: Vec<&str> = path.split('.').collect();
    let Some(key) = parts.pop() else { return error };
    let valid = keys_at(schema.as_value(), &parts);
    if valid.is_empty() {
        return error;
    }
    let nearest = valid
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(key, candidate), candidate))
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map(|(_, candidate)| format!("did you mean `{candidate}`? "))
        .unwrap_or_default();
    error.hint(format!("{nearest}valid here: {}", valid.join(", ")))
}

/// The keys the schema allows below `parents`.
fn keys_at(schema: &Value, parents: &[&str]) -> Vec<String> {
    let mut node = schema;
    for part in parents {
        node = match part.parse::<usize>() {
            Ok(_) => resolve(schema, node).get("items").unwrap_or(&Value::Null),
            Err(_) => resolve(schema, node).pointer(&format!("/properties/{part}")).unwrap_or(&Value::Null),
        };
    }
    let properties = resolve(schema, node).get("properties").and_then(Value::as_object);
    let mut keys: Vec<String> = properties.map(|map| map.keys().cloned().collect()).unwrap_or_default();
    keys.sort();
    keys
}

/// Follows one `$ref` into the schema's definitions.
fn resolve<'a>(schema: &'a Value, node: &'a Value) -> &'a Value {
    let target = node.get("$ref").and_then(Value::as_str).and_then(|path| schema.pointer(path.trim_start_matches('#')));
    target.unwrap_or(node)
}
