//! The example of a server for clients in other languages, as a process of its own that is driven by HTTP and its stdin.

use std::process::{Output, Stdio};

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const PROGRAM: &str = env!("CARGO_BIN_EXE_fake-qelos");

struct Program {
    url: String,
    http: reqwest::Client,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
    running: Child,
}

impl Program {
    async fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.kill_on_drop(true).spawn().unwrap();
        let stdin = running.stdin.take().unwrap();
        let mut stdout = BufReader::new(running.stdout.take().unwrap()).lines();
        let url = stdout.next_line().await.unwrap().expect("the base URL");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { url, http, stdin, stdout, running }
    }

    async fn write(&mut self, line: &str) {
        self.stdin.write_all(format!("{line}\n").as_bytes()).await.unwrap();
        self.stdin.flush().await.unwrap();
    }

    /// Sets a switch, and waits until it is in effect.
    async fn set(&mut self, line: &str) {
        self.write(line).await;
        assert_eq!(self.stdout.next_line().await.unwrap().as_deref(), Some(line));
    }

    async fn send(&self, method: Method, path: &str, header: (&str, &str), body: &Value) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.url)).header(header.0, header.1);
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        request.send().await.unwrap()
    }

    async fn sign_in(&self, kind: &str) -> Response {
        let body = json!({ "username": "user@qelos.test", "password": "user-pass-1", "authType": kind });
        self.send(Method::POST, "/api/signin", ("accept", "*/*"), &body).await
    }

    /// An access token and its refresh token.
    async fn tokens(&self) -> (String, String) {
        tokens_of(self.sign_in("oauth").await).await
    }

    async fn me(&self, access: &str) -> StatusCode {
        let bearer = format!("Bearer {access}");
        self.send(Method::GET, "/api/me", ("authorization", &bearer), &Value::Null).await.status()
    }

    async fn renew(&self, refresh: &str) -> Response {
        let bearer = format!("Bearer {refresh}");
        self.send(Method::POST, "/api/token/refresh", ("authorization", &bearer), &Value::Null).await
    }

    /// Closes its stdin, and returns what it has written since.
    async fn end(self) -> Output {
        drop(self.stdin);
        self.running.wait_with_output().await.unwrap()
    }
}

async fn tokens_of(response: Response) -> (String, String) {
    assert_eq!(response.status(), StatusCode::OK);
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let text = |name: &str| body["payload"][name].as_str().unwrap().to_owned();
    (text("token"), text("refreshToken"))
}

fn cookie_of(response: &Response) -> Option<String> {
    let cookie = response.headers().get("set-cookie")?.to_str().unwrap();
    Some(cookie.split(';').next().unwrap().to_owned())
}

async fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(PROGRAM).args(arguments).stdin(Stdio::null()).output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn tokens_expire_after_the_lifetimes_that_are_set() {
    let mut program = Program::start(&["--token-lifetime", "2m", "--refresh-token-lifetime", "1h"]).await;
    let (access, refresh) = program.tokens().await;
    assert_eq!(program.me(&access).await, StatusCode::OK);
    program.set("advance-clock 3m").await;
    assert_eq!(program.me(&access).await, StatusCode::UNAUTHORIZED);
    program.set("token-lifetime 5h").await;
    let (access, refresh) = tokens_of(program.renew(&refresh).await).await;
    program.set("advance-clock 2h").await;
    assert_eq!(program.me(&access).await, StatusCode::OK);
    assert_eq!(program.renew(&refresh).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_renewal_and_a_sign_in_are_refused_once_and_the_refresh_token_stays_good_for_one_renewal() {
    let mut program = Program::start(&[]).await;
    let (_, refresh) = program.tokens().await;
    program.set("refuse-renewals 1").await;
    assert_eq!(program.renew(&refresh).await.status(), StatusCode::UNAUTHORIZED);
    tokens_of(program.renew(&refresh).await).await;
    assert_eq!(program.renew(&refresh).await.status(), StatusCode::UNAUTHORIZED, "it was used");

    program.set("refuse-sign-ins 1").await;
    let refused = program.sign_in("oauth").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert!(refused.text().await.unwrap().contains("modifiedPaths"));
    program.tokens().await;
}

#[tokio::test]
async fn a_cookie_is_replaced_at_the_age_that_is_set() {
    let mut program = Program::start(&["--cookie-rotation", "10m", "--cookie-lifetime", "1h"]).await;
    let signed_in = program.sign_in("cookie").await;
    assert!(signed_in.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=3600;"));
    let cookie = cookie_of(&signed_in).unwrap();
    let me = async |program: &Program, cookie: &str| {
        program.send(Method::GET, "/api/me", ("cookie", cookie), &Value::Null).await
    };
    assert_eq!(cookie_of(&me(&program, &cookie).await), None);
    program.set("advance-clock 11m").await;
    let next = cookie_of(&me(&program, &cookie).await).expect("the next cookie");
    assert_ne!(next, cookie);
    program.set("advance-clock 2h").await;
    assert_eq!(me(&program, &next).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_wrong_line_is_explained_and_changes_nothing() {
    let mut program = Program::start(&[]).await;
    for wrong in ["token-lifetime soon", "token-lifetime", "refuse-renewals -1", "cookie-refresh yes", "fly 2s", ""] {
        program.write(wrong).await;
    }
    program.set("token-lifetime 1h").await;
    let (access, _) = program.tokens().await;
    assert_eq!(program.me(&access).await, StatusCode::OK);
    let output = program.end().await;
    assert!(output.status.success());
    let explained = String::from_utf8(output.stderr).unwrap();
    for reason in [
        "token-lifetime: \"soon\" is not a duration such as 500ms, 2s, 5m, 1h or 30d",
        "token-lifetime: \"\" is not a duration",
        "refuse-renewals: \"-1\" is not a number such as 1",
        "cookie-refresh: \"yes\" is neither `on` nor `off`",
        "there is no switch \"fly\": see --help",
    ] {
        assert!(explained.contains(reason), "{reason}: {explained}");
    }
}

#[tokio::test]
async fn a_program_that_reads_no_confirmations_is_served_and_its_switches_are_set() {
    let mut program = Program::start(&[]).await;
    let (access, _) = program.tokens().await;
    let mut stderr = BufReader::new(program.running.stderr.take().unwrap()).lines();
    let Program { url, http, mut stdin, stdout, mut running } = program;
    drop(stdout);
    stdin.write_all(b"api-tokens off\nadvance-clock 6h\nfly 2s\n").await.unwrap();
    stdin.flush().await.unwrap();
    // The explanation of the last line shows that the lines before it were read.
    while !stderr.next_line().await.unwrap().expect("an explanation").contains("there is no switch \"fly\"") {}
    let me = http.get(format!("{url}/api/me")).bearer_auth(&access).send().await.unwrap();
    assert_eq!(me.status(), StatusCode::UNAUTHORIZED, "the token has expired");
    drop(stdin);
    assert!(running.wait().await.unwrap().success());
}

#[tokio::test]
async fn arguments_are_the_switches_that_the_help_lists() {
    let (code, help, _) = run(&["--help"]).await;
    assert_eq!(code, Some(0));
    for switch in [
        "token-lifetime <duration>",
        "refresh-token-lifetime <duration>",
        "cookie-lifetime <duration>",
        "cookie-rotation <duration>",
        "cookie-refresh on|off",
        "api-tokens on|off",
        "refuse-renewals <number>",
        "refuse-sign-ins <number>",
        "database-latency <duration>",
        "slow-gateway <number>",
        "advance-clock <duration>",
    ] {
        assert!(help.contains(&format!("\n  {switch} ")), "{switch}: {help}");
    }
    for (arguments, reason) in [
        (&["--token-lifetime"][..], "--token-lifetime needs a value"),
        (&["--token-lifetime", "2"], "\"2\" is not a duration"),
        (&["--fly", "2s"], "there is no switch \"fly\""),
        (&["token-lifetime", "2s"], "unknown argument \"token-lifetime\""),
        (&["--addr", "here"], "\"here\" is not an address"),
    ] {
        let (code, _, explained) = run(arguments).await;
        assert!(code == Some(2) && explained.contains(reason), "{code:?} {explained}");
    }
}

#[tokio::test]
async fn a_server_that_other_machines_can_reach_warns() {
    let warning = "the passwords of this server are no secrets";
    let (_, _, explained) = run(&["--addr", "0.0.0.0:0"]).await;
    assert!(explained.contains(warning), "{explained}");
    let (_, _, explained) = run(&[]).await;
    assert!(!explained.contains(warning), "{explained}");
}
