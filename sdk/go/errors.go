package guard

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Error is what all errors of this package are besides that of the context; find any of them with [errors.As].
type Error interface {
	error
	// ErrorCode says which it is, as in docs/reference/errors.md, or approval_pending or loop_detected. Compare this, never
	// the text.
	ErrorCode() string
}

// Denied says that an action may not run: by a rule, by a person, or because what comes with a yes cannot be honoured.
type Denied struct {
	// Code says which kind of no it is; see docs/reference/errors.md.
	Code string
	// Reason says what was found, and what to do next. Give it to the model: it is written for it too.
	Reason    string
	Score     int // 0 to 100
	TraceID   string
	RequestID string
	Findings  []Finding
	// Rewrite may run in place of the action, when the daemon offered that and the caller does not apply it.
	Rewrite []string
}

func (e *Denied) Error() string { return "guard: denied: " + e.Reason }

// ApprovalPending says that a person was asked and has not answered yet. The question stays open: the same call takes it up
// again, and with it the answer. In another process it does so under [WithKey](RequestID).
type ApprovalPending struct {
	RequestID  string
	ApprovalID string
	TraceID    string
	Reason     string
	Score      int // 0 to 100
	Findings   []Finding
	// ExpiresAt is when the question ends without an answer; the zero time when that is not known.
	ExpiresAt time.Time
}

func (e *ApprovalPending) Error() string {
	return "guard: a person is asked about this: " + e.Reason
}

// DaemonUnavailable says that the daemon could not be asked, so nothing ran.
type DaemonUnavailable struct {
	// Code is daemon_unreachable when nobody listens, daemon_lost when the connection broke or no answer came.
	Code string
	// Where is the address at which it was looked for.
	Where string
	// Err is the last thing that went wrong.
	Err error
}

func (e *DaemonUnavailable) Error() string {
	return fmt.Sprintf("guard: the Countersign daemon does not answer on `%s`, start it with `countersign up`: %v", e.Where, e.Err)
}

func (e *DaemonUnavailable) Unwrap() error { return e.Err }

// LoopDetected says that the agent repeats itself. Nobody was asked and nothing ran.
type LoopDetected struct {
	// Tool is what is repeated.
	Tool string
	// Pattern is [LoopSame], one call again and again, or [LoopAlternating], two that take turns.
	Pattern string
	// Calls is how many calls the pattern has by now, this one included.
	Calls int
}

func (e *LoopDetected) Error() string {
	what := "the same call with the same arguments"
	if e.Pattern == LoopAlternating {
		what = "the same two calls in turn"
	}
	return fmt.Sprintf("guard: `%s` was not run: %s, %d times in a row", e.Tool, what, e.Calls)
}

// RequestError is a problem document (RFC 9457): the daemon did not take the request. Nothing ran.
type RequestError struct {
	// Code says which problem it is; see docs/reference/errors.md.
	Code   string `json:"code"`
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Hint   string `json:"hint"`
}

func (e *RequestError) Error() string {
	return fmt.Sprintf("guard: %s (%s, %d): %s", firstOf(e.Detail, e.Title), e.Code, e.Status, e.Hint)
}

// ErrorCode is Code.
func (e *Denied) ErrorCode() string { return e.Code }

// ErrorCode is approval_pending.
func (e *ApprovalPending) ErrorCode() string { return "approval_pending" }

// ErrorCode is Code.
func (e *DaemonUnavailable) ErrorCode() string { return e.Code }

// ErrorCode is loop_detected.
func (e *LoopDetected) ErrorCode() string { return "loop_detected" }

// ErrorCode is Code.
func (e *RequestError) ErrorCode() string { return e.Code }

func deniedBy(d *Decision) *Denied {
	return &Denied{
		Code: d.Code, Reason: d.Reason, Score: d.Score, TraceID: d.TraceID, RequestID: d.RequestID,
		Findings: d.Findings, Rewrite: d.Rewrite,
	}
}

// refusedHere is a no of this package to a yes of the daemon that it cannot carry out.
func refusedHere(d *Decision, code, reason string) *Denied {
	denied := deniedBy(d)
	denied.Code, denied.Reason = code, reason
	return denied
}

func pendingFrom(d *Decision) *ApprovalPending {
	return &ApprovalPending{
		RequestID: d.RequestID, ApprovalID: d.ApprovalID, TraceID: d.TraceID, Reason: d.Reason, Score: d.Score,
		Findings: d.Findings, ExpiresAt: d.ExpiresAt(),
	}
}

// RefusalText is what to tell the model in place of a result: what happened and what to do next. It is empty for errors
// that are no refusals, which are those of the tool itself.
func RefusalText(err error) string {
	var denied *Denied
	var pending *ApprovalPending
	var unavailable *DaemonUnavailable
	var loop *LoopDetected
	var refused *RequestError
	switch {
	case errors.As(err, &denied):
		return "The tool was not run: " + denied.Reason
	case errors.As(err, &pending):
		return "The tool was not run yet: a person has been asked and has not answered. " + pending.Reason +
			"\n  next: go on with something else, or call it again later with the same arguments."
	case errors.As(err, &loop):
		return fmt.Sprintf("The tool was not run: `%s` is going round in circles.\n  next: the result will not change; do something else, or ask the person what they want.", loop.Tool)
	case errors.As(err, &unavailable):
		return "The tool was not run: the Countersign daemon does not answer.\n  next: ask the person to start it with `countersign up`."
	case errors.As(err, &refused):
		return fmt.Sprintf("The tool was not run: %s.\n  next: %s.", firstOf(refused.Detail, refused.Title), refused.Hint)
	default:
		return ""
	}
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return "no reason was given"
}
