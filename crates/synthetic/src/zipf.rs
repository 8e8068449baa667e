//! Zipf's law with exponent 1: the thing of rank k is met 1/k as often as the first.

/// Draws ranks for any number of things up to the one that it was made for.
pub(crate) struct Zipf {
    /// The harmonic numbers: the sums of 1/k up to each rank. Those of fewer things are a prefix.
    harmonic: Vec<f64>,
}

impl Zipf {
    /// For up to `most` things.
    pub(crate) fn new(most: usize) -> Self {
        let mut sum = 0.0;
        let terms = (1..=most).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Zipf {
            harmonic: terms.collect(),
        }
    }

    /// The rank, from 0 up, that `unit` in [0, 1) falls on among the first `n`; `n` is at least 1.
    pub(crate) fn rank(&self, unit: f64, n: usize) -> usize {
        let sought = unit * self.harmonic[n - 1];
        self.harmonic[..n - 1].partition_point(|sum| *sum <= sought)
    }
}
