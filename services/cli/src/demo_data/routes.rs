//! Ways through the city that marches, races and crossings take, each simplified to a few corners.

/// A line from start to finish.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// Sector of the start.
    pub(crate) sector: &'static str,
    /// How wide the ground is that the way takes, m.
    pub(crate) width_m: u32,
    /// Longitude and latitude, degrees, WGS84: the order of GeoJSON.
    pub(crate) points: &'static [[f64; 2]],
}

// Marches: along the axes of the centre.
pub(crate) const PORT_TO_REFORMES: Route = Route {
    sector: "marseille/13001/opera",
    width_m: 20,
    points: &[
        [5.3746, 43.2951],
        [5.3757, 43.2957],
        [5.3787, 43.2967],
        [5.3848, 43.2994],
    ],
};
pub(crate) const PORTE_AIX_TO_PREFECTURE: Route = Route {
    sector: "marseille/13002/les-grands-carmes",
    width_m: 18,
    points: &[
        [5.3742, 43.3027],
        [5.3757, 43.3008],
        [5.3770, 43.2983],
        [5.3777, 43.2964],
        [5.3797, 43.2930],
        [5.3790, 43.2898],
    ],
};
pub(crate) const PORT_TO_CASTELLANE: Route = Route {
    sector: "marseille/13001/opera",
    width_m: 16,
    points: &[
        [5.3746, 43.2951],
        [5.3777, 43.2964],
        [5.3797, 43.2930],
        [5.3812, 43.2893],
        [5.3838, 43.2858],
    ],
};
pub(crate) const CASTELLANE_TO_PRADO: Route = Route {
    sector: "marseille/13006/castellane",
    width_m: 30,
    points: &[
        [5.3838, 43.2858],
        [5.3870, 43.2812],
        [5.3902, 43.2768],
        [5.3915, 43.2724],
    ],
};
pub(crate) const REFORMES_TO_JOLIETTE: Route = Route {
    sector: "marseille/13001/le-chapitre",
    width_m: 18,
    points: &[
        [5.3848, 43.2994],
        [5.3787, 43.2967],
        [5.3746, 43.2958],
        [5.3727, 43.2972],
        [5.3703, 43.2993],
        [5.3690, 43.3010],
        [5.3670, 43.3046],
    ],
};
pub(crate) const STATION_TO_PORT: Route = Route {
    sector: "marseille/13001/saint-charles",
    width_m: 15,
    points: &[
        [5.3799, 43.3022],
        [5.3797, 43.2999],
        [5.3792, 43.2968],
        [5.3746, 43.2951],
    ],
};
pub(crate) const PLAINE_TO_PORT: Route = Route {
    sector: "marseille/13005/le-camas",
    width_m: 12,
    points: &[
        [5.3875, 43.2951],
        [5.3843, 43.2931],
        [5.3832, 43.2942],
        [5.3806, 43.2962],
        [5.3787, 43.2967],
        [5.3746, 43.2951],
    ],
};
pub(crate) const BELLE_DE_MAI_TO_STATION: Route = Route {
    sector: "marseille/13003/belle-de-mai",
    width_m: 12,
    points: &[
        [5.3838, 43.3113],
        [5.3850, 43.3080],
        [5.3858, 43.3050],
        [5.3799, 43.3022],
    ],
};

// Processions: short and narrow.
pub(crate) const PORT_TO_SAINT_VICTOR: Route = Route {
    sector: "marseille/13001/opera",
    width_m: 8,
    points: &[
        [5.3746, 43.2951],
        [5.3733, 43.2929],
        [5.3700, 43.2917],
        [5.3657, 43.2905],
    ],
};
pub(crate) const AROUND_THE_PANIER: Route = Route {
    sector: "marseille/13002/la-joliette",
    width_m: 8,
    points: &[
        [5.3648, 43.2998],
        [5.3659, 43.2981],
        [5.3699, 43.2962],
        [5.3703, 43.2993],
        [5.3677, 43.3003],
        [5.3648, 43.2998],
    ],
};
pub(crate) const ESTAQUE_HARBOUR: Route = Route {
    sector: "marseille/13016/l-estaque",
    width_m: 8,
    points: &[[5.3085, 43.3606], [5.3120, 43.3612], [5.3160, 43.3617]],
};

// Races.
pub(crate) const MICHELET_TO_CASSIS: Route = Route {
    sector: "marseille/13008/saint-giniez",
    width_m: 10,
    points: &[
        [5.3948, 43.2690],
        [5.4000, 43.2590],
        [5.4085, 43.2510],
        [5.4230, 43.2440],
        [5.4410, 43.2445],
        [5.4620, 43.2400],
        [5.4860, 43.2320],
        [5.5130, 43.2310],
        [5.5290, 43.2220],
        [5.5380, 43.2140],
    ],
};
pub(crate) const CORNICHE: Route = Route {
    sector: "marseille/13008/saint-giniez",
    width_m: 12,
    points: &[
        [5.3915, 43.2724],
        [5.3800, 43.2692],
        [5.3728, 43.2640],
        [5.3690, 43.2685],
        [5.3622, 43.2738],
        [5.3535, 43.2805],
        [5.3505, 43.2852],
        [5.3556, 43.2909],
        [5.3588, 43.2942],
        [5.3700, 43.2920],
        [5.3746, 43.2951],
    ],
};
pub(crate) const BEACHES_TO_GOUDES: Route = Route {
    sector: "marseille/13008/la-plage",
    width_m: 10,
    points: &[
        [5.3728, 43.2640],
        [5.3757, 43.2590],
        [5.3740, 43.2450],
        [5.3660, 43.2370],
        [5.3570, 43.2310],
        [5.3480, 43.2160],
    ],
};
pub(crate) const OLD_TOWN_LOOP: Route = Route {
    sector: "marseille/13001/opera",
    width_m: 8,
    points: &[
        [5.3746, 43.2951],
        [5.3699, 43.2962],
        [5.3614, 43.2964],
        [5.3648, 43.2998],
        [5.3670, 43.3046],
        [5.3690, 43.3010],
        [5.3746, 43.2958],
        [5.3746, 43.2951],
    ],
};
pub(crate) const CALANQUES_TRAIL: Route = Route {
    sector: "marseille/13009/le-redon",
    width_m: 3,
    points: &[
        [5.4370, 43.2325],
        [5.4420, 43.2240],
        [5.4290, 43.2190],
        [5.4200, 43.2130],
        [5.4180, 43.2230],
        [5.4370, 43.2325],
    ],
};
pub(crate) const NORTHERN_HEIGHTS: Route = Route {
    sector: "marseille/13013/chateau-gombert",
    width_m: 4,
    points: &[
        [5.4400, 43.3530],
        [5.4520, 43.3600],
        [5.4640, 43.3640],
        [5.4560, 43.3540],
        [5.4400, 43.3530],
    ],
};

// Crossings by water.
pub(crate) const FRIOUL_TO_BEACHES: Route = Route {
    sector: "marseille/13007/les-iles",
    width_m: 60,
    points: &[[5.3250, 43.2795], [5.3450, 43.2740], [5.3700, 43.2640]],
};
pub(crate) const ROADSTEAD: Route = Route {
    sector: "marseille/13008/la-pointe-rouge",
    width_m: 150,
    points: &[
        [5.3700, 43.2440],
        [5.3500, 43.2520],
        [5.3350, 43.2680],
        [5.3650, 43.2650],
    ],
};
