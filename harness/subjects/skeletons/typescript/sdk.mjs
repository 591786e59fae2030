// @ts-check
// REPLACE: what the driver asks of my-sdk. This stand-in starts codex by itself; put your SDK's calls here.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export const FACTS = {
  sdk: "my-sdk",
  version: "0.0.0", // better: from the package.json of the installed SDK
  language: "TypeScript",
  runtime: `node ${process.versions.node}`,
  capabilities: [
    ...["run", "stream", "resume", "cancel", "cancel_before_start", "pause", "concurrent"],
    "thread.skip_git_repo_check",
  ],
  cannot_express: ["int_float", "big_int"], // a JavaScript number is a double; null_absent where your SDK adds nulls
};

/** A thread of your SDK. `client` and `options` have the names of schemas/driver.json; absent: not given. */
export class Thread {
  /** @param {string} codex @param {any} client @param {any} options @param {string | null} id */
  constructor(codex, client, options, id) {
    [this.codex, this.client, this.options, this.id] = [codex, client, options, id];
  }

  /**
   * Asks the SDK for the stream of a turn. An SDK that starts codex here is seen to.
   * @param {any} input @param {any} _options @param {AbortSignal} signal
   */
  async stream(input, _options, signal) {
    return this.#events(input, signal);
  }

  /** @param {any} input @param {AbortSignal} signal */
  async *#events(input, signal) {
    signal.throwIfAborted();
    const argv = ["exec", "--experimental-json"];
    if (this.options.skip_git_repo_check) argv.push("--skip-git-repo-check");
    if (this.id) argv.push("resume", this.id);
    const codex = spawn(this.codex, argv, { signal });
    codex.on("error", () => {}); // it is seen at `close` below, too
    codex.stdin.on("error", () => {}); // a codex that does not read its prompt
    let stderr = "";
    codex.stderr.on("data", (data) => (stderr += data));
    const ended = once(codex, "close");
    ended.catch(() => {}); // heard below, after what codex wrote
    codex.stdin.end(typeof input === "string" ? input : input.map((part) => part.text).join("\n\n"));
    try {
      for await (const line of createInterface({ input: codex.stdout, crlfDelay: Infinity })) {
        const event = JSON.parse(line);
        if (event.type === "thread.started") this.id = event.thread_id;
        yield event;
      }
      const [status] = await ended;
      if (status !== 0) throw new Error(`codex exited with ${status}: ${stderr}`);
    } finally {
      codex.kill("SIGKILL");
    }
  }

  /**
   * One turn in one call: items, final_response, usage; what the SDK did not give is left out.
   * @param {any} input @param {any} options @param {AbortSignal} signal
   */
  async run(input, options, signal) {
    /** @type {{items: any[], final_response: string, usage?: any}} */
    const told = { items: [], final_response: "" };
    for await (const event of await this.stream(input, options, signal)) {
      if (event.type === "item.completed") {
        told.items.push(event.item);
        told.final_response = event.item.text ?? told.final_response;
      } else if (event.type === "turn.completed") told.usage = event.usage;
      else if (event.type === "turn.failed") throw new Error(event.error.message);
    }
    return told;
  }
}
