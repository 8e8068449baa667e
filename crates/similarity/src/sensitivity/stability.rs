//! How far all weights may move at once, each its own way, before an order can change.
//!
//! Two rows with the same axes in their sums: their scores differ by Σ w·d over Σ w, and the least that Σ w·d
//! becomes while each w moves by a share x is Σ w·d − x·Σ w·|d|. That is a closed form, and exact but for rounding,
//! which is rounded down. Rows with other axes below the line: a bound that surely holds, not the best there is.

use std::cmp::Ordering;

use super::line::Line;
use super::ranking::Ranking;
use super::row::Row;
use super::terms::Terms;
use crate::invalid::{Rule, in_range};

/// More than the rounding of sums of eight products and of what is compared with them, as a share.
const SLACK: f64 = 64.0 * f64::EPSILON;
/// Halvings of [0, 1] until rounding ends them.
const HALVINGS: usize = 52;

/// What stays while every weight moves by at most a share of itself, each its own way. Shares are in [0, 1], and 1
/// stands for every change of less than the whole weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stability {
    /// Up to this share the whole order of the list surely stays.
    pub order_holds_up_to: f64,
    /// Up to this share no row that is known comes among the first, and none of the first falls out.
    pub membership_holds_up_to: f64,
    /// Up to this share no candidate comes in that is no row; `None` under a floor of coverage, below which
    /// somebody may score anything.
    pub unseen_stay_out_up_to: Option<f64>,
    /// Of all pairs of the list, the share whose order surely stays at the share asked for; 1 of no pairs.
    pub sure_pairs: f64,
}

impl Ranking {
    /// What stays when all weights move by up to `share` of themselves.
    ///
    /// # Errors
    /// [`Rule::NotFinite`] or [`Rule::OutOfRange`] unless `share` is in [0, 1].
    pub fn stability(&self, share: f64) -> Result<Stability, Rule> {
        let share = in_range(share, 0.0, 1.0)?;
        let hits: Vec<&Row> = self.hits().collect();
        let terms = &self.terms;
        let floors = hits.iter().map(|row| terms.stays_hit_up_to(row));
        let floor = floors.fold(1.0, f64::min);
        let neighbours = hits.windows(2);
        let order = neighbours.map(|pair| terms.order_stays_up_to(pair[0], pair[1]));
        Ok(Stability {
            order_holds_up_to: order.fold(floor, f64::min),
            membership_holds_up_to: self.membership_holds_up_to(floor),
            unseen_stay_out_up_to: self.unseen_stay_out_up_to(),
            sure_pairs: sure_pairs(terms, &hits, share),
        })
    }

    fn membership_holds_up_to(&self, floor: f64) -> f64 {
        let mut least = floor;
        for (place, outside) in self.entries.iter().enumerate() {
            if self.list.contains(&place) {
                continue;
            }
            let listed = || self.list.iter().map(|place| &self.entries[*place]);
            // Whoever has a sibling in the list comes in by passing that one.
            let sibling = listed().find(|hit| hit.group == outside.group);
            for hit in listed().filter(|hit| sibling.is_none_or(|own| own.group == hit.group)) {
                if !self.terms.order_stays_at(&hit.row, &outside.row, least) {
                    least = least.min(self.terms.order_stays_up_to(&hit.row, &outside.row));
                }
            }
        }
        least
    }

    /// Moving weights by a share x multiplies the odds of a score, s : 1 − s, by at most (1 + x) / (1 − x), whatever
    /// it is made of, and divides them by no more.
    fn unseen_stay_out_up_to(&self) -> Option<f64> {
        if self.terms.min_coverage > 0.0 {
            return None;
        }
        let (Some(unseen), Some(last)) = (self.unseen_score, self.hits().last()) else {
            return Some(1.0);
        };
        let line = Line::any(&self.terms);
        let score = line.score(last, line.declared()).ok()?.score;
        let odds = |score: f64| score / (1.0 - score);
        let ratio = (odds(score) / odds(unseen) * (1.0 - 1e-12)).sqrt();
        let is_apart = score > unseen && ratio > 1.0;
        Some(match is_apart {
            true if ratio.is_finite() => (ratio - 1.0) / (ratio + 1.0),
            true => 1.0,
            false => 0.0,
        })
    }
}

fn sure_pairs(terms: &Terms, hits: &[&Row], share: f64) -> f64 {
    let pairs = hits
        .iter()
        .enumerate()
        .flat_map(|(at, hit)| hits[at + 1..].iter().map(move |after| (*hit, *after)));
    let (mut all, mut sure) = (0_u32, 0_u32);
    for (hit, after) in pairs {
        all += 1;
        sure += u32::from(terms.order_stays_at(hit, after, share));
    }
    if all == 0 {
        1.0
    } else {
        f64::from(sure) / f64::from(all)
    }
}

