//! What was announced for which day.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::calendar;
use super::draw::Draw;
use super::events::Occasion;
use super::kinds::{self, Kind, Spots, When};

/// Every occasion of the history, kind by kind.
#[derive(Default)]
pub(crate) struct Diary {
    pub(crate) occasions: Vec<Occasion>,
    pub(crate) n_series: u32,
    /// Sector and first coordinate of each spot that is taken on a day.
    taken: BTreeSet<(NaiveDate, &'static str, u64)>,
}

impl Diary {
    /// The diary of all the years.
    pub(crate) fn of_all_kinds(draw: &mut Draw) -> Diary {
        let mut diary = Diary::default();
        for kind in kinds::all() {
            let usual = diary.usual_occasions(kind, draw);
            for year in calendar::YEARS[0]..=calendar::YEARS[1] {
                diary.enter_year(year, kind.when, &usual, draw);
            }
        }
        diary
    }

    /// What `kind` is at each of its spots, on no particular day.
    fn usual_occasions(&mut self, kind: &'static Kind, draw: &mut Draw) -> Vec<Occasion> {
        let n_spots = match kind.spots {
            Spots::Places(places) => places.len(),
            Spots::Routes(routes) => routes.len(),
        };
        let mut occasion = |spot| {
            self.n_series += u32::from(kind.series);
            Occasion {
                kind,
                spot,
                date: NaiveDate::MIN,
                series: kind.series.then_some(self.n_series),
                level: kind.series.then(|| draw.factor(kind.size.sigma * 0.9)),
            }
        };
        (0..n_spots).map(&mut occasion).collect()
    }

    fn enter_year(&mut self, year: i32, when: When, usual: &[Occasion], draw: &mut Draw) {
        match when {
            When::Weekly { recorded } => {
                for occasion in usual {
                    calendar::weekly_dates(year, occasion.spot)
                        .filter(|_| draw.chance(recorded))
                        .for_each(|date| self.enter(occasion, date));
                }
            }
            When::Yearly {
                month,
                day,
                weekday,
            } => {
                let from = calendar::date(year, month, day);
                let date = weekday.map_or(from, |day| calendar::on_or_after(from, day));
                usual.iter().for_each(|occasion| self.enter(occasion, date));
            }
            When::Drawn {
                per_year,
                months,
                weekdays,
            } => {
                let spread = per_year / 8;
                for _ in 0..draw.whole([per_year - spread, per_year + spread]) {
                    let date =
                        |draw: &mut Draw| calendar::drawn_date(year, &months, &weekdays, draw);
                    self.enter_on_a_free_day(usual, date, draw);
                }
            }
        }
    }

    /// Enters one of `usual` on the first day drawn that is free; in a full calendar, none.
    fn enter_on_a_free_day(
        &mut self,
        usual: &[Occasion],
        date: impl Fn(&mut Draw) -> NaiveDate,
        draw: &mut Draw,
    ) {
        // Twenty tries find a free day if there are any to speak of.
        for _ in 0..20 {
            let (date, occasion) = (date(draw), &usual[draw.below(usual.len())]);
            if !self.taken.contains(&slot(occasion, date)) {
                return self.enter(occasion, date);
            }
        }
    }

    fn enter(&mut self, occasion: &Occasion, date: NaiveDate) {
        self.taken.insert(slot(occasion, date));
        self.occasions.push(Occasion { date, ..*occasion });
    }
}

fn slot(occasion: &Occasion, date: NaiveDate) -> (NaiveDate, &'static str, u64) {
    let (at, sector) = occasion.whereabouts();
    (date, sector, at.latitude.to_bits())
}
