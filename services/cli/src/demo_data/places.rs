//! Public places of Marseille where things happen: where each is, whose sector it lies in, how
//! much room it has.
//!
//! Coordinates are WGS84 and lie inside the arrondissement and the quarter of their sector.

/// A square, a beach, a park, a hall: anywhere a gathering can be held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Latitude and longitude, degrees, WGS84.
    pub(crate) at: [f64; 2],
    /// Sector path: city, arrondissement, quarter.
    pub(crate) sector: &'static str,
    /// Ground that a gathering may take, m².
    pub(crate) area_m2: u32,
}

const fn place(at: [f64; 2], sector: &'static str, area_m2: u32) -> Place {
    Place {
        at,
        sector,
        area_m2,
    }
}

// 1st
pub(crate) const VIEUX_PORT: Place = place([43.2951, 5.3746], "marseille/13001/opera", 9_000);
pub(crate) const CANEBIERE: Place = place([43.2967, 5.3787], "marseille/13001/noailles", 14_000);
pub(crate) const REFORMES: Place = place([43.2994, 5.3848], "marseille/13001/le-chapitre", 4_000);
pub(crate) const NOAILLES: Place = place([43.2962, 5.3806], "marseille/13001/noailles", 2_500);
pub(crate) const BELSUNCE: Place = place([43.2983, 5.3770], "marseille/13001/belsunce", 6_000);
pub(crate) const ESTIENNE_ORVES: Place = place([43.2932, 5.3736], "marseille/13001/opera", 7_000);
pub(crate) const STATION: Place = place([43.3022, 5.3799], "marseille/13001/saint-charles", 6_000);
pub(crate) const OPERA: Place = place([43.2931, 5.3763], "marseille/13001/opera", 2_000);
// 2nd
pub(crate) const PORTE_AIX: Place = place(
    [43.3027, 5.3742],
    "marseille/13002/les-grands-carmes",
    8_000,
);
pub(crate) const J4: Place = place([43.2964, 5.3614], "marseille/13002/la-joliette", 25_000);
pub(crate) const JOLIETTE: Place = place([43.3046, 5.3670], "marseille/13002/la-joliette", 8_000);
pub(crate) const MAJOR: Place = place([43.2998, 5.3648], "marseille/13002/la-joliette", 5_000);
pub(crate) const HOTEL_DE_VILLE: Place =
    place([43.2962, 5.3699], "marseille/13002/hotel-de-ville", 5_000);
pub(crate) const SADI_CARNOT: Place = place(
    [43.2993, 5.3703],
    "marseille/13002/les-grands-carmes",
    2_500,
);
pub(crate) const RUE_REPUBLIQUE: Place = place(
    [43.3010, 5.3690],
    "marseille/13002/les-grands-carmes",
    15_000,
);
pub(crate) const LENCHE: Place = place([43.2981, 5.3659], "marseille/13002/hotel-de-ville", 1_500);
pub(crate) const VIEILLE_CHARITE: Place = place(
    [43.3003, 5.3677],
    "marseille/13002/les-grands-carmes",
    3_000,
);
pub(crate) const ARENC: Place = place([43.3147, 5.3672], "marseille/13002/arenc", 12_000);
// 3rd
pub(crate) const FRICHE: Place = place([43.3096, 5.3904], "marseille/13003/belle-de-mai", 20_000);
pub(crate) const BELLE_DE_MAI: Place =
    place([43.3113, 5.3838], "marseille/13003/belle-de-mai", 2_500);
pub(crate) const SAINT_LAZARE: Place =
    place([43.3052, 5.3738], "marseille/13003/saint-lazare", 2_500);
pub(crate) const SAINT_MAURONT: Place =
    place([43.3170, 5.3790], "marseille/13003/saint-mauront", 2_500);
// 4th
pub(crate) const LONGCHAMP: Place =
    place([43.3045, 5.3958], "marseille/13004/cinq-avenues", 80_000);
pub(crate) const CHARTREUX: Place =
    place([43.3078, 5.4023], "marseille/13004/les-chartreux", 2_500);
pub(crate) const BLANCARDE: Place = place([43.2968, 5.4070], "marseille/13004/la-blancarde", 3_500);
pub(crate) const SEBASTOPOL: Place =
    place([43.3008, 5.3960], "marseille/13004/cinq-avenues", 2_500);
