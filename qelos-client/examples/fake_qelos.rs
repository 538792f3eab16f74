//! The embedded Qelos as a program: a server for clients in any language.
//!
//! ```sh
//! cargo run --example fake_qelos -- --addr 127.0.0.1:0 --token-lifetime 2s
//! ```
//!
//! The first line on stdout is its base URL. Its users and workspaces are listed on stderr. It runs until its stdin is
//! closed, so that it ends together with the program that started it.
//!
//! Each switch can be set at the start, as `--token-lifetime 2s`, and while the server runs, by the line
//! `token-lifetime 2s` on stdin. The server repeats such a line on stdout once it is in effect: a test waits for it before
//! it goes on. A line that is wrong is explained on stderr, and changes nothing.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use qelos_client::testing::{FakeQelos, Member, NewUser};
use qelos_client::{Clock, SystemClock, Timestamp};
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// A setting of the server, by the name that it has at the start and on stdin.
struct Switch {
    name: &'static str,
    /// The value, for the help.
    value: &'static str,
    help: &'static str,
    set: fn(&Server, &str) -> Result<(), String>,
}

const SWITCHES: [Switch; 11] = [
    Switch {
        name: "token-lifetime",
        value: "<duration>",
        help: "how long access tokens live that are issued from now on",
        set: |server, value| duration(value).map(|lifetime| server.qelos.set_access_token_lifetime(lifetime)),
    },
    Switch {
        name: "refresh-token-lifetime",
        value: "<duration>",
        help: "how long refresh tokens live that are issued from now on",
        set: |server, value| duration(value).map(|lifetime| server.qelos.set_refresh_token_lifetime(lifetime)),
    },
    Switch {
        name: "cookie-lifetime",
        value: "<duration>",
        help: "how long cookies live that are issued from now on",
        set: |server, value| duration(value).map(|lifetime| server.qelos.set_cookie_lifetime(lifetime)),
    },
    Switch {
        name: "cookie-rotation",
        value: "<duration>",
        help: "the age at which a cookie is replaced by the next response",
        set: |server, value| duration(value).map(|age| server.qelos.set_cookie_rotation_after(age)),
    },
    Switch {
        name: "cookie-refresh",
        value: "on|off",
        help: "whether the gateway knows `POST /api/cookie/refresh`",
        set: |server, value| flag(value).map(|reachable| server.qelos.set_cookie_refresh_reachable(reachable)),
    },
    Switch {
        name: "api-tokens",
        value: "on|off",
        help: "whether users may manage API tokens",
        set: |server, value| flag(value).map(|allowed| server.qelos.set_api_tokens_allowed(allowed)),
    },
    Switch {
        name: "refuse-renewals",
        value: "<number>",
        help: "how many of the next good refresh tokens are refused, and stay good",
        set: |server, value| number(value).map(|refusals| server.qelos.spurious_refresh_refusals(refusals)),
    },
    Switch {
        name: "refuse-sign-ins",
        value: "<number>",
        help: "how many of the next sign-ins with a good password are refused",
        set: |server, value| number(value).map(|refusals| server.qelos.spurious_sign_in_refusals(refusals)),
    },
    Switch {
        name: "database-latency",
        value: "<duration>",
        help: "how long a record takes to be written: sign-ins and renewals race",
        set: |server, value| duration(value).map(|latency| server.qelos.set_database_latency(latency)),
    },
    Switch {
        name: "slow-gateway",
        value: "<number>",
        help: "for how many of the next requests to services other than auth the caller is a guest",
        set: |server, value| number(value).map(|requests| server.qelos.slow_gateway(requests)),
    },
    Switch {
        name: "advance-clock",
        value: "<duration>",
        help: "moves the clock of the server forward",
        set: |server, value| duration(value).map(|by| server.clock.advance(by)),
    },
];

/// Sets a switch: the one grammar of arguments and of lines.
fn set(server: &Server, name: &str, value: &str) -> Result<(), String> {
    let switch = SWITCHES.iter().find(|switch| switch.name == name);
    let switch = switch.ok_or_else(|| format!("there is no switch {name:?}: see --help"))?;
    (switch.set)(server, value).map_err(|reason| format!("{name}: {reason}"))
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is not a duration such as 500ms, 2s, 5m, 1h or 30d");
    let unit = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (count, unit) = text.split_at(unit);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        "d" => 24 * 60 * 60 * 1000,
        _ => return Err(wrong()),
    };
    let millis = count.parse().ok().and_then(|count: u64| count.checked_mul(millis));
    millis.map(Duration::from_millis).ok_or_else(wrong)
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("{text:?} is not a number such as 1"))
}

fn flag(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("{text:?} is neither `on` nor `off`")),
    }
}

