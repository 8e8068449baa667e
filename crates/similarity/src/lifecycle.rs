//! The life of a revision of a profile: draft, active, retired.
//!
//! Pure: a change takes a revision and gives the next one or the reason why not; keeping them is the caller's.
//! **Law.** The profile of a revision that was ever active never changes, no revision is active twice, and the times
//! of its history never go back.

use std::fmt;
use std::sync::Arc;

use crate::digest::Digest;
use crate::profile::{Profile, ProfileId};
use crate::time::Timestamp;

/// Most characters of an [`AuthorId`]: those of the name of a caller in the audit log.
const AUTHOR_CHARS_MAX: usize = 128;

/// Who answers for a change: an account or an office, 1 to 128 of `[A-Za-z0-9._:@/-]`, so never a name with a space.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorId(Box<str>);

impl AuthorId {
    /// Checks the form.
    ///
    /// # Errors
    /// [`InvalidChange::Author`].
    pub fn new(text: &str) -> Result<Self, InvalidChange> {
        let of_a_sign = |b| matches!(b, b'.' | b'_' | b':' | b'@' | b'/' | b'-');
        let allowed = |b: u8| b.is_ascii_alphanumeric() || of_a_sign(b);
        let well_formed = (1..=AUTHOR_CHARS_MAX).contains(&text.len()) && text.bytes().all(allowed);
        if well_formed {
            Ok(AuthorId(text.into()))
        } else {
            Err(InvalidChange::Author)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AuthorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a revision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileState {
    /// Its rules may still change; searches can name it in full.
    Draft,
    /// Searches use it; its rules never change again.
    Active,
    /// No search uses it by its name alone; it is kept, for receipts that name it.
    Retired,
}

impl ProfileState {
    /// All states, in the order of a life.
    pub const ALL: [ProfileState; 3] = [
        ProfileState::Draft,
        ProfileState::Active,
        ProfileState::Retired,
    ];

    /// The stable name, lower_snake.
    pub fn name(self) -> &'static str {
        match self {
            ProfileState::Draft => "draft",
            ProfileState::Active => "active",
            ProfileState::Retired => "retired",
        }
    }

    /// The one state from which this one is reached; `None` of the first.
    pub fn before(self) -> Option<ProfileState> {
        match self {
            ProfileState::Draft => None,
            ProfileState::Active => Some(ProfileState::Draft),
            ProfileState::Retired => Some(ProfileState::Active),
        }
    }
}

impl fmt::Display for ProfileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a revision becomes active, or is retired: a closed list, so that nothing personal can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProfileReason {
    /// Active: the first revision in use.
    FirstUse,
    /// Active: the organisation weighs or compares differently on purpose.
    PolicyChange,
    /// Active: the earlier revision was wrong.
    Correction,
    /// Active: an evaluation showed it to be better.
    Evaluation,
    /// Active: a law or a ruling asks for it.
    LegalRequirement,
    /// Retired: another revision takes its place.
    Superseded,
    /// Retired: it was found to be wrong.
    Defect,
    /// Retired: the rules are no longer in use.
    Discontinued,
}

impl ProfileReason {
    /// All reasons.
    pub const ALL: [ProfileReason; 8] = [
        ProfileReason::FirstUse,
        ProfileReason::PolicyChange,
        ProfileReason::Correction,
        ProfileReason::Evaluation,
        ProfileReason::LegalRequirement,
        ProfileReason::Superseded,
        ProfileReason::Defect,
        ProfileReason::Discontinued,
    ];

    /// The stable name, UPPER_SNAKE.
    pub fn name(self) -> &'static str {
        match self {
            ProfileReason::FirstUse => "FIRST_USE",
            ProfileReason::PolicyChange => "POLICY_CHANGE",
            ProfileReason::Correction => "CORRECTION",
            ProfileReason::Evaluation => "EVALUATION",
            ProfileReason::LegalRequirement => "LEGAL_REQUIREMENT",
            ProfileReason::Superseded => "SUPERSEDED",
            ProfileReason::Defect => "DEFECT",
            ProfileReason::Discontinued => "DISCONTINUED",
        }
    }

    /// The state that it is a reason for.
    pub fn state(self) -> ProfileState {
        match self {
            ProfileReason::FirstUse
            | ProfileReason::PolicyChange
            | ProfileReason::Correction
            | ProfileReason::Evaluation
            | ProfileReason::LegalRequirement => ProfileState::Active,
            ProfileReason::Superseded | ProfileReason::Defect | ProfileReason::Discontinued => {
                ProfileState::Retired
            }
        }
    }
}

/// A change of the state of a revision: to the state of its reason, from the one before that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChange {
    /// When; not before the change before it.
    pub time: Timestamp,
    /// Who answers for it.
    pub author: AuthorId,
    /// Why.
    pub reason: ProfileReason,
}

