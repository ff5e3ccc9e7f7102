//! The exit codes, one number for each situation that a pipeline may want to tell apart.

/// What the process says when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Nothing to say.
    Fine = 0,
    /// Findings of severity error, or a file that cannot be read or written.
    Errors = 1,
    /// The command line is wrong; clap says how.
    Usage = 2,
    /// `--check` or `--exit-code` found changes, or a flow that is denied.
    Changes = 3,
    /// A defect of strata's own.
    Defect = 70,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        std::process::ExitCode::from(exit as u8)
    }
}
