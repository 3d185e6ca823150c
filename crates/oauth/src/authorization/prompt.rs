//! `prompt` (OIDC Core §3.1.2.1).

use crate::OAuthError;
use crate::bounded::refused;
use std::fmt;
use std::str::FromStr;

/// One way of asking the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PromptValue {
    /// Do not ask at all.
    None,
    /// Sign in again.
    Login,
    /// Ask for consent again.
    Consent,
    /// Let the person choose an account.
    SelectAccount,
}

impl PromptValue {
    /// Every value.
    pub const ALL: [Self; 4] = [Self::None, Self::Login, Self::Consent, Self::SelectAccount];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}

/// How the person is to be asked, each way once; `none` stands alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompt(Vec<PromptValue>);

impl Prompt {
    /// Whether the value is among them.
    pub fn contains(&self, value: PromptValue) -> bool {
        self.0.contains(&value)
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Prompt {
    type Err = OAuthError;

    /// OIDC Core §3.1.2.1: "If this parameter contains none with any other value, an error is
    /// returned." So it is for a value that is not known (Initiating User Registration §4).
    ///
    /// # Errors
    /// `invalid_request`.
    fn from_str(text: &str) -> Result<Self, OAuthError> {
        let mut values = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let value = PromptValue::ALL.into_iter().find(|v| v.as_str() == word);
            let value = value.ok_or_else(|| refused("prompt", "has an unknown value"))?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if values.len() > 1 && values.contains(&PromptValue::None) {
            return Err(refused("prompt", "has none beside another value"));
        }
        Ok(Self(values))
    }
}

impl fmt::Display for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|value| value.as_str()).collect();
        f.write_str(&names.join(" "))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn oidc_core_3_1_2_1_prompt() {
        for (text, printed) in [
            ("none", "none"),
            ("none none", "none"),
            ("login", "login"),
            ("consent login", "consent login"),
            (
                "login select_account consent login",
                "login select_account consent",
            ),
        ] {
            let prompt: Prompt = text.parse().unwrap();
            assert_eq!(prompt.to_string(), printed);
            assert_eq!(printed.parse(), Ok(prompt));
        }
        for text in [
            "none login",
            "login none",
            "create",
            "Login",
            "none\tnone",
            "none,login",
        ] {
            let error = text.parse::<Prompt>().unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequest, "{text}");
        }
        let prompt: Prompt = "consent".parse().unwrap();
        assert!(prompt.contains(PromptValue::Consent) && !prompt.contains(PromptValue::Login));
        assert!(!prompt.is_empty() && Prompt::default().is_empty());
    }
}
