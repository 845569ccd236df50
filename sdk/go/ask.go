package guard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const (
	// How long one poll is kept by the daemon; a connection that broke unnoticed costs no more than that.
	pollFor = 25 * time.Second
	// Withdrawing a question is a courtesy; the caller wants to end.
	withdrawWithin = 2 * time.Second
)

type evaluateRequest struct {
	Action      Action   `json:"action"`
	Understands []string `json:"understands,omitempty"`
}

func (c *Client) evaluate(ctx context.Context, s settings, action Action) (*Decision, error) {
	return c.asked(ctx, s, request{
		method: http.MethodPost, path: "/agent/actions/evaluate",
		header: http.Header{"Idempotency-Key": {s.key}},
		body:   evaluateRequest{Action: action, Understands: s.understands},
	})
}

func (c *Client) poll(ctx context.Context, s settings, id string, hold time.Duration) (*Decision, error) {
	path := fmt.Sprintf("/agent/requests/%s?waitMs=%d", url.PathEscape(id), hold.Milliseconds())
	return c.asked(ctx, s, request{method: http.MethodGet, path: path, hold: hold})
}

// asked fails for a verdict that nobody knows: what it wants cannot be guessed.
func (c *Client) asked(ctx context.Context, s settings, r request) (*Decision, error) {
	var decision Decision
	if err := c.transport.retried(ctx, s.retries, r, &decision); err != nil {
		return nil, err
	}
	switch decision.Verdict {
	case Allow, Deny, Compute, Pending:
		return &decision, nil
	default:
		return nil, refusedHere(&decision, "unsupported_version", fmt.Sprintf("the daemon says %q, which this version does not understand", decision.Verdict))
	}
}

// settled waits until the daemon has judged, and with [Wait] until the question is answered.
func (c *Client) settled(ctx context.Context, s settings, action Action, isOwnKey bool) (decision *Decision, err error) {
	bounded, cancel := bounded(ctx, s.timeout)
	defer cancel()
	decision, err = c.evaluate(bounded, s, action)
	last := decision
	for err == nil && open(decision, s) {
		decision, err = c.poll(bounded, s, last.RequestID, pollFor)
		if isGone(err) {
			// The daemon was started anew: an old yes is never carried over, the action is judged afresh.
			decision, err = c.evaluate(bounded, s, action)
		}
		if decision != nil {
			last = decision
		}
	}
	switch {
	case err == nil:
		return decision, nil
	case ctx.Err() != nil:
		if last != nil && isOwnKey {
			c.withdraw(ctx, last.RequestID)
		}
		return nil, fmt.Errorf("guard: gave up waiting for an answer about %s: %w", action.label(), err)
	case last != nil:
		// Asked: the daemon has it in hand, so nothing that happens now opens it.
		if bounded.Err() != nil && last.ApprovalID != "" {
			return last, nil
		}
		return nil, &heldError{err}
	case bounded.Err() != nil:
		return nil, &DaemonUnavailable{Code: "daemon_lost", Where: c.transport.address, Err: fmt.Errorf("no answer within %s", s.timeout)}
	default:
		return nil, err
	}
}

// heldError marks a loss after the daemon had taken up the action: it is no reason to fail open.
type heldError struct{ error }

func (e *heldError) Unwrap() error { return e.error }

func bounded(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, timeout)
}

// open says whether there is something to wait for. Without the name of a question the daemon is still judging.
func open(d *Decision, s settings) bool {
	return d.Verdict == Pending && (s.approval != Raise || d.ApprovalID == "")
}

func isGone(err error) bool {
	var problem *RequestError
	return errors.As(err, &problem) && problem.Code == "not_found"
}

func (c *Client) withdraw(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), withdrawWithin)
	defer cancel()
	_ = c.Cancel(ctx, id) // the question then expires by itself
}

// Cancel withdraws a question. Asking for the action again under the same name is then denied.
func (c *Client) Cancel(ctx context.Context, requestID string) error {
	var done struct{}
	path := "/agent/requests/" + url.PathEscape(requestID) + "/cancel"
	return c.transport.do(ctx, request{method: http.MethodPost, path: path}, &done)
}
