//! Options from JSON, and what is wrong with options.

use crate::error::{Code, Error};
use crate::json;
use crate::options::Options;
use crate::options::rules::{Group, OPTIONS, PROTECTED, TOKEN};

impl Options {
    /// Reads options as the npm package takes them, from JSON as `JSON.stringify` writes it. What is
    /// `null` counts as not given.
    ///
    /// ```
    /// use consentry::{Code, Error, Options};
    /// let wrong = Options::from_json(r#"{"consent":{"cookie":{"sameSite":"laks"}}}"#);
    /// assert_eq!(wrong, Err(Error::about(Code::InvalidOption, "consent.cookie.sameSite")));
    /// ```
    ///
    /// # Errors
    /// [`Code::UnknownOption`], [`Code::InvalidOption`] or [`Code::ProtectedProperty`], about the option
    /// (`consent.cookie.sameSite`) or the property.
    pub fn from_json(text: &str) -> Result<Options, Error> {
        let mut options = Options::default();
        read(&mut options, &OPTIONS, "", text)?;
        protected(&options)?;
        Ok(options)
    }

    /// Whether a client can be made of a project token and these options.
    ///
    /// ```
    /// use consentry::{Code, Error, Options};
    /// let mut options = Options::default();
    /// options.batch.size = 0;
    /// assert_eq!(options.check("TOKEN"), Err(Error::about(Code::InvalidOption, "batch.size")));
    /// ```
    ///
    /// # Errors
    /// [`Code::InvalidToken`], [`Code::InvalidOption`] or [`Code::ProtectedProperty`], about the option or
    /// the property.
    pub fn check(&self, token: &str) -> Result<(), Error> {
        check_token(token)?;
        check(&mut self.clone(), &OPTIONS, "")?;
        protected(self)
    }
}

/// Whether a client can be made of that token.
pub(crate) fn check_token(token: &str) -> Result<(), Error> {
    if TOKEN.fits(token) { Ok(()) } else { Err(Error::about(Code::InvalidToken, "")) }
}

fn read(options: &mut Options, group: &Group, path: &str, text: &str) -> Result<(), Error> {
    let members = json::members(text, b'{');
    if !members.sound {
        return Err(Error::about(Code::InvalidOption, path));
    }
    for (name, value) in members.filter(|(_, value)| *value != "null") {
        let path = within(path, name);
        if let Some(group) = group.groups.iter().find(|group| group.name == name) {
            read(options, group, &path, value)?;
        } else {
            let rule = group.rules.iter().find(|rule| rule.name == name);
            let Some(rule) = rule else { return Err(Error::about(Code::UnknownOption, &path)) };
            if !(rule.field)(options).read(rule.form, value) {
                return Err(Error::about(Code::InvalidOption, &path));
            }
        }
    }
    Ok(())
}

fn check(options: &mut Options, group: &Group, path: &str) -> Result<(), Error> {
    for rule in group.rules {
        if !(rule.field)(options).fits(rule.form) {
            return Err(Error::about(Code::InvalidOption, &within(path, rule.name)));
        }
    }
    group.groups.iter().try_for_each(|inner| check(options, inner, &within(path, inner.name)))
}

fn protected(options: &Options) -> Result<(), Error> {
    match options.property_blacklist.iter().find(|name| PROTECTED.contains(&name.as_str())) {
        Some(name) => Err(Error::about(Code::ProtectedProperty, name)),
        None => Ok(()),
    }
}

/// The name of an option from the outermost group on.
fn within(path: &str, name: &str) -> String {
    let mut whole = String::from(path);
    if !path.is_empty() {
        whole.push('.');
    }
    whole.push_str(name);
    whole
}
