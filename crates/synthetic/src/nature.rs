//! What events are: a tree of 12 kinds, 6 sorts of each, 5 forms of each, and what each form is like.

use libm::log;
use sosie_similarity::CodePath;

use crate::draw::{Draw, Purpose, Streams};
use crate::zipf::Zipf;

const KINDS: usize = 12;
const SORTS: usize = 6;
const FORMS: usize = 5;
/// Share of events of which only the kind is told.
const KIND_ONLY_SHARE: f64 = 0.05;
/// Share of events of which kind and sort are told.
const SORT_ONLY_SHARE: f64 = 0.10;

/// A form, and how many of its three codes are told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Nature {
    /// Which of all forms, counted kind by kind and sort by sort.
    form: u16,
    /// Codes told, 1–3.
    depth: u8,
}

/// What events of one form are like.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Habit {
    /// Mean of the logarithm of the participants.
    pub(crate) log_participants: f64,
    /// Logarithm of the m² that an event of mean size covers.
    pub(crate) log_area_m2: f64,
    /// Mean of the logarithm of the hours.
    pub(crate) log_hours: f64,
    /// Share on weekends.
    pub(crate) weekend: f64,
    /// Share in summer.
    pub(crate) summer: f64,
}

/// All natures, made once.
pub(crate) struct Natures {
    habits: Vec<Habit>,
    /// By depth, then in the order of the forms.
    paths: [Vec<CodePath>; 3],
    zipf: Zipf,
}

impl Natures {
    /// The natures of a seed.
    pub(crate) fn new(streams: &Streams) -> Self {
        let mut draw = streams.draw(Purpose::Natures, 0);
        let habits = (0..KINDS).flat_map(|_| habits_of_kind(&mut draw));
        let paths = [FORMS * SORTS, FORMS, 1].map(|step| {
            let forms = (0..KINDS * SORTS * FORMS).step_by(step);
            forms.map(|form| path(form, step)).collect()
        });
        Natures {
            habits: habits.collect(),
            paths,
            zipf: Zipf::new(KINDS),
        }
    }

    /// The nature of a next event: each of its three codes is met as often as its rank says.
    pub(crate) fn nature(&self, draw: &mut Draw) -> Nature {
        let mut rank = |n| self.zipf.rank(draw.unit(), n);
        let form = (rank(KINDS) * SORTS + rank(SORTS)) * FORMS + rank(FORMS);
        let told = draw.unit();
        let depth = if told < KIND_ONLY_SHARE {
            1
        } else if told < KIND_ONLY_SHARE + SORT_ONLY_SHARE {
            2
        } else {
            3
        };
        Nature {
            form: form as u16,
            depth,
        }
    }

    /// A nature of the same sort and as much told.
    pub(crate) fn sibling(&self, nature: Nature, draw: &mut Draw) -> Nature {
        let sort = usize::from(nature.form) / FORMS;
        let form = sort * FORMS + draw.below(FORMS as u64) as usize;
        Nature {
            form: form as u16,
            ..nature
        }
    }

    /// What events of that form are like, told or not.
    pub(crate) fn habit(&self, nature: Nature) -> Habit {
        self.habits[usize::from(nature.form)]
    }

    /// The codes that are told.
    pub(crate) fn path(&self, nature: Nature) -> &CodePath {
        let step = [FORMS * SORTS, FORMS, 1][usize::from(nature.depth) - 1];
        &self.paths[usize::from(nature.depth) - 1][usize::from(nature.form) / step]
    }
}

/// The forms of one kind: alike, and those of one sort more so.
fn habits_of_kind(draw: &mut Draw) -> Vec<Habit> {
    let log_participants = draw.between(log(80.0), log(3_000.0));
    let kind = Habit {
        log_participants,
        log_area_m2: log_participants + draw.between(log(1.0), log(6.0)),
        log_hours: draw.between(log(1.5), log(10.0)),
        weekend: draw.between(0.15, 0.9),
        summer: draw.between(0.2, 0.85),
    };
    let sorts: Vec<_> = (0..SORTS).map(|_| near(kind, 0.4, draw)).collect();
    let forms = sorts.into_iter().flat_map(|sort| [sort; FORMS]);
    forms.map(|sort| near(sort, 0.2, draw)).collect()
}

/// A habit like `habit`, logarithms off by `spread` (standard deviation) and shares by a quarter of it.
fn near(habit: Habit, spread: f64, draw: &mut Draw) -> Habit {
    let mut log_near = |mean: f64| mean + spread * draw.normal();
    let (log_participants, log_area_m2, log_hours) = (
        log_near(habit.log_participants),
        log_near(habit.log_area_m2),
        log_near(habit.log_hours),
    );
    let mut share_near = |mean: f64| (mean + spread / 4.0 * draw.normal()).clamp(0.05, 0.95);
    Habit {
        log_participants,
        log_area_m2,
        log_hours,
        weekend: share_near(habit.weekend),
        summer: share_near(habit.summer),
    }
}

/// The path of a form, down to the level at which `step` forms are one.
fn path(form: usize, step: usize) -> CodePath {
    let kind = form / (SORTS * FORMS) + 1;
    let mut text = format!("kind-{kind:02}");
    if step <= FORMS {
        text += &format!("/sort-{}", form / FORMS % SORTS + 1);
    }
    if step == 1 {
        text += &format!("/form-{}", form % FORMS + 1);
    }
    CodePath::new(&text).expect("well-formed codes")
}
