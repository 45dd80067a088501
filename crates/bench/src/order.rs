//! Numbers in no order, without keeping them: a permutation that is computed.

/// Mixes a number well (the end of SplitMix64).
pub(crate) fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A permutation of `0..count`: four rounds of Feistel's scheme on the next power of four, walked until inside.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    count: u64,
    half_bits: u32,
    seed: u64,
}

impl Order {
    /// Another one for each seed.
    pub fn new(count: u64, seed: u64) -> Self {
        let bits = 64 - count.saturating_sub(1).leading_zeros();
        Self {
            count,
            half_bits: bits.div_ceil(2).max(1),
            seed,
        }
    }

    /// The number at a place; both below `count`.
    pub fn at(&self, place: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let mut number = place;
        loop {
            let (mut left, mut right) = (number >> self.half_bits, number & mask);
            for round in 0..4 {
                let mixed = mix(right ^ (self.seed.wrapping_add(round) << 32)) & mask;
                (left, right) = (right, left ^ mixed);
            }
            number = (left << self.half_bits) | right;
            if number < self.count {
                return number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_once() {
        for count in [1, 2, 5, 64, 1_000, 4_097] {
            let order = Order::new(count, 7);
            let mut seen: Vec<u64> = (0..count).map(|place| order.at(place)).collect();
            assert!(count < 64 || !seen.is_sorted(), "{count} in order");
            seen.sort_unstable();
            assert_eq!(seen, (0..count).collect::<Vec<_>>());
        }
    }
}
