//! Number formats: what a number, a date or a text looks like in its cell.
//!
//! As Excel shows it in English (United States), in a column that is wide enough. No format can make it fail: what is
//! not understood is shown as it stands.
// source: ECMA-376 part 1, 18.8.30 and 18.8.31; SheetJS SSF for what Excel does beyond them

mod built_in;
mod date;
mod decimal;
mod general;
mod number;
mod parse;

pub(crate) use built_in::built_in;

/// The number of a date in ISO 8601, as strict workbooks write it.
pub(crate) fn serial(text: &str, epoch: Epoch) -> Option<f64> {
    date::serial(text, epoch)
}

/// From which day a workbook counts dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Epoch {
    /// Day 1 is 1 January 1900, and 29 February 1900 exists.
    #[default]
    Of1900,
    /// Day 0 is 1 January 1904.
    Of1904,
}

/// One token of a format.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// Stands as it is.
    Literal(String),
    /// `0`, `#` or `?`.
    Digit(u8),
    /// The decimal point.
    Point,
    /// `E+` (true) or `E-`.
    Exponent(bool),
    /// The line of a fraction.
    Slash,
    /// `@`: the text of the cell.
    Text,
    /// `General`.
    General,
    /// `y`, `m` (month), `d`, `h`, `n` (minute), `s`, and how often.
    Date(u8, usize),
    /// `[h]`, `[n]` or `[s]`, and how often.
    Elapsed(u8, usize),
    /// Decimals of a second.
    Subsecond(usize),
    /// `AM/PM` (true) or `A/P`.
    HalfDay(bool),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Compare {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

impl Compare {
    fn holds(self, value: f64, than: f64) -> bool {
        match self {
            Self::Less => value < than,
            Self::LessOrEqual => value <= than,
            Self::Equal => value == than,
            Self::NotEqual => value != than,
            Self::GreaterOrEqual => value >= than,
            Self::Greater => value > than,
        }
    }
}

/// What stands between two semicolons.
#[derive(Debug, Clone, PartialEq, Default)]
struct Section {
    condition: Option<(Compare, f64)>,
    tokens: Vec<Token>,
    /// Commas between digits: thousands are grouped.
    is_grouped: bool,
    /// Commas behind the digits: how often the number is divided by 1,000.
    thousandths: u32,
    /// How often `%` stands in it.
    percents: u32,
    /// Whether it has room for alignment at its edges.
    is_padded: bool,
}

impl Section {
    fn is_date(&self) -> bool {
        self.tokens.iter().any(|token| {
            matches!(
                token,
                Token::Date(..) | Token::Elapsed(..) | Token::HalfDay(_) | Token::Subsecond(_)
            )
        })
    }

    fn has(&self, sought: &Token) -> bool {
        self.tokens.contains(sought)
    }

    fn is_number(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Digit(_)))
    }
}

/// A number format, ready to be used many times.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Format {
    sections: Vec<Section>,
    is_general: bool,
}

impl Default for Format {
    fn default() -> Self {
        Self {
            sections: Vec::new(),
            is_general: true,
        }
    }
}

impl Format {
    /// Reads a format's code.
    pub(crate) fn parse(code: &str) -> Self {
        let sections = parse::sections(code);
        let is_general = sections.is_empty()
            || matches!(sections.as_slice(), [only] if only.condition.is_none() && matches!(only.tokens.as_slice(), [] | [Token::General | Token::Text]));
        Self { sections, is_general }
    }

    /// Whether numbers are shown as Excel finds best.
    pub(crate) fn is_general(&self) -> bool {
        self.is_general
    }

    /// Whether texts are shown in any other way than as they are.
    pub(crate) fn changes_text(&self) -> bool {
        self.text_section()
            .is_some_and(|section| section.tokens.as_slice() != [Token::Text])
    }

    /// The fourth section, or a single one with an `@`.
    fn text_section(&self) -> Option<&Section> {
        match self.sections.as_slice() {
            [.., last] if self.sections.len() == 4 || last.has(&Token::Text) => Some(last),
            _ => None,
        }
    }

