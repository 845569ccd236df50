// Agent is a small agent whose tools are guarded. Its model is a script, so that it runs anywhere; put a real one in its
// place and nothing else changes.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"countersign.dev/guard"
)

// Step is what a model wants next: a tool with its arguments, or to say something and end.
type Step struct {
	Tool string
	Args map[string]any
	Say  string
}

// Model decides what to do next, knowing what came of the last step.
type Model interface {
	Next(ctx context.Context, last string) (Step, error)
}

func main() {
	if err := run(context.Background(), &script{steps: []Step{
		{Tool: "get_weather", Args: map[string]any{"city": "Bern"}},
		{Tool: "run_command", Args: map[string]any{"command": "rm -rf /etc"}},
		{Tool: "delete_customer", Args: map[string]any{"id": 7}},
		{Say: "It is sunny in Bern. I may not delete files, and a person is looking at the customer."},
	}}); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, model Model) error {
	// A model gets an answer at once and does something else meanwhile; without this, calls wait for the person.
	guard.SetDefault(guard.New(guard.WithAgent("example-agent"), guard.WithApproval(guard.Raise)))
	session, err := guard.OpenSession(ctx)
	if err != nil {
		return err
	}
	defer session.End(ctx, 0)

	tools := map[string]func(context.Context, map[string]any) (string, error){
		"get_weather":     guard.Wrap("get_weather", getWeather),
		"run_command":     runCommand,
		"delete_customer": guard.Wrap("delete_customer", deleteCustomer),
	}
	last := ""
	for {
		step, err := model.Next(ctx, last)
		if err != nil {
			return err
		}
		session.Record(guard.Frame{Type: guard.FrameUsage, Model: "script", OutputTokens: 20, CostUSD: 0.0001})
		if step.Tool == "" {
			session.Record(guard.Frame{Type: guard.FrameOutput, Text: step.Say, Model: "script"})
			fmt.Println("agent:", step.Say)
			return nil
		}
		if last, err = call(ctx, tools[step.Tool], step.Args); err != nil {
			return err
		}
		fmt.Printf("%s: %s\n", step.Tool, last)
	}
}

// call tells the model why something did not run. A loop is the end: it did not listen.
func call(ctx context.Context, tool func(context.Context, map[string]any) (string, error), args map[string]any) (string, error) {
	if tool == nil {
		return "there is no such tool", nil
	}
	result, err := tool(ctx, args)
	var loop *guard.LoopDetected
	if err == nil || errors.As(err, &loop) {
		return result, err
	}
	if refusal := guard.RefusalText(err); refusal != "" {
		return refusal, nil
	}
	return "it failed: " + err.Error(), nil
}

func getWeather(context.Context, map[string]any) (string, error) { return "sunny", nil }

func deleteCustomer(context.Context, map[string]any) (string, error) {
	return "deleted", os.WriteFile("deleted", nil, 0o600) // for who wants to know whether it ran
}

// runCommand only pretends: what the daemon would let through is printed.
func runCommand(ctx context.Context, args map[string]any) (string, error) {
	command, _ := args["command"].(string)
	return guard.Do(ctx, guard.Shell(command), func(_ context.Context, permit *guard.Permit) (string, error) {
		return fmt.Sprintf("would run %q", permit.Action.Argv), nil
	})
}

type script struct{ steps []Step }

func (s *script) Next(context.Context, string) (Step, error) {
	if len(s.steps) == 0 {
		return Step{}, errors.New("the script has ended")
	}
	step := s.steps[0]
	s.steps = s.steps[1:]
	return step, nil
}
