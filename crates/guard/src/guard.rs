//! The guard: policy, vocabularies and detectors over the fields of a record.

use std::borrow::Cow;

use crate::detect::{Context, Detector, Sight};
use crate::field::{Field, Fields};
use crate::id_form::IdForm;
use crate::joined::{self, Free, Part};
use crate::magnitude;
use crate::policy::{OnUnknownCode, Policy, Source};
use crate::rule::{Rule, Rules};
use crate::verdict::{Finding, Verdict};
use crate::vocabulary::{List, Vocabularies, Vocabulary};

/// Guards records. It learns nothing: the verdict is a function of policy, vocabularies and the record.
#[derive(Debug)]
pub struct Guard {
    policy: Policy,
    vocabularies: Vocabularies,
}

/// The record at hand.
struct Check<'g, 'a> {
    guard: &'g Guard,
    fields: &'g Fields<'a>,
    source: Option<&'g Source>,
    detector: Detector,
    context: Context,
    findings: Vec<Finding>,
    free: Free<'a>,
}

impl Guard {
    /// A guard of these rules.
    pub fn new(policy: Policy, vocabularies: Vocabularies) -> Self {
        Guard {
            policy,
            vocabularies,
        }
    }

    /// Its policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Its vocabularies.
    pub fn vocabularies(&self) -> &Vocabularies {
        &self.vocabularies
    }

    /// Whether a record may enter. Personal data in any field, or in several of them together, refuses it.
    pub fn check(&self, fields: &Fields<'_>) -> Verdict {
        let mut check = Check {
            guard: self,
            fields,
            source: self.policy.source(fields.source_id),
            detector: Detector::new(),
            context: Context {
                days: fields.days,
                ..Context::default()
            },
            findings: Vec::new(),
            free: Free::default(),
        };
        check.run();
        self.verdict(check.findings)
    }

    /// What a text is that is not a field of a record yet: a key, a path, a line. Every detector looks at it, strictly; none
    /// of it is kept.
    pub fn inspect(&self, text: &str) -> Rules {
        Detector::new().scan(text, &Context::default())
    }

    fn verdict(&self, mut findings: Vec<Finding>) -> Verdict {
        findings.sort_unstable();
        findings.dedup();
        let is_personal = |finding: &Finding| finding.rule.is_personal();
        if findings.is_empty() {
            Verdict::Clean
        } else if findings.iter().any(is_personal)
            || self.policy.on_unknown_code() == OnUnknownCode::Refuse
        {
            Verdict::Refused(findings)
        } else {
            Verdict::Quarantined(findings)
        }
    }
}

