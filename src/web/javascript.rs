//! Values of JavaScript as ours, and the consent as one of JavaScript. Whatever a value does when it is
//! looked at, nothing throws.

use js_sys::{Array, Date, Map};
use wasm_bindgen::prelude::*;

use crate::consent::view::Consent;
use crate::error::Error;
use crate::limits::{MAX_DEPTH, MAX_ELEMENTS, MAX_PROPERTIES};
use crate::options::Options;
use crate::values::Value;
use crate::web::host::js::{bare_object, date_text, list_of, look, method, own_names};

/// Whole numbers of JavaScript are exact until here.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// Properties of an object of JavaScript: `client.track("Viewed", &Value::from(object))`. Dates are
/// UTC to the second, maps are objects, sets and typed arrays lists; what is `undefined` is left out.
impl From<JsValue> for Value {
    fn from(value: JsValue) -> Value {
        read(&value, MAX_PROPERTIES, MAX_DEPTH + 1).unwrap_or(Value::Null)
    }
}

/// By the rules of [`Options::from_json`].
impl TryFrom<JsValue> for Options {
    type Error = Error;

    fn try_from(value: JsValue) -> Result<Options, Error> {
        // Options have lists of any length.
        let given = read(&value, usize::MAX, MAX_DEPTH + 1);
        Options::from_json(&given.unwrap_or_else(|| Value::Map(Vec::new())).to_json())
    }
}

/// An object with the members that the npm package's `consent` has.
impl From<&Consent> for JsValue {
    fn from(consent: &Consent) -> JsValue {
        let text = |text: Option<&str>| text.map_or(JsValue::UNDEFINED, JsValue::from);
        let purposes: Vec<(&str, JsValue)> = consent.purposes.iter().map(|(name, status)| (name.as_str(), status.name().into())).collect();
        let object = bare_object(&[
            ("status", consent.status.name().into()),
            ("source", consent.source.name().into()),
            ("persisted", consent.persisted().into()),
            ("store", text(consent.store.map(|store| store.name()))),
            ("decidedAt", consent.decided_at.map_or(JsValue::UNDEFINED, |at| (at as f64).into())),
            ("via", text(consent.via.as_deref())),
            ("policyVersion", text(consent.policy_version.as_deref())),
            ("purposes", bare_object(&purposes).into()),
        ]);
        object.into()
    }
}

/// As of a reference to it.
impl From<Consent> for JsValue {
    fn from(consent: Consent) -> JsValue {
        JsValue::from(&consent)
    }
}

/// The value, with so many levels of nesting; none where it is `undefined`. A level has one element
/// more than may be kept, so that its loss is noticed.
fn read(value: &JsValue, most: usize, depth: u8) -> Option<Value> {
    if value.is_undefined() {
        return None;
    }
    if value.is_null() {
        return Some(Value::Null);
    }
    if let Some(flag) = value.as_bool() {
        return Some(Value::Flag(flag));
    }
    if let Some(text) = value.as_string() {
        return Some(Value::Text(text));
    }
    if let Some(number) = value.as_f64() {
        let is_whole = number.fract() == 0.0 && number.abs() <= MAX_SAFE;
        return Some(if is_whole { Value::Whole(number as i128) } else { Value::Number(number) });
    }
    if value.is_bigint() {
        return Some(i128::try_from(value.clone()).map_or(Value::Unfit, Value::Whole));
    }
    Some(object(value, most, depth).unwrap_or(Value::Unfit))
}

fn object(value: &JsValue, most: usize, depth: u8) -> Option<Value> {
    if !value.is_object() {
        return None;
    }
    let Some(depth) = depth.checked_sub(1) else { return Some(Value::List(Vec::new())) };
    if value.is_instance_of::<Date>() {
        // Mixpanel's form of a date: UTC, to the second.
        let text = date_text(value).and_then(|text| Some(String::from(text.get(..19)?)));
        return Some(text.map_or(Value::Null, Value::Text));
    }
    if !Array::is_array(value)
        && let Some(said) = method(value, "toJSON")
    {
        return read(&said.call0(value).ok()?, most, depth);
    }
    if value.is_instance_of::<Map>() {
        let pair = |pair: JsValue| Some((look(&pair, "0")?.as_string()?, read(&look(&pair, "1")?, MAX_ELEMENTS + 1, depth)?));
        return Some(Value::Map(elements(value, most)?.filter_map(pair).collect()));
    }
    if Array::is_array(value) || method(value, "forEach").is_some() {
        let one = |one: JsValue| read(&one, MAX_ELEMENTS + 1, depth).unwrap_or(Value::Null);
        return Some(Value::List(elements(value, most)?.map(one).collect()));
    }
    let mut members = Vec::new();
    for name in own_names(value)?.into_iter().take(most.saturating_add(1)) {
        let inner = look(value, &name).map_or(Some(Value::Unfit), |inner| read(&inner, MAX_ELEMENTS + 1, depth));
        members.extend(inner.map(|inner| (name, inner)));
    }
    Some(Value::Map(members))
}

fn elements(value: &JsValue, most: usize) -> Option<impl Iterator<Item = JsValue> + use<>> {
    Some(list_of(value)?.into_iter().take(most.saturating_add(1)))
}
