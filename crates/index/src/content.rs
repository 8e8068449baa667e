//! A digest of a set of records that does not depend on their order.

use sosie_similarity::Digest;

/// The sum of SHA-256 digests mod 2^256, big-endian: records can be added and removed in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentDigest([u64; 4]);

impl ContentDigest {
    /// The sum that [`ContentDigest::digest`] told.
    pub fn resume(digest: Digest) -> Self {
        ContentDigest(limbs(digest))
    }

    /// Adds the digest of a record.
    pub fn add(&mut self, record: Digest) {
        let mut carry = false;
        for (sum, limb) in self.0.iter_mut().zip(limbs(record)) {
            let (partial, first) = sum.overflowing_add(limb);
            let (total, second) = partial.overflowing_add(carry.into());
            (*sum, carry) = (total, first || second);
        }
    }

    /// Takes away the digest of a record that was added.
    pub fn remove(&mut self, record: Digest) {
        let mut borrow = false;
        for (sum, limb) in self.0.iter_mut().zip(limbs(record)) {
            let (partial, first) = sum.overflowing_sub(limb);
            let (total, second) = partial.overflowing_sub(borrow.into());
            (*sum, borrow) = (total, first || second);
        }
    }

    /// The sum.
    pub fn digest(&self) -> Digest {
        let mut bytes = [0; 32];
        for (chunk, limb) in bytes.rchunks_exact_mut(8).zip(self.0) {
            chunk.copy_from_slice(&limb.to_be_bytes());
        }
        Digest::from_bytes(bytes)
    }
}

/// Four limbs, least significant first.
fn limbs(record: Digest) -> [u64; 4] {
    let mut limbs = [0; 4];
    for (limb, chunk) in limbs.iter_mut().zip(record.as_bytes().rchunks_exact(8)) {
        *limb = u64::from_be_bytes(chunk.try_into().expect("chunks of 8"));
    }
    limbs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_matter_and_removing_undoes_adding() {
        let records = [b"a", b"b", b"c"].map(|bytes| Digest::of(bytes));
        let mut forwards = ContentDigest::default();
        let mut backwards = ContentDigest::default();
        records.iter().for_each(|record| forwards.add(*record));
        records
            .iter()
            .rev()
            .for_each(|record| backwards.add(*record));
        assert_eq!(forwards, backwards);
        backwards.remove(records[1]);
        assert_ne!(forwards, backwards);
        backwards.remove(records[0]);
        assert_eq!(backwards.digest(), records[2]);
        assert_eq!(ContentDigest::resume(forwards.digest()), forwards);
    }

    #[test]
    fn sums_wrap_at_two_to_the_256() {
        let mut sum = ContentDigest::default();
        sum.add(Digest::from_bytes([0xff; 32]));
        let mut one = [0; 32];
        one[31] = 1;
        sum.add(Digest::from_bytes(one));
        assert_eq!(sum, ContentDigest::default());
    }
}
