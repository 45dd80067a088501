//! Sections with parts of a date or a time. Names of months and days are English.

use std::fmt::Write as _;

use super::{Epoch, Section, Token};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// The day behind the last, 31 December 9999.
const END: f64 = 2_958_466.0;
/// How many days the epoch of 1904 is later.
const FROM_1904: f64 = 1_462.0;
/// The day that 1900 did not have.
const LEAP_1900: i64 = 60;
/// Days from 1 March 0000 to day 0, had 1900 no day too many.
const DAYS_BEFORE: i64 = 693_899;
const DAY_MILLISECONDS: i64 = 86_400_000;

/// A day as the calendar of 1900 has it.
struct Day {
    year: i64,
    month: usize,
    day: i64,
    weekday: usize,
}

// source: "chrono-Compatible Low-Level Date Algorithms", civil_from_days
fn civil(serial: i64) -> Day {
    let weekday = (serial + 6).rem_euclid(7) as usize;
    let (year, month, day) = match serial {
        0 => (1900, 1, 0),
        LEAP_1900 => (1900, 2, 29),
        _ => from_days(serial + DAYS_BEFORE + i64::from(serial < LEAP_1900)),
    };
    Day {
        year,
        month: month as usize,
        day,
        weekday,
    }
}

/// Year, month and day, by days since 1 March 0000.
fn from_days(days: i64) -> (i64, i64, i64) {
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// Adds a date or time; `false` when there is no such date.
pub(super) fn write(section: &Section, value: f64, epoch: Epoch, into: &mut String) -> bool {
    let value = match epoch {
        Epoch::Of1900 => value,
        Epoch::Of1904 => value + FROM_1904,
    };
    if !(0.0..END).contains(&value) {
        return false;
    }
    // what is finer than what is shown is rounded at seconds, and cut off above them
    let decimals = section.tokens.iter().find_map(|token| match token {
        Token::Subsecond(decimals) => Some(*decimals),
        _ => None,
    });
    let unit = match decimals.unwrap_or(0) {
        0 => 1_000,
        1 => 100,
        2 => 10,
        _ => 1,
    };
    let mut serial = value.floor() as i64;
    let mut time = ((value - value.floor()) * DAY_MILLISECONDS as f64).round() as i64;
    time = (time + unit / 2) / unit * unit;
    if time >= DAY_MILLISECONDS {
        serial += 1;
        time -= DAY_MILLISECONDS;
    }
    let day = civil(serial);
    let seconds = time / 1_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let is_halved = section.tokens.iter().any(|token| matches!(token, Token::HalfDay(_)));
    let elapsed = serial * 86_400 + seconds;
    for token in &section.tokens {
        let _ = match token {
            Token::Literal(literal) => into.write_str(literal),
            Token::Point => into.write_char('.'),
            Token::Slash => into.write_char('/'),
            Token::Digit(digit) => into.write_char(char::from(*digit)),
            Token::Date(b'y', 1 | 2) => write!(into, "{:02}", day.year % 100),
            Token::Date(b'y', _) => write!(into, "{:04}", day.year),
            Token::Date(b'm', count) => {
                let name = MONTHS[(day.month - 1).min(11)];
                match count {
                    1 => write!(into, "{}", day.month),
                    2 => write!(into, "{:02}", day.month),
                    3 => into.write_str(&name[..3]),
                    5 => into.write_str(&name[..1]),
                    _ => into.write_str(name),
                }
            }
            Token::Date(b'd', count) => match count {
                1 => write!(into, "{}", day.day),
                2 => write!(into, "{:02}", day.day),
                3 => into.write_str(&DAYS[day.weekday][..3]),
                _ => into.write_str(DAYS[day.weekday]),
            },
            Token::Date(b'h', count) => {
                let hour = if is_halved { (hour + 11) % 12 + 1 } else { hour };
                write_padded(hour, *count, into)
            }
            Token::Date(b'n', count) => write_padded(minute, *count, into),
            Token::Date(b's', count) => write_padded(second, *count, into),
            Token::Elapsed(b'h', count) => write_padded(elapsed / 3_600, *count, into),
            Token::Elapsed(b'n', count) => write_padded(elapsed / 60, *count, into),
            Token::Elapsed(_, count) => write_padded(elapsed, *count, into),
            Token::Subsecond(count) => {
                let text = format!("{:03}", time % 1_000);
                write!(into, ".{}", &text[..(*count).clamp(1, 3)])
            }
            Token::HalfDay(true) => into.write_str(if hour < 12 { "AM" } else { "PM" }),
            Token::HalfDay(false) => into.write_str(if hour < 12 { "a" } else { "p" }),
            _ => Ok(()),
        };
    }
    true
}

fn write_padded(number: i64, count: usize, into: &mut String) -> std::fmt::Result {
    if count > 1 {
        write!(into, "{number:02}")
    } else {
        write!(into, "{number}")
    }
}

/// The number of a date in ISO 8601, such as `2024-02-29T12:00:00`, as the format of strict workbooks writes it.
pub(super) fn serial(text: &str, epoch: Epoch) -> Option<f64> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, time),
        None if text.contains(':') => ("", text),
        None => (text, ""),
    };
    let mut days = 0;
    if !date.is_empty() {
        let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let shifted = (month + 9) % 12;
        let in_era = year - i64::from(month <= 2);
        let since = in_era * 365 + in_era / 4 - in_era / 100 + in_era / 400 + (153 * shifted + 2) / 5 + day - 1;
        days = since - DAYS_BEFORE;
        days -= i64::from(days <= LEAP_1900);
        if epoch == Epoch::Of1904 {
            days -= FROM_1904 as i64;
        }
    }
    let mut seconds = 0.0;
    let mut scale = 3_600.0;
    for part in time.trim_end_matches('Z').split(':').filter(|part| !part.is_empty()) {
        seconds += part.parse::<f64>().ok().filter(|part| part.is_finite())? * scale;
        scale /= 60.0;
    }
    Some(days as f64 + seconds / 86_400.0)
}
