//! How serde hands lists and objects on.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant,
};

use crate::values::nested::Compound;
use crate::values::text::Unfit;

/// What writes its elements or fields, each in the same way.
macro_rules! all_alike {
    ($($kind:ident: $call:ident($($name:ident: $type:ty)?) is $writes:ident,)*) => {
        $(impl $kind for Compound<'_> {
            type Ok = ();
            type Error = Unfit;

            fn $call<T: Serialize + ?Sized>(&mut self, $($name: $type,)? value: &T) -> Result<(), Unfit> {
                self.$writes($($name,)? value)
            }

            fn end(self) -> Result<(), Unfit> {
                self.close()
            }
        })*
    };
}

all_alike! {
    SerializeSeq: serialize_element() is element,
    SerializeTuple: serialize_element() is element,
    SerializeTupleStruct: serialize_field() is element,
    SerializeTupleVariant: serialize_field() is element,
    SerializeStruct: serialize_field(name: &'static str) is member,
    SerializeStructVariant: serialize_field(name: &'static str) is member,
}

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Unfit> {
        self.key(name)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.value(value)
    }

    fn end(self) -> Result<(), Unfit> {
        self.close()
    }
}
