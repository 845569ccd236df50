package guard_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"

	"countersign.dev/guard"
)

// A function is guarded as a tool.
func ExampleWrap() {
	type invoice struct {
		Customer int `json:"customer"`
		Amount   int `json:"amount"`
	}
	send := guard.Wrap("send_invoice", func(_ context.Context, in invoice) (string, error) {
		return fmt.Sprintf("sent to %d", in.Customer), nil
	})
	receipt, err := send(context.Background(), invoice{Customer: 7, Amount: 1200})
	var denied *guard.Denied
	if errors.As(err, &denied) {
		fmt.Println("no:", denied.Code, denied.Reason)
		return
	}
	fmt.Println(receipt, err)
}

// A piece of code runs once its action is let through.
func ExampleDo() {
	query := "delete from sessions where age > 30"
	rows, err := guard.Do(context.Background(), guard.SQL("postgresql", query), func(_ context.Context, permit *guard.Permit) (int, error) {
		limit, limited := permit.Obligation(guard.ObligationRowLimit)
		fmt.Println(limit.Rows, limited)
		return 3, nil // from the database
	}, guard.WithUnderstands(guard.ObligationRowLimit))
	fmt.Println(rows, err)
}

// A command is held until a person says yes.
func ExampleRun() {
	command := exec.Command("git", "push", "--force")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := guard.Run(context.Background(), command); err != nil {
		fmt.Println(err)
	}
}

// Asking and running are two steps, with the outcome reported by hand.
func ExampleCheck() {
	ctx := context.Background()
	permit, err := guard.Check(ctx, guard.Tool("delete_customer", map[string]any{"id": 7}), guard.WithApproval(guard.Raise))
	var pending *guard.ApprovalPending
	switch {
	case errors.As(err, &pending):
		fmt.Println("a person is asked; the same call later takes the question up:", pending.ApprovalID)
	case err != nil:
		fmt.Println(guard.RefusalText(err))
	default:
		// … delete the customer …
		_ = permit.Report(ctx, guard.Result{Status: guard.Succeeded})
	}
}

// Only deletions need a yes.
func ExampleMiddleware() {
	mux := http.NewServeMux()
	guarded := guard.Middleware(guard.WithRoutes("DELETE /customers/{id}"), guard.WithApproval(guard.Raise))
	fmt.Println(http.ListenAndServe("127.0.0.1:8080", guarded(mux)))
}

// Every request of a client is judged before it is sent.
func ExampleTransport() {
	client := &http.Client{Transport: guard.Transport(nil)}
	_, err := client.Post("https://api.example.org/payments", "application/json", nil)
	fmt.Println(err)
}

// What the model does is told for replay.
func ExampleOpenSession() {
	ctx := context.Background()
	session, err := guard.OpenSession(ctx, guard.WithAgent("nightly-report"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer session.End(ctx, 0)
	session.Record(
		guard.Frame{Type: guard.FramePrompt, Text: "write the report", Model: "a-model"},
		guard.Frame{Type: guard.FrameUsage, InputTokens: 812, OutputTokens: 90, CostUSD: 0.002, Model: "a-model"},
	)
}
