// REPLACE: what the driver asks of my-sdk. This stand-in starts codex by itself; put your SDK's calls here.

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Driver;

/// <summary>What this driver says of itself (schemas/driver.json).</summary>
internal static class Facts
{
    public static JsonObject Hello() => new()
    {
        ["kind"] = "hello",
        ["protocol"] = 1,
        ["sdk"] = "my-sdk",
        ["version"] = "0.0.0",
        ["language"] = "C#",
        ["runtime"] = $"dotnet {Environment.Version}",
        ["capabilities"] = new JsonArray(
            "run", "stream", "resume", "cancel", "cancel_before_start", "pause", "concurrent", "thread.skip_git_repo_check"),
        // null_absent, int_float, big_int: what the types of your SDK lose
        ["cannot_express"] = new JsonArray(),
    };
}

internal sealed class CodexExitedException(int status) : Exception($"codex exited with {status}");

internal sealed class TurnFailedException(string message) : Exception(message);

/// <summary>A thread of your SDK; options have the names of schemas/driver.json, absent ones are not given.</summary>
internal sealed class CodexThread(string codex, JsonObject client, JsonObject options, string? id)
{
    public string? Id { get; private set; } = id;

    public JsonObject Client { get; } = client;

    /// <summary>Asks the SDK for the stream of a turn. An SDK that starts codex here is seen to.</summary>
    public Task<IAsyncEnumerable<JsonNode>> StreamAsync(JsonNode input, JsonObject turnOptions, CancellationToken cancelled) =>
        Task.FromResult(EventsAsync(input, cancelled));

    private async IAsyncEnumerable<JsonNode> EventsAsync(
        JsonNode input, [EnumeratorCancellation] CancellationToken cancelled)
    {
        cancelled.ThrowIfCancellationRequested();
        var utf8 = new UTF8Encoding(false);
        var start = new ProcessStartInfo(codex)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add("--experimental-json");
        if (options["skip_git_repo_check"]?.GetValue<bool>() == true)
        {
            start.ArgumentList.Add("--skip-git-repo-check");
        }

        if (Id is not null)
        {
            start.ArgumentList.Add("resume");
            start.ArgumentList.Add(Id);
        }

        using var child = Process.Start(start) ?? throw new InvalidOperationException("codex was not started");
        using var killer = cancelled.Register(() => Kill(child));
        try
        {
            var writing = WriteAsync(child, Text(input));
            var lines = new StringBuilder();
            var buffer = new char[65536];
            while (await child.StandardOutput.ReadAsync(buffer, CancellationToken.None) is var count and > 0)
            {
                lines.Append(buffer, 0, count);
                if (Array.IndexOf(buffer, '\n', 0, count) < 0)
                {
                    continue;
                }

                var parts = lines.ToString().Split('\n'); // ReadLine would also end a line at CR
                lines.Clear().Append(parts[^1]);
                foreach (var line in parts[..^1])
                {
                    var read = JsonNode.Parse(line) ?? throw new JsonException("an event that is null");
                    Id = (string?)read["thread_id"] ?? Id;
                    yield return read;
                }
            }

            await child.WaitForExitAsync(CancellationToken.None);
            await writing;
        }
        finally
        {
            Kill(child);
        }

        cancelled.ThrowIfCancellationRequested();
        if (child.ExitCode != 0)
        {
            throw new CodexExitedException(child.ExitCode);
        }
    }

    /// <summary>One turn in one call: items, final_response, usage; what the SDK did not give is left out.</summary>
    public async Task<JsonObject> RunAsync(JsonNode input, JsonObject turnOptions, CancellationToken cancelled)
    {
        var items = new JsonArray();
        var told = new JsonObject { ["items"] = items, ["final_response"] = "" };
        await foreach (var read in await StreamAsync(input, turnOptions, cancelled))
        {
            switch ((string?)read["type"])
            {
                case "item.completed":
                    items.Add(read["item"]?.DeepClone());
                    told["final_response"] = (read["item"]?["text"] ?? told["final_response"])?.DeepClone();
                    break;
                case "turn.completed":
                    told["usage"] = read["usage"]?.DeepClone();
                    break;
                case "turn.failed":
                    throw new TurnFailedException((string?)read["error"]?["message"] ?? "");
            }
        }

        return told;
    }

    private static async Task WriteAsync(Process child, string prompt)
    {
        try
        {
            await child.StandardInput.WriteAsync(prompt);
            child.StandardInput.Close();
        }
        catch (IOException)
        {
            // A codex that does not read its prompt says so by its exit status.
        }
    }

    private static void Kill(Process child)
    {
        if (!child.HasExited)
        {
            child.Kill();
        }
    }

    private static string Text(JsonNode input) =>
        input is JsonArray parts
            ? string.Join("\n\n", parts.Select(part => (string?)part?["text"]).Where(text => text is not null))
            : input.GetValue<string>();
}
