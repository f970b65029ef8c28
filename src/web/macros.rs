//! The short form of a call.

/// Records an event with the properties that stand in the call: `name = value`, where the name is an
/// identifier or a text. As [`Client::track`](crate::web::Client::track).
///
/// ```
/// use consentry::{Options, track, web::Client};
/// # fn main() -> Result<(), consentry::Error> {
/// let client = Client::start("TOKEN", Options::default())?;
/// track!(client, "Viewed");
/// track!(client, "Ordered", plan = "pro", seats = 3, "coupon code" = None::<&str>);
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! track {
    ($client:expr, $name:expr $(,)?) => {
        $client.track($name, &())
    };
    ($client:expr, $name:expr, $($property:tt = $value:expr),+ $(,)?) => {
        $client.track($name, &$crate::web::properties()$(.and($crate::__name_of!($property), &$value))+)
    };
}

/// The name of a property: an identifier as a text, or a text.
#[doc(hidden)]
#[macro_export]
macro_rules! __name_of {
    ($name:literal) => {
        $name
    };
    ($name:ident) => {
        ::core::stringify!($name)
    };
}
