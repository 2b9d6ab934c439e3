//! The built program, run as an operator runs it: configuration by environment, the command line, a port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::time::{self, Instant};

use super::database::TestDatabase;
use super::http::http_client;

const START_LIMIT: Duration = Duration::from_secs(30);

/// The program with one configuration: a database, a port, a folder for its mails.
pub struct Program {
    database_url: String,
    listen: String,
    origin: String,
    settings: Vec<(String, String)>,
    folder: TempDir,
}

impl Program {
    /// On a database that outlives it. No rate limit; mails go to files.
    pub fn on(database: &TestDatabase) -> Self {
        Self::on_url(database.url())
    }

    /// As [`Self::on`], for a database that is no test's own.
    pub fn on_url(database_url: &str) -> Self {
        // Free a moment ago; the program cannot be asked for port 0, because it starts again on the same one.
        let probe = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
        let listen = probe.local_addr().expect("its address").to_string();
        Self {
            database_url: database_url.to_owned(),
            origin: format!("http://{listen}"),
            listen,
            settings: Vec::new(),
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// One more setting, by the variable that the environment has for it.
    pub fn set(mut self, variable: &str, value: &str) -> Self {
        self.settings.push((variable.to_owned(), value.to_owned()));
        self
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fehlermelder"));
        // Nothing that is set around the tests may reach the program.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FEHLERMELDER_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("FEHLERMELDER_DATABASE_URL", &self.database_url)
            .env("FEHLERMELDER_LISTEN", &self.listen)
            .env("FEHLERMELDER_PUBLIC_URL", &self.origin)
            .env("FEHLERMELDER_INTAKE__RATE_LIMIT", "0")
            .env("FEHLERMELDER_MAIL__TRANSPORT", "file")
            .env("FEHLERMELDER_MAIL__DIR", self.folder.path().join("mail"))
            .env("FEHLERMELDER_MAIL__FROM", "melder@magazin.example")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end, whatever that is.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut stdin = child.stdin.take().expect("piped");
        stdin
            .write_all(input.as_bytes())
            .expect("the program reads its input");
        drop(stdin);
        child.wait_with_output().expect("the program ends")
    }

    /// Runs a command that must succeed and prints JSON lines.
    pub fn json(&self, arguments: &[&str], input: &str) -> Vec<Value> {
        let output = self.run(arguments, input);
        let (out, complaint) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        out.lines()
            .map(|line| {
                serde_json::from_str(line)
                    .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {line}"))
            })
            .collect()
    }

    /// Brings the schema up to date and adds a site; returns its public key.
    pub fn add_site(&self, origin: &str) -> String {
        let migrated = self.run(&["migrate"], "");
        assert!(
            migrated.status.success(),
            "{}",
            String::from_utf8_lossy(&migrated.stderr)
        );
        text(
            &self.json(
                &[
                    "site", "add", "--name", "Magazin", "--origin", origin, "--json",
                ],
                "",
            ),
            "key",
        )
    }

    /// Adds an administrator and returns a token that may read and write tickets.
    pub fn add_token(&self) -> String {
        let email = "leitung@magazin.example";
        let editor = [
            "editor",
            "add",
            "--email",
            email,
            "--name",
            "Leitung",
            "--role",
            "admin",
            "--password-stdin",
            "--json",
        ];
        self.json(&editor, "ein langes Kennwort für Tests\n");
        let token = [
            "token",
            "add",
            "--editor",
            email,
            "--scope",
            "tickets:read,tickets:write",
            "--json",
        ];
        text(&self.json(&token, ""), "token")
    }

    pub fn export(&self) -> Vec<Value> {
        self.json(&["export"], "")
    }

    /// Starts the server and waits until it is ready.
    pub async fn serve(&self) -> Running {
        let mut child = self.command(&["serve"]).spawn().expect("the program");
        let output = Arc::new(Mutex::new(String::new()));
        keep(child.stdout.take().expect("piped"), &output);
        keep(child.stderr.take().expect("piped"), &output);
        let mut running = Running { child, output };

        let client = http_client();
        let url = format!("{}/readyz", self.origin);
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if client
                .get(&url)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return running;
            }
            if let Some(status) = running.child.try_wait().expect("a child of ours") {
                panic!(
                    "the server ended before it was ready: {status}\n{}",
                    running.output()
                );
            }
            assert!(
                Instant::now() < deadline,
                "not ready within {START_LIMIT:?}\n{}",
                running.output()
            );
            time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A server that runs; killed when dropped.
pub struct Running {
    child: Child,
    output: Arc<Mutex<String>>,
}

impl Running {
    /// As by `kill -9`: without a last word.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child of ours");
        self.child.wait().expect("a child of ours");
    }

    /// As by the system's own stop: it may finish what is in flight.
    pub fn stop(mut self) -> ExitStatus {
        let sent = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status();
        assert!(sent.expect("kill").success(), "{}", self.output());
        self.child.wait().expect("a child of ours")
    }

    /// Everything it printed so far.
    pub fn output(&self) -> String {
        self.output
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        if self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}

/// Reads along, so that the program never waits for us.
fn keep(stream: impl Read + Send + 'static, output: &Arc<Mutex<String>>) {
    let output = Arc::clone(output);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
            output.push_str(&line);
            output.push('\n');
        }
    });
}

fn text(lines: &[Value], field: &str) -> String {
    let value = lines.first().and_then(|line| line[field].as_str());
    value
        .unwrap_or_else(|| panic!("no {field} in {lines:?}"))
        .to_owned()
}
