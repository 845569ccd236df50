package guard

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

const doPolicy = `version: 1
rules:
  - id: go.slow
    on: file.read
    match: { targets: ['/etc/services'] }
    points: 5
    reason: reads the list of services
    obligations: [{ kind: timeout, timeoutMs: 50 }]
  - id: go.rows
    on: file.read
    match: { targets: ['/etc/hostname'] }
    points: 5
    reason: reads the name of this machine
    obligations: [{ kind: row-limit, rows: 10 }]
  - id: go.safer
    on: file.read
    match: { targets: ['/etc/hosts'] }
    points: 5
    reason: reads the names of other machines
    verdict: compute
    rewrite: ['echo', 'safer']
`

func reading(path string) Action {
	action := Exec("cat", path)
	action.Cwd = "/"
	return action
}

type weather struct {
	City string `json:"city"`
	Note string `json:"note"`
	Days *int64 `json:"days"`
}

func TestDo(t *testing.T) {
	s := startScene(t, doPolicy)
	client := WithClient(s.client())

	t.Run("runs and reports", func(t *testing.T) {
		trace := ""
		value, err := Do(t.Context(), reading("/etc/os-release"), func(_ context.Context, permit *Permit) (int, error) {
			trace = permit.TraceID
			return 7, nil
		}, client)
		must(t, err)
		equal(t, "value", value, 7)
		contains(t, "outcome", s.recorded(trace), `"succeeded"`)
	})

	t.Run("its own error comes back and is reported", func(t *testing.T) {
		trace, own := "", errors.New("own")
		_, err := Do(t.Context(), reading("/etc/os-release"), func(_ context.Context, permit *Permit) (int, error) {
			trace = permit.TraceID
			return 0, own
		}, client)
		equal(t, "error", err, own)
		contains(t, "outcome", s.recorded(trace), `"failed"`)
	})

	t.Run("a panic goes on and is reported", func(t *testing.T) {
		trace := ""
		func() {
			defer func() { equal(t, "panic", recover(), any("own")) }()
			Do(t.Context(), reading("/etc/os-release"), func(_ context.Context, permit *Permit) (int, error) {
				trace = permit.TraceID
				panic("own")
			}, client)
		}()
		contains(t, "outcome", s.recorded(trace), `"failed"`)
	})

	t.Run("what is denied does not run", func(t *testing.T) {
		_, err := Do(t.Context(), Exec("rm", "-rf", "/etc"), func(context.Context, *Permit) (int, error) {
			t.Error("it ran")
			return 0, nil
		}, client)
		var denied *Denied
		var one Error
		if !errors.As(err, &denied) || !errors.As(err, &one) || one.ErrorCode() != denied.Code || denied.Score < 81 {
			t.Fatalf("got %v", err)
		}
	})

	t.Run("an obligation of time is honoured", func(t *testing.T) {
		_, err := Do(t.Context(), reading("/etc/services"), func(ctx context.Context, _ *Permit) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}, client)
		equal(t, "error", err, context.DeadlineExceeded)
	})

	t.Run("another obligation is denied, or for the caller", func(t *testing.T) {
		run := func(_ context.Context, permit *Permit) (int, error) {
			limit, _ := permit.Obligation(ObligationRowLimit)
			return limit.Rows, nil
		}
		_, err := Do(t.Context(), reading("/etc/hostname"), run, client)
		var denied *Denied
		if !errors.As(err, &denied) || denied.Code != "unsupported_obligation" {
			t.Fatalf("got %v", err)
		}
		rows, err := Do(t.Context(), reading("/etc/hostname"), run, client, WithUnderstands(ObligationRowLimit))
		must(t, err)
		equal(t, "rows", rows, 10)
	})

	t.Run("a rewrite is denied, or for the caller", func(t *testing.T) {
		run := func(_ context.Context, permit *Permit) (string, error) {
			return strings.Join(permit.Action.Argv, " "), nil
		}
		_, err := Do(t.Context(), reading("/etc/hosts"), run, client)
		var denied *Denied
		if !errors.As(err, &denied) || len(denied.Rewrite) != 2 {
			t.Fatalf("got %v", err)
		}
		ran, err := Do(t.Context(), reading("/etc/hosts"), run, client, WithRewrites())
		must(t, err)
		equal(t, "ran", ran, "echo safer")
	})

	t.Run("a command runs as it is rewritten, with its exit code reported", func(t *testing.T) {
		var out strings.Builder
		command := exec.Command("cat", "/etc/hosts")
		command.Stdout, command.Dir = &out, "/"
		must(t, Run(t.Context(), command, client))
		equal(t, "output", out.String(), "safer\n")
		failing := exec.Command("ls", "/there/is/nothing")
		var exit *exec.ExitError
		if err := Run(t.Context(), failing, client); !errors.As(err, &exit) {
			t.Fatalf("got %v", err)
		}
		if err := Run(t.Context(), exec.Command("rm", "-rf", "/etc"), client); err == nil {
			t.Error("it ran")
		}
	})

	t.Run("a command is ended in time", func(t *testing.T) {
		command := exec.Command("sh", "-c", "cat /etc/services >/dev/null; exec sleep 60")
		startedAt := time.Now()
		if err := Run(t.Context(), command, client); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v after %s", err, time.Since(startedAt))
		}
	})

	t.Run("a function is a tool with arguments by name", func(t *testing.T) {
		days := int64(9007199254740993)
		look := Wrap("get_weather", func(_ context.Context, in weather) (string, error) { return in.Note, nil }, client, WithRedact("note"))
		out, err := look(t.Context(), weather{City: "Bern", Note: "do-not-tell", Days: &days})
		must(t, err)
		equal(t, "the function has it all", out, "do-not-tell")
		decision, err := s.client().Evaluate(t.Context(), toolOf(t, weather{City: "Bern", Note: "x", Days: &days}), WithRedact("note"))
		must(t, err)
		recorded := s.recorded(decision.TraceID)
		contains(t, "argument", recorded, `"city":"Bern"`)
		contains(t, "large number", recorded, `9007199254740993`)
		contains(t, "hidden", recorded, `[redacted]`)
	})

	t.Run("arguments that change meanwhile are denied", func(t *testing.T) {
		days := int64(1)
		in := map[string]any{"days": &days}
		look := Wrap("get_news", func(context.Context, map[string]any) (int, error) {
			t.Error("it ran")
			return 0, nil
		}, client, func(*settings) { days++ }) // between writing them down and running
		_, err := look(t.Context(), in)
		var denied *Denied
		if !errors.As(err, &denied) || denied.Code != "facts_changed" {
			t.Fatalf("got %v", err)
		}
	})
}

