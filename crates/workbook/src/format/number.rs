//! Sections with digits: whole numbers, decimals, groups of thousands, percent, scientific notation, fractions.

use std::fmt::Write as _;

use super::decimal::Decimal;
use super::{Section, Token};

/// The most digits that a denominator may have.
const DENOMINATOR: usize = 7;

/// Adds a number that is not negative.
pub(super) fn write(section: &Section, value: f64, into: &mut String) {
    let power = 2 * section.percents as i32 - 3 * section.thousandths as i32;
    let decimal = Decimal::of(value).shifted(power);
    let tokens = section.tokens.as_slice();
    if let Some(at) = tokens.iter().position(|token| matches!(token, Token::Exponent(_))) {
        write_scientific(section, &decimal, at, into);
    } else if let Some(at) = tokens.iter().position(|token| *token == Token::Slash) {
        write_fraction(section, value, at, into);
    } else {
        let rounded = decimal.rounded(decimals(tokens));
        write_plain(tokens, &rounded, section.is_grouped, into);
    }
}

fn is_digit(token: &Token) -> bool {
    matches!(token, Token::Digit(_))
}

/// How many digits stand behind the point.
fn decimals(tokens: &[Token]) -> i32 {
    let behind = tokens.iter().skip_while(|token| **token != Token::Point);
    behind.filter(|token| is_digit(token)).count() as i32
}

/// Digits into their places, from the point outwards; literals stay where they are.
fn write_plain(tokens: &[Token], number: &Decimal, is_grouped: bool, into: &mut String) {
    let point = tokens
        .iter()
        .position(|token| *token == Token::Point)
        .unwrap_or(tokens.len());
    let whole = number.whole();
    let places = tokens[..point].iter().filter(|token| is_digit(token)).count();
    let mut left = places;
    let mut is_first = true;
    let write_digit = |digit: char, behind: usize, into: &mut String| {
        into.push(digit);
        if is_grouped && behind > 0 && behind.is_multiple_of(3) {
            into.push(',');
        }
    };
    for token in &tokens[..point] {
        match token {
            Token::Digit(place) => {
                if is_first {
                    // digits for which there is no place stand before the first
                    for at in 0..whole.len().saturating_sub(places) {
                        write_digit(char::from(b'0' + whole[at]), whole.len() - at - 1, into);
                    }
                    is_first = false;
                }
                left -= 1;
                match whole.len().checked_sub(left + 1).and_then(|at| whole.get(at)) {
                    Some(digit) => write_digit(char::from(b'0' + digit), left, into),
                    None if *place == b'0' => write_digit('0', left, into),
                    None if *place == b'?' => into.push(' '),
                    None => {}
                }
            }
            other => write_literal(other, into),
        }
    }
    if places == 0 && point < tokens.len() {
        for digit in &whole {
            into.push(char::from(b'0' + digit));
        }
    }
    let decimals = number.decimals();
    let mut digits = decimals.iter();
    for token in tokens.get(point..).unwrap_or_default() {
        match token {
            Token::Point => into.push('.'),
            Token::Digit(place) => match (digits.next(), place) {
                (Some(digit), _) => into.push(char::from(b'0' + digit)),
                (None, b'0') => into.push('0'),
                (None, b'?') => into.push(' '),
                (None, _) => {}
            },
            other => write_literal(other, into),
        }
    }
}

fn write_literal(token: &Token, into: &mut String) {
    match token {
        Token::Literal(literal) => into.push_str(literal),
        Token::Point => into.push('.'),
        Token::Slash => into.push('/'),
        _ => {}
    }
}

fn write_scientific(section: &Section, decimal: &Decimal, at: usize, into: &mut String) {
    let (mantissa, rest) = section.tokens.split_at(at);
    let is_signed = matches!(rest.first(), Some(Token::Exponent(true)));
    let point = mantissa
        .iter()
        .position(|token| *token == Token::Point)
        .unwrap_or(mantissa.len());
    // the power goes in steps of as many digits as stand before the point
    let step = (mantissa[..point].iter().filter(|token| is_digit(token)).count() as i32).max(1);
    let places = decimals(mantissa);
    let mut power = decimal.power().div_euclid(step) * step;
    let mut rounded = decimal.clone().shifted(-power).rounded(places);
    if rounded.power() >= step {
        power += step;
        rounded = decimal.clone().shifted(-power).rounded(places);
    }
    write_plain(mantissa, &rounded, false, into);
    into.push('E');
    if power < 0 {
        into.push('-');
    } else if is_signed {
        into.push('+');
    }
    let width = rest
        .iter()
        .take_while(|token| !matches!(token, Token::Literal(_)))
        .filter(|token| is_digit(token));
    let _ = write!(into, "{:0width$}", power.abs(), width = width.count().min(16));
    let mut is_behind = false;
    for token in rest {
        is_behind |= matches!(token, Token::Literal(_));
        if is_behind {
            write_literal(token, into);
        }
    }
}

/// A fraction such as `# ?/?` or `?/8`.
fn write_fraction(section: &Section, value: f64, slash: usize, into: &mut String) {
    let tokens = section.tokens.as_slice();
    let before = &tokens[..slash];
    // the digits that touch the line are the numerator; others before a gap are the whole part
    let numerator = before.iter().rposition(|token| !is_digit(token)).map_or(0, |at| at + 1);
    let has_whole = before[..numerator].iter().any(is_digit);
    let mut fixed = String::new();
    let mut width = 0;
    let mut end = slash + 1;
    for token in &tokens[slash + 1..] {
        match token {
            Token::Digit(digit) => {
                width += 1;
                if *digit == b'0' && !fixed.is_empty() {
                    fixed.push('0');
                }
            }
            Token::Literal(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                fixed.push_str(text);
            }
            _ => break,
        }
        end += 1;
    }
    let value = if value < 1e12 { value } else { 1e12 };
    let part = if has_whole { value.fract() } else { value };
    let (mut top, bottom) = match fixed.parse::<u64>() {
        Ok(bottom) if bottom > 0 && bottom < 1_000_000_000 => ((part * bottom as f64).round() as u64, bottom),
        _ => nearest(part, 10_u64.pow(width.clamp(1, DENOMINATOR) as u32) - 1),
    };
    let mut whole = if has_whole { value.trunc() as u64 } else { 0 };
    if has_whole && top >= bottom {
        whole += top / bottom;
        top %= bottom;
    }
    if has_whole && (whole > 0 || top == 0) {
        let _ = write!(into, "{whole}");
        if top > 0 {
            into.push(' ');
        }
    }
    if top > 0 || !has_whole {
        let _ = write!(into, "{top}/{bottom}");
    }
    for token in &tokens[end..] {
        write_literal(token, into);
    }
}

/// The fraction nearest to a number with a denominator of at most `most`, by continued fractions.
fn nearest(value: f64, most: u64) -> (u64, u64) {
    let (mut top, mut bottom) = ((1_u64, value.floor() as u64), (0_u64, 1_u64));
    let mut rest = value.fract();
    while rest > 1e-9 {
        let inverse = 1.0 / rest;
        let step = inverse.floor();
        rest = inverse.fract();
        let next = (step as u64).saturating_mul(bottom.1).saturating_add(bottom.0);
        if next > most {
            break;
        }
        top = (top.1, (step as u64).saturating_mul(top.1).saturating_add(top.0));
        bottom = (bottom.1, next);
    }
    (top.1, bottom.1)
}