fn usage() -> String {
    let mut text = "\
usage: fake_qelos [--addr <ip>:<port>] [--<switch> <value>]...

  --addr <ip>:<port>  the address to listen on; default: 127.0.0.1:0, a free port
  --help              show this text

The base URL is the first line on stdout. The server runs until its stdin is closed.

Switches, as arguments (`--token-lifetime 2s`) and as lines on stdin (`token-lifetime 2s`).
A line is repeated on stdout once it is in effect; a wrong one is explained on stderr, and ignored.
Durations are 500ms, 2s, 5m, 1h or 30d.

"
    .to_owned();
    for Switch { name, value, help, .. } in &SWITCHES {
        let _ = writeln!(text, "  {:<36}  {help}", format!("{name} {value}"));
    }
    text
}

/// The command that the arguments name.
enum Command {
    Help,
    Serve { addr: SocketAddr, switches: Vec<(String, String)> },
}

fn read_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let (mut addr, mut switches) = (SocketAddr::from(([127, 0, 0, 1], 0)), Vec::new());
    while let Some(argument) = arguments.next() {
        let name = match argument.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            _ => argument.strip_prefix("--").ok_or_else(|| format!("unknown argument {argument:?}"))?,
        };
        let value = arguments.next().ok_or_else(|| format!("{argument} needs a value"))?;
        if name == "addr" {
            addr = value.parse().map_err(|_| format!("{value:?} is not an address such as 127.0.0.1:0"))?;
        } else {
            switches.push((name.to_owned(), value));
        }
    }
    Ok(Command::Serve { addr, switches })
}

/// The time of this machine, moved forward.
#[derive(Clone, Default)]
struct MovedClock {
    by_millis: Arc<AtomicI64>,
}

impl MovedClock {
    fn advance(&self, by: Duration) {
        let later = |moved: i64| Some(moved.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)));
        // The closure never refuses, so there is always an update.
        let _ = self.by_millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, later);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let by = self.by_millis.load(Ordering::SeqCst);
        SystemClock.now().saturating_add(Duration::from_millis(by.unsigned_abs()))
    }
}

struct Server {
    qelos: FakeQelos,
    clock: MovedClock,
}

impl Server {
    /// With users and a workspace; the passwords are no secrets.
    fn new() -> Self {
        let clock = MovedClock::default();
        let qelos = FakeQelos::new(clock.clone());
        let user = qelos.add_user(NewUser::new("user@qelos.test", "user-pass-1"));
        let admin = qelos.add_user(NewUser::new("admin@qelos.test", "admin-pass-1").first_name("Admin").role("admin"));
        let workspace = qelos.add_workspace("Acme", &[Member::new(user, &["admin", "user"])]);
        eprintln!("user       {user}  user@qelos.test   user-pass-1");
        eprintln!("admin      {admin}  admin@qelos.test  admin-pass-1");
        eprintln!("workspace  {workspace}  Acme, of the user");
        Self { qelos, clock }
    }

    /// Serves, and sets the switches that stdin names, until stdin is closed.
    async fn run(&self, addr: SocketAddr) -> io::Result<()> {
        if !addr.ip().is_loopback() {
            eprintln!("fake_qelos: other machines can reach {addr}, and the passwords of this server are no secrets");
        }
        let listening = self.qelos.clone().serve(addr).await?;
        say(listening.base_url().as_str())?;
        let (mut stdin, mut line) = (BufReader::new(tokio::io::stdin()), Vec::new());
        while stdin.read_until(b'\n', &mut line).await? > 0 {
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            line.clear();
            if text.is_empty() {
                continue;
            }
            let (name, value) = text.split_once(' ').unwrap_or((&text, ""));
            match set(self, name, value.trim()) {
                // A program that reads no confirmations may have closed the pipe, and is served nevertheless.
                Ok(()) => drop(say(&text)),
                Err(reason) => eprintln!("fake_qelos: {reason}"),
            }
        }
        Ok(())
    }
}

fn say(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

#[tokio::main]
async fn main() -> ExitCode {
    let (addr, switches) = match read_arguments(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{}", usage());
            return ExitCode::SUCCESS;
        }
        Ok(Command::Serve { addr, switches }) => (addr, switches),
        Err(reason) => return misused(&reason),
    };
    let server = Server::new();
    if let Some(reason) = switches.iter().find_map(|(name, value)| set(&server, name, value).err()) {
        return misused(&reason);
    }
    match server.run(addr).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fake_qelos: cannot serve on {addr}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn misused(reason: &str) -> ExitCode {
    eprintln!("fake_qelos: {reason}\n\n{}", usage());
    ExitCode::from(2)
}
