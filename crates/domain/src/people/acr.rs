//! How well a person was authenticated: `acr` and `amr` (OpenID Connect Core §2, RFC 8176).

use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// An authentication context class, weakest first: who has one has those before it (RFC 9470).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Acr {
    /// One factor: a password, or a sign-in at another provider.
    #[serde(rename = "1")]
    OneFactor,
    /// Two factors.
    #[serde(rename = "2")]
    TwoFactors,
    /// A passkey with user verification: phishing-resistant, and two factors in one (the name is
    /// that of OpenID Connect Extended Authentication Profile ACR Values 1.0).
    #[serde(rename = "phr")]
    PhishingResistant,
}

impl Acr {
    /// Every class, weakest first.
    pub const ALL: [Self; 3] = [Self::OneFactor, Self::TwoFactors, Self::PhishingResistant];

    /// The value of `acr`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneFactor => "1",
            Self::TwoFactors => "2",
            Self::PhishingResistant => "phr",
        }
    }

    /// What the methods used come to.
    pub fn of(methods: &BTreeSet<Amr>) -> Self {
        let second = methods.contains(&Amr::Totp) || methods.contains(&Amr::RecoveryCode);
        if methods.contains(&Amr::Passkey) {
            Self::PhishingResistant
        } else if second && methods.len() > 1 {
            Self::TwoFactors
        } else {
            Self::OneFactor
        }
    }
}

impl fmt::Display for Acr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A value that names no class of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no authentication context of this server: 1, 2 or phr")]
pub struct UnknownAcr;

impl FromStr for Acr {
    type Err = UnknownAcr;

    fn from_str(text: &str) -> Result<Self, UnknownAcr> {
        let found = Self::ALL.into_iter().find(|acr| acr.as_str() == text);
        found.ok_or(UnknownAcr)
    }
}

/// A way in which someone was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amr {
    /// A password.
    Password,
    /// A passkey with user verification.
    Passkey,
    /// A time-based one-time password.
    Totp,
    /// A recovery code.
    RecoveryCode,
    /// A sign-in at another provider.
    Provider,
}

impl Amr {
    /// The values of `amr` that it stands for (RFC 8176 §2).
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["pwd"],
            Self::Passkey => &["hwk", "user"],
            Self::Totp => &["otp"],
            Self::RecoveryCode => &["kba"],
            Self::Provider => &["fed"],
        }
    }

    /// The `amr` claim of several, with `mfa` where there was more than one factor.
    pub fn claim(methods: &BTreeSet<Self>) -> Vec<String> {
        let values = methods.iter().flat_map(|method| method.values());
        let mut claim: Vec<String> = values.map(|value| (*value).to_owned()).collect();
        if Acr::of(methods) >= Acr::TwoFactors {
            claim.push("mfa".to_owned());
        }
        claim
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_methods_come_to() {
        let acr = |methods: &[Amr]| Acr::of(&methods.iter().copied().collect());
        assert_eq!(acr(&[]), Acr::OneFactor);
        assert_eq!(acr(&[Amr::Password]), Acr::OneFactor);
        assert_eq!(acr(&[Amr::Provider]), Acr::OneFactor);
        assert_eq!(
            acr(&[Amr::Totp]),
            Acr::OneFactor,
            "no second without a first"
        );
        assert_eq!(acr(&[Amr::Password, Amr::Provider]), Acr::OneFactor);
        assert_eq!(acr(&[Amr::Password, Amr::Totp]), Acr::TwoFactors);
        assert_eq!(acr(&[Amr::Provider, Amr::RecoveryCode]), Acr::TwoFactors);
        assert_eq!(acr(&[Amr::Passkey]), Acr::PhishingResistant);
        assert!(Acr::OneFactor < Acr::TwoFactors && Acr::TwoFactors < Acr::PhishingResistant);
        for known in Acr::ALL {
            assert_eq!(known.as_str().parse(), Ok(known));
        }
        assert_eq!("3".parse::<Acr>(), Err(UnknownAcr));
    }

    #[test]
    fn amr_says_when_there_were_two_factors() {
        let methods = [Amr::Password, Amr::Totp].into_iter().collect();
        assert_eq!(Amr::claim(&methods), ["pwd", "otp", "mfa"]);
        let methods = [Amr::Password].into_iter().collect();
        assert_eq!(Amr::claim(&methods), ["pwd"]);
    }
}