impl<'a> Check<'_, 'a> {
    fn run(&mut self) {
        let fields = self.fields;
        let source = self.source;
        let forms = |of: fn(&Source) -> &Vec<IdForm>| source.map_or(&[][..], |source| of(source));
        self.free.event_id = self.id(Field::EventId, fields.event_id, forms(|s| &s.event_id));
        if let Some(series_id) = fields.series_id {
            self.free.series_id = self.id(Field::SeriesId, series_id, forms(|s| &s.series_id));
        }
        let (nature, sector) = (fields.nature, fields.sector);
        self.free.nature = nature.and_then(|path| self.path(List::Nature, path, Field::Nature));
        self.free.sector = sector.and_then(|path| self.path(List::Sector, path, Field::Sector));
        self.source_id(fields.source_id);
        self.outcomes();
        self.numbers();
        if !self.is_personal() {
            self.joined();
        }
    }

    /// Whether personal data was found: what refuses a record whatever else is in it.
    fn is_personal(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.rule.is_personal())
    }

    /// Adds what was found, but for what the source is exempt from.
    fn add(&mut self, field: Field, rules: Rules) {
        let exempt = self.source.map_or(Rules::NONE, |source| source.exempt);
        let found = rules.without(exempt);
        let found = found.iter().map(|rule| Finding { field, rule });
        self.findings.extend(found);
    }

    /// What of an id is free, after it was looked at; nothing if it is not of a form that it should have.
    fn id(&mut self, field: Field, id: &'a str, forms: &[IdForm]) -> Option<Part<'a>> {
        let mut context = self.context;
        let mut text = Cow::Borrowed(id);
        if !forms.is_empty() {
            let fitting = forms
                .iter()
                .find_map(|form| Some((form, form.free_text(id)?)));
            let Some((form, free)) = fitting else {
                self.add(field, [Rule::IdForm].into_iter().collect());
                return None;
            };
            text = Cow::Owned(free);
            context.is_declared = true;
            if form.is_harmless() {
                return Some(Part {
                    text,
                    sight: Sight::NONE,
                    is_declared: true,
                });
            }
        }
        let rules = self.detector.scan(&text, &context);
        self.add(field, rules);
        Some(Part {
            text,
            sight: self.detector.sight(),
            is_declared: context.is_declared,
        })
    }

    /// What of a path is free: none if the vocabulary has it.
    fn path(
        &mut self,
        list: List,
        path: &'a str,
        field: fn(Option<u8>) -> Field,
    ) -> Option<Part<'a>> {
        if let Some(vocabulary) = self.guard.vocabularies.of(list) {
            if vocabulary.contains(path) {
                return None;
            }
            let level = vocabulary.known_depth(path) as u8;
            self.unknown(field(Some(level)));
        }
        let all = self.detector.scan(path, &self.context);
        let sight = self.detector.sight();
        if !all.is_empty() {
            self.levels(path, field, all);
        }
        Some(Part {
            text: Cow::Borrowed(path),
            sight,
            is_declared: false,
        })
    }

    /// Which code of a path it is; the path itself for what no code says alone.
    fn levels(&mut self, path: &str, field: fn(Option<u8>) -> Field, all: Rules) {
        let mut told = Rules::NONE;
        for (level, code) in path.split('/').enumerate() {
            let rules = self.detector.scan(code, &self.context);
            self.add(field(Some(level.min(255) as u8)), rules);
            told.join(rules);
        }
        self.add(field(None), all.without(told));
    }

    fn unknown(&mut self, field: Field) {
        self.add(field, [Rule::NotInVocabulary].into_iter().collect());
    }

    /// A source that the policy or the vocabulary names was named by the operator.
    fn source_id(&mut self, source_id: &str) {
        let vocabulary = self.guard.vocabularies.of(List::Source);
        let is_named = match vocabulary {
            Some(sources) => sources.contains(source_id),
            None => self.source.is_some(),
        };
        if vocabulary.is_some() && !is_named {
            self.unknown(Field::SourceId);
        }
        if !is_named {
            let rules = self.detector.scan(source_id, &self.context);
            self.add(Field::SourceId, rules);
        }
    }

    fn outcomes(&mut self) {
        let vocabulary = self.guard.vocabularies.of(List::Outcome);
        let fields = self.fields;
        for (at, (code, count)) in fields.outcomes.iter().enumerate() {
            let at = at.min(255) as u8;
            if !vocabulary.is_some_and(|outcomes| outcomes.contains(code)) {
                self.outcome_code(Field::OutcomeCode(at), code, vocabulary);
            }
            let rules = magnitude::of_count(*count, &self.context);
            self.add(Field::OutcomeCount(at), rules);
        }
        for (at, code) in fields.outcomes_fewer_than.iter().enumerate() {
            if !vocabulary.is_some_and(|outcomes| outcomes.contains(code)) {
                let field = Field::FewerThanCode(at.min(255) as u8);
                self.outcome_code(field, code, vocabulary);
            }
        }
        let codes = fields.outcomes.iter().map(|(code, _)| *code);
        let codes: Vec<&str> = codes.chain(fields.outcomes_fewer_than.clone()).collect();
        if vocabulary.is_none() && codes.len() > 1 && !self.is_personal() {
            let rules = self.detector.scan_joined(&codes, "/", &self.context);
            self.add(Field::Outcomes, rules);
        }
    }

    fn outcome_code(&mut self, field: Field, code: &str, vocabulary: Option<&Vocabulary>) {
        if vocabulary.is_some() {
            self.unknown(field);
        }
        let rules = self.detector.scan(code, &self.context);
        self.add(field, rules);
    }

    fn numbers(&mut self) {
        let fields = self.fields;
        for (field, count) in [
            (Field::Participants, fields.participants),
            (Field::ParticipantsLow, fields.participants_low),
            (Field::ParticipantsHigh, fields.participants_high),
        ] {
            let rules = count.map_or(Rules::NONE, |count| {
                magnitude::of_heads(count, &self.context)
            });
            self.add(field, rules);
        }
        let area = fields.footprint_area_m2;
        let rules = area.map_or(Rules::NONE, |area| magnitude::of_area(area, &self.context));
        self.add(Field::FootprintArea, rules);
        let active = fields.active_duration_s;
        let rules = active.map_or(Rules::NONE, |s| magnitude::of_duration(s, &self.context));
        self.add(Field::ActiveDuration, rules);
    }

    fn joined(&mut self) {
        let free = std::mem::take(&mut self.free);
        let (field, rules) = joined::scan(&free, &mut self.detector, &self.context);
        self.add(field, rules);
    }
}
