//! The device grant's pages (RFC 8628 §3.3).

use askama::Template;

use crate::{Form, Frame, Unchecked, field::Input, page::View, sign_in::too_many, text::Markup};

/// Asks for the code that a device shows.
///
/// Field: `user_code`. Action: `continue`.
#[derive(Clone, Template)]
#[template(path = "device.html")]
pub struct Device {
    /// What is common to all pages.
    pub frame: Frame,
    /// Where it posts to.
    pub form: Form,
    /// The code to begin with (`?user_code=`, RFC 8628 §3.3.1); empty for none.
    pub user_code: String,
    /// Why the last code was refused.
    pub error: Option<DeviceError>,
}

/// Why a code was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceError {
    /// No device waits with it: mistyped, used or too old.
    UnknownCode,
    /// Too many tries (U8).
    TooManyAttempts {
        /// Seconds until the next may be made.
        retry_after: u64,
    },
}

impl View for Device {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say("device-heading")
    }

    fn inputs(&self) -> Vec<Input> {
        let input = Input::code("user_code", self.frame.say("user-code"), "off")
            .with_value(&self.user_code)
            .with_hint(self.frame.say("user-code-hint"))
            .blamed_if(self.error == Some(DeviceError::UnknownCode));
        vec![input]
    }

    fn problem(&self) -> Option<Markup> {
        Some(match self.error? {
            DeviceError::UnknownCode => self.frame.say("user-code-unknown"),
            DeviceError::TooManyAttempts { retry_after } => {
                too_many(self.frame.locale, retry_after)
            }
        })
    }
}

/// Asks whether the device in front of a person is the one that shows this code (RFC 8628 §5.4).
///
/// Actions: `confirm`, `deny`.
#[derive(Clone, Template)]
#[template(path = "device_confirm.html")]
pub struct DeviceConfirm {
    /// What is common to all pages.
    pub frame: Frame,
    /// Where it posts to.
    pub form: Form,
    /// The application on the device.
    pub client_name: String,
    /// Whether nobody has checked the application.
    pub unchecked: Option<Unchecked>,
    /// The code, as the device shows it.
    pub user_code: String,
}

impl View for DeviceConfirm {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say("device-confirm-heading")
    }
}

/// The end: back to the device.
#[derive(Clone, Debug, Template)]
#[template(path = "device_done.html")]
pub struct DeviceDone {
    /// What is common to all pages.
    pub frame: Frame,
    /// Whether the device was allowed.
    pub allowed: bool,
}

impl View for DeviceDone {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say(if self.allowed {
            "device-allowed-heading"
        } else {
            "device-denied-heading"
        })
    }
}
