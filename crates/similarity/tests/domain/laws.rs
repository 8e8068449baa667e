//! What holds for every input.

mod bounds;
mod collapse;
mod digests;
mod explanations;
mod facets;
mod filters;
mod floors;
mod ledgers;
mod measures;
mod monotone;
mod overlaps;
mod ranking;
mod scores;
mod sensitivity;
mod variants;
