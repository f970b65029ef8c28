//! Values as JSON text. The core keeps the same limits; here they keep what is huge from being walked.

use core::fmt::{self, Display, Write};

use serde::ser::{Serialize, Serializer};

use crate::json;
use crate::limits::{MAX_DEPTH, MAX_ELEMENTS};
use crate::values::text::{Text, Unfit};

/// The largest whole number that every reader of JSON takes as it is. What is beyond it is an id, and
/// becomes a text.
const MAX_WHOLE: i128 = (1 << 53) - 1;

impl Text {
    /// Appends a value.
    pub(super) fn put<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        value.serialize(Nested { text: self, depth: MAX_DEPTH })?;
        self.sound()
    }

    /// Appends a member to an object that is open.
    pub(super) fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Unfit> {
        let count = usize::from(self.json.len() > 1);
        let depth = MAX_DEPTH - 1;
        Compound { text: self, close: "", depth, count, key: Key::None }.member(name, value)?;
        self.sound()
    }
}

/// The JSON string of a key, which may be a number.
pub(super) fn key<T: Serialize + ?Sized>(value: &T) -> Result<String, Unfit> {
    let mut text = Text::default();
    text.put(value)?;
    match text.json.as_bytes().first() {
        Some(b'"') => Ok(text.json),
        Some(b'{' | b'[' | b'n') | None => Err(Unfit::Value),
        Some(_) => Ok(format!("\"{}\"", text.json)),
    }
}

/// Appends one value, with so many levels of nesting left.
pub(super) struct Nested<'a> {
    text: &'a mut Text,
    depth: u8,
}

/// A list or object that is being written.
pub(super) struct Compound<'a> {
    text: &'a mut Text,
    /// What ends it; nothing where it is too deep.
    close: &'static str,
    depth: u8,
    count: usize,
    key: Key,
}

/// The key of a map's value that comes.
#[derive(PartialEq)]
enum Key {
    None,
    Written,
    /// It is one too many.
    LeftOut,
}

impl<'a> Nested<'a> {
    fn open(self, open: &str, close: &'static str) -> Compound<'a> {
        let Nested { text, depth } = self;
        let Some(depth) = depth.checked_sub(1) else {
            text.trimmed = true;
            text.json.push_str("null");
            return Compound { text, close: "", depth, count: MAX_ELEMENTS, key: Key::None };
        };
        text.json.push_str(open);
        Compound { text, close, depth, count: 0, key: Key::None }
    }

    /// An object of one member, whose value is a list or an object.
    fn variant(self, name: &str, open: &str, close: &'static str) -> Result<Compound<'a>, Unfit> {
        let mut outer = self.open("{", "}");
        if outer.starts()? {
            json::push_string(&mut outer.text.json, json::cut(name));
            outer.text.json.push(':');
        }
        let inner = Nested { text: outer.text, depth: outer.depth };
        if outer.close.is_empty() {
            return Ok(Compound { text: inner.text, close: "", depth: 0, count: MAX_ELEMENTS, key: Key::None });
        }
        let mut inner = inner.open(open, close);
        // Both end together.
        inner.close = match inner.close {
            "" => "}",
            "]" => "]}",
            _ => "}}",
        };
        Ok(inner)
    }

    fn whole(self, number: impl Display, fits: bool) -> Result<(), Unfit> {
        self.text.push(&if fits { format!("{number}") } else { format!("\"{number}\"") })
    }

    fn shown(self, number: impl fmt::Debug) -> Result<(), Unfit> {
        // The shortest text that means this number, with an exponent where it has many digits.
        let mut text = String::new();
        write!(text, "{number:?}").map_err(|_| Unfit::Value)?;
        self.text.push(text.strip_suffix(".0").map_or(&*text, |whole| if whole == "-0" { "0" } else { whole }))
    }
}

impl Compound<'_> {
    /// Whether another one is written, which begins with a comma where one is due.
    fn starts(&mut self) -> Result<bool, Unfit> {
        if self.count >= MAX_ELEMENTS {
            self.text.trimmed = true;
            return Ok(false);
        }
        if self.count > 0 {
            self.text.push(",")?;
        }
        self.count += 1;
        Ok(true)
    }

    /// An element of a list.
    pub(super) fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.part(|list| if list.starts()? { list.write(value) } else { Ok(()) })
    }

