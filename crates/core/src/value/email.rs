//! E-mail addresses, as both mail systems and browsers take them.

use unicode_security::MixedScript;
use wide::u8x16;

/// What a cell says without `mailto:`.
pub fn clean(text: &str) -> &str {
    match text.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => text[7..].trim(),
        _ => text,
    }
}

/// The most bytes of the part before the `@`.
// source: RFC 5321 §4.5.3.1.1
const LOCAL_BYTES: usize = 64;

/// The most bytes of an address.
// source: RFC 5321 §4.5.3.1.3, less the angle brackets
const ADDRESS_BYTES: usize = 254;

/// Whether a byte may stand in the part before the `@`, besides the dot.
// source: RFC 5322 §3.2.3 atext; WHATWG HTML, "valid e-mail address"
const fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
                | b'-'
        )
}

/// Checks an address that was cleaned.
///
/// # Errors
/// What is wrong, as half a sentence.
pub fn check(address: &str) -> Result<(), &'static str> {
    if is_plain(address.as_bytes()) {
        Ok(())
    } else {
        check_fully(address)
    }
}

/// Whether an address is plainly good, told from where its letters stand; most addresses are.
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    let Some(marks) = Marks::of(bytes) else { return false };
    let Marks {
        at,
        dots,
        hyphens,
        special,
        letters,
    } = marks;
    let last = 1 << (bytes.len() - 1);
    let all = last | (last - 1);
    if letters | at | dots | hyphens | special != all || at.count_ones() != 1 {
        return false;
    }
    let domain = all & !(at | (at - 1));
    let edges = at | dots;
    // nothing is empty: neither side of the @, nor what stands between dots
    let empty = edges & (1 | last | (edges << 1) | (edges >> 1));
    let hyphens = hyphens & domain;
    let at_edge = hyphens & (last | (edges << 1) | (edges >> 1));
    dots & domain != 0 && special & domain == 0 && empty | at_edge == 0
}

/// Where in a short address which characters stand, the first in the lowest bit.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    at: u64,
    dots: u64,
    hyphens: u64,
    /// What may stand before the @ only, of what is usual there.
    special: u64,
    /// ASCII letters and digits.
    letters: u64,
}

impl Marks {
    /// The marks of an address of at most 64 bytes, none of whose parts can then be too long.
    #[inline]
    fn of(bytes: &[u8]) -> Option<Self> {
        if !(1..=64).contains(&bytes.len()) {
            return None;
        }
        let mut marks = Self::default();
        let (chunks, rest) = bytes.as_chunks::<16>();
        for (at, chunk) in chunks.iter().enumerate() {
            marks.add(u8x16::new(*chunk), 16 * at);
        }
        if let (false, Some(last)) = (rest.is_empty(), bytes.last_chunk::<16>()) {
            // what both halves hold is marked alike
            marks.add(u8x16::new(*last), bytes.len() - 16);
        } else if !rest.is_empty() {
            let mut padded = [0; 16];
            padded[..rest.len()].copy_from_slice(rest);
            marks.add(u8x16::new(padded), 0);
        }
        Some(marks)
    }

    #[inline]
    fn add(&mut self, chunk: u8x16, begin: usize) {
        let is = |byte: u8| chunk.simd_eq(u8x16::splat(byte));
        let within =
            |chunk: u8x16, first: u8, last: u8| chunk.simd_ge(u8x16::splat(first)) & chunk.simd_le(u8x16::splat(last));
        let letters = within(chunk | u8x16::splat(0x20), b'a', b'z') | within(chunk, b'0', b'9');
        let special = is(b'_') | is(b'+') | is(b'\'');
        let mask = |chunk: u8x16| u64::from(chunk.to_bitmask()) << begin;
        self.at |= mask(is(b'@'));
        self.dots |= mask(is(b'.'));
        self.hyphens |= mask(is(b'-'));
        self.special |= mask(special);
        self.letters |= mask(letters);
    }
}

fn check_fully(address: &str) -> Result<(), &'static str> {
    if address.contains(['<', '>', '(', ')']) {
        return Err("only the address itself should stand here, without name and brackets");
    }
    let Some((local, domain)) = address.rsplit_once('@') else {
        return Err("there is no @ in it");
    };
    if local.contains('@') {
        return Err("there is more than one @ in it");
    }
    if local.is_empty() {
        return Err("nothing stands before the @");
    }
    if domain.is_empty() {
        return Err("nothing stands behind the @");
    }
    if address.bytes().any(|byte| byte == b' ') || address.chars().any(char::is_whitespace) {
        return Err("there is a space in it");
    }
    if local.len() > LOCAL_BYTES {
        return Err("the part before the @ is longer than 64 bytes");
    }
    if address.len() > ADDRESS_BYTES {
        return Err("it is longer than 254 bytes");
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err("a dot stands at the edge of the part before the @, or two together");
    }
    let fits = local.chars().all(|character| match u8::try_from(character) {
        Ok(byte) if byte.is_ascii() => is_atext(byte) || byte == b'.',
        _ => character.is_alphanumeric() || unicode_combining(character),
    });
    if !fits {
        return Err("a character before the @ that addresses don't have");
    }
    check_domain(domain)
}

