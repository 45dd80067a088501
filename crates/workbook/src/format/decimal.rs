//! Numbers as fifteen decimal digits, which is what spreadsheets show and round by.

/// Digits and where their point is. Not negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    /// Digits from the first that is not 0; none for zero. Without zeros behind.
    digits: Vec<u8>,
    /// How many digits stand before the point; may be negative.
    point: i32,
}

impl Decimal {
    /// A number's first fifteen digits.
    pub(super) fn of(value: f64) -> Self {
        if value == 0.0 || !value.is_finite() {
            return Self {
                digits: Vec::new(),
                point: 0,
            };
        }
        let text = format!("{:.14e}", value.abs());
        let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0');
        Self {
            digits: digits.collect(),
            point: power.parse::<i32>().unwrap_or_default() + 1,
        }
        .trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
        self
    }

    /// The power of ten of the first digit; 0 for zero.
    pub(super) fn power(&self) -> i32 {
        if self.digits.is_empty() { 0 } else { self.point - 1 }
    }

    /// The same times ten to this power.
    pub(super) fn shifted(mut self, power: i32) -> Self {
        if !self.digits.is_empty() {
            self.point += power;
        }
        self
    }

    /// Rounded, halves away from zero, to so many decimals.
    pub(super) fn rounded(&self, decimals: i32) -> Self {
        let kept = self.point.saturating_add(decimals);
        if kept >= self.digits.len() as i32 {
            return self.clone();
        }
        if kept < 0 {
            return Self {
                digits: Vec::new(),
                point: 0,
            };
        }
        let kept = kept as usize;
        let mut rounded = self.clone();
        rounded.digits.truncate(kept);
        if self.digits[kept] >= 5 {
            match rounded.digits.iter().rposition(|digit| *digit < 9) {
                Some(at) => {
                    rounded.digits[at] += 1;
                    rounded.digits.truncate(at + 1);
                }
                None => {
                    rounded.digits = vec![1];
                    rounded.point += 1;
                }
            }
        }
        rounded.trimmed()
    }

    /// Whether both are the same number.
    pub(super) fn is_exactly(&self, other: &Self) -> bool {
        self == other
    }

    /// The digits before the point, without leading zeros.
    pub(super) fn whole(&self) -> Vec<u8> {
        let count = self.point.max(0) as usize;
        (0..count).map(|at| self.digits.get(at).copied().unwrap_or(0)).collect()
    }

    /// The digits behind the point, without zeros behind.
    pub(super) fn decimals(&self) -> Vec<u8> {
        if self.point >= self.digits.len() as i32 {
            return Vec::new();
        }
        let zeros = (-self.point).clamp(0, 400) as usize;
        let from = self.point.max(0) as usize;
        std::iter::repeat_n(0, zeros)
            .chain(self.digits[from..].iter().copied())
            .collect()
    }

    /// As people write it.
    pub(super) fn plain(&self) -> String {
        let text = |digits: Vec<u8>| {
            digits
                .into_iter()
                .map(|digit| char::from(b'0' + digit))
                .collect::<String>()
        };
        let (mut whole, decimals) = (text(self.whole()), text(self.decimals()));
        if whole.is_empty() {
            whole.push('0');
        }
        if decimals.is_empty() {
            whole
        } else {
            format!("{whole}.{decimals}")
        }
    }

    /// A mantissa from 1 to below 10 with at most so many decimals, and the power of ten.
    pub(super) fn scientific(&self, decimals: i32) -> (String, i32) {
        let rounded = self.clone().shifted(-self.power()).rounded(decimals);
        let power = self.power() + rounded.power();
        let back = -rounded.power();
        (rounded.shifted(back).plain(), power)
    }
}
