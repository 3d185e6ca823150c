//! The members of a JSON object by name and type. `null` is as good as absent (RFC 7592 §2.2:
//! "Omitted fields MUST be treated as null or empty values").

use crate::{ErrorCode, OAuthError};
use serde_json::{Map, Value};
use std::fmt::Display;
use std::str::FromStr;

/// Longest text of one member, in bytes.
pub(super) const MAX_TEXT_BYTES: usize = 255;

/// The members of client metadata.
pub(super) struct Members<'a>(pub &'a Map<String, Value>);

impl<'a> Members<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text for people: bounded, and without control characters.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, OAuthError> {
        let text = self.string(name)?;
        text.map(|text| bounded(name, text)).transpose()
    }

    /// A text that is of a type of its own.
    pub(super) fn parsed<T: FromStr<Err: Display>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, OAuthError> {
        let parse = |text: &str| text.parse::<T>().map_err(|error| wrong(name, error));
        self.string(name)?.map(parse).transpose()
    }

    /// One of a few texts.
    pub(super) fn one_of(
        &self,
        name: &str,
        known: &[&'static str],
    ) -> Result<Option<String>, OAuthError> {
        match self.string(name)? {
            Some(text) if !known.contains(&text) => Err(wrong(name, "has an unsupported value")),
            text => Ok(text.map(str::to_owned)),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, OAuthError> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(wrong(name, "must be a boolean")),
        }
    }

    pub(super) fn seconds(&self, name: &str) -> Result<Option<u64>, OAuthError> {
        let seconds = self.get(name).map(|value| {
            let seconds = value.as_u64();
            seconds.ok_or_else(|| wrong(name, "must be a number of seconds"))
        });
        seconds.transpose()
    }

    /// Texts for people or programs, each bounded.
    pub(super) fn texts(&self, name: &str, most: usize) -> Result<Vec<String>, OAuthError> {
        let texts = self.strings(name, most)?.unwrap_or_default();
        texts.into_iter().map(|text| bounded(name, text)).collect()
    }

    /// Texts of a type of its own, each once; `None` if the member is not there.
    pub(super) fn all_parsed<T: FromStr + PartialEq, E>(
        &self,
        name: &str,
        most: usize,
        refuse: E,
    ) -> Result<Option<Vec<T>>, OAuthError>
    where
        E: Fn(T::Err) -> OAuthError,
    {
        let Some(texts) = self.strings(name, most)? else {
            return Ok(None);
        };
        let mut all = Vec::with_capacity(texts.len());
        for text in texts {
            let one = text.parse().map_err(&refuse)?;
            if !all.contains(&one) {
                all.push(one);
            }
        }
        Ok(Some(all))
    }

    fn string(&self, name: &str) -> Result<Option<&'a str>, OAuthError> {
        let text = self.get(name).map(|value| {
            let text = value.as_str();
            text.ok_or_else(|| wrong(name, "must be a string"))
        });
        text.transpose()
    }

    fn strings(&self, name: &str, most: usize) -> Result<Option<Vec<&'a str>>, OAuthError> {
        let wrong_type = || wrong(name, "must be an array of strings");
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let values = value.as_array().ok_or_else(wrong_type)?;
        if values.len() > most {
            return Err(wrong(name, format!("has more than {most} values")));
        }
        let texts = values.iter().map(|one| one.as_str().ok_or_else(wrong_type));
        texts.collect::<Result<_, _>>().map(Some)
    }
}

fn bounded(name: &str, text: &str) -> Result<String, OAuthError> {
    if text.is_empty() || text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) {
        let why = format!("must have 1 to {MAX_TEXT_BYTES} bytes and no control character");
        return Err(wrong(name, why));
    }
    Ok(text.to_owned())
}

/// `invalid_client_metadata` about a member.
pub(super) fn wrong(name: &str, why: impl Display) -> OAuthError {
    let problem = format!("member '{name}' {why}");
    OAuthError::new(ErrorCode::InvalidClientMetadata, problem)
}