/// Marks that letters of some scripts are written with.
fn unicode_combining(character: char) -> bool {
    matches!(character, '\u{0300}'..='\u{036F}' | '\u{0900}'..='\u{0DFF}' | '\u{0E31}'..='\u{0E4E}' | '\u{064B}'..='\u{065F}')
}

fn check_domain(domain: &str) -> Result<(), &'static str> {
    if !domain.contains('.') {
        return Err("the domain has no dot");
    }
    if domain.is_ascii() {
        return check_ascii_domain(domain);
    }
    match idna::domain_to_ascii_cow(domain.as_bytes(), idna::AsciiDenyList::URL) {
        Ok(ascii) => check_ascii_domain(&ascii),
        Err(_) => Err("the domain is not one that can exist"),
    }
}

// source: RFC 1034 §3.5; WHATWG HTML, "valid e-mail address"
fn check_ascii_domain(domain: &str) -> Result<(), &'static str> {
    for label in domain.split('.') {
        if label.is_empty() {
            return Err("the domain has a dot at its edge, or two together");
        }
        if label.len() > 63 {
            return Err("a part of the domain is longer than 63 characters");
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err("a part of the domain begins or ends with a hyphen");
        }
        if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err("a character that domains don't have");
        }
    }
    Ok(())
}

/// Why an address looks like another than it is, as half a sentence; `None` for plain ones.
// source: Unicode Technical Standard 39
pub fn lookalike(address: &str) -> Option<String> {
    if address.is_ascii() {
        return None;
    }
    let looks_latin =
        |character: char| !character.is_ascii() && skeleton(character.encode_utf8(&mut [0; 4])).is_ascii();
    let tail_is_ascii = address.rsplit_once('.').is_some_and(|(_, tail)| tail.is_ascii());
    for part in address.split(['@', '.']) {
        // among Latin letters, or a whole part of them under an ASCII top-level domain
        let is_suspect = part.chars().any(is_latin) || (tail_is_ascii && skeleton(part).is_ascii());
        if let Some(twin) = part.chars().find(|character| is_suspect && looks_latin(*character)) {
            return Some(format!(
                "holds “{twin}” (U+{:04X}), which looks like the letter “{}”",
                u32::from(twin),
                skeleton(twin.encode_utf8(&mut [0; 4]))
            ));
        }
    }
    let is_mixed = address
        .split(['@', '.', '-', '_', '+'])
        .any(|part| !part.is_single_script());
    is_mixed.then(|| "mixes letters of different scripts".to_owned())
}

fn is_latin(character: char) -> bool {
    character.is_ascii_alphabetic() || matches!(character, 'À'..='ɏ')
}

/// The address in ASCII that an address looks like, if there is one.
pub fn ascii_twin(address: &str) -> Option<String> {
    let mut twin = String::with_capacity(address.len());
    for character in address.chars() {
        if character.is_ascii() {
            twin.push(character);
        } else {
            let shape = skeleton(character.encode_utf8(&mut [0; 4]));
            if !shape.is_ascii() {
                return None;
            }
            twin.push_str(&shape);
        }
    }
    Some(twin)
}

/// The form in which look-alikes are equal.
pub fn skeleton(address: &str) -> String {
    super::shape::skeleton(&address.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mail_systems_and_browsers_both_take_passes() {
        let long_local = format!("{}@b.co", "a".repeat(64));
        for address in [
            "a@b.co",
            "o'neil+hr@sub.example.com",
            "zoë@example.com",
            "jo@bücher.example",
            "用户@例え.jp",
            &long_local,
        ] {
            assert_eq!(check(address), Ok(()), "{address}");
        }
    }

    #[test]
    fn what_either_refuses_is_refused() {
        let long_local = format!("{}@b.co", "a".repeat(65));
        let long = format!("a@{}.co", "b.".repeat(130));
        for address in [
            "a",
            "a@b",
            "@b.co",
            "a@",
            "a@@b.co",
            "a@b@c.co",
            "a b@c.co",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.co",
            "\"a b\"@c.co",
            "a@b..co",
            "a@b.co.",
            "a@-b.co",
            "a@b_c.co",
            "a(x)@b.co",
            &long_local,
            &long,
        ] {
            assert!(check(address).is_err(), "{address}");
        }
    }

    #[test]
    fn the_quick_look_and_the_full_one_agree() {
        let alphabet = ['a', '.', '-', '@', '_', '!'];
        for number in 0..alphabet.len().pow(6) {
            let address: String = (0..6)
                .map(|place| alphabet[number / alphabet.len().pow(place) % alphabet.len()])
                .collect();
            assert!(
                !is_plain(address.as_bytes()) || check_fully(&address).is_ok(),
                "{address}"
            );
        }
        assert!(is_plain(b"joey.o'neil-smith_2+hr@sub-1.freshwater.com"));
    }

    #[test]
    fn cyrillic_twins_are_seen() {
        assert!(lookalike("m\u{430}ria@example.com").is_some());
        assert!(lookalike("zoë@example.com").is_none());
        assert!(lookalike("\u{212A}im@example.com").is_some());
        assert!(lookalike("\u{430}@example.com").is_some());
        assert!(lookalike("иван@пример.рф").is_none());
        assert!(lookalike("ann@пример.рф").is_none());
    }
}
