//! What any text may hold.

/// A character that a text had better not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// NUL, a line break, or another control.
    Control(char),
    /// It cannot be seen; its name.
    Invisible(&'static str),
    /// U+FFFD: text that was lost before.
    Damaged,
}

/// The worst oddity of a text: a control character before an invisible one before a damaged one.
pub fn oddity(text: &str) -> Option<Oddity> {
    if is_plain(text.as_bytes()) {
        return None;
    }
    let mut worst = None;
    let mut previous = ' ';
    for character in text.chars() {
        if character.is_control() {
            return Some(Oddity::Control(character));
        }
        let joins = matches!(character, '\u{200C}' | '\u{200D}') && previous > '\u{05FF}';
        previous = character;
        // joiners are letters of their own in Persian, Hindi and emoji
        if joins {
            continue;
        }
        if let Some(name) = invisible(character) {
            worst = Some(Oddity::Invisible(name));
        } else if character == char::REPLACEMENT_CHARACTER && worst.is_none() {
            worst = Some(Oddity::Damaged);
        }
    }
    worst
}

/// Whether a text plainly has no oddity: ASCII from the space to the tilde, eight bytes at a time, or that and letters
/// from À to the end of Hebrew, U+00C0 to U+05FF.
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let is_plain_word = |word: u64| {
        // too small, DEL, or not ASCII: each sets the high bit of its byte
        (word.wrapping_sub(ONES * 0x20) | word.wrapping_add(ONES) | word) & (ONES << 7) == 0
    };
    let is_ascii = match bytes.last_chunk() {
        Some(last) => {
            let (words, _) = bytes[..bytes.len() - 1].as_chunks::<8>();
            is_plain_word(u64::from_le_bytes(*last))
                && words.iter().all(|word| is_plain_word(u64::from_le_bytes(*word)))
        }
        None => bytes.iter().all(|byte| (0x20..0x7F).contains(byte)),
    };
    is_ascii
        || bytes
            .iter()
            .all(|byte| matches!(byte, 0x20..=0x7E | 0x80..=0xBF | 0xC3..=0xD7))
}

/// Whether a character cannot be seen.
pub fn is_invisible(character: char) -> bool {
    invisible(character).is_some()
}

fn invisible(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{00AD}' => "soft hyphen",
        '\u{200B}' => "zero-width space",
        '\u{200C}' => "zero-width non-joiner",
        '\u{200D}' => "zero-width joiner",
        '\u{200E}' | '\u{200F}' | '\u{061C}' => "direction mark",
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => "direction override",
        '\u{2060}' => "word joiner",
        '\u{FEFF}' => "byte order mark",
        '\u{00A0}' | '\u{202F}' | '\u{2007}' => "no-break space",
        '\u{E0000}'..='\u{E007F}' => "tag character",
        _ => return None,
    })
}

/// Whether a number in scientific notation stands where an ID should be, such as `1.23E+11`.
pub fn is_scientific(text: &str) -> bool {
    let Some(at) = text.find(['e', 'E']) else { return false };
    let (mantissa, exponent) = (&text[..at], &text[at + 1..]);
    let mantissa = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let signed = exponent.strip_prefix(['+', '-']);
    let digits = signed.unwrap_or(exponent);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_mantissa = match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => is_digits(whole) && is_digits(fraction),
        // `12E4` may well be an ID of its own; `1E+11` is not
        None => is_digits(mantissa) && signed.is_some(),
    };
    is_mantissa && is_digits(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_a_spreadsheet_shortened_are_told_from_ids() {
        for text in ["1.23E+11", "1E+11", "1,5e12", "1.23456E11"] {
            assert!(is_scientific(text), "{text}");
        }
        for text in ["0042", "12E4", "E12", "1.5", "A1E+3", "", "1e"] {
            assert!(!is_scientific(text), "{text}");
        }
    }

    #[test]
    fn the_quick_look_sees_every_byte() {
        for byte in 0..=255_u8 {
            for place in 0..11 {
                let mut bytes = *b"Freshwater.";
                bytes[place] = byte;
                let is_good = matches!(byte, 0x20..=0x7E | 0x80..=0xBF | 0xC3..=0xD7);
                assert_eq!(is_plain(&bytes), is_good, "{byte:#x}");
            }
        }
        assert!(is_plain(b"Joey Freshwater-O'Neil ~!"));
    }

    #[test]
    fn letters_of_two_bytes_are_plain_when_they_have_no_oddity() {
        for character in '\u{80}'..='\u{7FF}' {
            let text = character.to_string();
            if is_plain(text.as_bytes()) {
                assert!(!character.is_control() && !character.is_whitespace() && invisible(character).is_none());
            }
        }
        assert!(is_plain("Łukasz Müller".as_bytes()) && !is_plain("a\u{AD}b".as_bytes()));
    }

    #[test]
    fn oddities_are_told_apart() {
        assert_eq!(oddity("Zoë Müller-O'Neil"), None);
        assert_eq!(oddity("a\u{0}"), Some(Oddity::Control('\u{0}')));
        assert_eq!(oddity("a\u{200B}"), Some(Oddity::Invisible("zero-width space")));
        assert_eq!(oddity("a\u{FFFD}"), Some(Oddity::Damaged));
    }
}
