defmodule Sdk do
  @moduledoc """
  REPLACE: what the driver asks of my-sdk. This stand-in starts codex by itself; put your SDK's calls here.
  """

  defmodule Failure do
    @moduledoc "What the stand-in raises; your SDK has errors of its own."
    defexception [:message]
  end

  @doc "What this driver says of itself (schemas/driver.json)."
  def facts do
    %{
      sdk: "my-sdk",
      version: "0.0.0",
      language: "Elixir",
      runtime: "elixir #{System.version()}",
      capabilities:
        ~w(run stream resume cancel cancel_before_start pause concurrent thread.skip_git_repo_check),
      # null_absent, int_float, big_int: what the types of your SDK lose
      cannot_express: []
    }
  end

  @doc "Opens a thread; client and options have the names of schemas/driver.json, absent ones are not given."
  def open(codex, _client, options, id) do
    {:ok, ids} = Agent.start_link(fn -> id end)
    %{codex: codex, options: options, ids: ids}
  end

  def id(thread), do: Agent.get(thread.ids, & &1)

  @doc """
  Asks the SDK for the stream of a turn; one that starts codex here is seen to. `:cancel` sent to this process cancels.
  """
  def stream(thread, input, _options) do
    Stream.resource(fn -> start(thread, input) end, &next(&1, thread), &stop/1)
  end

  @doc "One turn in one call: items, final_response, usage; what the SDK did not give is left out."
  def run(thread, input, options) do
    told = %{"items" => [], "final_response" => ""}

    Enum.reduce(stream(thread, input, options), told, fn
      %{"type" => "item.completed", "item" => item}, told ->
        told = Map.update!(told, "items", &(&1 ++ [item]))
        Map.put(told, "final_response", Map.get(item, "text", told["final_response"]))

      %{"type" => "turn.completed", "usage" => usage}, told ->
        Map.put(told, "usage", usage)

      %{"type" => "turn.failed", "error" => error}, _ ->
        raise Failure, error["message"]

      _, told ->
        told
    end)
  end

  # A port cannot close the child's stdin and read on, so the prompt comes from a file.
  defp start(thread, input) do
    receive do
      :cancel -> raise Failure, "cancelled before codex was started"
    after
      0 -> :ok
    end

    unless File.exists?(thread.codex), do: raise(File.Error, reason: :enoent, path: thread.codex)
    prompt = Path.join(System.tmp_dir!(), "prompt-#{System.unique_integer([:positive])}")
    File.write!(prompt, if(is_binary(input), do: input, else: Enum.map_join(input, "\n\n", & &1["text"])))
    skip = if thread.options["skip_git_repo_check"], do: ["--skip-git-repo-check"], else: []
    resume = if id(thread), do: ["resume", id(thread)], else: []
    words = ["-c", ~s(exec "$@" < "$0"), prompt, thread.codex, "exec", "--experimental-json"]
    options = [:binary, :exit_status, args: words ++ skip ++ resume]
    port = Port.open({:spawn_executable, "/bin/sh"}, options)
    %{port: port, prompt: prompt, text: "", over: false}
  end

  defp next(%{over: true} = turn, _), do: {:halt, turn}

  defp next(%{port: port} = turn, thread) do
    receive do
      {^port, {:data, data}} ->
        {lines, [rest]} = Enum.split(:binary.split(turn.text <> data, "\n", [:global]), -1)
        {Enum.map(lines, &event(&1, thread)), %{turn | text: rest}}

      {^port, {:exit_status, 0}} ->
        {[], %{turn | over: true}}

      {^port, {:exit_status, status}} ->
        raise Failure, "codex exited with #{status}"

      :cancel ->
        raise Failure, "cancelled while codex ran"
    end
  end

  defp event(line, thread) do
    event = JSON.decode!(line)
    if event["type"] == "thread.started", do: Agent.update(thread.ids, fn _ -> event["thread_id"] end)
    event
  end

  defp stop(turn) do
    with {:os_pid, pid} <- Port.info(turn.port, :os_pid), do: System.cmd("kill", ["-KILL", "#{pid}"])
    File.rm(turn.prompt)
  end
end
