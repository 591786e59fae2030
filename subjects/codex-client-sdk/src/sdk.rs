//! What the driver asks of codex-client-sdk.

use codex::{Codex, CodexOptions, Error, Input, ThreadOptions, TurnOptions, UserInput};
use futures::StreamExt;
use serde_json::{Value, json};
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// What this driver says of itself (schemas/driver.json).
pub fn hello() -> Value {
    json!({
        "kind": "hello", "protocol": 1, "sdk": "codex-client-sdk", "version": codex::SDK_VERSION, "language": "Rust",
        "runtime": "native",
        "capabilities": [
            "run", "stream", "resume", "images", "cancel", "cancel_before_start", "pause", "concurrent",
            "client.base_url", "client.api_key", "client.env", "client.config",
            "thread.model", "thread.sandbox_mode", "thread.working_directory", "thread.additional_directories",
            "thread.skip_git_repo_check", "thread.model_reasoning_effort", "thread.network_access_enabled",
            "thread.web_search_mode", "thread.web_search_enabled", "thread.approval_policy", "turn.output_schema",
        ],
        "cannot_express": ["null_absent", "big_int"], // Option with skip_serializing_if; serde_json::Value
    })
}

/// An error as the SDK gave it: the variant of its enum, and what it says.
pub struct Failure {
    pub class: &'static str,
    pub message: String,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let class = match &error {
            Error::CliNotFound(_) => "CliNotFound",
            Error::Spawn(_) => "Spawn",
            Error::Process { .. } => "Process",
            Error::JsonParse(_) => "JsonParse",
            Error::ThreadRun(_) => "ThreadRun",
            Error::InvalidOutputSchema(_) => "InvalidOutputSchema",
            Error::InvalidConfig(_) => "InvalidConfig",
            Error::Cancelled => "Cancelled",
            Error::Io(_) => "Io",
            Error::Json(_) => "Json",
        };
        Failure { class, message: error.to_string() }
    }
}

/// Cancels one turn.
#[derive(Clone, Default)]
pub struct Cancel(CancellationToken);

impl Cancel {
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// A thread of the SDK, or what its options were refused with, which is told in its first turn.
pub struct Thread(Result<codex::Thread, String>);

impl Thread {
    /// Client and options have the names of schemas/driver.json; absent ones are not given.
    pub fn open(codex: &str, client: &Value, options: &Value, id: Option<&str>) -> Self {
        let open = || -> Result<codex::Thread, String> {
            let text = |name: &str| client[name].as_str().map(String::from);
            let given = CodexOptions {
                codex_path_override: Some(codex.into()),
                base_url: text("base_url"),
                api_key: text("api_key"),
                config: client["config"].as_object().cloned(),
                env: serde_json::from_value(client["env"].clone()).map_err(|error| error.to_string())?,
            };
            let options: ThreadOptions =
                serde_json::from_value(options.clone()).map_err(|error| error.to_string())?;
            let codex = Codex::new(Some(given)).map_err(|error| error.to_string())?;
            Ok(match id {
                Some(id) => codex.resume_thread(id, Some(options)),
                None => codex.start_thread(Some(options)),
            })
        };
        Thread(open())
    }

    pub fn id(&self) -> Option<String> {
        self.0.as_ref().ok().and_then(codex::Thread::id)
    }

    fn opened(&self) -> Result<&codex::Thread, Failure> {
        let refused = |message: &String| Failure { class: "OptionRefused", message: message.clone() };
        self.0.as_ref().map_err(refused)
    }

    /// Asks the SDK for the stream of a turn. An SDK that starts codex here is seen to.
    pub fn stream<'a>(
        &'a self,
        input: &'a Value,
        options: &Value,
        cancel: &'a Cancel,
    ) -> Result<impl Iterator<Item = Result<Value, Failure>> + use<'a>, Failure> {
        let turn = self.opened()?.run_streamed(entries(input), Some(turn_options(options, cancel)));
        let mut events = RUNTIME.block_on(turn)?.events;
        let given = |event| serde_json::to_value(&event).expect("the SDK serialises its events");
        Ok(std::iter::from_fn(move || {
            RUNTIME.block_on(events.next()).map(|event| event.map(given).map_err(Failure::from))
        }))
    }

    /// One turn in one call: `items`, `final_response`, `usage`; what the SDK did not give is left out.
    pub fn run(&self, input: &Value, options: &Value, cancel: &Cancel) -> Result<Value, Failure> {
        let turn = self.opened()?.run(entries(input), Some(turn_options(options, cancel)));
        let turn = RUNTIME.block_on(turn)?;
        let mut told = json!({"items": turn.items, "final_response": turn.final_response});
        if let Some(usage) = turn.usage {
            told["usage"] = json!(usage);
        }
        Ok(told)
    }
}

fn turn_options(options: &Value, cancel: &Cancel) -> TurnOptions {
    TurnOptions {
        output_schema: options.get("output_schema").cloned(),
        cancellation_token: Some(cancel.0.clone()),
    }
}

fn entries(input: &Value) -> Input {
    let entry = |part: &Value| match part["path"].as_str() {
        Some(path) => UserInput::LocalImage { path: path.into() },
        None => UserInput::Text { text: part["text"].as_str().unwrap_or("").into() },
    };
    match input.as_array() {
        Some(parts) => Input::Entries(parts.iter().map(entry).collect()),
        None => Input::Text(input.as_str().unwrap_or("").into()),
    }
}
