//! Colours that everybody can read, light and dark (WCAG 2.2, 1.4.3 and 1.4.11).

use std::collections::BTreeMap;

use pages::{asset, assets};

fn css() -> &'static str {
    let style = assets()
        .iter()
        .find(|asset| asset.media_type.starts_with("text/css"));
    std::str::from_utf8(style.unwrap().bytes).unwrap()
}

/// The custom properties of a block that are six hexadecimal digits.
fn colours(block: &str) -> BTreeMap<&str, [u8; 3]> {
    let declarations = block
        .split_once('{')
        .unwrap()
        .1
        .split('}')
        .next()
        .unwrap()
        .split(';');
    let colours = declarations.filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let hex = value.trim().strip_prefix('#')?;
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        Some((name.trim(), [byte(0), byte(2), byte(4)]))
    });
    colours.collect()
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_and_borders_have_enough_contrast_in_both_schemes() {
    let mut roots = css().split(":root").skip(1);
    let (light, dark) = (
        colours(roots.next().unwrap()),
        colours(roots.next().unwrap()),
    );
    assert_eq!(
        light.keys().collect::<Vec<_>>(),
        dark.keys().collect::<Vec<_>>()
    );
    let text = [
        ("--text", "--page"),
        ("--text", "--card"),
        ("--text", "--raised"),
        ("--quiet", "--page"),
        ("--quiet", "--card"),
        ("--quiet", "--raised"),
        ("--accent", "--page"),
        ("--accent", "--card"),
        ("--accent-strong", "--card"),
        ("--accent-strong", "--page"),
        ("--on-accent", "--accent"),
        ("--on-accent", "--accent-strong"),
        ("--bad", "--card"),
        ("--bad", "--bad-surface"),
        ("--good", "--card"),
        ("--good", "--good-surface"),
    ];
    let shapes = [
        ("--border", "--card"),
        ("--border", "--page"),
        ("--border", "--raised"),
    ];
    for scheme in [light, dark] {
        for (pairs, least) in [(&text[..], 4.5), (&shapes[..], 3.0)] {
            for (front, back) in pairs {
                let found = contrast(scheme[front], scheme[back]);
                assert!(found >= least, "{front} on {back}: {found:.2}");
            }
        }
    }
}

#[test]
fn the_measure_of_contrast_is_the_standards() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
    assert!((contrast([0x77; 3], [255; 3]) - 4.478).abs() < 1e-3);
}

#[test]
fn v18_assets_refer_to_nothing_elsewhere() {
    for each in assets() {
        let text = std::str::from_utf8(each.bytes).unwrap();
        for forbidden in [
            "http:",
            "https:",
            "//fonts",
            "@import",
            "url(",
            "eval(",
            "innerHTML",
            "document.write",
        ] {
            assert!(!text.contains(forbidden), "{}: {forbidden}", each.path);
        }
        assert_eq!(asset(each.path.rsplit('/').next().unwrap()), Some(each));
    }
}