    /// A member of an object.
    pub(super) fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Unfit> {
        self.part(|object| if object.name(name)? { object.write(value) } else { Ok(()) })
    }

    /// The key of a map.
    pub(super) fn key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Unfit> {
        self.part(|map| {
            if map.key != Key::None {
                return Err(Unfit::Value);
            }
            map.key = if map.quoted(&key(name)?)? { Key::Written } else { Key::LeftOut };
            Ok(())
        })
    }

    /// The value of the key before.
    pub(super) fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.part(|map| match core::mem::replace(&mut map.key, Key::None) {
            Key::None => Err(Unfit::Value),
            Key::Written => map.write(value),
            Key::LeftOut => Ok(()),
        })
    }

    pub(super) fn close(mut self) -> Result<(), Unfit> {
        self.part(|all| if all.key == Key::None { all.text.push(all.close) } else { Err(Unfit::Value) })
    }

    /// Writes a part of it, unless one before was at fault.
    fn part(&mut self, write: impl FnOnce(&mut Self) -> Result<(), Unfit>) -> Result<(), Unfit> {
        self.text.sound()?;
        let end = write(self);
        self.text.note(end)
    }

    fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        value.serialize(Nested { text: self.text, depth: self.depth })
    }

    fn name(&mut self, name: &str) -> Result<bool, Unfit> {
        let mut quoted = String::new();
        json::push_string(&mut quoted, json::cut(name));
        self.quoted(&quoted)
    }

    /// A name as a JSON string.
    fn quoted(&mut self, name: &str) -> Result<bool, Unfit> {
        let starts = self.starts()?;
        if starts {
            self.text.push(name)?;
            self.text.push(":")?;
        }
        Ok(starts)
    }
}

macro_rules! whole {
    ($($name:ident $type:ty,)*) => {
        $(fn $name(self, number: $type) -> Result<(), Unfit> {
            let fits = i128::try_from(number).is_ok_and(|number| (-MAX_WHOLE..=MAX_WHOLE).contains(&number));
            self.whole(number, fits)
        })*
    };
}

impl<'a> Serializer for Nested<'a> {
    type Ok = ();
    type Error = Unfit;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    whole! { serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128, }
    whole! { serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128, }

    fn serialize_f32(self, number: f32) -> Result<(), Unfit> {
        if number.is_finite() { self.shown(number) } else { self.serialize_unit() }
    }

    fn serialize_f64(self, number: f64) -> Result<(), Unfit> {
        if number.is_finite() { self.shown(number) } else { self.serialize_unit() }
    }

    fn serialize_bool(self, flag: bool) -> Result<(), Unfit> {
        self.text.push(if flag { "true" } else { "false" })
    }

    fn serialize_char(self, character: char) -> Result<(), Unfit> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Unfit> {
        json::push_string(&mut self.text.json, json::cut(text));
        self.text.push("")
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Unfit> {
        self.collect_seq(bytes)
    }

    fn serialize_unit(self) -> Result<(), Unfit> {
        self.text.push("null")
    }

    fn serialize_none(self) -> Result<(), Unfit> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unfit> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Unfit> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unfit> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, name: &'static str, value: &T) -> Result<(), Unfit> {
        let mut object = self.open("{", "}");
        object.member(name, value)?;
        object.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound<'a>, Unfit> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound<'a>, Unfit> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>, Unfit> {
        Ok(self.open("[", "]"))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, name: &'static str, _: usize) -> Result<Compound<'a>, Unfit> {
        self.variant(name, "[", "]")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound<'a>, Unfit> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Compound<'a>, Unfit> {
        Ok(self.open("{", "}"))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, name: &'static str, _: usize) -> Result<Compound<'a>, Unfit> {
        self.variant(name, "{", "}")
    }
}
