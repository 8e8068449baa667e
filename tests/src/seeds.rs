//! Where a test begins its chance.

/// The seed of a test: `SOSIE_SEED`, or `default`. Prints it, so that a failure can be had again.
pub fn seed(test: &str, default: u64) -> u64 {
    let given = std::env::var("SOSIE_SEED").ok();
    let seed = given.map_or(default, |text| {
        text.parse().expect("SOSIE_SEED is a whole number")
    });
    eprintln!("{test}: seed {seed} (set SOSIE_SEED for another)");
    seed
}
