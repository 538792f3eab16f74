//! Numbers that look like chance, and are the same for the same seed.

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    /// With the seed in `QELOS_TESTS_SEED`, or any. It is printed, so that a failure can be had again.
    pub(crate) fn seeded() -> Self {
        let given =
            std::env::var("QELOS_TESTS_SEED").ok().map(|seed| seed.parse().expect("QELOS_TESTS_SEED is a number"));
        let seed = given.unwrap_or_else(|| getrandom::u64().unwrap());
        println!("QELOS_TESTS_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}