func toolOf(t *testing.T, in any) Action {
	args, err := argumentsOf(in)
	must(t, err)
	return Tool("get_weather", args)
}

func TestWhatIsNoJSONIsNotAsked(t *testing.T) {
	nothing := Wrap("t", func(context.Context, chan int) (int, error) { return 0, nil })
	if _, err := nothing(t.Context(), make(chan int)); err == nil {
		t.Error("let through")
	}
	if _, err := New().Check(t.Context(), Tool("t", map[string]any{"a": func() {}})); err == nil {
		t.Error("let through")
	}
}

func TestArguments(t *testing.T) {
	for _, one := range []struct {
		in   any
		want string
	}{{weather{City: "Bern"}, "city days note"}, {"a", "input"}, {[]int{1}, "input"}, {nil, ""}, {map[string]int{"b": 1}, "b"}} {
		args, err := argumentsOf(one.in)
		must(t, err)
		for _, name := range strings.Fields(one.want) {
			if _, found := args[name]; !found {
				t.Errorf("%v: no %s", one.in, name)
			}
		}
		equal(t, "arguments", len(args), len(strings.Fields(one.want)))
	}
}

func TestVariables(t *testing.T) {
	chosen := judgedVariables([]string{"PGHOST=db", "AWS_SECRET_ACCESS_KEY=s", "SHOPPING=list", "GIT_DIR=" + strings.Repeat("x", 5000), "GH_TOKEN=t", "odd"})
	want := map[string]string{"PGHOST": "db", "AWS_SECRET_ACCESS_KEY": "[set]", "GIT_DIR": "[too long]", "GH_TOKEN": "[set]"}
	equal(t, "variables", len(chosen), len(want))
	for name, value := range want {
		equal(t, name, chosen[name], value)
	}
}
