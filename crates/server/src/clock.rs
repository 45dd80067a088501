//! Time and chance, handed in from outside so that a test can hold them still.

use jiff::Timestamp;

/// Where the server takes time and random bytes from.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    now: fn() -> i64,
    fill: fn(&mut [u8]),
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            now: || Timestamp::now().as_microsecond(),
            fill: fill_from_system,
        }
    }
}

fn fill_from_system(bytes: &mut [u8]) {
    // Secrets depend on it: without random there is no going on.
    assert!(getrandom::fill(bytes).is_ok(), "the system gives random bytes");
}

impl Clock {
    /// A clock that tells `now` (microseconds since 1970) and fills with `fill`.
    pub fn new(now: fn() -> i64, fill: fn(&mut [u8])) -> Self {
        Self { now, fill }
    }

    /// Microseconds since 1970.
    pub(crate) fn now(self) -> i64 {
        (self.now)()
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes);
        bytes
    }

    /// A new UUIDv7.
    pub(crate) fn id(self) -> String {
        self.ids().next()
    }

    /// UUIDv7s in rising order, which indexes like.
    pub(crate) fn ids(self) -> Ids {
        let millis = u64::try_from(self.now() / 1000).unwrap_or_default();
        let mut bytes = [0; 16];
        bytes[6..].copy_from_slice(&self.random::<10>());
        // Half of the range is left to count up.
        bytes[6] &= 0x7F;
        Ids {
            millis,
            counter: u128::from_be_bytes(bytes),
        }
    }
}

/// A run of identifiers.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    millis: u64,
    counter: u128,
}

impl Ids {
    /// The next one.
    pub(crate) fn next(&mut self) -> String {
        self.counter += 1;
        self.behind(0)
    }

    /// The run that a known id was made in; `None` for a text that is none.
    pub(crate) fn at(id: &str) -> Option<Self> {
        let value = uuid::Uuid::try_parse(id).ok()?.as_u128();
        Some(Self {
            millis: (value >> 80) as u64,
            counter: (((value >> 64) & 0xFFF) << 62) | (value & ((1 << 62) - 1)),
        })
    }

    /// The one that many steps behind the last.
    pub(crate) fn behind(&self, steps: u64) -> String {
        // 74 of the 80 bits are kept by a UUIDv7: the version takes four, the variant two.
        let bits = self.counter + u128::from(steps);
        let high = (bits >> 62) & 0xFFF;
        let low = bits & ((1 << 62) - 1);
        let value = (u128::from(self.millis) << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low;
        let mut text = [0; 36];
        uuid::Uuid::from_u128(value)
            .hyphenated()
            .encode_lower(&mut text)
            .to_owned()
    }

    /// How many steps it went on since `earlier`, a state of the same run.
    pub(crate) fn steps_from(&self, earlier: &Self) -> u64 {
        u64::try_from(self.counter.saturating_sub(earlier.counter)).unwrap_or(u64::MAX)
    }

    /// Goes one on without writing the id out.
    pub(crate) fn skip(&mut self) {
        self.counter += 1;
    }

    /// The one that was made last.
    pub(crate) fn last(&self) -> String {
        self.behind(0)
    }
}

/// RFC 3339 in UTC, to the millisecond.
pub(crate) fn timestamp(micros: i64) -> String {
    Timestamp::from_millisecond(micros.div_euclid(1000))
        .map(|time| format!("{time:.3}"))
        .unwrap_or_default()
}

/// Microseconds since 1970 of a time (RFC 3339) or of the beginning of a day in UTC; `None` for another text.
pub(crate) fn micros_of(text: &str) -> Option<i64> {
    let whole = if text.len() == "2026-11-21".len() {
        format!("{text}T00:00:00Z")
    } else {
        text.to_owned()
    };
    whole.parse::<Timestamp>().ok().map(Timestamp::as_microsecond)
}

/// Where the ids begin that were made at a time or later.
pub(crate) fn first_id_at(micros: i64) -> String {
    let millis = u64::try_from(micros.div_euclid(1000)).unwrap_or_default() & 0xFFFF_FFFF_FFFF;
    format!("{:08x}-{:04x}", millis >> 16, millis & 0xFFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_uuids_of_version_7_and_rise() {
        let mut ids = Clock::default().ids();
        let (first, second) = (ids.next(), ids.next());
        assert!(first < second);
        assert_eq!(uuid::Uuid::parse_str(&first).map(|id| id.get_version_num()), Ok(7));
    }

    #[test]
    fn a_run_is_found_again_by_any_of_its_ids() {
        let mut ids = Clock::default().ids();
        let (first, second, third) = (ids.next(), ids.next(), ids.next());
        let run = Ids::at(&first).expect("an id");
        assert_eq!(
            [run.behind(0), run.behind(1), run.behind(2)],
            [first, second, third.clone()]
        );
        assert_eq!(Ids::at(&third).map(|third| third.steps_from(&run)), Some(2));
        assert!(Ids::at("Ann").is_none());
    }

    #[test]
    fn ids_of_a_time_begin_with_it() {
        let clock = Clock::new(|| 1_795_248_000_123_456, |bytes| bytes.fill(0xFF));
        assert!(clock.id() > first_id_at(1_795_248_000_123_000));
        assert!(clock.id() < first_id_at(1_795_248_000_124_000));
        assert_eq!(micros_of("2026-11-21T08:00:00.123456Z"), Some(1_795_248_000_123_456));
        assert_eq!(micros_of("1970-01-02"), Some(86_400_000_000));
        assert_eq!(micros_of("yesterday"), None);
    }

    #[test]
    fn a_timestamp_is_rfc_3339_in_utc() {
        assert_eq!(timestamp(1_795_248_000_123_456), "2026-11-21T08:00:00.123Z");
    }
}