/// A revision of a profile with its life so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    profile: Arc<Profile>,
    begun: ProfileState,
    history: Vec<ProfileChange>,
}

/// Why a change is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidChange {
    /// An author id of another form.
    #[error("an author is 1 to {AUTHOR_CHARS_MAX} of letters, digits and . _ : @ / -")]
    Author,
    /// What is asked is not possible from this state.
    #[error("`{id}` is {state}: only a revision that is {from} becomes {asked}")]
    State {
        /// Which revision.
        id: ProfileId,
        /// Its state.
        state: ProfileState,
        /// The state from which it is possible.
        from: ProfileState,
        /// The state that was asked for.
        asked: ProfileState,
    },
    /// Other rules under the name of a revision that was ever active.
    #[error("`{id}` is {state} and never changes: other rules are another revision")]
    Immutable {
        /// Which revision.
        id: ProfileId,
        /// Its state.
        state: ProfileState,
    },
    /// Other rules than those that the author looked at.
    #[error("`{0}` has another digest than the one that was reviewed")]
    OtherDigest(ProfileId),
    /// Earlier than the change before it.
    #[error("the last change of `{0}` is later")]
    TimeBackwards(ProfileId),
}

impl Revision {
    /// A new draft.
    pub fn draft(profile: Arc<Profile>) -> Self {
        Revision::begun_as(ProfileState::Draft, profile)
    }

    /// A revision that Sosie brings along: active from the start, with no history.
    pub fn shipped(profile: Arc<Profile>) -> Self {
        Revision::begun_as(ProfileState::Active, profile)
    }

    fn begun_as(begun: ProfileState, profile: Arc<Profile>) -> Self {
        Revision {
            profile,
            begun,
            history: Vec::new(),
        }
    }

    /// The profile.
    pub fn profile(&self) -> &Arc<Profile> {
        &self.profile
    }

    /// Where it stands.
    pub fn state(&self) -> ProfileState {
        let last = self.history.last();
        last.map_or(self.begun, |change| change.reason.state())
    }

    /// Its changes, the oldest first.
    pub fn history(&self) -> &[ProfileChange] {
        &self.history
    }

    /// The same revision with the rules of `profile`, which has its name and number.
    ///
    /// # Errors
    /// [`InvalidChange::Immutable`] if the rules differ, unless it is a draft.
    pub fn with_rules(&self, profile: &Arc<Profile>) -> Result<Self, InvalidChange> {
        if profile.digest() == self.profile.digest() {
            return Ok(self.clone());
        }
        match self.state() {
            ProfileState::Draft => Ok(Revision::draft(profile.clone())),
            state @ (ProfileState::Active | ProfileState::Retired) => {
                Err(InvalidChange::Immutable {
                    id: self.profile.id().clone(),
                    state,
                })
            }
        }
    }

    /// The revision after a change. `reviewed` is the digest that the author looked at, if that was told.
    ///
    /// # Errors
    /// [`InvalidChange::State`], [`InvalidChange::OtherDigest`] or [`InvalidChange::TimeBackwards`].
    pub fn changed(
        &self,
        reviewed: Option<Digest>,
        change: ProfileChange,
    ) -> Result<Self, InvalidChange> {
        let (id, state, asked) = (self.profile.id(), self.state(), change.reason.state());
        if reviewed.is_some_and(|reviewed| reviewed != self.profile.digest()) {
            return Err(InvalidChange::OtherDigest(id.clone()));
        }
        // Every reason is one for a state that has one before it.
        let from = asked.before().unwrap_or(ProfileState::Draft);
        if state != from {
            return Err(InvalidChange::State {
                id: id.clone(),
                state,
                from,
                asked,
            });
        }
        if (self.history.last()).is_some_and(|last| change.time < last.time) {
            return Err(InvalidChange::TimeBackwards(id.clone()));
        }
        let mut next = self.clone();
        next.history.push(change);
        Ok(next)
    }
}

#[cfg(test)]
mod tests;
