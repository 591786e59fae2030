// Driver of my-sdk: the protocol of schemas/driver.json. What reaches the SDK is in sdk.go; this file can stay as it is.
// It hands on what the SDK gave and repairs nothing.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

type object = map[string]any

type request struct {
	Op, ID, Codex string
	Client        object
	Steps         []step
}

type step struct {
	Op, Mode string
	ThreadID string `json:"thread_id"`
	Turn     int
	Thread   *int
	Input    any
	Options  object
	Consume  json.RawMessage
	Turns    []step
}

type consume struct {
	StopAfter  int `json:"stop_after"`
	AbortAfter int `json:"abort_after"`
	PauseAfter int `json:"pause_after"`
	Abort      string
}

type driver struct {
	mutex   sync.Mutex // of out, run and cancels
	out     io.Writer
	run     string
	cancels map[int]context.CancelFunc // of the turns that run and may be cancelled
	gate    chan struct{}
	life    context.Context
	playing sync.WaitGroup
}

func (d *driver) send(message object) {
	line, err := json.Marshal(message)
	if err != nil {
		line, _ = json.Marshal(object{"kind": "driver_error", "message": err.Error()})
	}
	d.locked(func() { _, _ = d.out.Write(append(line, '\n')) })
}

func (d *driver) locked(change func()) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	change()
}

func describe(err error) object {
	told := object{"class": fmt.Sprintf("%T", err), "message": err.Error()}
	if cause := errors.Unwrap(err); cause != nil {
		told["cause"] = describe(cause)
	}
	return told
}

func (d *driver) waitAt(gate string, id string, turn int) {
	select {
	case <-d.gate: // a `continue` that nobody waited for
	default:
	}
	d.send(object{"id": id, "kind": "gate", "gate": gate, "turn": turn})
	select {
	case <-d.gate:
	case <-d.life.Done():
	}
}

func (d *driver) turn(id string, threads []*thread, asked step, gates bool) error {
	var ways consume
	if string(asked.Consume) != `"all"` {
		strict := json.NewDecoder(bytes.NewReader(asked.Consume))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&ways); err != nil {
			return fmt.Errorf("unknown consume: %w", err)
		}
	}
	index := len(threads) - 1
	if asked.Thread != nil {
		index = *asked.Thread
	}
	ctx, cancel := context.WithCancel(d.life)
	defer cancel()
	if ways.Abort != "" || ways.AbortAfter > 0 {
		d.locked(func() { d.cancels[asked.Turn] = cancel })
	}
	if ways.Abort == "before_start" {
		cancel()
	}
	say := func(kind, name string, value any) {
		message := object{"id": id, "kind": kind, "turn": asked.Turn}
		if name != "" {
			message[name] = value
		}
		d.send(message)
	}
	opened := threads[index]
	if asked.Mode == "run" {
		if result, err := opened.run(ctx, asked.Input, asked.Options); err != nil {
			say("error", "error", describe(err))
		} else {
			say("result", "result", result)
		}
	} else if events, err := opened.stream(ctx, asked.Input, asked.Options); err != nil {
		say("error", "error", describe(err))
	} else {
		outcome, seen := "end", 0
		if gates {
			d.waitAt("created", id, asked.Turn)
		}
		for event, err := range events {
			if err != nil {
				outcome = "error"
				say("error", "error", describe(err))
				break
			}
			say("event", "event", event)
			seen++
			if seen == ways.PauseAfter && gates {
				d.waitAt("paused", id, asked.Turn)
			}
			if seen == ways.AbortAfter {
				cancel()
			}
			if seen == ways.StopAfter {
				outcome = "stopped"
				break
			}
		}
		if outcome != "error" {
			say(outcome, "", nil)
		}
	}
	d.locked(func() { delete(d.cancels, asked.Turn) })
	say("thread_id", "thread_id", opened.id)
	if gates {
		d.waitAt("ended", id, asked.Turn)
	}
	return nil
}

func (d *driver) play(asked request) error {
	var threads []*thread
	for _, one := range asked.Steps {
		switch one.Op {
		case "start", "resume":
			opened, err := openThread(asked.Codex, asked.Client, one.Options, one.ThreadID)
			if err != nil {
				return err
			}
			threads = append(threads, opened)
		case "turn":
			if err := d.turn(asked.ID, threads, one, true); err != nil {
				return err
			}
		case "together":
			failures := make([]error, len(one.Turns))
			var turns sync.WaitGroup
			for number, turn := range one.Turns {
				turns.Add(1)
				go func() {
					defer turns.Done()
					failures[number] = d.turn(asked.ID, threads, turn, false)
				}()
			}
			turns.Wait()
			if err := errors.Join(failures...); err != nil {
				return err
			}
		default:
			return fmt.Errorf("unknown step %q", one.Op)
		}
	}
	d.send(object{"id": asked.ID, "kind": "done"})
	return nil
}

func (d *driver) answer(asked request) {
	d.mutex.Lock()
	if asked.Op == "cancel" && asked.ID == d.run { // of a run that is over, or twice: nothing to do
		for _, cancel := range d.cancels {
			cancel()
		}
	}
	if asked.Op == "run" {
		d.run = asked.ID
	}
	d.mutex.Unlock()
	switch asked.Op {
	case "hello":
		d.send(hello)
	case "run":
		d.playing.Add(1)
		go func() {
			defer d.playing.Done()
			if err := d.play(asked); err != nil {
				d.send(object{"id": asked.ID, "kind": "driver_error", "message": err.Error()})
			}
		}()
	case "continue":
		select {
		case d.gate <- struct{}{}:
		default:
		}
	case "cancel":
	default:
		d.send(object{"kind": "driver_error", "message": fmt.Sprintf("unknown op %q", asked.Op)})
	}
}

func main() {
	life, end := context.WithCancel(context.Background())
	d := &driver{out: os.Stdout, cancels: map[int]context.CancelFunc{}, gate: make(chan struct{}, 1), life: life}
	os.Stdout = os.Stderr // what the SDK prints must not look like a message
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			d.send(object{"kind": "driver_error", "message": err.Error()})
		} else if asked.Op == "bye" {
			break
		} else {
			d.answer(asked)
		}
	}
	end() // a turn that still runs is ended
	d.playing.Wait()
}
