//! The command line: what may be asked, and one file for each answer.

mod check;
mod compile;
mod diff;
mod explain;
mod init;
mod lock;
mod output;
mod reach;
mod repository;
mod schema;

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use crate::exit::Exit;
use crate::source::values::Date;
use output::Output;

pub use init::environment as init_environment;
pub use schema::{environment as environment_schema, tenant as tenant_schema};

/// One environment file becomes everything that a Kubernetes cluster on OpenStack is built from.
///
/// Exit codes: 0 fine, 1 errors found, 2 wrong command line, 3 changes found or a flow denied (`--check`, `--exit-code`), 70 a defect of strata.
#[derive(Debug, Parser)]
#[command(name = "strata", version, max_term_width = 100)]
pub struct Arguments {
    /// Work on the repository in this folder: the one that holds `environments/`.
    #[arg(short = 'C', value_name = "DIR", default_value = ".", global = true)]
    directory: PathBuf,
    /// How findings are printed. `json` prints one a line on standard output: code, severity, message, file, line, column, labels, help.
    #[arg(long, value_enum, default_value_t = Format::Text, global = true)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As rustc prints them.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a small, safe environment to start from.
    Init {
        /// Its name: lower-case letters, digits and `-`.
        name: String,
    },
    /// Check environments; without names all of them, also against each other.
    Check {
        /// Names of environments.
        environments: Vec<String>,
        /// Also tell which exceptions from policies are over on this day. strata never asks the clock by itself.
        #[arg(long, value_name = "YYYY-MM-DD")]
        today: Option<Date>,
    },
    /// Compile environments to `generated/`; without names all of them.
    Compile {
        /// Names of environments.
        environments: Vec<String>,
        /// Write nothing; exit with 3 if `generated/` or lock.yaml is not what it would be.
        #[arg(long)]
        check: bool,
    },
    /// Show what `compile` would change in `generated/`.
    Diff {
        /// Names of environments.
        environments: Vec<String>,
        /// Exit with 3 if anything would change.
        #[arg(long)]
        exit_code: bool,
    },
    /// Ask the cloud and the RKE2 release, and pin the answers in lock.yaml. The only command that looks outside.
    Lock {
        /// The name of an environment.
        environment: String,
        #[command(flatten)]
        wish: lock::Wish,
    },
    /// Say whether a flow is let through by the network policies in `generated/`, and by which rule of which policy at each end.
    ///
    /// Evaluated with Calico's semantics, over the generated tree and the environment's own manifests, as Argo CD applies them.
    /// Policies see the pod behind a Service, so ask for pods. Exits with 0 whatever the answer is, unless `--exit-code` is given.
    Reach {
        /// The name of an environment.
        environment: String,
        #[command(flatten)]
        question: reach::Question,
    },
    /// Explain a finding: what happens otherwise, what to do, where upstream says so.
    Explain {
        /// Its code, as printed in brackets; without one, list them all.
        code: Option<String>,
    },
    /// Print the JSON Schema of environment files, for editors.
    Schema {
        /// The schema of a file under `tenants/`.
        #[arg(long)]
        tenant: bool,
    },
    /// Print a completion script.
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
    /// Write manual pages, one for each command.
    Man {
        /// The folder for them.
        folder: PathBuf,
    },
}

/// Answers the command line of this process.
#[must_use]
pub fn main() -> Exit {
    output::panics_are_defects();
    match Arguments::try_parse() {
        Ok(arguments) => run(arguments),
        Err(error) => {
            // Help and version are no mistakes; clap knows which stream they go to. A closed pipe is nobody's mistake.
            let _ = error.print();
            if error.use_stderr() { Exit::Usage } else { Exit::Fine }
        }
    }
}

fn run(arguments: Arguments) -> Exit {
    let output = Output::new(arguments.format == Format::Json);
    let directory = &arguments.directory;
    match arguments.command {
        Command::Init { name } => init::run(directory, &name, &output),
        Command::Check { environments, today } => check::run(directory, &environments, today, &output),
        Command::Compile { environments, check } => compile::run(directory, &environments, check, &output),
        Command::Diff { environments, exit_code } => diff::run(directory, &environments, exit_code, &output),
        Command::Lock { environment, wish } => lock::run(directory, &environment, wish, &output),
        Command::Reach { environment, question } => reach::run(directory, &environment, &question, &output),
        Command::Explain { code } => explain::run(code.as_deref(), &output),
        Command::Schema { tenant } => schema::run(tenant, &output),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "strata", &mut script);
            output.data(&String::from_utf8_lossy(&script));
            Exit::Fine
        }
        Command::Man { folder } => man(&folder, &output),
    }
}

fn man(folder: &std::path::Path, output: &Output) -> Exit {
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Arguments::command(), folder));
    match written {
        Ok(()) => Exit::Fine,
        Err(error) => output.failure(&format!("the manual pages cannot be written to `{}`: {error}", folder.display())),
    }
}

/// `1 environment`, `3 environments`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
