//! The life of a revision of a profile: draft, active, retired.
//!
//! Pure: a transition takes a revision and gives the next one or the reason why not; keeping them is the caller's.
//! **Law.** The profile of a revision that was ever active never changes, and no revision is active twice.

use std::fmt;

use sosie_similarity::{Digest, Profile, ProfileId, Timestamp};

/// Who answers for a transition: an account or office, 1–64 of `[A-Za-z0-9._:@-]`, so never a name with a space.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorId(Box<str>);

/// Most bytes of an [`AuthorId`]: that of any id.
const AUTHOR_BYTES_MAX: usize = sosie_similarity::limits::ID_BYTES_MAX;

impl AuthorId {
    /// Checks the form.
    ///
    /// # Errors
    /// [`InvalidTransition::Author`].
    pub fn new(text: &str) -> Result<Self, InvalidTransition> {
        let allowed =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'@' | b'-');
        let well_formed = (1..=AUTHOR_BYTES_MAX).contains(&text.len()) && text.bytes().all(allowed);
        if well_formed {
            Ok(AuthorId(text.into()))
        } else {
            Err(InvalidTransition::Author)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a revision becomes active: a closed list, so that nothing personal can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivationReason {
    /// The first revision in use.
    FirstUse,
    /// The organisation weighs or compares differently on purpose.
    PolicyChange,
    /// The earlier revision was wrong.
    Correction,
    /// An evaluation showed it to be better.
    Evaluation,
    /// A law or a ruling asks for it.
    LegalRequirement,
}

/// Why a revision is retired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetirementReason {
    /// Another revision takes its place.
    Superseded,
    /// It was found to be wrong.
    Defect,
    /// The algorithm is no longer in use.
    Discontinued,
}

/// Who made a revision active, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Who answers for it.
    pub author: AuthorId,
    /// Why.
    pub reason: ActivationReason,
    /// When.
    pub time: Timestamp,
}

/// Who retired a revision, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// Who answers for it.
    pub author: AuthorId,
    /// Why.
    pub reason: RetirementReason,
    /// When; not before its activation.
    pub time: Timestamp,
}

/// Where a revision stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionState {
    /// It may still be edited; no search uses it by name.
    Draft,
    /// Searches use it; it never changes again.
    Active(Activation),
    /// No new search uses it; it is kept, for receipts that name it.
    Retired(Activation, Retirement),
}

/// A revision of a profile with its state.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    profile: Profile,
    state: RevisionState,
}

/// Why a transition is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTransition {
    /// An author id of another form.
    #[error("an author is 1 to {AUTHOR_BYTES_MAX} of letters, digits and . _ : @ -")]
    Author,
    /// What is asked is not possible from this state.
    #[error("`{id}` is {state}, so it cannot be {asked}")]
    State {
        /// Which revision.
        id: ProfileId,
        /// Its state: `draft`, `active` or `retired`.
        state: &'static str,
        /// What was asked: `edited`, `activated` or `retired`.
        asked: &'static str,
    },
    /// An edit that would make it another profile or revision.
    #[error("a draft of `{draft}` cannot become `{edited}`")]
    OtherRevision {
        /// The draft.
        draft: ProfileId,
        /// What it would become.
        edited: ProfileId,
    },
    /// A digest that is not that of the draft: what was reviewed is not what would become active.
    #[error("the digest reviewed is {reviewed}, that of the draft {draft}")]
    OtherDigest {
        /// What the author reviewed.
        reviewed: Digest,
        /// What the draft is.
        draft: Digest,
    },
    /// A retirement before the activation.
    #[error("`{0}` cannot be retired before it was activated")]
    TimeBackwards(ProfileId),
}

impl Revision {
    /// A new draft.
    pub fn draft(profile: Profile) -> Self {
        Revision {
            profile,
            state: RevisionState::Draft,
        }
    }

    /// The profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Where it stands.
    pub fn state(&self) -> &RevisionState {
        &self.state
    }

    /// The draft with other content, under the same name and revision.
    ///
    /// # Errors
    /// [`InvalidTransition::State`] unless it is a draft, [`InvalidTransition::OtherRevision`].
    pub fn edit(self, profile: Profile) -> Result<Self, InvalidTransition> {
        match self.state {
            RevisionState::Draft if profile.id() == self.profile.id() => {
                Ok(Revision::draft(profile))
            }
            RevisionState::Draft => Err(InvalidTransition::OtherRevision {
                draft: self.profile.id().clone(),
                edited: profile.id().clone(),
            }),
            RevisionState::Active(_) | RevisionState::Retired(..) => Err(self.refusal("edited")),
        }
    }

    /// The draft made active. `reviewed` is the digest that the author looked at: a draft that was edited meanwhile
    /// is refused.
    ///
    /// # Errors
    /// [`InvalidTransition::State`] unless it is a draft, [`InvalidTransition::OtherDigest`].
    pub fn activate(
        self,
        reviewed: Digest,
        activation: Activation,
    ) -> Result<Self, InvalidTransition> {
        let draft = self.profile.digest();
        match self.state {
            RevisionState::Draft if reviewed == draft => Ok(Revision {
                state: RevisionState::Active(activation),
                ..self
            }),
            RevisionState::Draft => Err(InvalidTransition::OtherDigest { reviewed, draft }),
            RevisionState::Active(_) | RevisionState::Retired(..) => Err(self.refusal("activated")),
        }
    }

    /// The active revision retired.
    ///
    /// # Errors
    /// [`InvalidTransition::State`] unless it is active, [`InvalidTransition::TimeBackwards`].
    pub fn retire(self, retirement: Retirement) -> Result<Self, InvalidTransition> {
        match &self.state {
            RevisionState::Active(activation) if retirement.time >= activation.time => {
                Ok(Revision {
                    state: RevisionState::Retired(activation.clone(), retirement),
                    ..self
                })
            }
            RevisionState::Active(_) => {
                Err(InvalidTransition::TimeBackwards(self.profile.id().clone()))
            }
            RevisionState::Draft | RevisionState::Retired(..) => Err(self.refusal("retired")),
        }
    }

    fn refusal(&self, asked: &'static str) -> InvalidTransition {
        InvalidTransition::State {
            id: self.profile.id().clone(),
            state: self.state.name(),
            asked,
        }
    }
}

impl RevisionState {
    /// The stable name, lower_snake.
    pub fn name(&self) -> &'static str {
        match self {
            RevisionState::Draft => "draft",
            RevisionState::Active(_) => "active",
            RevisionState::Retired(..) => "retired",
        }
    }
}

impl fmt::Display for AuthorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
