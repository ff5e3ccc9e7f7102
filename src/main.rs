//! Arguments in, exit code out.

use std::process::ExitCode;

use strata::exit::Exit;

/// Memory for many small texts, on many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A panic is a defect of ours, whatever the input: say so, with the number that tells it from a user's mistake.
    std::panic::catch_unwind(strata::cli::main).unwrap_or(Exit::Defect).into()
}
