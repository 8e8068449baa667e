//! What keeps an answer from being given again, in words.

use std::io::{self, Write};

use sosie_proto::pb::{self, ReplayObstacle};

use crate::output::{HEADING, Output};
use crate::view::obstacle_name;

/// Writes a line for each obstacle.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(out: &mut Output, refusal: &pb::ReplayRefusal) -> io::Result<()> {
    writeln!(out, "{HEADING}It can't be given again:{HEADING:#}")?;
    for obstacle in refusal.obstacles() {
        writeln!(out, "  - {} ({})", words(obstacle), obstacle_name(obstacle))?;
    }
    Ok(())
}

fn words(obstacle: ReplayObstacle) -> &'static str {
    match obstacle {
        ReplayObstacle::EngineVersionDiffers => {
            "another version of the engine answered: this one may differ in the last digit"
        }
        ReplayObstacle::GenerationGone => "the generation that answered is no longer kept",
        ReplayObstacle::GenerationDiffers => {
            "a generation of that name is kept, but it is not the one that answered"
        }
        ReplayObstacle::GenerationDamaged => {
            "the generation is kept, but its files are not what its manifest says"
        }
        ReplayObstacle::VocabularyDiffers => {
            "the natures or sectors of the receipt are not those of the generation: the receipt was changed"
        }
        ReplayObstacle::ProfileGone => "the revision of the profile is no longer loaded",
        ReplayObstacle::ProfileDiffers => {
            "the profile of that name and revision has other rules now"
        }
        ReplayObstacle::ProbeGone => "the event that was compared is not in the generation",
        ReplayObstacle::RequestDiffers => "the question is not the one that was answered",
        ReplayObstacle::Unspecified => "an obstacle that this program does not know",
    }
}
