//! The parquet crate panics on some damaged files. Here a panic becomes an error, and is not written anywhere: its
//! message could repeat a value.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

#[cfg(not(panic = "unwind"))]
compile_error!("a damaged Parquet file would end the whole process: panics have to unwind");

thread_local! {
    /// Whether this thread is in guarded work, whose panics are not told by the hook.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

static QUIET_HOOK: Once = Once::new();

/// The work panicked.
#[derive(Debug, PartialEq)]
pub(super) struct Panicked;

/// Does the work; what it works on is of no more use after a panic, and is to be dropped.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    QUIET_HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                hook(panic);
            }
        }));
    });
    let was_guarded = IS_GUARDED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(was_guarded);
    done.map_err(|_| Panicked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_work_goes_on_after_it() {
        assert_eq!(guarded(|| 1), Ok(1));
        assert_eq!(
            guarded(|| -> u8 { panic!("a value of a record") }),
            Err(Panicked)
        );
        assert_eq!(guarded(|| guarded(|| 2)), Ok(Ok(2)));
        assert!(!IS_GUARDED.get());
    }
}
