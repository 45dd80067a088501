//! The format General: numbers as Excel finds best.

use std::fmt::Write as _;

use super::decimal::Decimal;

/// The most digits that a spreadsheet's numbers have.
const EXACT: f64 = 1e15;

/// Adds a number as the format General shows it: eleven characters at most, except that whole numbers stay whole as far
/// as they are exact, to fifteen digits.
///
/// A cell of Excel shows 123456789012 as 1.23457E+11, and its edit line 123456789012: whoever gives numbers to people
/// or telephones means the latter, and it is what the file says. Longer numbers have lost digits when they were typed.
pub(super) fn write(value: f64, into: &mut String) {
    if value == 0.0 {
        into.push('0');
        return;
    }
    if value < 0.0 {
        into.push('-');
    }
    let size = value.abs();
    if size < EXACT && size.fract() == 0.0 {
        let _ = write!(into, "{}", size as u64);
        return;
    }
    let decimal = Decimal::of(size);
    // the first digit stands at 10 to the power of …
    let power = decimal.power();
    if (-4..=10).contains(&power) {
        let decimals = if power > 0 { 9 - power } else { 9 };
        let text = decimal.rounded(decimals.max(0)).plain();
        into.push_str(&text);
        return;
    }
    let short = decimal.rounded(9).plain();
    if power < -4 && short.len() <= 11 && Decimal::of(size).rounded(9).is_exactly(&decimal) {
        into.push_str(&short);
        return;
    }
    let (mantissa, power) = decimal.scientific(5);
    let _ = write!(
        into,
        "{mantissa}E{}{:02}",
        if power < 0 { '-' } else { '+' },
        power.abs()
    );
}
