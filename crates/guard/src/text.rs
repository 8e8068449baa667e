//! Texts as detectors read them: folded to ASCII, cut into runs of letters and of digits, and decoded.

pub(crate) mod decode;
pub(crate) mod fold;
pub(crate) mod segment;
pub(crate) mod shape;