    /// Adds a text as it is shown.
    pub(crate) fn write_text(&self, text: &str, into: &mut String) {
        let Some(section) = self.text_section() else {
            into.push_str(text);
            return;
        };
        let start = into.len();
        for token in &section.tokens {
            match token {
                Token::Literal(literal) => into.push_str(literal),
                Token::Text | Token::General => into.push_str(text),
                _ => {}
            }
        }
        trim_padding(section, start, into);
    }

    /// Adds a number as it is shown; `false` when Excel would show nothing but `#`, as for a negative date.
    pub(crate) fn write_number(&self, value: f64, epoch: Epoch, into: &mut String) -> bool {
        if self.is_general {
            general::write(value, into);
            return true;
        }
        let Some((section, is_signed)) = self.section(value) else {
            into.push_str("########");
            return false;
        };
        let start = into.len();
        if section.is_date() {
            if !date::write(section, value, epoch, into) {
                into.truncate(start);
                into.push_str("########");
                return false;
            }
        } else if section.is_number() {
            if is_signed && value < 0.0 {
                into.push('-');
            }
            number::write(section, value.abs(), into);
        } else {
            // nothing but words, General or @
            if is_signed && value < 0.0 && !section.tokens.is_empty() {
                into.push('-');
            }
            for token in &section.tokens {
                match token {
                    Token::Literal(literal) => into.push_str(literal),
                    Token::General | Token::Text => general::write(value.abs(), into),
                    _ => {}
                }
            }
        }
        trim_padding(section, start, into);
        true
    }

    /// The section for a number, and whether it leaves the sign to us.
    fn section(&self, value: f64) -> Option<(&Section, bool)> {
        let sections = match self.sections.as_slice() {
            // the last of four, or one with an @ behind others, is for texts
            [first @ .., _] if self.sections.len() == 4 => first,
            [first @ .., last] if !first.is_empty() && last.has(&Token::Text) => first,
            all => all,
        };
        if sections.iter().any(|section| section.condition.is_some()) {
            let found = sections
                .iter()
                .enumerate()
                .find(|(at, section)| match section.condition {
                    Some((compare, than)) => compare.holds(value, than),
                    // without a condition: negative numbers, where the second of three has none
                    None => *at + 1 == sections.len() || *at == 0 && value > 0.0 || *at == 1 && value < 0.0,
                });
            return found.map(|(at, section)| {
                let only_negative = match section.condition {
                    Some((Compare::Less | Compare::LessOrEqual, than)) => than <= 0.0,
                    Some(_) => false,
                    None => at == 1 && sections.len() > 2,
                };
                (section, !only_negative)
            });
        }
        match (sections, value) {
            ([only], _) => Some((only, true)),
            ([_, negative, ..], value) if value < 0.0 => Some((negative, false)),
            ([_, _, zero, ..], 0.0) => Some((zero, false)),
            ([first, ..], _) => Some((first, false)),
            ([], _) => None,
        }
    }
}

