//! Properties where they are needed, without a struct.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// Properties in their order, each a name and a value; [`properties`] begins them.
///
/// ```
/// use consentry::{Options, web::{Client, properties}};
/// # fn main() -> Result<(), consentry::Error> {
/// let client = Client::start("TOKEN", Options::default())?;
/// client.track("Viewed", &properties().and("page", &"pricing").and("seconds on it", &12));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Properties<F>(F);

/// No properties yet.
///
/// ```
/// use consentry::web::properties;
/// let said = properties().and("plan", &"pro").and("seats", &3);
/// assert_eq!(serde_json::to_string(&said).unwrap(), r#"{"plan":"pro","seats":3}"#);
/// ```
pub fn properties() -> Properties<()> {
    Properties(())
}

impl<F> Properties<F> {
    /// These and one more.
    ///
    /// ```
    /// let said = consentry::web::properties().and("plan", &"pro");
    /// # let _ = said;
    /// ```
    pub fn and<'a, T: Serialize + ?Sized>(self, name: &'a str, value: &'a T) -> Properties<(F, &'a str, &'a T)> {
        Properties((self.0, name, value))
    }
}

/// The members of a map that is being written.
pub trait Fields {
    #[doc(hidden)]
    fn count(&self) -> usize;
    #[doc(hidden)]
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl Fields for () {
    fn count(&self) -> usize {
        0
    }

    fn write<M: SerializeMap>(&self, _: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<F: Fields, T: Serialize + ?Sized> Fields for (F, &str, &T) {
    fn count(&self) -> usize {
        self.0.count() + 1
    }

    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.0.write(map)?;
        map.serialize_entry(self.1, self.2)
    }
}

impl<F: Fields> Serialize for Properties<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.count()))?;
        self.0.write(&mut map)?;
        map.end()
    }
}
