// Driver of my-sdk: the protocol of schemas/driver.json. What reaches the SDK is in Sdk.cs; this file can stay as it is.
// It hands on what the SDK gave and repairs nothing.

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;

namespace Driver;

internal sealed class Program(Stream output)
{
    private static readonly string[] Ways = ["stop_after", "abort_after", "pause_after", "abort"];

    private readonly ConcurrentDictionary<int, CancellationTokenSource> turns = new(); // that run and may be cancelled
    private readonly CancellationTokenSource life = new();
    private TaskCompletionSource gate = new();
    private string running = "";
    private Task playing = Task.CompletedTask;

    private static async Task Main()
    {
        var driver = new Program(Console.OpenStandardOutput());
        Console.SetOut(Console.Error); // what the SDK prints must not look like a message
        using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        while (await input.ReadLineAsync() is { } line)
        {
            try
            {
                var request = JsonNode.Parse(line)!.AsObject();
                if ((string?)request["op"] == "bye")
                {
                    break;
                }

                driver.Answer(request);
            }
            catch (Exception error)
            {
                driver.Send(new() { ["kind"] = "driver_error", ["message"] = $"{error.Message}: {line[..Math.Min(line.Length, 200)]}" });
            }
        }

        driver.life.Cancel(); // a turn that still runs is ended
        await Task.WhenAny(driver.playing, Task.Delay(TimeSpan.FromSeconds(1)));
    }

    private void Send(JsonObject message)
    {
        var line = Encoding.UTF8.GetBytes(message.ToJsonString() + "\n");
        lock (output)
        {
            output.Write(line);
            output.Flush();
        }
    }

    private void Say(string id, int turn, string kind, string name = "", JsonNode? value = null)
    {
        var message = new JsonObject { ["id"] = id, ["kind"] = kind, ["turn"] = turn };
        if (name != "")
        {
            message[name] = value;
        }

        Send(message);
    }

    private static JsonObject Describe(Exception error)
    {
        var told = new JsonObject { ["class"] = error.GetType().Name, ["message"] = error.Message };
        if (error.InnerException is { } cause)
        {
            told["cause"] = Describe(cause);
        }

        return told;
    }

    private void Answer(JsonObject request)
    {
        switch ((string?)request["op"])
        {
            case "hello":
                Send(Facts.Hello());
                break;
            case "run":
                running = (string?)request["id"] ?? "";
                playing = Task.Run(() => PlayAsync(running, request));
                break;
            case "continue":
                gate.TrySetResult();
                break;
            case "cancel": // of a run that is over, or twice: nothing to do
                if ((string?)request["id"] == running)
                {
                    CancelAll();
                }

                break;
            default:
                throw new ArgumentException("unknown op");
        }
    }

    private void CancelAll()
    {
        foreach (var turn in turns.Values)
        {
            turn.Cancel();
        }
    }

    private Task WaitAtAsync(string name, string id, int turn)
    {
        gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Say(id, turn, "gate", "gate", name);
        return gate.Task;
    }

    private async Task PlayAsync(string id, JsonObject request)
    {
        try
        {
            var threads = new List<CodexThread>();
            foreach (var step in request["steps"]!.AsArray().Select(one => one!.AsObject()))
            {
                switch ((string?)step["op"])
                {
                    case "start" or "resume":
                        threads.Add(new CodexThread(
                            (string?)request["codex"] ?? "", request["client"]!.AsObject(), step["options"]!.AsObject(), (string?)step["thread_id"]));
                        break;
                    case "turn":
                        await TurnAsync(id, threads, step, gates: true);
                        break;
                    case "together":
                        await Task.WhenAll(step["turns"]!.AsArray().Select(turn => TurnAsync(id, threads, turn!.AsObject(), gates: false)));
                        break;
                    default:
                        throw new ArgumentException($"unknown step {step["op"]}");
                }
            }

            Send(new() { ["id"] = id, ["kind"] = "done" });
        }
        catch (Exception error)
        {
            Send(new() { ["id"] = id, ["kind"] = "driver_error", ["message"] = error.ToString() });
        }
    }

    private async Task TurnAsync(string id, List<CodexThread> threads, JsonObject step, bool gates)
    {
        var consume = step["consume"] as JsonObject ?? new JsonObject();
        if (consume.FirstOrDefault(way => !Ways.Contains(way.Key)).Key is { } unknown)
        {
            throw new ArgumentException($"unknown consume {unknown}");
        }

        var turn = (int)step["turn"]!;
        var thread = threads[(int?)step["thread"] ?? threads.Count - 1];
        var (input, options) = (step["input"]!, step["options"]!.AsObject());
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(life.Token);
        if (consume.ContainsKey("abort") || consume.ContainsKey("abort_after"))
        {
            turns[turn] = cancel;
        }

        if ((string?)consume["abort"] == "before_start")
        {
            cancel.Cancel();
        }

        IAsyncEnumerator<JsonNode>? events = null; // held until the gate `ended` is open
        try
        {
            if ((string?)step["mode"] == "run")
            {
                Say(id, turn, "result", "result", await thread.RunAsync(input, options, cancel.Token));
            }
            else
            {
                events = (await thread.StreamAsync(input, options, cancel.Token)).GetAsyncEnumerator(cancel.Token);
                if (gates)
                {
                    await WaitAtAsync("created", id, turn);
                }

                Say(id, turn, await ReadAsync(events, consume, cancel, id, turn, gates));
            }
        }
        catch (Exception error)
        {
            Say(id, turn, "error", "error", Describe(error));
        }

        turns.TryRemove(turn, out _);
        Say(id, turn, "thread_id", "thread_id", thread.Id);
        if (gates)
        {
            await WaitAtAsync("ended", id, turn);
        }

        if (events is not null)
        {
            await events.DisposeAsync();
        }
    }

    private async Task<string> ReadAsync(
        IAsyncEnumerator<JsonNode> events, JsonObject consume, CancellationTokenSource cancel, string id, int turn, bool gates)
    {
        var seen = 0;
        while (await events.MoveNextAsync())
        {
            Say(id, turn, "event", "event", events.Current);
            seen++;
            if (seen == (int?)consume["pause_after"] && gates)
            {
                await WaitAtAsync("paused", id, turn);
            }

            if (seen == (int?)consume["abort_after"])
            {
                cancel.Cancel();
            }

            if (seen == (int?)consume["stop_after"])
            {
                return "stopped";
            }
        }

        return "end";
    }
}
