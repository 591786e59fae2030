// @ts-check
// Driver of my-sdk: the protocol of schemas/driver.json. What reaches the SDK is in sdk.mjs; this file can stay as it is.
// It hands on what the SDK gave and repairs nothing. No handler for uncaught errors: an SDK that kills its host must be seen.
import { createInterface } from "node:readline";
import { FACTS, Thread } from "./sdk.mjs";

console.log = console.info = console.debug = console.error; // stdout belongs to the protocol
const WAYS = ["stop_after", "abort_after", "pause_after", "abort"];

let running = ""; // the id of the run
let proceed = () => {}; // opens the gate that the run waits at
const turns = new Set(); // one AbortController for each turn that runs and may be cancelled

const playing = new Set(); // one for each turn that runs

const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

function describe(error) {
  const told = { class: error?.name ?? typeof error, message: String(error?.message ?? error) };
  if (typeof error?.code === "string") told.code = error.code;
  if (error?.cause instanceof Error) told.cause = describe(error.cause);
  return told;
}

function waitAt(gate, where) {
  send({ kind: "gate", gate, ...where });
  return new Promise((resolve) => {
    proceed = () => resolve(undefined);
  });
}

async function read(events, consume, controller, where, gates) {
  let seen = 0;
  for await (const event of events) {
    send({ kind: "event", event, ...where });
    seen += 1;
    if (seen === consume.pause_after && gates) await waitAt("paused", where);
    if (seen === consume.abort_after) controller.abort();
    if (seen === consume.stop_after) return "stopped";
  }
  return "end";
}

async function playTurn(thread, step, where, gates) {
  const consume = step.consume === "all" ? {} : step.consume;
  const unknown = Object.keys(consume).filter((way) => !WAYS.includes(way));
  if (unknown.length > 0) throw new Error(`unknown consume ${unknown}`);
  const controller = new AbortController();
  playing.add(controller);
  if ("abort" in consume || "abort_after" in consume) turns.add(controller);
  if (consume.abort === "before_start") controller.abort();
  let events = null; // held until the gate `ended` is open
  try {
    if (step.mode === "run") {
      const result = await thread.run(step.input, step.options, controller.signal);
      send({ kind: "result", result, ...where });
    } else {
      events = await thread.stream(step.input, step.options, controller.signal);
      if (gates) await waitAt("created", where);
      send({ kind: await read(events, consume, controller, where, gates), ...where });
    }
  } catch (error) {
    send({ kind: "error", error: describe(error), ...where });
  }
  turns.delete(controller);
  playing.delete(controller);
  send({ kind: "thread_id", thread_id: thread.id, ...where });
  if (gates) await waitAt("ended", where);
  await events?.return();
}

async function play({ id, codex, client, steps }) {
  const threads = [];
  const begin = (step, gates) => playTurn(threads.at(step.thread ?? -1), step, { id, turn: step.turn }, gates);
  running = id;
  for (const step of steps) {
    if (step.op === "start" || step.op === "resume") {
      threads.push(new Thread(codex, client, step.options, step.thread_id ?? null));
    } else if (step.op === "turn") await begin(step, true);
    else if (step.op === "together") await Promise.all(step.turns.map((one) => begin(one, false)));
    else throw new Error(`unknown step ${step.op}`);
  }
  send({ kind: "done", id });
}

function cancel({ id }) {
  if (id === running) turns.forEach((turn) => turn.abort()); // of a run that is over, or twice: nothing to do
}

function leave() {
  playing.forEach((turn) => turn.abort());
  setImmediate(() => process.exit(0));
}

const OPS = {
  hello: () => send({ kind: "hello", protocol: 1, ...FACTS }),
  run: (asked) => play(asked).catch((error) => send({ id: asked.id, kind: "driver_error", message: String(error) })),
  continue: () => proceed(),
  cancel,
  bye: leave,
};
const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
lines.on("close", leave);
lines.on("line", (line) => {
  try {
    const request = JSON.parse(line);
    if (!Object.hasOwn(OPS, request?.op)) throw new Error("unknown op");
    OPS[request.op](request);
  } catch (error) {
    send({ kind: "driver_error", message: `${error}: ${line.slice(0, 200)}` });
  }
});
