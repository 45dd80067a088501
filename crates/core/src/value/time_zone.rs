//! Time zones: IANA names and links, and Windows names.

use icu_time::zone::WindowsParser;
use icu_time::zone::iana::IanaParserExtended;

/// The canonical IANA name of an IANA name or link in any case, or of a Windows name.
pub fn parse(text: &str) -> Option<String> {
    // codes and bare offsets first: the names EST, MST and HST exist, but hardly anyone means them
    if code(text).is_some() || bare_offset(text).is_some() {
        return None;
    }
    let parser = IanaParserExtended::new();
    let zone = parser.parse(text);
    if zone.time_zone != icu_time::TimeZone::UNKNOWN {
        return Some(zone.canonical.to_owned());
    }
    let windows = WindowsParser::new();
    let found = windows
        .parse(text, None)
        .or_else(|| windows.parse(&capitalised(text), None))?;
    let zone = parser.iter().find(|zone| zone.time_zone == found)?;
    Some(zone.canonical.to_owned())
}

/// Zones that may be meant by a text that is none; empty when nothing comes near. Goes through all zones: asked only
/// where the answer is shown.
pub fn candidates(text: &str) -> Vec<&'static str> {
    if let Some(zones) = code(text) {
        return zones.to_vec();
    }
    match bare_offset(text) {
        Some(minutes) => OFFSETS
            .iter()
            .find(|(offset, _)| *offset == minutes)
            .map(|(_, zones)| zones.to_vec())
            .unwrap_or_default(),
        None => near(text),
    }
}

/// What a code that people write may mean.
fn code(text: &str) -> Option<&'static [&'static str]> {
    let known = CODES.iter().find(|(code, _)| code.eq_ignore_ascii_case(text));
    known.map(|(_, zones)| *zones)
}

/// `pacific standard time` → `Pacific Standard Time`, as Windows writes it.
fn capitalised(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !name.is_empty() {
            name.push(' ');
        }
        let mut characters = word.chars();
        name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(characters.map(|character| character.to_ascii_lowercase()));
    }
    for (written, meant) in [("Us ", "US "), ("Utc", "UTC")] {
        if name.contains(written) {
            name = name.replace(written, meant);
        }
    }
    name
}

/// Minutes of `+02:00`, `-0500`, `UTC+2`, `GMT-05:30`; `None` for other texts, `GMT+0` and the like included.
fn bare_offset(text: &str) -> Option<i32> {
    let begins = |word: &str| text.get(..3).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    let is_gmt = begins("GMT");
    let rest = if is_gmt || begins("UTC") { &text[3..] } else { text }.trim();
    let sign = match rest.chars().next()? {
        '+' => 1,
        '-' | '−' => -1,
        // a bare number of hours, as in `5`
        '0'..='9' if rest.len() <= 2 => 1,
        _ => return None,
    };
    let digits = rest.trim_start_matches(['+', '-', '−']);
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        // four bytes needn't be four digits: they may be one digit and a character of three
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let is_number = |text: &str| !text.is_empty() && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) || (is_gmt && digits == "0") {
        return None;
    }
    Some(sign * (hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?))
}

/// Zones whose city, or whole name, is like the text.
fn near(text: &str) -> Vec<&'static str> {
    let wanted = text.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    let wanted_city = wanted.rsplit('/').next().unwrap_or_default();
    if wanted_city.len() < 3 {
        return Vec::new();
    }
    let parser = IanaParserExtended::new();
    let mut best: Vec<(u32, &'static str)> = parser
        .iter()
        .filter_map(|zone| {
            let name = zone.canonical.to_ascii_lowercase();
            let city = name.rsplit('/').next().unwrap_or_default();
            let likeness = strsim::jaro_winkler(city, wanted_city);
            (likeness >= 0.9).then_some((1_000 - (likeness * 1_000.0) as u32, zone.canonical))
        })
        .collect();
    crate::order::sort(&mut best);
    // what is clearly behind the best is noise
    let nearest = best.first().map_or(0, |(distance, _)| *distance);
    let alike = best.into_iter().filter(|(distance, _)| *distance <= nearest + 30);
    alike.take(3).map(|(_, name)| name).collect()
}

