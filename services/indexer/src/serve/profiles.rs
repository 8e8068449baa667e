//! `ProfileAdminService`: the life of revisions of profiles.
//!
//! **Law.** A change is asked for by an author who is known, and is on disk, with its rules, before it is answered.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sosie_index::{GenerationStore, KeptProfiles, KeptProfilesError, ProfileError, ProfileSet};
use sosie_proto::from_pb::{self, ChangeProfile};
use sosie_proto::pb::{self, profile_admin_service_server::ProfileAdminService};
use sosie_proto::to_pb;
use sosie_rpc::{Caller, ProfileChanged, Role, Ticket};
use sosie_similarity::{
    AuthorId, Invalid, InvalidChange, ProfileChange, ProfileId, ProfileState, Revision,
};
use tonic::{Request, Response, Status};

use super::config::ServeConfig;
use super::server::Stores;
use super::status::CallError;

/// Why the profiles can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfilesError {
    /// A file is no profile, or says otherwise than what was activated under its name.
    #[error(transparent)]
    File(#[from] ProfileError),
    /// What is kept of their lives can't be read or written.
    #[error(transparent)]
    Kept(#[from] KeptProfilesError),
}

/// What changes are made of, and where they are kept.
#[derive(Clone)]
pub(super) struct ProfileAdmin {
    generations: Arc<Mutex<GenerationStore>>,
    generations_dir: PathBuf,
    profiles_dir: Option<PathBuf>,
    /// The limit of a call, where the layers left none.
    deadline_max: Duration,
}

impl ProfileAdmin {
    pub(super) fn of(config: &ServeConfig, stores: &Stores) -> Self {
        ProfileAdmin {
            generations: stores.generations.clone(),
            generations_dir: stores.generations_dir.clone(),
            profiles_dir: config.profiles_dir.clone(),
            deadline_max: config.deadline,
        }
    }

    /// Reads all profiles; a file that says otherwise than what was activated under its name is refused.
    pub(super) fn check(&self) -> Result<(), ProfilesError> {
        let kept = KeptProfiles::read(&self.generations_dir)?;
        let (_, changed) = self.loaded()?.with_kept(&kept);
        changed
            .into_iter()
            .next()
            .map_or(Ok(()), |error| Err(error.into()))
    }

    /// Those that Sosie brings along, and those of the directory as they are now: no start is needed for a new one.
    fn loaded(&self) -> Result<ProfileSet, ProfileError> {
        let shipped = ProfileSet::shipped();
        match &self.profiles_dir {
            Some(dir) => shipped.with_dir(dir),
            None => Ok(shipped),
        }
    }

    /// Changes the state of a revision, and keeps it.
    fn change(&self, asked: ChangeProfile, author: AuthorId) -> Result<Revision, CallError> {
        let store = self.generations.lock();
        let mut store = store.unwrap_or_else(PoisonError::into_inner);
        let kept = KeptProfiles::read(&self.generations_dir).map_err(ProfilesError::from)?;
        let loaded = self.loaded().map_err(ProfilesError::from)?;
        let (all, changed) = loaded.with_kept(&kept);
        if let Some(changed) = changed.into_iter().find(|error| is_of(error, &asked.id)) {
            return Err(ProfilesError::from(changed).into());
        }
        let revision = all.revision(&asked.id).ok_or(CallError::ProfileNotFound)?;
        let change = ProfileChange {
            time: sosie_rpc::now(),
            author,
            reason: asked.reason,
        };
        let revision = revision.changed(asked.reviewed, change)?;
        let kept = kept.with(revision.clone());
        store.keep_profiles(&kept).map_err(ProfilesError::from)?;
        tracing::info!(profile = %asked.id, state = %revision.state(), reason = asked.reason.name(),
            "profile changed");
        Ok(revision)
    }

    /// Answers a call, for a caller who is known: the layers have asked for the role.
    async fn answer<Q: Send + 'static>(
        &self,
        request: Request<Q>,
        read: fn(Q) -> Result<ChangeProfile, Invalid>,
    ) -> Result<Revision, Status> {
        let (_, mut extensions, message) = request.into_parts();
        let caller = Caller::of(&extensions).ok_or(CallError::NoCallers(Role::Author))?;
        let author = AuthorId::new(caller.name()).map_err(CallError::from)?;
        let ticket = Ticket::take(&mut extensions, self.deadline_max);
        let asked = read(message).map_err(CallError::from)?;
        let admin = self.clone();
        let made = ticket.blocking(move || admin.change(asked, author)).await;
        made.map_err(Status::from)
    }
}

/// Whether a file is refused for saying otherwise than this revision.
fn is_of(error: &ProfileError, id: &ProfileId) -> bool {
    match error {
        ProfileError::File { source, .. } => is_of(source, id),
        ProfileError::Changed(InvalidChange::Immutable { id: of, .. }) => of == id,
        ProfileError::Changed(_)
        | ProfileError::Syntax { .. }
        | ProfileError::Invalid(_)
        | ProfileError::Duplicate(_)
        | ProfileError::TooLong
        | ProfileError::Unreadable(_) => false,
    }
}

/// With a word for the audit log.
fn told<A>(answer: A, revision: &Revision) -> Response<A> {
    let mut response = Response::new(answer);
    let last = revision.history().last();
    response.extensions_mut().insert(ProfileChanged {
        profile: revision.profile().id().to_string(),
        digest: revision.profile().digest(),
        is_active: revision.state() == ProfileState::Active,
        reason: last.map_or("", |change| change.reason.name()),
    });
    response
}

#[tonic::async_trait]
impl ProfileAdminService for ProfileAdmin {
    async fn activate_profile(
        &self,
        request: Request<pb::ActivateProfileRequest>,
    ) -> Result<Response<pb::ActivateProfileResponse>, Status> {
        let revision = self.answer(request, from_pb::activate_profile).await?;
        let profile = Some(to_pb::revision(&revision));
        Ok(told(pb::ActivateProfileResponse { profile }, &revision))
    }

    async fn retire_profile(
        &self,
        request: Request<pb::RetireProfileRequest>,
    ) -> Result<Response<pb::RetireProfileResponse>, Status> {
        let revision = self.answer(request, from_pb::retire_profile).await?;
        let profile = Some(to_pb::revision(&revision));
        Ok(told(pb::RetireProfileResponse { profile }, &revision))
    }
}
