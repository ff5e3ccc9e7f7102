//! How long a text is, and what fits. Fonts differ between readers: measured as the wide ones are, so it fits in all.

/// Tenths of a pixel that a character takes for each pixel of the font's size.
const CHARACTER: i32 = 6;

/// Pixels that a text takes at most, at a font size.
pub(super) fn width(text: &str, size: i32) -> i32 {
    let units: i32 = text.chars().map(|character| if u32::from(character) >= 0x2e80 { 2 } else { 1 }).sum();
    units * size * CHARACTER / 10 + size / 2
}

/// The text, or its beginning and `…`, so that it fits into so many pixels.
pub(super) fn fit(text: &str, pixels: i32, size: i32) -> String {
    if width(text, size) <= pixels {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if width(&format!("{kept}…"), size) > pixels {
            kept.pop();
            break;
        }
    }
    kept.trim_end().to_owned() + "…"
}

/// As [`fit`], but the end is kept whole: the number of a node says more than the end of its pool's name.
pub(super) fn fit_before(text: &str, end: &str, pixels: i32, size: i32) -> String {
    let room = pixels - width(end, size) + size / 2;
    fit(text, room, size) + end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(fit("general", 100, 11), "general");
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis_and_fits_then() {
        let cut = fit("a-pool-with-a-very-long-name", 90, 11);
        assert!(cut.ends_with('…') && cut.starts_with("a-pool"));
        assert!(width(&cut, 11) <= 90);
    }

    #[test]
    fn the_number_of_a_node_is_always_seen() {
        let cut = fit_before("a-pool-with-a-very-long-name", "-17", 90, 11);
        assert!(cut.ends_with("…-17"));
        assert!(width(&cut, 11) <= 90);
    }

    #[test]
    fn wide_characters_count_twice() {
        assert!(width("漢字", 11) > width("ab", 11));
    }
}
