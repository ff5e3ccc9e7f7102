//! One run of another program: how it ended, how long it was at work, how much memory it had. The benches use it too.

#![allow(dead_code, reason = "tests and benches each want a part of it")]

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How a run went.
pub(crate) struct Measured {
    pub(crate) status: ExitStatus,
    /// What it said on both streams.
    pub(crate) text: String,
    /// From its start to its end, by the clock.
    pub(crate) wall: Duration,
    /// Time at work of all its threads, and of the programs that it waited for; in steps of 10 ms.
    pub(crate) busy: Duration,
    /// Most memory at one time, in KiB.
    pub(crate) peak: u64,
}

/// Runs a program to its end, looks at it every millisecond, and stops what has not ended by then.
pub(crate) fn measured(command: &mut Command, longest: Duration) -> Measured {
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let proc = PathBuf::from(format!("/proc/{}", child.id()));
    let mut pipes = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    thread::scope(|scope| {
        let out = scope.spawn(move || text(&mut pipes.0));
        let err = scope.spawn(move || text(&mut pipes.1));
        let (mut peak, mut killed) = (0, false);
        let (wall, busy) = loop {
            // What has ended is listed until somebody waits for it, but has no memory any more.
            let stat = fs::read_to_string(proc.join("stat")).unwrap();
            let status = fs::read_to_string(proc.join("status")).unwrap_or_default();
            let field =
                |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok());
            peak = field("VmHWM:").unwrap_or(0).max(peak);
            let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
            if fields[0] == "Z" {
                let ticks: u64 = fields[11..15].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
                break (started.elapsed(), Duration::from_millis(ticks * 10));
            }
            if started.elapsed() > longest && !killed {
                child.kill().unwrap();
                killed = true;
            }
            thread::sleep(Duration::from_millis(1));
        };
        let text = out.join().unwrap() + &err.join().unwrap();
        Measured { status: child.wait().unwrap(), text, wall, busy, peak }
    })
}

fn text(pipe: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