/// Room for alignment is no text.
fn trim_padding(section: &Section, start: usize, into: &mut String) {
    if !section.is_padded {
        return;
    }
    let end = into.trim_end_matches(' ').len().max(start);
    into.truncate(end);
    let spaces = into[start..].len() - into[start..].trim_start_matches(' ').len();
    into.replace_range(start..start + spaces, "");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, value: f64) -> String {
        let mut text = String::new();
        Format::parse(code).write_number(value, Epoch::Of1900, &mut text);
        text
    }

    fn general(value: f64) -> String {
        shown("General", value)
    }

    #[test]
    fn general_numbers() {
        for (value, text) in [
            (0.0, "0"),
            (42.0, "42"),
            (-42.0, "-42"),
            (12_345_678_901.0, "12345678901"),
            (123_456_789_012.0, "123456789012"),
            (999_999_999_999_999.0, "999999999999999"),
            (1_234_567_890_123_456.0, "1.23457E+15"),
            (1e15, "1E+15"),
            (1e100, "1E+100"),
            (0.1 + 0.2, "0.3"),
            (1.5, "1.5"),
            (-0.5, "-0.5"),
            (1.0 / 3.0, "0.333333333"),
            (std::f64::consts::PI, "3.141592654"),
            (12_345.678_901_234, "12345.6789"),
            (1_234_567_890.5, "1234567891"),
            (123_456_789_012.5, "1.23457E+11"),
            (0.000_1, "0.0001"),
            (0.000_012_345_678, "1.23457E-05"),
            (0.000_01, "0.00001"),
            (1e-10, "1E-10"),
        ] {
            assert_eq!(general(value), text, "{value}");
        }
    }

    #[test]
    fn numbers() {
        for (code, value, text) in [
            ("0", 42.4, "42"),
            ("0", 42.5, "43"),
            ("0", -42.5, "-43"),
            ("00000", 123.0, "00123"),
            ("00000", 1_234_567.0, "1234567"),
            ("0.00", 1.005, "1.01"),
            ("0.00", 2.0, "2.00"),
            ("0.00", 0.995, "1.00"),
            ("#,##0", 1_234_567.0, "1,234,567"),
            ("#,##0", 12.0, "12"),
            ("#,##0.00", 1234.5, "1,234.50"),
            ("#,##0.00", 0.5, "0.50"),
            ("#.##", 5.0, "5."),
            ("#.##", 0.25, ".25"),
            ("0.0#", 0.25, "0.25"),
            ("0.0#", 0.5, "0.5"),
            ("#", 0.0, ""),
            ("0%", 0.5, "50%"),
            ("0.00%", 0.12345, "12.35%"),
            ("0,", 12_345_678.0, "12346"),
            ("0.0,,\"M\"", 12_345_678.0, "12.3M"),
            ("0.00E+00", 123_004_000_000.0, "1.23E+11"),
            ("0.00E+00", 0.000_012_3, "1.23E-05"),
            ("0.00E+00", 0.0, "0.00E+00"),
            ("0.00E+00", -9.999, "-1.00E+01"),
            ("0E-0", 1e20, "1E20"),
            ("##0.0E+0", 12_345.0, "12.3E+3"),
            ("000-00-0000", 123_456_789.0, "123-45-6789"),
            ("(000) 000-0000", 5_551_234_567.0, "(555) 123-4567"),
            ("\"EMP\"0000", 42.0, "EMP0042"),
            ("\\E0000", 42.0, "E0042"),
            ("0 \"units\"", 3.0, "3 units"),
            ("$#,##0.00;($#,##0.00)", -1234.5, "($1,234.50)"),
            ("0;-0;\"none\"", 0.0, "none"),
            ("0;;", -3.0, ""),
            (";;;", 7.0, ""),
            ("[Red]0;[Blue]-0", -7.0, "-7"),
            ("[>=100]\"big\";[<0]\"low\";0", 250.0, "big"),
            ("[>=100]\"big\";[<0]\"low\";0", -1.0, "low"),
            ("[>=100]\"big\";[<0]\"low\";0", 7.0, "7"),
            ("[$€-407] #,##0.00", 1234.5, "€ 1,234.50"),
            ("_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)", 1234.5, "1,234.50"),
            (
                "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)",
                -1234.5,
                "(1,234.50)",
            ),
            ("_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)", 0.0, "-"),
            ("# ?/?", 1.5, "1 1/2"),
            ("# ??/??", 0.333_333, "1/3"),
            ("# ?/?", 2.0, "2"),
            ("?/8", 0.5, "4/8"),
            ("@", 42.0, "42"),
            ("General\" kg\"", 4.5, "4.5 kg"),
            ("[h]", 1.0 / 24.0, "1"),
        ] {
            assert_eq!(shown(code, value), text, "{value} as {code}");
        }
    }

    #[test]
    fn dates_and_times() {
        let noon = 45_351.5; // 2024-02-29 12:00
        for (code, value, text) in [
            ("yyyy-mm-dd", 45_351.0, "2024-02-29"),
            ("yyyy\\-mm\\-dd", 45_351.0, "2024-02-29"),
            ("[$-409]yyyy-mm-dd;@", 45_351.0, "2024-02-29"),
            ("m/d/yyyy", 45_351.0, "2/29/2024"),
            ("dd.mm.yy", 45_351.0, "29.02.24"),
            ("d-mmm-yy", 45_351.0, "29-Feb-24"),
            ("mmmm d, yyyy", 45_351.0, "February 29, 2024"),
            ("mmmmm", 45_351.0, "F"),
            ("ddd", 45_351.0, "Thu"),
            (
                "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
                45_351.0,
                "Thursday, February 29, 2024",
            ),
            ("yyyy-mm-dd hh:mm:ss", noon, "2024-02-29 12:00:00"),
            ("yyyy-mm-dd\"T\"hh:mm:ss\"Z\"", noon, "2024-02-29T12:00:00Z"),
            ("h:mm AM/PM", noon + 0.0625, "1:30 PM"),
            ("h:mm a/p", 0.25, "6:00 a"),
            ("hh:mm", 0.999_999, "00:00"),
            ("[h]:mm:ss", 1.5, "36:00:00"),
            ("[mm]:ss", 1.0 / 24.0, "60:00"),
            ("mm:ss.0", 0.000_5, "00:43.2"),
            ("hh:mm:ss.000", 0.5, "12:00:00.000"),
            ("yyyy-mm-dd", 1.0, "1900-01-01"),
            ("yyyy-mm-dd", 59.0, "1900-02-28"),
            ("yyyy-mm-dd", 60.0, "1900-02-29"),
            ("yyyy-mm-dd", 61.0, "1900-03-01"),
            ("yyyy-mm-dd", 2_958_465.0, "9999-12-31"),
            ("yyyy-mm-dd", 2_958_466.0, "########"),
            ("yyyy-mm-dd", -1.0, "########"),
        ] {
            assert_eq!(shown(code, value), text, "{value} as {code}");
        }
        let mut text = String::new();
        Format::parse("yyyy-mm-dd").write_number(43_889.0, Epoch::Of1904, &mut text);
        assert_eq!(text, "2024-02-29");
    }

    #[test]
    fn dates_of_strict_workbooks() {
        for (text, number) in [
            ("2024-02-29", 45_351.0),
            ("2024-02-29T12:00:00", 45_351.5),
            ("1900-01-01", 1.0),
            ("1900-02-28", 59.0),
            ("1900-03-01", 61.0),
            ("06:00:00", 0.25),
        ] {
            assert_eq!(serial(text, Epoch::Of1900), Some(number), "{text}");
        }
        assert_eq!(serial("1904-01-01", Epoch::Of1904), Some(0.0));
        assert_eq!(serial("soon", Epoch::Of1900), None);
    }

    #[test]
    fn texts() {
        let shown = |code: &str| {
            let mut text = String::new();
            Format::parse(code).write_text("7a", &mut text);
            text
        };
        assert_eq!(shown("0.00"), "7a");
        assert_eq!(shown("@"), "7a");
        assert_eq!(shown("\"ID-\"@"), "ID-7a");
        assert_eq!(shown("0;-0;0;\"<\"@\">\""), "<7a>");
        assert_eq!(shown("0;-0;0;"), "");
        assert!(!Format::parse("@").changes_text());
    }

    #[test]
    fn no_format_makes_it_fail() {
        let pieces = [
            "0", "#", "?", ".", ",", "%", "E+", "E-", "/", "@", "\"", "\\", "_", "*", "[", "]", "[h]", "[>", "5", ";",
            "y", "m", "d", "h", "s", "AM/PM", "General", "ü", "[$€", "-407]", " ", "-",
        ];
        let values = [
            0.0,
            1.0,
            -1.0,
            0.5,
            1e15,
            -1e300,
            1e-300,
            5e-324,
            60.0,
            2_958_465.999_999_99,
            f64::NAN,
            f64::INFINITY,
            f64::MIN,
            f64::MAX,
        ];
        let mut state = 7_u64;
        for _ in 0..60_000 {
            let mut code = String::new();
            for _ in 0..8 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                code.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            let format = Format::parse(&code);
            let mut text = String::new();
            for value in values {
                format.write_number(value, Epoch::Of1904, &mut text);
                text.clear();
            }
            format.write_text("text", &mut text);
        }
    }
}
