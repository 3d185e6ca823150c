//! A browser and an authenticator in software, which can be told to do wrong.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING as ES256, EcdsaKeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Flags of authenticator data (WebAuthn §6.1).
pub(crate) const PRESENT: u8 = 0x01;
pub(crate) const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// One authenticator with one credential, and the browser it is used in.
pub(crate) struct Device {
    key: EcdsaKeyPair,
    pub(crate) id: Vec<u8>,
    /// What the browser says.
    pub(crate) origin: &'static str,
    pub(crate) cross_origin: bool,
    /// What the authenticator says.
    pub(crate) rp_id: &'static str,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    pub(crate) user_handle: Option<Vec<u8>>,
}

impl Device {
    /// A device that does right at `https://id.example.com`.
    pub(crate) fn new(id: &[u8]) -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ES256).unwrap(),
            id: id.to_vec(),
            origin: "https://id.example.com",
            cross_origin: false,
            rp_id: "id.example.com",
            flags: PRESENT | VERIFIED,
            counter: 1,
            user_handle: None,
        }
    }

    /// `navigator.credentials.create`, as `RegistrationResponseJSON`.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        let handle = options["user"]["id"].as_str().unwrap();
        self.user_handle = Some(URL_SAFE_NO_PAD.decode(handle).unwrap());
        let mut authenticator_data = self.authenticator_data(self.flags | ATTESTED);
        authenticator_data.extend([0; 16]);
        authenticator_data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        authenticator_data.extend(&self.id);
        authenticator_data.extend(self.cose_key());
        // {"fmt": "none", "attStmt": {}, "authData": h'…'} in CBOR.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        let length = u16::try_from(authenticator_data.len()).unwrap();
        object.extend(length.to_be_bytes());
        object.extend(authenticator_data);
        json!({
            "id": base64url(&self.id),
            "rawId": base64url(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": true}},
            "response": {
                "clientDataJSON": base64url(&self.client_data("webauthn.create", options)),
                "attestationObject": base64url(&object),
                "transports": ["internal"],
            },
        })
    }

    /// `navigator.credentials.get`, as `AuthenticationResponseJSON`. The counter grows, if there is one.
    pub(crate) fn get(&mut self, options: &Value) -> Value {
        if self.counter > 0 {
            self.counter += 1;
        }
        let client_data = self.client_data("webauthn.get", options);
        let authenticator_data = self.authenticator_data(self.flags);
        let mut signed = authenticator_data.clone();
        signed.extend(digest(&SHA256, &client_data).as_ref());
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let mut response = json!({
            "clientDataJSON": base64url(&client_data),
            "authenticatorData": base64url(&authenticator_data),
            "signature": base64url(signature.as_ref()),
        });
        if let Some(handle) = &self.user_handle {
            response["userHandle"] = json!(base64url(handle));
        }
        json!({
            "id": base64url(&self.id),
            "rawId": base64url(&self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        })
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["challenge"];
        let data = json!({
            "type": kind,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, self.rp_id.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// {1: 2, 3: -7, -1: 1, -2: x, -3: y} in CBOR (RFC 9053 §7.1.1).
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        key.extend(&point[1..33]);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(&point[33..65]);
        key
    }
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a server does with a value between two requests.
pub(crate) fn kept<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}
