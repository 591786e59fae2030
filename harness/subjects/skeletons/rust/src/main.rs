//! Driver of my-sdk: the protocol of schemas/driver.json. What reaches the SDK is in sdk.rs; this file can stay as it is.
//! It hands on what the SDK gave and repairs nothing.

mod sdk;

use sdk::{Cancel, Failure, Thread};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, Write, stdin, stdout};
use std::sync::{Arc, Mutex, mpsc};

/// Opens the gate that the run waits at; the turns that run, by number: whether a cancel is for them, and how.
#[derive(Default)]
struct Running {
    id: String,
    gate: Option<mpsc::Sender<()>>,
    turns: HashMap<u64, (bool, Cancel)>,
}

/// One run: what it needs to wait, and to be told of cancelling.
struct Run<'a> {
    id: &'a Value,
    gates: Mutex<mpsc::Receiver<()>>,
    running: &'a Mutex<Running>,
}

fn send(message: Value) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{message}").and_then(|()| out.flush()); // nobody reads any more: stdin has ended too
}

fn fault(id: Option<&Value>, message: String) {
    let mut told = json!({"kind": "driver_error", "message": message});
    if let Some(id) = id {
        told["id"] = id.clone();
    }
    send(told);
}

impl Run<'_> {
    fn say(&self, kind: &str, turn: u64, name: &str, value: impl Into<Value>) {
        let mut message = json!({"id": self.id, "kind": kind, "turn": turn});
        if !name.is_empty() {
            message[name] = value.into();
        }
        send(message);
    }

    fn wait_at(&self, gate: &str, turn: u64) {
        self.say("gate", turn, "gate", gate);
        let _ = self.gates.lock().unwrap().recv(); // an error: the driver is leaving
    }

    fn turn(&self, threads: &[Thread], step: &Value, gates: bool) -> Result<(), String> {
        let (turn, ways) = (step["turn"].as_u64().unwrap_or(0), &step["consume"]);
        for way in ways.as_object().into_iter().flat_map(|ways| ways.keys()) {
            if !["stop_after", "abort_after", "pause_after", "abort"].contains(&way.as_str()) {
                return Err(format!("unknown consume {way}"));
            }
        }
        let index = step["thread"].as_u64().map_or(threads.len() - 1, |index| index as usize);
        let (thread, cancel) = (&threads[index], Cancel::default());
        let may_be_cancelled = !ways["abort"].is_null() || !ways["abort_after"].is_null();
        self.running.lock().unwrap().turns.insert(turn, (may_be_cancelled, cancel.clone()));
        if ways["abort"] == "before_start" {
            cancel.cancel();
        }
        let failed = |failure: Failure| {
            let error = json!({"class": failure.class, "message": failure.message});
            self.say("error", turn, "error", error);
        };
        let held = if step["mode"] == "run" {
            match thread.run(&step["input"], &step["options"], &cancel) {
                Ok(result) => self.say("result", turn, "result", result),
                Err(failure) => failed(failure),
            }
            None
        } else {
            match thread.stream(&step["input"], &step["options"], &cancel) {
                Ok(mut events) => {
                    if gates {
                        self.wait_at("created", turn);
                    }
                    match self.read(&mut events, ways, &cancel, turn, gates) {
                        Ok(outcome) => self.say(outcome, turn, "", ()),
                        Err(failure) => failed(failure),
                    }
                    Some(events)
                }
                Err(failure) => {
                    failed(failure);
                    None
                }
            }
        };
        self.running.lock().unwrap().turns.remove(&turn);
        self.say("thread_id", turn, "thread_id", thread.id());
        if gates {
            self.wait_at("ended", turn);
        }
        drop(held);
        Ok(())
    }

    fn read(
        &self,
        events: impl Iterator<Item = Result<Value, Failure>>,
        ways: &Value,
        cancel: &Cancel,
        turn: u64,
        gates: bool,
    ) -> Result<&'static str, Failure> {
        for (event, seen) in events.zip(1..) {
            self.say("event", turn, "event", event?);
            if ways["pause_after"] == seen && gates {
                self.wait_at("paused", turn);
            }
            if ways["abort_after"] == seen {
                cancel.cancel();
            }
            if ways["stop_after"] == seen {
                return Ok("stopped");
            }
        }
        Ok("end")
    }

    fn play(&self, request: &Value) -> Result<(), String> {
        let (none, mut threads) = (Vec::new(), Vec::new());
        for step in request["steps"].as_array().unwrap_or(&none) {
            match step["op"].as_str().unwrap_or("") {
                "start" | "resume" => threads.push(Thread::open(
                    request["codex"].as_str().unwrap_or(""),
                    &request["client"],
                    &step["options"],
                    step["thread_id"].as_str(),
                )),
                "turn" => self.turn(&threads, step, true)?,
                "together" => std::thread::scope(|scope| {
                    let turns = step["turns"].as_array().unwrap_or(&none).iter();
                    let threads = &threads;
                    let beside = |one| scope.spawn(move || self.turn(threads, one, false));
                    let playing: Vec<_> = turns.map(beside).collect();
                    playing.into_iter().try_for_each(|turn| turn.join().unwrap())
                })?,
                unknown => return Err(format!("unknown step {unknown}")),
            }
        }
        send(json!({"id": self.id, "kind": "done"}));
        Ok(())
    }
}

/// A lone surrogate is no text in Rust: a run with one is not for this language. Anything else is no request.
fn unreadable(line: &[u8], error: &serde_json::Error) {
    let escaped = String::from_utf8_lossy(line).replace("\\ud", "\\\\ud");
    match serde_json::from_str::<Value>(&escaped) {
        Ok(request) if request["op"] == "run" => {
            let reason = format!("a string of this run is no text in Rust: {error}");
            send(json!({"id": request["id"], "kind": "not_applicable", "reason": reason}));
        }
        _ => fault(None, error.to_string()),
    }
}

fn answer(request: Value, running: &Arc<Mutex<Running>>) {
    match request["op"].as_str().unwrap_or("") {
        "hello" => send(sdk::hello()),
        "run" => {
            let (opener, gates) = mpsc::channel();
            let id = request["id"].as_str().unwrap_or("").into();
            *running.lock().unwrap() = Running { id, gate: Some(opener), ..Default::default() };
            let running = running.clone();
            std::thread::spawn(move || {
                let run = Run { id: &request["id"], gates: Mutex::new(gates), running: &running };
                if let Err(message) = run.play(&request) {
                    fault(Some(&request["id"]), message);
                }
            });
        }
        "continue" => {
            let _ = running.lock().unwrap().gate.as_ref().map(|gate| gate.send(()));
        }
        "cancel" => {
            // Of a run that is over, or twice: nothing to do.
            let running = running.lock().unwrap();
            let mine = request["id"] == *running.id;
            let asked = running.turns.values().filter(|(may, _)| mine && *may);
            asked.for_each(|(_, turn)| turn.cancel());
        }
        unknown => fault(None, format!("unknown op {unknown:?} in {request}")),
    }
}

fn main() {
    let running = Arc::new(Mutex::new(Running::default()));
    for line in stdin().lock().split(b'\n') {
        match line.map(|line| serde_json::from_slice::<Value>(&line).map_err(|error| (line, error))) {
            Err(_) => break,
            Ok(Err((line, error))) => unreadable(&line, &error),
            Ok(Ok(request)) if request["op"] == "bye" => break,
            Ok(Ok(request)) => answer(request, &running),
        }
    }
    // A turn that still runs is ended.
    running.lock().unwrap().turns.values().for_each(|(_, turn)| turn.cancel());
}
