//! A QR code as inline SVG, for authenticator applications.

use std::fmt::Write as _;

use askama::filters::Safe;
use qrcode::{Color, EcLevel, QrCode};

use crate::text::Markup;

/// Light modules around the symbol (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;

/// `content` as an `<svg>` that is named by `label`; `None` if it is too long for a symbol.
pub(crate) fn svg(content: &str, label: &Markup) -> Option<Markup> {
    let code = QrCode::with_error_correction_level(content, EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut dark = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            // Writing into a String does not fail.
            let _ = write!(dark, "M{x} {y}h1v1h-1z");
        }
    }
    let label = &label.0;
    Some(Safe(format!(
        r#"<svg class="qr" role="img" aria-label="{label}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="currentColor" d="{dark}"/></svg>"#
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_has_its_three_finders() {
        let svg = svg("otpauth://totp/a?secret=b", &Safe("code".to_owned()))
            .unwrap()
            .0;
        // Version 2 or more has 25 modules and the quiet zone; the corners are dark.
        let side: usize = svg
            .split("0 0 ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        for (x, y) in [
            (QUIET, QUIET),
            (side - QUIET - 1, QUIET),
            (QUIET, side - QUIET - 1),
        ] {
            assert!(svg.contains(&format!("M{x} {y}h1")), "{x} {y}");
        }
        assert!(!svg.contains("M0 0h1"));
    }

    #[test]
    fn what_fits_no_symbol_is_not_drawn() {
        assert!(svg(&"x".repeat(5000), &Safe(String::new())).is_none());
    }
}
