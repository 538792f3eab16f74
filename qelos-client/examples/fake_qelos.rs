//! The embedded Qelos as a program: a server for clients in any language.
//!
//! ```sh
//! cargo run --example fake_qelos -- --addr 127.0.0.1:0
//! ```
//!
//! The first line on stdout is its base URL. Its users and workspaces are listed on stderr. It runs until its stdin is
//! closed, so that it ends together with the program that started it.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use qelos_client::SystemClock;
use qelos_client::testing::{FakeQelos, Member, NewUser};
use tokio::io::AsyncReadExt as _;

const USAGE: &str = "\
usage: fake_qelos [--addr <ip>:<port>]

  --addr <ip>:<port>  the address to listen on; default: 127.0.0.1:0, a free port
  --help              show this text

The base URL is the first line on stdout. The server runs until its stdin is closed.
";

/// The command that the arguments name.
enum Command {
    Help,
    Serve(SocketAddr),
}

fn read_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut addr = SocketAddr::from(([127, 0, 0, 1], 0));
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--addr" => {
                let given = arguments.next().ok_or("--addr needs an address, such as 127.0.0.1:0")?;
                addr = given.parse().map_err(|_| format!("{given:?} is not an address such as 127.0.0.1:0"))?;
            }
            unknown => return Err(format!("unknown argument {unknown:?}")),
        }
    }
    Ok(Command::Serve(addr))
}

/// The users and workspaces of the server; the passwords are no secrets.
fn seeded() -> FakeQelos {
    let qelos = FakeQelos::new(SystemClock);
    let user = qelos.add_user(NewUser::new("user@qelos.test", "user-pass-1"));
    let admin = qelos.add_user(NewUser::new("admin@qelos.test", "admin-pass-1").first_name("Admin").role("admin"));
    let workspace = qelos.add_workspace("Acme", &[Member::new(user, &["admin", "user"])]);
    eprintln!("user       {user}  user@qelos.test   user-pass-1");
    eprintln!("admin      {admin}  admin@qelos.test  admin-pass-1");
    eprintln!("workspace  {workspace}  Acme, of the user");
    qelos
}

async fn run(addr: SocketAddr) -> io::Result<()> {
    let server = seeded().serve(addr).await?;
    let mut stdout = io::stdout();
    writeln!(stdout, "{}", server.base_url())?;
    stdout.flush()?;
    let (mut stdin, mut ignored) = (tokio::io::stdin(), [0; 1024]);
    while stdin.read(&mut ignored).await? > 0 {}
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match read_arguments(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Ok(Command::Serve(addr)) => match run(addr).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("fake_qelos: cannot serve on {addr}: {error}");
                ExitCode::FAILURE
            }
        },
        Err(reason) => {
            eprintln!("fake_qelos: {reason}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
