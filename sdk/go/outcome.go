package guard

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// Status is how an action ended.
type Status string

// How an action can end.
const (
	Released  Status = "released"  // started; how it ended comes later or never
	Refused   Status = "refused"   // allowed, and not run all the same
	Cancelled Status = "cancelled" // ended before it was done
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
	Unknown   Status = "unknown"
)

// Result is what came of an action.
type Result struct {
	Status Status
	// ExitCode is of a program; nil where there is none.
	ExitCode *int
	// Duration is how long it ran; 0 when nobody looked.
	Duration time.Duration
	// Digest is the SHA-256 of the result in hex, where it was seen.
	Digest string
}

type outcomeRequest struct {
	Status       Status  `json:"status"`
	ExitCode     *int    `json:"exitCode,omitempty"`
	DurationMs   float64 `json:"durationMs,omitempty"`
	ResultDigest string  `json:"resultDigest,omitempty"`
}

// Outcome tells the daemon what came of an action, by the id of its request or of its trace, also late. The same report
// again is none; one that differs is a [*RequestError] with the code conflict. Only [Released] may be followed by an end.
func Outcome(ctx context.Context, id string, result Result, options ...Option) error {
	return clientFor(options).Outcome(ctx, id, result)
}

// Outcome is [Outcome] with this client.
func (c *Client) Outcome(ctx context.Context, id string, result Result) error {
	body := outcomeRequest{
		Status: result.Status, ExitCode: result.ExitCode, ResultDigest: result.Digest,
		DurationMs: float64(result.Duration.Microseconds()) / 1000,
	}
	var done struct{}
	path := "/agent/requests/" + url.PathEscape(id) + "/outcome"
	return c.transport.retried(ctx, c.settings.retries, request{method: http.MethodPost, path: path, body: body}, &done)
}

// Report is [Outcome] for this permit.
func (p *Permit) Report(ctx context.Context, result Result) error {
	p.reported.Store(true)
	if p.Unchecked {
		return nil
	}
	return p.client.Outcome(ctx, p.TraceID, result)
}

// reportWithin bounds what is left to do when the work itself is done.
const reportWithin = 5 * time.Second

// finish reports unless somebody did. What ran has run: a report that is lost changes nothing for the caller.
func (p *Permit) finish(ctx context.Context, result Result) {
	if p.reported.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reportWithin)
	defer cancel()
	if err := p.Report(ctx, result); err != nil {
		p.settings.log().Warn("could not tell the Countersign daemon what came of an action", "trace", p.TraceID, "error", err)
	}
}

// statusOf tells an end that was asked for from one that was not.
func statusOf(err error) Status {
	var denied *Denied
	switch {
	case err == nil:
		return Succeeded
	case errors.As(err, &denied):
		return Refused
	case errors.Is(err, context.Canceled):
		return Cancelled
	default:
		return Failed
	}
}
