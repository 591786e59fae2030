//! REPLACE: what the driver asks of my-sdk. This stand-in starts codex by itself; put your SDK's calls here.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Error, Split, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
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

    /// Asks the SDK for the stream of a turn. An SDK that starts codex here is seen to.
    pub fn stream<'a>(
        &'a self,
        input: &'a Value,
        _options: &Value,
        cancel: &'a Cancel,
    ) -> Result<impl Iterator<Item = Result<Value, Failure>> + use<'a>, Failure> {
        let mut codex = None;
        let mut over = false;
        Ok(std::iter::from_fn(move || {
            if over {
                return None;
            }
            let next = self.next(&mut codex, input, cancel);
            over = !matches!(next, Ok(Some(_)));
            next.transpose()
        }))
    }

    fn next(
        &self,
        codex: &mut Option<Codex>,
        input: &Value,
        cancel: &Cancel,
    ) -> Result<Option<Value>, Failure> {
        let cancelled = |message: &str| Err(Failure { class: "Cancelled", message: message.into() });
        if codex.is_none() {
            if cancel.is_cancelled() {
                return cancelled("cancelled before codex was started");
            }
            *codex = Some(Codex::start(self, text(input))?);
        }
        let Codex { child, lines } = codex.as_mut().unwrap();
        cancel.reaches(child);
        if let Some(line) = lines.next() {
            let event: Value = serde_json::from_slice(&line?)
                .map_err(|error| Failure { class: "serde_json::Error", message: error.to_string() })?;
            if let Some(id) = event["thread_id"].as_str() {
                *self.id.lock().unwrap() = Some(id.into());
            }
            return Ok(Some(event));
        }
        let status = child.lock().unwrap().wait()?;
        match status.code() {
            _ if cancel.is_cancelled() => cancelled("cancelled while codex ran"),
            Some(0) => Ok(None),
            code => Err(Failure { class: "Exited", message: format!("codex exited with {code:?}") }),
        }
    }

    /// One turn in one call: `items`, `final_response`, `usage`; what the SDK did not give is left out.
    pub fn run(&self, input: &Value, options: &Value, cancel: &Cancel) -> Result<Value, Failure> {
        let mut told = json!({"items": [], "final_response": ""});
        let mut failed = None;
        for event in self.stream(input, options, cancel)? {
            let event = event?;
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
        }
        match failed {
            Some(message) => Err(Failure { class: "TurnFailed", message }),
            None => Ok(told),
        }
    }
}

struct Codex {
    child: Arc<Mutex<Child>>,
    lines: Split<BufReader<ChildStdout>>,
}

impl Codex {
    fn start(thread: &Thread, prompt: String) -> Result<Self, Failure> {
        let mut command = Command::new(&thread.codex);
        command.args(["exec", "--experimental-json"]);
        if thread.options["skip_git_repo_check"] == true {
            command.arg("--skip-git-repo-check");
        }
        if let Some(id) = thread.id() {
            command.args(["resume", &id]);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        // A codex that does not read its prompt is no error of its own.
        std::thread::spawn(move || stdin.write_all(prompt.as_bytes()));
        Ok(Codex { child: Arc::new(Mutex::new(child)), lines: BufReader::new(stdout).split(b'\n') })
    }
}

impl Drop for Codex {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill().and_then(|()| child.wait()); // it may have ended by itself
    }
}

fn text(input: &Value) -> String {
    let parts = input.as_array().map(|parts| parts.iter().filter_map(|part| part["text"].as_str()));
    parts.map_or(input.as_str().unwrap_or("").into(), |parts| parts.collect::<Vec<_>>().join("\n\n"))
}
