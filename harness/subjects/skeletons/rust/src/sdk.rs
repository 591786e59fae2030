//! REPLACE: what the driver asks of my-sdk. This stand-in starts codex by itself; put your SDK's calls here.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Error, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// What this driver says of itself (schemas/driver.json).
pub fn hello() -> Value {
    json!({
        "kind": "hello", "protocol": 1, "sdk": "my-sdk", "version": "0.0.0", "language": "Rust", "runtime": "native",
        "capabilities": [
            "run", "stream", "resume", "cancel", "cancel_before_start", "pause", "concurrent", "thread.skip_git_repo_check",
        ],
        // null_absent, int_float, big_int: what the types of your SDK lose
        "cannot_express": [],
    })
}

/// An error as the SDK gave it: the name of its type or variant, and what it says.
pub struct Failure {
    pub class: &'static str,
    pub message: String,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { class: "io::Error", message: error.to_string() }
    }
}

/// Cancels one turn; most SDKs have a type of their own for this.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Mutex<Cancelling>>);

#[derive(Default)]
struct Cancelling {
    cancelled: bool,
    codex: Option<Arc<Mutex<Child>>>,
}

impl Cancel {
    pub fn cancel(&self) {
        let mut state = self.0.lock().unwrap();
        state.cancelled = true;
        if let Some(codex) = &state.codex {
            let _ = codex.lock().unwrap().kill(); // it may have ended by itself
        }
    }

    fn is_cancelled(&self) -> bool {
        self.0.lock().unwrap().cancelled
    }

    fn reaches(&self, codex: &Arc<Mutex<Child>>) {
        self.0.lock().unwrap().codex = Some(codex.clone());
        if self.is_cancelled() {
            self.cancel();
        }
    }
}

/// A thread of your SDK.
pub struct Thread {
    codex: String,
    options: Value,
    id: Mutex<Option<String>>,
}

impl Thread {
    /// Client and options have the names of schemas/driver.json; absent ones are not given.
    pub fn open(codex: &str, _client: &Value, options: &Value, id: Option<&str>) -> Self {
        Thread { codex: codex.into(), options: options.clone(), id: Mutex::new(id.map(Into::into)) }
    }

    pub fn id(&self) -> Option<String> {
        self.id.lock().unwrap().clone()
    }

    /// Hands each event of one turn to `hear` until that says false; nothing starts before this is called.
    pub fn stream(
        &self,
        input: &Value,
        _options: &Value,
        cancel: &Cancel,
        mut hear: impl FnMut(Value) -> bool,
    ) -> Result<(), Failure> {
        let cancelled = |message: &str| Failure { class: "Cancelled", message: message.into() };
        let mut command = Command::new(&self.codex);
        command.args(["exec", "--experimental-json"]);
        if self.options["skip_git_repo_check"] == true {
            command.arg("--skip-git-repo-check");
        }
        if let Some(id) = self.id() {
            command.args(["resume", &id]);
        }
        if cancel.is_cancelled() {
            return Err(cancelled("cancelled before codex was started"));
        }
        let mut codex = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (stdin, stdout) = (codex.stdin.take(), codex.stdout.take());
        let codex = Arc::new(Mutex::new(codex));
        cancel.reaches(&codex);
        let prompt = text(input);
        let writer = std::thread::spawn(move || stdin.unwrap().write_all(prompt.as_bytes()));
        for line in BufReader::new(stdout.unwrap()).split(b'\n') {
            let event: Value = serde_json::from_slice(&line?).map_err(|error| {
                let _ = codex.lock().unwrap().kill();
                Failure { class: "serde_json::Error", message: error.to_string() }
            })?;
            if let Some(id) = event["thread_id"].as_str() {
                *self.id.lock().unwrap() = Some(id.into());
            }
            if !hear(event) {
                let _ = codex.lock().unwrap().kill();
                break;
            }
        }
        let status = codex.lock().unwrap().wait()?;
        let _ = writer.join(); // a codex that does not read its prompt is no error of its own
        match status.code() {
            _ if cancel.is_cancelled() => Err(cancelled("cancelled while codex ran")),
            Some(0) => Ok(()),
            code => Err(Failure { class: "Exited", message: format!("codex exited with {code:?}") }),
        }
    }

    /// One turn in one call: `items`, `final_response`, `usage`; what the SDK did not give is left out.
    pub fn run(&self, input: &Value, options: &Value, cancel: &Cancel) -> Result<Value, Failure> {
        let mut told = json!({"items": [], "final_response": ""});
        let mut failed = None;
        self.stream(input, options, cancel, |event| {
            match event["type"].as_str() {
                Some("item.completed") => {
                    if event["item"]["text"].is_string() {
                        told["final_response"] = event["item"]["text"].clone();
                    }
                    told["items"].as_array_mut().unwrap().push(event["item"].clone());
                }
                Some("turn.completed") => told["usage"] = event["usage"].clone(),
                Some("turn.failed") => failed = Some(event["error"]["message"].to_string()),
                _ => {}
            }
            true
        })?;
        match failed {
            Some(message) => Err(Failure { class: "TurnFailed", message }),
            None => Ok(told),
        }
    }
}

fn text(input: &Value) -> String {
    let parts = input.as_array().map(|parts| parts.iter().filter_map(|part| part["text"].as_str()));
    parts.map_or(input.as_str().unwrap_or("").into(), |parts| parts.collect::<Vec<_>>().join("\n\n"))
}