pub(crate) const DOME: Place = place([43.3131, 5.4053], "marseille/13004/les-chartreux", 12_000);
// 5th
pub(crate) const PLAINE: Place = place([43.2951, 5.3875], "marseille/13005/le-camas", 22_000);
pub(crate) const CHAVE: Place = place([43.2955, 5.3975], "marseille/13005/le-camas", 8_000);
pub(crate) const SAINT_PIERRE: Place =
    place([43.2915, 5.4080], "marseille/13005/saint-pierre", 3_000);
pub(crate) const BAILLE: Place = place([43.2890, 5.3920], "marseille/13005/la-conception", 3_000);
// 6th
pub(crate) const COURS_JULIEN: Place = place(
    [43.2942, 5.3832],
    "marseille/13006/notre-dame-du-mont",
    6_000,
);
pub(crate) const CASTELLANE: Place = place([43.2858, 5.3838], "marseille/13006/castellane", 5_000);
pub(crate) const PREFECTURE: Place = place([43.2898, 5.3790], "marseille/13006/prefecture", 5_000);
pub(crate) const PALAIS_DE_JUSTICE: Place = place(
    [43.2892, 5.3747],
    "marseille/13006/palais-de-justice",
    6_000,
);
pub(crate) const NOTRE_DAME_DU_MONT: Place = place(
    [43.2931, 5.3843],
    "marseille/13006/notre-dame-du-mont",
    2_500,
);
pub(crate) const PRADO_MARKET: Place =
    place([43.2838, 5.3855], "marseille/13006/castellane", 6_000);
// 7th
pub(crate) const PHARO: Place = place([43.2942, 5.3588], "marseille/13007/le-pharo", 45_000);
pub(crate) const CATALANS: Place = place([43.2909, 5.3556], "marseille/13007/le-pharo", 5_000);
pub(crate) const SAINT_VICTOR: Place =
    place([43.2905, 5.3657], "marseille/13007/saint-victor", 2_500);
pub(crate) const PROPHETE: Place =
    place([43.2738, 5.3622], "marseille/13007/le-roucas-blanc", 4_000);
pub(crate) const ENDOUME: Place = place([43.2845, 5.3580], "marseille/13007/endoume", 1_500);
pub(crate) const FRIOUL: Place = place([43.2800, 5.3065], "marseille/13007/les-iles", 6_000);
// 8th
pub(crate) const STADIUM: Place = place([43.2698, 5.3959], "marseille/13008/saint-giniez", 60_000);
pub(crate) const CHANOT: Place = place([43.2728, 5.3938], "marseille/13008/saint-giniez", 60_000);
pub(crate) const PRADO: Place = place([43.2724, 5.3915], "marseille/13008/saint-giniez", 8_000);
pub(crate) const BORELY: Place = place([43.2605, 5.3825], "marseille/13008/bonneveine", 170_000);
pub(crate) const ESCALE_BORELY: Place =
    place([43.2590, 5.3757], "marseille/13008/bonneveine", 15_000);
pub(crate) const PRADO_BEACHES: Place =
    place([43.2640, 5.3728], "marseille/13008/la-plage", 100_000);
pub(crate) const POINTE_ROUGE: Place =
    place([43.2450, 5.3735], "marseille/13008/la-pointe-rouge", 12_000);
pub(crate) const BONNEVEINE: Place = place([43.2530, 5.3880], "marseille/13008/bonneveine", 8_000);
pub(crate) const GOUDES: Place = place([43.2160, 5.3480], "marseille/13008/les-goudes", 2_000);
// 9th
pub(crate) const MAZARGUES: Place = place([43.2497, 5.4030], "marseille/13009/mazargues", 3_000);
pub(crate) const LUMINY: Place = place([43.2325, 5.4370], "marseille/13009/le-redon", 20_000);
pub(crate) const MAISON_BLANCHE: Place =
    place([43.2570, 5.4170], "marseille/13009/le-cabot", 40_000);
pub(crate) const SPORTS_HALL: Place = place(
    [43.2690, 5.4030],
    "marseille/13009/sainte-marguerite",
    10_000,
);
pub(crate) const SORMIOU: Place = place([43.2130, 5.4200], "marseille/13009/sormiou", 2_500);
// 10th
pub(crate) const CENTENAIRE: Place =
    place([43.2845, 5.3992], "marseille/13010/la-capelette", 100_000);
pub(crate) const ICE_RINK: Place = place([43.2790, 5.4090], "marseille/13010/la-capelette", 9_000);
pub(crate) const SAINT_LOUP: Place = place([43.2793, 5.4290], "marseille/13010/saint-loup", 3_000);
pub(crate) const SAINT_TRONC: Place =
    place([43.2690, 5.4260], "marseille/13010/saint-tronc", 5_000);
