//! A format's code to sections of tokens.

use super::{Compare, Section, Token};

/// The most sections that a format has: positive, negative, zero, text.
const SECTIONS: usize = 4;

/// The sections of a code; none for an empty one.
pub(super) fn sections(code: &str) -> Vec<Section> {
    let letters: Vec<char> = code.chars().collect();
    let mut sections = Vec::new();
    let mut at = 0;
    if letters.is_empty() {
        return sections;
    }
    loop {
        let section = Reader::new(&letters, at).section(&mut at);
        sections.push(section);
        if at > letters.len() || sections.len() == SECTIONS {
            return sections;
        }
    }
}

struct Reader<'c> {
    letters: &'c [char],
    at: usize,
    section: Section,
    /// Commas behind the last digit.
    commas: u32,
    has_digits: bool,
    has_point: bool,
}

impl<'c> Reader<'c> {
    fn new(letters: &'c [char], at: usize) -> Self {
        Self {
            letters,
            at,
            section: Section::default(),
            commas: 0,
            has_digits: false,
            has_point: false,
        }
    }

    /// Reads to the next semicolon; `next` is behind it, or far behind the end.
    fn section(mut self, next: &mut usize) -> Section {
        while let Some(letter) = self.take() {
            if letter == ';' {
                *next = self.at;
                return self.finish();
            }
            self.token(letter);
        }
        *next = self.letters.len() + 1;
        self.finish()
    }

    fn finish(mut self) -> Section {
        self.section.thousandths = self.commas.min(5);
        name_minutes(&mut self.section.tokens);
        self.section
    }

    fn take(&mut self) -> Option<char> {
        let letter = self.letters.get(self.at).copied();
        self.at += usize::from(letter.is_some());
        letter
    }

    fn rest_begins(&self, word: &str) -> bool {
        let mut rest = self.letters[self.at.min(self.letters.len())..].iter();
        word.chars()
            .all(|letter| rest.next().is_some_and(|next| next.eq_ignore_ascii_case(&letter)))
    }

    /// How often `letter`, which was just taken, stands here.
    fn run(&mut self, letter: char) -> usize {
        let from = self.at;
        while self
            .letters
            .get(self.at)
            .is_some_and(|next| next.eq_ignore_ascii_case(&letter))
        {
            self.at += 1;
        }
        self.at - from + 1
    }

    fn literal(&mut self, text: &str) {
        let is_digit = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match self.section.tokens.last_mut() {
            // digits stay apart: they may be a denominator
            Some(Token::Literal(last)) if !is_digit(text) && !is_digit(last) => last.push_str(text),
            _ => self.section.tokens.push(Token::Literal(text.to_owned())),
        }
    }

    fn push(&mut self, token: Token) {
        self.section.tokens.push(token);
    }

