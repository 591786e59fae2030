defmodule Driver do
  @moduledoc """
  Driver of my-sdk: the protocol of schemas/driver.json. What reaches the SDK is in sdk.ex; this file can stay as it is.
  It hands on what the SDK gave and repairs nothing.
  """

  @ways ~w(stop_after abort_after pause_after abort)

  def main do
    # JSON lines are bytes: nothing is to be decoded or encoded on the way.
    :ok = :io.setopts(:standard_io, encoding: :latin1)
    server = self()
    spawn_link(fn -> read(server) end)
    serve(%{id: nil, player: nil})
  end

  # Standard input is read by a process of its own, so that a cancel is heard while a turn runs.
  defp read(server) do
    case IO.binread(:stdio, :line) do
      line when is_binary(line) ->
        send(server, {:line, line})
        read(server)

      _ ->
        send(server, :leave)
    end
  end

  defp serve(state) do
    receive do
      {:line, line} ->
        case decoded(line) do
          {:ok, %{"op" => "bye"}} -> leave(state)
          {:ok, request} -> serve(answer(request, state, line))
          :error -> serve(unreadable(line, state))
        end

      :leave ->
        leave(state)
    end
  end

  defp decoded(line) do
    with {:error, _} <- JSON.decode(line), do: :error
  end

  defp answer(%{"op" => "hello"}, state, _) do
    say(Map.merge(Sdk.facts(), %{kind: "hello", protocol: 1}))
    state
  end

  defp answer(%{"op" => "run", "id" => id} = request, _, _) do
    %{id: id, player: spawn(fn -> play(id, request) end)}
  end

  defp answer(%{"op" => "continue"}, state, _) do
    if state.player, do: send(state.player, :continue)
    state
  end

  # Of a run that is over, or twice: nothing to do.
  defp answer(%{"op" => "cancel", "id" => id}, state, _) do
    if id == state.id, do: send(state.player, :cancel)
    state
  end

  defp answer(_, state, line), do: complain(line, state)

  # A lone surrogate is no text in Elixir: a run with one is not for this language. Anything else is no request.
  defp unreadable(line, state) do
    case decoded(:binary.replace(line, "\\ud", "\\\\ud", [:global])) do
      {:ok, %{"op" => "run", "id" => id}} ->
        say(%{id: id, kind: "not_applicable", reason: "a string of this run is no text in Elixir"})
        state

      _ ->
        complain(line, state)
    end
  end

  defp complain(line, state) do
    say(%{
      kind: "driver_error",
      message: "no request: #{inspect(binary_part(line, 0, min(byte_size(line), 200)))}"
    })

    state
  end

  defp leave(state) do
    with pid when is_pid(pid) <- state.player do
      watch = Process.monitor(pid)
      # A turn that still runs is ended.
      Enum.each([:cancel, :leave], &send(pid, &1))

      receive do
        {:DOWN, ^watch, _, _, _} -> :ok
      after
        1000 -> :ok
      end
    end

    System.halt(0)
  end

  defp play(id, request) do
    Enum.reduce(request["steps"], [], fn step, threads -> step(step, threads, id, request) end)
    say(%{id: id, kind: "done"})
  rescue
    error -> say(%{id: id, kind: "driver_error", message: Exception.message(error)})
  catch
    :leave -> :ok
  end

  defp step(%{"op" => op} = step, threads, _, request) when op in ["start", "resume"] do
    threads ++ [Sdk.open(request["codex"], request["client"], step["options"], step["thread_id"])]
  end

  defp step(%{"op" => "turn"} = step, threads, id, _) do
    turn(step, threads, id, true)
    threads
  end

  defp step(%{"op" => "together", "turns" => turns}, threads, id, _) do
    begin = fn one -> Task.async(fn -> turn(one, threads, id, false) end) end
    together(Enum.map(turns, &{begin.(&1), may_be_cancelled(&1)}))
    threads
  end

  defp step(step, _, _, _), do: raise("unknown step #{step["op"]}")

  # While turns run together, a cancel is for those that ask for one.
  defp together([]), do: :ok

  defp together(tasks) do
    receive do
      :leave ->
        Enum.each(tasks, fn {task, _} -> send(task.pid, :cancel) end)
        together(tasks)

      :cancel ->
        for {task, true} <- tasks, do: send(task.pid, :cancel)
        together(tasks)

      {ref, _} when is_reference(ref) ->
        Process.demonitor(ref, [:flush])
        together(Enum.reject(tasks, fn {task, _} -> task.ref == ref end))
    end
  end

  defp turn(step, threads, id, gates) do
    consume = if is_map(step["consume"]), do: step["consume"], else: %{}
    unknown = Map.keys(consume) -- @ways
    if unknown != [], do: raise("unknown consume #{inspect(unknown)}")
    thread = Enum.at(threads, step["thread"] || -1)
    where = %{id: id, turn: step["turn"]}
    forget()
    if consume["abort"] == "before_start", do: send(self(), :cancel)

    try do
      if step["mode"] == "run" do
        result = Sdk.run(thread, step["input"], step["options"])
        say(Map.merge(where, %{kind: "result", result: result}))
      else
        events = Sdk.stream(thread, step["input"], step["options"])
        if gates, do: wait_at("created", where)
        say(Map.put(where, :kind, consume(events, consume, where, gates)))
      end
    rescue
      error ->
        told = %{class: inspect(error.__struct__), message: Exception.message(error)}
        say(Map.merge(where, %{kind: "error", error: told}))
    end

    say(Map.merge(where, %{kind: "thread_id", thread_id: Sdk.id(thread)}))
    if gates, do: wait_at("ended", where)
  end

  defp may_be_cancelled(%{"consume" => ways}),
    do: is_map(ways) and (ways["abort"] || ways["abort_after"]) != nil

  # A cancel that came after the end of the turn before.
  defp forget do
    receive do
      :cancel -> forget()
    after
      0 -> :ok
    end
  end

  defp consume(events, consume, where, gates) do
    Enum.reduce_while(events, 0, fn event, before ->
      seen = before + 1
      say(Map.merge(where, %{kind: "event", event: event}))
      if seen == consume["pause_after"] and gates, do: wait_at("paused", where)
      if seen == consume["abort_after"], do: send(self(), :cancel)
      if seen == consume["stop_after"], do: {:halt, :stopped}, else: {:cont, seen}
    end)
    |> then(&if(&1 == :stopped, do: "stopped", else: "end"))
  end

  defp wait_at(gate, where) do
    say(Map.merge(where, %{kind: "gate", gate: gate}))

    receive do
      :continue -> :ok
      :leave -> throw(:leave)
    end
  end

  defp say(message), do: IO.binwrite(:stdio, JSON.encode!(message) <> "\n")
end
