// Driver of the official TypeScript SDK (driver protocol 1, schemas/driver.json). argv: the folder with node_modules.
// Hands on what the SDK gave and repairs nothing. No handler for uncaught errors: an SDK that kills its host must be seen.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

console.log = console.info = console.debug = console.error; // stdout belongs to the protocol
const folder = join(process.argv[2], "node_modules", "@openai", "codex-sdk");
const sdk = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const { Codex } = await import(pathToFileURL(join(folder, sdk.module)).href);

const HELLO = {
  kind: "hello", protocol: 1, sdk: sdk.name, version: sdk.version, language: "TypeScript", runtime: `node ${process.versions.node}`,
  capabilities: [
    "run", "stream", "resume", "images", "cancel", "cancel_before_start", "pause", "concurrent", "times",
    "client.base_url", "client.api_key", "client.env", "client.config", "client.config_overrides",
    "thread.model", "thread.thread_source", "thread.sandbox_mode", "thread.working_directory", "thread.additional_directories",
    "thread.skip_git_repo_check", "thread.model_reasoning_effort", "thread.network_access_enabled", "thread.web_search_mode",
    "thread.web_search_enabled", "thread.approval_policy", "turn.output_schema", "turn.cyber_access_program",
  ],
  cannot_express: ["int_float", "big_int"], // a JavaScript number is a double
};

const WAYS = ["stop_after", "abort_after", "abort", "pause_after", "times"];

function known(request) { // what is passed over in silence looks like parity
  for (const { op, consume } of request.steps.flatMap((step) => step.turns ?? [step])) {
    const ways = typeof consume === "object" ? Object.keys(consume) : [];
    if (!["start", "resume", "turn"].includes(op) || ways.some((way) => !WAYS.includes(way))) throw new Error(`unknown step ${op} ${ways}`);
  }
  return request;
}

const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const renamed = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const camel = (options) => Object.fromEntries(Object.entries(options).map(([name, value]) => [renamed(name), value]));
const describe = (error) => ({
  class: error?.name ?? typeof error,
  message: String(error?.message ?? error),
  ...(typeof error?.code === "string" && { code: error.code }), ...(error?.cause instanceof Error && { cause: describe(error.cause) }),
});

let proceed = () => {}; // opens the gate the play waits at
const controllers = new Set(); // of the turns that run and may be cancelled

function gate(id, name, turn) {
  send({ id, kind: "gate", gate: name, turn });
  return new Promise((resolve) => (proceed = resolve));
}

async function playTurn(id, threads, pass, { turn, mode, thread: index, input, options, consume }) {
  const [thread, controller] = [threads.at(index ?? -1), new AbortController()];
  const say = (kind, more) => send({ id, kind, turn, ...more });
  const aborts = "abort" in Object(consume) || "abort_after" in Object(consume);
  const turnOptions = { ...camel(options), ...(aborts && { signal: controller.signal }) };
  if (aborts) controllers.add(controller);
  let events; // held until the gate `ended` is open
  try {
    if (consume.abort === "before_start") controller.abort();
    if (mode === "run") {
      const { items, finalResponse, usage } = await thread.run(input, turnOptions);
      say("result", { result: { items, final_response: finalResponse, usage } });
    } else {
      ({ events } = await thread.runStreamed(input, turnOptions));
      await pass(id, "created", turn);
      let seen = 0;
      for (let round = 0; round < (consume.times ?? 1); round += 1) for await (const event of events) {
        say("event", { event });
        seen += 1;
        if (seen === consume.pause_after) await pass(id, "paused", turn);
        if (seen === consume.abort_after) controller.abort();
        if (seen === consume.stop_after) break;
      }
      say(seen === consume.stop_after ? "stopped" : "end");
    }
  } catch (error) {
    say("error", { error: describe(error) });
  }
  say("thread_id", { thread_id: thread.id ?? null }); // JSON has no undefined
  await pass(id, "ended", turn);
  controllers.delete(controller);
}

async function play({ id, codex, client, steps }) {
  const sdkClient = new Codex({ codexPathOverride: codex, ...camel(client) });
  const threads = [];
  for (const step of steps) {
    if (step.op === "start") threads.push(sdkClient.startThread(camel(step.options)));
    else if (step.op === "resume") threads.push(sdkClient.resumeThread(step.thread_id, camel(step.options)));
    else if (step.op === "turn") await playTurn(id, threads, gate, step);
    else await Promise.all(step.turns.map((turn) => playTurn(id, threads, async () => {}, turn)));
  }
  send({ id, kind: "done" });
}

const OPS = {
  hello: () => send(HELLO),
  run: (request) => play(known(request)).catch((error) => send({ id: request.id, kind: "driver_error", message: String(error?.stack) })),
  continue: () => proceed(),
  cancel: () => controllers.forEach((one) => one.abort()),
  bye: () => process.exit(0),
};
const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
lines.on("close", OPS.bye);
lines.on("line", (line) => {
  try {
    const request = JSON.parse(line);
    if (!Object.hasOwn(OPS, request?.op)) throw new Error("unknown op");
    OPS[request.op](request);
  } catch (error) {
    send({ kind: "driver_error", message: `${error.message}: ${line}` });
  }
});