    fn token(&mut self, letter: char) {
        match letter {
            '"' => {
                let from = self.at;
                while self.take().is_some_and(|next| next != '"') {}
                let end = if self.letters.get(self.at - 1) == Some(&'"') && self.at > from {
                    self.at - 1
                } else {
                    self.at
                };
                let text: String = self.letters[from..end].iter().collect();
                self.push(Token::Literal(text));
            }
            '\\' => {
                if let Some(next) = self.take() {
                    self.literal(next.encode_utf8(&mut [0; 4]));
                }
            }
            '_' => {
                self.take();
                self.section.is_padded = true;
                self.literal(" ");
            }
            '*' => {
                self.take();
            }
            '[' => self.bracket(),
            '0' | '#' | '?' => {
                self.section.is_padded |= letter == '?';
                self.section.is_grouped |= self.commas > 0 && !self.has_point;
                self.commas = 0;
                self.has_digits = true;
                self.push(Token::Digit(letter as u8));
            }
            ',' if self.has_digits => self.commas += 1,
            '.' => self.point(),
            '%' => {
                self.section.percents = (self.section.percents + 1).min(5);
                self.literal("%");
            }
            '@' => self.push(Token::Text),
            '/' => self.push(Token::Slash),
            'G' | 'g' if self.rest_begins("eneral") => {
                self.at += "eneral".len();
                self.push(Token::General);
            }
            'g' | 'G' => {
                self.run(letter);
            }
            'A' | 'a' if self.rest_begins("M/PM") => {
                self.at += "M/PM".len();
                self.push(Token::HalfDay(true));
            }
            'A' | 'a' if self.rest_begins("/P") => {
                self.at += "/P".len();
                self.push(Token::HalfDay(false));
            }
            'E' | 'e' => match self.letters.get(self.at) {
                Some(sign @ ('+' | '-')) if self.has_digits => {
                    self.at += 1;
                    let has_one = self
                        .section
                        .tokens
                        .iter()
                        .any(|token| matches!(token, Token::Exponent(_)));
                    if !has_one {
                        self.push(Token::Exponent(*sign == '+'));
                    }
                }
                _ if self.has_digits => self.literal(letter.encode_utf8(&mut [0; 4])),
                _ => {
                    self.run(letter);
                    self.push(Token::Date(b'y', 4));
                }
            },
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                let count = self.run(letter);
                self.push(Token::Date(letter.to_ascii_lowercase() as u8, count));
            }
            other => self.literal(other.encode_utf8(&mut [0; 4])),
        }
    }

    fn point(&mut self) {
        let last = self.section.tokens.last();
        if matches!(last, Some(Token::Date(b's', _) | Token::Elapsed(b's', _)))
            && self.letters.get(self.at) == Some(&'0')
        {
            self.at += 1;
            let count = self.run('0');
            self.push(Token::Subsecond(count));
        } else if self.has_point {
            self.literal(".");
        } else {
            self.has_point = true;
            self.push(Token::Point);
        }
    }

    /// `[h]`, `[>=100]`, `[$€-407]`, `[Red]`.
    fn bracket(&mut self) {
        let from = self.at;
        let Some(len) = self.letters[from..].iter().position(|letter| *letter == ']') else {
            return self.literal("[");
        };
        self.at += len + 1;
        let inside: String = self.letters[from..from + len].iter().collect();
        let lower = inside.to_ascii_lowercase();
        if let Some(first) = lower.bytes().next().filter(|first| b"hms".contains(first))
            && lower.bytes().all(|byte| byte == first)
        {
            let unit = if first == b'm' { b'n' } else { first };
            self.push(Token::Elapsed(unit, lower.len()));
        } else if let Some(symbol) = inside.strip_prefix('$') {
            let symbol = symbol.split('-').next().unwrap_or_default();
            if !symbol.is_empty() {
                self.literal(symbol);
            }
        } else if let Some(condition) = condition(&inside) {
            self.section.condition = Some(condition);
        }
    }
}

fn condition(text: &str) -> Option<(Compare, f64)> {
    let words = [
        ("<=", Compare::LessOrEqual),
        ("<>", Compare::NotEqual),
        (">=", Compare::GreaterOrEqual),
        ("<", Compare::Less),
        (">", Compare::Greater),
        ("=", Compare::Equal),
    ];
    words
        .into_iter()
        .find_map(|(word, compare)| Some((compare, text.strip_prefix(word)?.trim().parse().ok()?)))
}

/// `m` stands for minutes behind hours and before seconds.
fn name_minutes(tokens: &mut [Token]) {
    let unit = |token: &Token| match token {
        Token::Date(unit, _) | Token::Elapsed(unit, _) => Some(*unit),
        _ => None,
    };
    let units: Vec<(usize, u8)> = tokens
        .iter()
        .enumerate()
        .filter_map(|(at, token)| Some((at, unit(token)?)))
        .collect();
    for (place, (at, _)) in units.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| units[place].1);
        let behind = units.get(place + 1).map(|(_, unit)| *unit);
        if let Token::Date(unit @ b'm', 1 | 2) = &mut tokens[*at]
            && (before == Some(b'h') || behind == Some(b's'))
        {
            *unit = b'n';
        }
    }
}
