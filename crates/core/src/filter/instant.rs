//! Points in time and days, as filters and feeds write them: RFC 3339, and counted from 1970.
//!
//! The core has no clock: nothing here knows what time it is.

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400 * MICROS;

/// Reads `2026-11-21`: days since 1970-01-01; `None` for a day that there is not.
pub fn parse_date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..])?);
    let days = days_from_civil(year, month, day);
    ((1..=12).contains(&month) && civil_from_days(days) == (year, month, day)).then_some(days)
}

/// Reads `2026-11-21T08:30:00.5Z` or with an offset such as `+02:00`: microseconds since 1970. Seconds may be left out.
pub fn parse_instant(text: &str) -> Option<i64> {
    if !text.is_ascii() {
        return None;
    }
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', 't'])?;
    let (time, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => rest.split_at_checked(at)?,
        None => return None,
    };
    let mut parts = time.split(':');
    let (hour, minute) = (two(parts.next()?)?, two(parts.next()?)?);
    let (second, micros) = match parts.next() {
        None => (0, 0),
        Some(second) => match second.split_once('.') {
            None => (two(second)?, 0),
            Some((second, fraction)) => (two(second)?, micros_of(fraction)?),
        },
    };
    let ahead = match offset {
        "Z" | "z" => 0,
        _ => {
            let (hours, minutes) = offset[1..].split_once(':')?;
            let minutes = two(hours)? * 60 + two(minutes)?;
            if offset.starts_with('-') { -minutes } else { minutes }
        }
    };
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 || ahead.abs() > 14 * 60 {
        return None;
    }
    let seconds = (hour * 60 + minute - ahead) * 60 + second;
    Some(parse_date(date)? * DAY + seconds * MICROS + micros)
}

fn two(text: &str) -> Option<i64> {
    if text.len() == 2 { digits(text) } else { None }
}

fn micros_of(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || fraction.len() > 12 || digits(fraction).is_none() {
        return None;
    }
    digits(&format!("{fraction:0<6}")[..6])
}

fn digits(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// `2026-11-21`
pub fn date_text(days: i64) -> String {
    let (year, month, day) = civil_from_days(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-11-21T08:30:00.000Z`, to the microsecond where there are any.
pub fn instant_text(micros: i64) -> String {
    let (days, rest) = (micros.div_euclid(DAY), micros.rem_euclid(DAY));
    let (seconds, fraction) = (rest / MICROS, rest % MICROS);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let date = date_text(days);
    if fraction % 1000 == 0 {
        format!("{date}T{hour:02}:{minute:02}:{second:02}.{:03}Z", fraction / 1000)
    } else {
        format!("{date}T{hour:02}:{minute:02}:{second:02}.{fraction:06}Z")
    }
}

/// The day that a point in time lies in, in UTC.
pub(super) fn day_of(micros: i64) -> i64 {
    micros.div_euclid(DAY)
}

/// Midnight at the beginning of a day, in UTC.
pub(super) fn midnight(days: i64) -> i64 {
    days.saturating_mul(DAY)
}

/// Hour, minute and second, in UTC.
pub(super) fn time_of(micros: i64) -> (i64, i64, i64) {
    let seconds = micros.rem_euclid(DAY) / MICROS;
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

// http://howardhinnant.github.io/date_algorithms.html
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day.
pub(super) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for (text, micros) in [
            ("1970-01-01T00:00:00.000Z", 0),
            ("2026-11-21T08:30:00.000Z", 1_795_249_800_000_000),
            ("2024-02-29T23:59:59.123456Z", 1_709_251_199_123_456),
            ("0001-01-01T00:00:00.000Z", -62_135_596_800_000_000),
        ] {
            assert_eq!(parse_instant(text), Some(micros), "{text}");
            assert_eq!(instant_text(micros), text);
        }
        assert_eq!(
            parse_instant("2026-11-21T10:30+02:00"),
            parse_instant("2026-11-21T08:30:00Z")
        );
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "2026",
            "2026-02-29T00:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T08:30:00",
            "2026-11-21T08:30:0Z",
            "2026-11-21T08:30:00+2",
            "2026-11-21T08:30:00.Z",
            "2026-11-21Té:30:00Z",
            "2026-11-21T08:30:00:00Z",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
        assert_eq!(parse_date("2026-13-01"), None);
        assert_eq!(parse_date("2024-02-29").map(date_text).as_deref(), Some("2024-02-29"));
    }
}