/// Codes that people write, and what they may mean.
const CODES: [(&str, &[&str]); 35] = [
    ("Eastern", &["America/New_York"]),
    ("Eastern Time", &["America/New_York"]),
    ("Central", &["America/Chicago"]),
    ("Central Time", &["America/Chicago"]),
    ("Mountain", &["America/Denver", "America/Phoenix"]),
    ("Mountain Time", &["America/Denver", "America/Phoenix"]),
    ("Pacific", &["America/Los_Angeles"]),
    ("Pacific Time", &["America/Los_Angeles"]),
    ("EST", &["America/New_York", "America/Panama", "Australia/Sydney"]),
    ("EDT", &["America/New_York"]),
    ("ET", &["America/New_York"]),
    ("CST", &["America/Chicago", "America/Mexico_City", "Asia/Shanghai"]),
    ("CDT", &["America/Chicago"]),
    ("CT", &["America/Chicago"]),
    ("MST", &["America/Denver", "America/Phoenix"]),
    ("MDT", &["America/Denver"]),
    ("MT", &["America/Denver"]),
    ("PST", &["America/Los_Angeles", "Asia/Manila"]),
    ("PDT", &["America/Los_Angeles"]),
    ("PT", &["America/Los_Angeles"]),
    ("AKST", &["America/Anchorage"]),
    ("HST", &["Pacific/Honolulu"]),
    ("AST", &["America/Halifax", "Asia/Riyadh"]),
    ("BST", &["Europe/London", "Asia/Dhaka"]),
    ("IST", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("CEST", &["Europe/Berlin", "Europe/Paris"]),
    ("EEST", &["Europe/Athens", "Europe/Helsinki"]),
    ("WEST", &["Europe/Lisbon"]),
    ("JST", &["Asia/Tokyo"]),
    ("KST", &["Asia/Seoul"]),
    ("SGT", &["Asia/Singapore"]),
    ("HKT", &["Asia/Hong_Kong"]),
    ("AEST", &["Australia/Sydney", "Australia/Brisbane"]),
    ("AEDT", &["Australia/Sydney"]),
    ("NZST", &["Pacific/Auckland"]),
];

/// Offsets from UTC in minutes, in winter, and zones that have them.
const OFFSETS: [(i32, &[&str]); 26] = [
    (-600, &["Pacific/Honolulu"]),
    (-540, &["America/Anchorage"]),
    (-480, &["America/Los_Angeles"]),
    (-420, &["America/Denver", "America/Phoenix"]),
    (-360, &["America/Chicago", "America/Mexico_City"]),
    (-300, &["America/New_York", "America/Bogota"]),
    (-240, &["America/Halifax", "America/Caracas"]),
    (-210, &["America/St_Johns"]),
    (-180, &["America/Sao_Paulo", "America/Argentina/Buenos_Aires"]),
    (0, &["Europe/London", "Etc/UTC"]),
    (60, &["Europe/Berlin", "Europe/Paris", "Africa/Lagos"]),
    (120, &["Europe/Athens", "Africa/Johannesburg"]),
    (180, &["Europe/Istanbul", "Asia/Riyadh", "Africa/Nairobi"]),
    (210, &["Asia/Tehran"]),
    (240, &["Asia/Dubai"]),
    (270, &["Asia/Kabul"]),
    (300, &["Asia/Karachi"]),
    (330, &["Asia/Kolkata"]),
    (345, &["Asia/Kathmandu"]),
    (360, &["Asia/Dhaka"]),
    (420, &["Asia/Bangkok", "Asia/Jakarta"]),
    (480, &["Asia/Singapore", "Asia/Shanghai", "Australia/Perth"]),
    (540, &["Asia/Tokyo", "Asia/Seoul"]),
    (570, &["Australia/Adelaide"]),
    (600, &["Australia/Sydney", "Australia/Brisbane"]),
    (720, &["Pacific/Auckland"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_links_and_windows_names_become_canonical() {
        for (text, zone) in [
            ("America/New_York", "America/New_York"),
            ("america/new_york", "America/New_York"),
            ("US/Eastern", "America/New_York"),
            ("Asia/Calcutta", "Asia/Kolkata"),
            ("Pacific Standard Time", "America/Los_Angeles"),
            ("w. europe standard time", "Europe/Berlin"),
            ("Etc/GMT+5", "Etc/GMT+5"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(zone), "{text}");
        }
        assert!(parse("UTC").is_some() && parse("GMT0").is_some() && parse("EST5EDT").is_some());
    }

    #[test]
    fn codes_and_offsets_are_refused_with_candidates() {
        for (text, zone) in [
            ("EST", "America/New_York"),
            ("GMT+1", "Europe/Berlin"),
            ("-05:00", "America/New_York"),
            ("New York", "America/New_York"),
        ] {
            assert_eq!((parse(text), candidates(text)[0]), (None, zone), "{text}");
        }
        for text in ["Mars/Olympus", "+0\u{202E}", "UTC-5é:30"] {
            assert_eq!((parse(text), candidates(text)), (None, Vec::new()), "{text:?}");
        }
    }
}