impl Terms {
    /// Up to which share of all weights `a`, which ranks before `b`, surely does so.
    fn order_stays_up_to(&self, a: &Row, b: &Row) -> f64 {
        if a.divides_like(b) {
            return self.tie_stays_up_to(a, b);
        }
        if !self.divided_apart(a, b, 0.0) {
            return 0.0;
        }
        if self.divided_apart(a, b, 1.0) {
            return 1.0;
        }
        let (mut stays, mut may_turn) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(stays, may_turn);
            if self.divided_apart(a, b, middle) {
                stays = middle;
            } else {
                may_turn = middle;
            }
        }
        stays
    }

    /// Whether it does so for that share, nothing being moved for a share of 0.
    fn order_stays_at(&self, a: &Row, b: &Row, share: f64) -> bool {
        if share == 0.0 {
            return true;
        }
        if a.divides_like(b) {
            return share <= self.tie_stays_up_to(a, b);
        }
        self.divided_apart(a, b, share)
    }

    /// Rows with the same axes in their sums: score first, then coverage, then what no weight changes.
    fn tie_stays_up_to(&self, a: &Row, b: &Row) -> f64 {
        let counted = |row: &Row, at: usize| row.lines[at].counted.unwrap_or(0.0);
        let compared = |row: &Row, at: usize| f64::from(u8::from(row.lines[at].is_compared));
        if !a.scores_like(b) {
            self.sum_stays_up_to(|at| [counted(a, at), counted(b, at)])
        } else if !a.covers_like(b) {
            self.sum_stays_up_to(|at| [compared(a, at), compared(b, at)])
        } else {
            1.0
        }
    }

    /// Up to which share a row surely stays above the floor.
    fn stays_hit_up_to(&self, row: &Row) -> f64 {
        if self.min_coverage == 0.0 || row.covers_all() {
            return 1.0;
        }
        let compared = |at: usize| f64::from(u8::from(row.lines[at].is_compared));
        self.sum_stays_up_to(|at| [compared(at), self.min_coverage])
    }

    /// Up to which share Σ w·a surely stays above Σ w·b.
    fn sum_stays_up_to(&self, counts: impl Fn(usize) -> [f64; 2]) -> f64 {
        let (mut apart, mut spread, mut slack) = (0.0, 0.0, 0.0);
        for (at, weight) in self.weights.iter().enumerate() {
            let [a, b] = counts(at);
            apart += weight * (a - b);
            spread += weight * (a - b).abs();
            slack += weight * (a + b) * SLACK;
        }
        ((apart - slack) / (spread + slack)).clamp(0.0, 1.0)
    }

    /// Whether the score of `a` is surely above that of `b` wherever all weights move by up to `share`, if other
    /// axes are in the sums of each. The difference is Σ w_i·w_j·q_ij; the inner sum has an exact least, and the
    /// outer is least where each w_i is at an end, which end for each i alone.
    fn divided_apart(&self, a: &Row, b: &Row, share: f64) -> bool {
        let (low, high) = (1.0 - share, 1.0 + share);
        let least = |weight: f64, times: f64| weight * times * if times > 0.0 { low } else { high };
        let (mut apart, mut slack) = (0.0, 0.0);
        for (i, outer) in self.weights.iter().enumerate() {
            let mut inner = 0.0;
            for (j, weight) in self.weights.iter().enumerate() {
                let [gain, size] = crossed(a, b, i, j);
                inner += least(*weight, gain);
                slack += outer * weight * size;
            }
            apart += least(*outer, inner);
        }
        apart.total_cmp(&(slack * high * high * SLACK)) == Ordering::Greater
    }
}

/// What w_i·w_j is multiplied with in (Σ w·a)·(Σ_b w) − (Σ w·b)·(Σ_a w), half of it, since it comes twice; and the
/// size of what that is made of.
fn crossed(a: &Row, b: &Row, i: usize, j: usize) -> [f64; 2] {
    let one_way = |i: usize, j: usize| match (a.lines[i].counted, b.lines[j].counted) {
        (Some(a), Some(b)) => [a - b, a + b],
        (Some(_), None) | (None, Some(_)) | (None, None) => [0.0, 0.0],
    };
    let ([there, size], [back, size_back]) = (one_way(i, j), one_way(j, i));
    [(there + back) / 2.0, (size + size_back) / 2.0]
}
