//! The properties of a call as a JSON object. A bad one costs only itself.

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeStruct, SerializeStructVariant, Serializer};

use crate::error::Code;
use crate::json;
use crate::limits::MAX_PROPERTIES;
use crate::values::nested::key;
use crate::values::text::{Text, Unfit};

/// A JSON text, and what was found wrong with the values it is made of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Encoded {
    pub(crate) json: String,
    pub(crate) complaints: Vec<(Code, String)>,
}

/// The JSON object of the properties that were passed to the call `about`: of a struct, a map, or
/// an enum of these. A unit has none.
pub(crate) fn object<T: Serialize + ?Sized>(properties: &T, about: &str) -> Encoded {
    let mut members = Members::default();
    let end = properties.serialize(Object(&mut members));
    let Members { mut json, mut complaints, .. } = members;
    if let Err(Unfit::Value) = end {
        // One that fails on its way leaves what it has said so far.
        let code = if json.is_empty() { (Code::InvalidArgument, about) } else { (Code::InvalidProperty, "*") };
        complaints.push((code.0, String::from(code.1)));
    }
    json.insert(0, '{');
    json.push('}');
    Encoded { json, complaints }
}

/// The JSON list of these names.
pub(crate) fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    let mut list = String::from("[");
    for name in all {
        if list.len() > 1 {
            list.push(',');
        }
        json::push_string(&mut list, name);
    }
    list.push(']');
    list
}

#[derive(Default)]
struct Members {
    json: String,
    complaints: Vec<(Code, String)>,
    count: usize,
    /// Of a map, until its value comes.
    key: Option<String>,
}

impl Members {
    /// A property with the name as a JSON string.
    fn put<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Unfit> {
        self.count += 1;
        if self.count > MAX_PROPERTIES {
            self.complain(Code::PropertyTrimmed, name);
            return Err(Unfit::Size); // nothing more is looked at
        }
        let mut text = Text::default();
        let end = text.put(value);
        self.add(name, &text, end);
        Ok(())
    }

    fn add(&mut self, name: &str, text: &Text, end: Result<(), Unfit>) {
        match end {
            Err(Unfit::Value) => self.complain(Code::InvalidProperty, name),
            Err(Unfit::Size) => self.complain(Code::PropertyTrimmed, name),
            Ok(()) => {
                if text.trimmed {
                    self.complain(Code::PropertyTrimmed, name);
                }
                if !self.json.is_empty() {
                    self.json.push(',');
                }
                for part in [name, ":", &text.json] {
                    self.json.push_str(part);
                }
            }
        }
    }

    /// A key before may have got no value.
    fn lonely(&mut self) {
        if let Some(name) = self.key.take() {
            self.complain(Code::InvalidProperty, &name);
        }
    }

    fn complain(&mut self, code: Code, name: &str) {
        self.complaints.push((code, String::from(name.trim_matches('"'))));
    }
}

/// A name as a JSON string.
fn quoted(name: &str) -> String {
    let mut text = String::new();
    json::push_string(&mut text, name);
    text
}

/// What may stand for properties.
struct Object<'a>(&'a mut Members);

type No = Impossible<(), Unfit>;

macro_rules! unfit {
    ($($name:ident($($type:ty),*) -> $answer:ty,)*) => {
        $(fn $name(self, $(_: $type),*) -> Result<$answer, Unfit> {
            Err(Unfit::Value)
        })*
    };
}

impl<'a> Serializer for Object<'a> {
    type Ok = ();
    type Error = Unfit;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = Object<'a>;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = Variant<'a>;

    unfit! {
        serialize_bool(bool) -> (),
        serialize_i8(i8) -> (),
        serialize_i16(i16) -> (),
        serialize_i32(i32) -> (),
        serialize_i64(i64) -> (),
        serialize_u8(u8) -> (),
        serialize_u16(u16) -> (),
        serialize_u32(u32) -> (),
        serialize_u64(u64) -> (),
        serialize_f32(f32) -> (),
        serialize_f64(f64) -> (),
        serialize_char(char) -> (),
        serialize_str(&str) -> (),
        serialize_bytes(&[u8]) -> (),
        serialize_unit_variant(&'static str, u32, &'static str) -> (),
        serialize_seq(Option<usize>) -> No,
        serialize_tuple(usize) -> No,
        serialize_tuple_struct(&'static str, usize) -> No,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> No,
    }

    fn serialize_unit(self) -> Result<(), Unfit> {
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unfit> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unfit> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, name: &'static str, value: &T) -> Result<(), Unfit> {
        self.0.put(&quoted(name), value)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'a>, Unfit> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'a>, Unfit> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, name: &'static str, _: usize) -> Result<Variant<'a>, Unfit> {
        let mut text = Text::default();
        text.json.push('{');
        Ok(Variant { members: self.0, name, text, end: Ok(()) })
    }
}

impl SerializeStruct for Object<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unfit> {
        self.0.put(&quoted(name), value)
    }

    fn end(self) -> Result<(), Unfit> {
        Ok(())
    }
}

impl SerializeMap for Object<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Unfit> {
        self.0.lonely();
        self.0.key = Some(key(name)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        match self.0.key.take() {
            Some(name) => self.0.put(&name, value),
            None => {
                self.0.complain(Code::InvalidProperty, "*");
                Ok(())
            }
        }
    }

    fn end(self) -> Result<(), Unfit> {
        self.0.lonely();
        Ok(())
    }
}

/// One property, the name of a variant, with an object.
struct Variant<'a> {
    members: &'a mut Members,
    name: &'static str,
    text: Text,
    end: Result<(), Unfit>,
}

impl SerializeStructVariant for Variant<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unfit> {
        if self.end.is_ok() {
            self.end = self.text.member(name, value);
        }
        Ok(())
    }

    fn end(mut self) -> Result<(), Unfit> {
        self.text.json.push('}');
        self.members.add(&quoted(self.name), &self.text, self.end);
        Ok(())
    }
}
