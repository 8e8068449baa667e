//! The country: towns, their districts, and the venues that most events are held at.

use libm::{cos, log, sqrt};
use sosie_similarity::{CodePath, Location};

use crate::draw::{Draw, Purpose, Streams};
use crate::zipf::Zipf;

/// Towns of the country; their events fall off by Zipf's law.
const TOWNS: usize = 5_000;
/// Districts of all towns together.
const DISTRICTS: usize = 24_794;
/// Venues of a town for each of its districts.
const VENUES_PER_DISTRICT: usize = 4;
/// Share of events at venues; the others are somewhere in a district.
const VENUE_SHARE: f64 = 0.6;
/// How far from the middle of its district an event is, in km (standard deviation).
const DISTRICT_KM: f64 = 0.6;
/// A box as large as France: south, north, west, east, in degrees.
const BOX: [f64; 4] = [42.5, 51.0, -4.5, 8.0];
/// Length of one degree of a meridian of the mean sphere.
const KM_PER_DEGREE: f64 = 111.195;

/// Where an event is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) location: Location,
    pub(crate) district: u32,
}

/// Districts `first..first + districts` are a town's, and so are the venues for them.
struct Town {
    first: usize,
    districts: usize,
}

struct District {
    centre: Location,
    town: usize,
    sector: CodePath,
}

/// All places, made once.
pub(crate) struct Places {
    towns: Vec<Town>,
    districts: Vec<District>,
    venues: Vec<Place>,
    zipf: Zipf,
}

impl Places {
    /// The country of a seed.
    pub(crate) fn new(streams: &Streams) -> Self {
        let mut draw = streams.draw(Purpose::Places, 0);
        let towns = towns();
        let mut districts = Vec::with_capacity(DISTRICTS);
        for (number, town) in towns.iter().enumerate() {
            found(number, town, &mut districts, &mut draw);
        }
        let venues = towns
            .iter()
            .flat_map(|town| venues(town, &districts, &mut draw));
        let venues = venues.collect();
        Places {
            towns,
            districts,
            venues,
            zipf: Zipf::new(TOWNS),
        }
    }

    /// Where a next event is: at a venue or not, in a town met as often as its rank says.
    pub(crate) fn place(&self, draw: &mut Draw) -> Place {
        let town = self.town(draw);
        if draw.chance(VENUE_SHARE) {
            return self.venue_of(town, draw);
        }
        // The square favours the first districts, as half of Zipf's exponent does.
        let unit = draw.unit();
        let at = (unit * unit * town.districts as f64) as usize;
        let district = town.first + at.min(town.districts - 1);
        Place {
            location: around(self.districts[district].centre, DISTRICT_KM, draw),
            district: district as u32,
        }
    }

    /// A venue, in a town met as often as its rank says.
    pub(crate) fn venue(&self, draw: &mut Draw) -> Place {
        let town = self.town(draw);
        self.venue_of(town, draw)
    }

    /// Anywhere in the country, where there most likely is nothing, in a sector that has nothing to do with it.
    pub(crate) fn nowhere(&self, draw: &mut Draw) -> Place {
        let [south, north, west, east] = BOX;
        Place {
            location: location(draw.between(south, north), draw.between(west, east)),
            district: draw.below(DISTRICTS as u64) as u32,
        }
    }

    /// How large the town of a district is: 1 the largest, −1 the smallest, 0 in the middle of all events.
    pub(crate) fn town_size(&self, district: u32) -> f64 {
        let rank = self.districts[district as usize].town + 1;
        1.0 - 2.0 * log(rank as f64) / log(TOWNS as f64)
    }

    /// The sector path of a district.
    pub(crate) fn sector(&self, district: u32) -> &CodePath {
        &self.districts[district as usize].sector
    }

    fn town(&self, draw: &mut Draw) -> &Town {
        &self.towns[self.zipf.rank(draw.unit(), TOWNS)]
    }

    fn venue_of(&self, town: &Town, draw: &mut Draw) -> Place {
        let venues = VENUES_PER_DISTRICT * town.districts;
        let rank = self.zipf.rank(draw.unit(), venues);
        self.venues[VENUES_PER_DISTRICT * town.first + rank]
    }
}

/// Deals out the districts: one to each town, the others by the square root of its events.
fn towns() -> Vec<Town> {
    let weight = |town: usize| 1.0 / sqrt((town + 1) as f64);
    let total: f64 = (0..TOWNS).map(weight).sum();
    let spare = (DISTRICTS - TOWNS) as f64;
    let (mut towns, mut first, mut dealt) = (Vec::with_capacity(TOWNS), 0, 0.0);
    for number in 0..TOWNS {
        dealt += weight(number);
        let until = number + 1 + (spare * dealt / total).round() as usize;
        towns.push(Town {
            first,
            districts: until - first,
        });
        first = until;
    }
    towns
}

/// Puts a town somewhere in the country and its districts around it, wider the more there are.
fn found(number: usize, town: &Town, districts: &mut Vec<District>, draw: &mut Draw) {
    let [south, north, west, east] = BOX;
    let middle = location(draw.between(south, north), draw.between(west, east));
    let spread_km = 0.5 * sqrt(town.districts as f64);
    for district in town.first..town.first + town.districts {
        let sector = format!("town-{:04}/district-{:05}", number + 1, district + 1);
        districts.push(District {
            centre: around(middle, spread_km, draw),
            town: number,
            sector: CodePath::new(&sector).expect("two well-formed codes"),
        });
    }
}

/// The venues of a town, most visited first, each in some district of it.
fn venues(town: &Town, districts: &[District], draw: &mut Draw) -> Vec<Place> {
    let venue = |_| {
        let district = town.first + draw.below(town.districts as u64) as usize;
        Place {
            location: around(districts[district].centre, DISTRICT_KM, draw),
            district: district as u32,
        }
    };
    (0..VENUES_PER_DISTRICT * town.districts)
        .map(venue)
        .collect()
}

/// A place near `centre`, Gaussian with a standard deviation of `spread_km` both ways.
pub(crate) fn around(centre: Location, spread_km: f64, draw: &mut Draw) -> Location {
    let latitude = centre.latitude_degrees();
    let degrees = spread_km / KM_PER_DEGREE;
    location(
        latitude + degrees * draw.normal(),
        centre.longitude_degrees() + degrees * draw.normal() / cos(latitude.to_radians()),
    )
}

/// To the millionth of a degree, 11 cm, as sources write it.
fn location(latitude: f64, longitude: f64) -> Location {
    let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
    Location::new(rounded(latitude), rounded(longitude))
        .expect("France is far from poles and seams")
}
