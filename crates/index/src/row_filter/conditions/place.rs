//! Conditions on places, as plain bodies around the sphere: a box lies between four planes, a circle is what a
//! ball cuts out. Near their surface, the exact place decides.

use sosie_similarity::{EARTH_RADIUS_KM, Filter};

use super::{Condition, Lane, Sure, Verdict};
use crate::blocks::Blocks;
use crate::blocks::layout::WideColumn;

/// What rounding moves a place at most, in km, besides half a step.
const SLACK_KM: f64 = 5e-3;
/// Half of the diagonal of a step, and a little more.
const STEP_SLACK: f64 = 0.87;

/// Half of the angle of a circle, past which a chord says too little of the arc: about 170 degrees in all.
const HALF_ANGLE_MAX: f64 = 1.48;

/// How far inside a body a place is, in km; negative outside.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Body {
    /// Where normal · place ≥ offset; the normal has length 1.
    Half { normal: [f64; 3], offset: f64 },
    /// Within a straight distance of a centre.
    Ball { center: [f64; 3], radius: f64 },
}

/// All bodies that a place has to be in.
pub(super) struct Places {
    bodies: Vec<Body>,
    /// Whether being in all of them is enough.
    enough: bool,
}

impl Places {
    /// What a filter asks of places, if it does.
    pub(super) fn new(filter: &Filter) -> Option<Self> {
        let mut places = Places {
            bodies: Vec::new(),
            enough: true,
        };
        if let Some(within) = filter.bounding_box {
            places.add_box(within.degrees());
        }
        if let Some(within) = filter.radius {
            let half_angle = within.radius_km() / (2.0 * EARTH_RADIUS_KM);
            if half_angle < HALF_ANGLE_MAX {
                places.bodies.push(Body::Ball {
                    center: within.center().on_sphere_km(),
                    radius: 2.0 * EARTH_RADIUS_KM * half_angle.sin(),
                });
            } else {
                places.enough = false;
            }
        }
        if let Some(within) = &filter.polygon {
            places.add_box(within.bounds_degrees());
            places.enough = false;
        }
        let asked = filter.bounding_box.is_some() || filter.radius.is_some();
        (asked || filter.polygon.is_some()).then_some(places)
    }

    /// South, west, north, east.
    fn add_box(&mut self, [south, west, north, east]: [f64; 4]) {
        let height = |latitude: f64| EARTH_RADIUS_KM * latitude.to_radians().sin();
        let up = [0.0, 0.0, 1.0];
        let down = [0.0, 0.0, -1.0];
        self.add_half(up, height(south));
        self.add_half(down, -height(north));
        let width = if west <= east {
            east - west
        } else {
            east - west + 360.0
        };
        if width >= 180.0 {
            // The planes through both meridians would cut off what is inside.
            self.enough = false;
            return;
        }
        let (west, east) = (west.to_radians(), east.to_radians());
        self.add_half([-west.sin(), west.cos(), 0.0], 0.0);
        self.add_half([east.sin(), -east.cos(), 0.0], 0.0);
    }

    fn add_half(&mut self, normal: [f64; 3], offset: f64) {
        self.bodies.push(Body::Half { normal, offset });
    }
}

impl Condition for Places {
    fn of_lane(&self, (node, lane): Lane) -> Verdict {
        let corner = |at: usize| f64::from(node.corner(at)[lane]);
        let low = [corner(0), corner(1), corner(2)];
        let high = [corner(3), corner(4), corner(5)];
        // Rows without a place have a box turned inside out.
        let outside = |body: &Body| body.deepest(low, high) < -SLACK_KM;
        if low[0] > high[0] || self.bodies.iter().any(outside) {
            Verdict::None
        } else {
            Verdict::Some
        }
    }

    fn of_rows(&self, blocks: &Blocks, at: usize) -> Sure {
        let block = blocks.block(at);
        let frame = block.frame().map(f64::from);
        let widest = frame[3].max(frame[4]).max(frame[5]);
        let slack = SLACK_KM + STEP_SLACK * widest;
        let columns =
            [WideColumn::X, WideColumn::Y, WideColumn::Z].map(|column| block.wides(column));
        Sure::of_rows(|row| {
            let place =
                [0, 1, 2].map(|axis| frame[axis] + f64::from(columns[axis][row]) * frame[3 + axis]);
            let depths = self.bodies.iter().map(|body| body.depth(place));
            let depth = depths.fold(f64::INFINITY, f64::min);
            if depth < -slack {
                super::FAILS
            } else if depth > slack && self.enough {
                super::PASSES
            } else {
                super::UNSURE
            }
        })
    }
}

impl Body {
    fn depth(&self, place: [f64; 3]) -> f64 {
        match self {
            Body::Half { normal, offset } => {
                let along = [0, 1, 2].map(|axis| normal[axis] * place[axis]);
                along.iter().sum::<f64>() - offset
            }
            Body::Ball { center, radius } => {
                let squares = [0, 1, 2].map(|axis| (place[axis] - center[axis]).powi(2));
                radius - squares.iter().sum::<f64>().sqrt()
            }
        }
    }

    /// That of the deepest place in a box.
    fn deepest(&self, low: [f64; 3], high: [f64; 3]) -> f64 {
        let nearest = |axis: usize| match self {
            Body::Half { normal, .. } if normal[axis] >= 0.0 => high[axis],
            Body::Half { .. } => low[axis],
            Body::Ball { center, .. } => center[axis].clamp(low[axis], high[axis]),
        };
        self.depth([nearest(0), nearest(1), nearest(2)])
    }
}
