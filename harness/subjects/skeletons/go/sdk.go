package main

// REPLACE: what the driver asks of my-sdk. This stand-in starts codex by itself; put your SDK's calls here.

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// hello is what this driver says of itself (schemas/driver.json).
var hello = object{
	"kind": "hello", "protocol": 1, "sdk": "my-sdk", "version": "0.0.0", "language": "Go",
	"runtime": strings.Replace(runtime.Version(), "go", "go ", 1),
	"capabilities": []string{
		"run", "stream", "resume", "cancel", "cancel_before_start", "pause", "concurrent", "thread.skip_git_repo_check",
	},
	"cannot_express": []string{}, // null_absent, int_float, big_int: what the types of your SDK lose
}

// thread is a thread of your SDK.
type thread struct {
	codex   string
	options object
	id      string
}

// openThread takes client and options under the names of schemas/driver.json; absent ones are not given.
func openThread(codex string, _, options object, threadID string) (*thread, error) {
	return &thread{codex: codex, options: options, id: threadID}, nil
}

// stream asks the SDK for the stream of a turn: its events as JSON. An SDK that starts codex here is seen to.
func (t *thread) stream(ctx context.Context, input any, _ object) (iter.Seq2[json.RawMessage, error], error) {
	return t.events(ctx, input), nil
}

func (t *thread) events(ctx context.Context, input any) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		arguments := []string{"exec", "--experimental-json"}
		if t.options["skip_git_repo_check"] == true {
			arguments = append(arguments, "--skip-git-repo-check")
		}
		if t.id != "" {
			arguments = append(arguments, "resume", t.id)
		}
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		codex := exec.CommandContext(ctx, t.codex, arguments...)
		codex.Stdin, codex.Stderr = strings.NewReader(text(input)), os.Stderr
		stdout, err := codex.StdoutPipe()
		if err == nil {
			err = codex.Start()
		}
		if err != nil {
			yield(nil, err)
			return
		}
		lines := bufio.NewReader(stdout)
		for {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				break
			}
			var event struct {
				ThreadID string `json:"thread_id"`
			}
			if err := json.Unmarshal(line, &event); err != nil {
				yield(nil, err)
				return
			}
			if event.ThreadID != "" {
				t.id = event.ThreadID
			}
			if !yield(line, nil) {
				stop()
				_ = codex.Wait()
				return
			}
		}
		if err := codex.Wait(); ctx.Err() != nil {
			yield(nil, ctx.Err())
		} else if err != nil {
			yield(nil, err)
		}
	}
}

// run plays one turn in one call: items, final_response, usage; what the SDK did not give is left out.
func (t *thread) run(ctx context.Context, input any, options object) (object, error) {
	items, told := []any{}, object{"final_response": ""}
	events, err := t.stream(ctx, input, options)
	if err != nil {
		return nil, err
	}
	for line, err := range events {
		if err != nil {
			return nil, err
		}
		var event struct {
			Type  string
			Item  json.RawMessage
			Usage json.RawMessage
			Error struct{ Message string }
		}
		_ = json.Unmarshal(line, &event) // stream has parsed it before
		switch event.Type {
		case "item.completed":
			items = append(items, event.Item)
			var message struct{ Text *string }
			if json.Unmarshal(event.Item, &message) == nil && message.Text != nil {
				told["final_response"] = *message.Text
			}
		case "turn.completed":
			told["usage"] = event.Usage
		case "turn.failed":
			return nil, errors.New(event.Error.Message)
		}
	}
	told["items"] = items
	return told, nil
}

func text(input any) string {
	if whole, ok := input.(string); ok {
		return whole
	}
	var parts []string
	for _, part := range input.([]any) {
		if text, ok := part.(object)["text"].(string); ok {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "\n\n")
}