// 11th
pub(crate) const SAINT_MARCEL: Place =
    place([43.2870, 5.4640], "marseille/13011/saint-marcel", 3_000);
pub(crate) const VALENTINE: Place = place([43.2935, 5.4810], "marseille/13011/la-valentine", 5_000);
pub(crate) const BUZINE: Place = place([43.2990, 5.4960], "marseille/13011/les-accates", 25_000);
pub(crate) const CAMOINS: Place = place([43.3040, 5.5140], "marseille/13011/les-camoins", 2_500);
pub(crate) const LA_POMME: Place = place([43.2880, 5.4410], "marseille/13011/la-pomme", 2_500);
// 12th
pub(crate) const SAINT_BARNABE: Place =
    place([43.3032, 5.4172], "marseille/13012/saint-barnabe", 2_500);
pub(crate) const MONTOLIVET: Place = place([43.3160, 5.4200], "marseille/13012/montolivet", 3_000);
pub(crate) const CAILLOLS: Place = place([43.2990, 5.4430], "marseille/13012/les-caillols", 4_000);
pub(crate) const SAINT_JULIEN: Place =
    place([43.3115, 5.4470], "marseille/13012/saint-julien", 3_000);
// 13th
pub(crate) const CHATEAU_GOMBERT: Place =
    place([43.3530, 5.4400], "marseille/13013/chateau-gombert", 4_000);
pub(crate) const LA_ROSE: Place = place([43.3330, 5.4290], "marseille/13013/la-rose", 5_000);
pub(crate) const SAINT_JUST: Place = place([43.3185, 5.4080], "marseille/13013/saint-just", 6_000);
pub(crate) const SAINT_JEROME: Place =
    place([43.3365, 5.4150], "marseille/13013/saint-jerome", 4_000);
// 14th
pub(crate) const FONT_OBSCURE: Place =
    place([43.3362, 5.4010], "marseille/13014/le-merlan", 30_000);
pub(crate) const SAINTE_MARTHE: Place =
    place([43.3440, 5.3930], "marseille/13014/sainte-marthe", 8_000);
pub(crate) const LE_CANET: Place = place([43.3290, 5.3790], "marseille/13014/le-canet", 3_000);
pub(crate) const SAINT_BARTHELEMY: Place =
    place([43.3270, 5.3960], "marseille/13014/saint-barthelemy", 5_000);
// 15th
pub(crate) const FLEA_HALLS: Place =
    place([43.3275, 5.3640], "marseille/13015/les-crottes", 40_000);
pub(crate) const SAINT_LOUIS: Place =
    place([43.3487, 5.3560], "marseille/13015/saint-louis", 4_000);
pub(crate) const BILLOUX: Place = place([43.3450, 5.3590], "marseille/13015/saint-louis", 30_000);
pub(crate) const SAINT_ANTOINE: Place =
    place([43.3730, 5.3590], "marseille/13015/saint-antoine", 3_000);
pub(crate) const LA_VISTE: Place = place([43.3580, 5.3620], "marseille/13015/la-viste", 3_000);
// 16th
pub(crate) const ESTAQUE: Place = place([43.3610, 5.3120], "marseille/13016/l-estaque", 12_000);
pub(crate) const SAINT_HENRI: Place =
    place([43.3615, 5.3335], "marseille/13016/saint-henri", 2_500);
pub(crate) const SAINT_ANDRE: Place =
    place([43.3550, 5.3415], "marseille/13016/saint-andre", 2_500);
pub(crate) const CORBIERE: Place = place([43.3560, 5.2860], "marseille/13016/les-riaux", 15_000);

/// Where people sit outside, and a few hundred can stand and listen.
pub(crate) const SQUARES: &[Place] = &[
    COURS_JULIEN,
    PLAINE,
    ESTIENNE_ORVES,
    LENCHE,
    NOTRE_DAME_DU_MONT,
    BELLE_DE_MAI,
    REFORMES,
    SAINT_BARNABE,
    CHATEAU_GOMBERT,
    ESTAQUE,
    MAZARGUES,
    SADI_CARNOT,
    OPERA,
];

/// Where thousands find room.
pub(crate) const LAWNS: &[Place] = &[
    J4,
    PHARO,
    LONGCHAMP,
    BORELY,
    FRICHE,
    CENTENAIRE,
    ESCALE_BORELY,
    BILLOUX,
    FONT_OBSCURE,
    BUZINE,
];
