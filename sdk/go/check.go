package guard

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
)

// Permit is a yes: the action may run now, once, under the obligations.
type Permit struct {
	Decision
	// Action is what may run. With [WithRewrites] it may be another command than the one that was asked for.
	Action Action
	// Rewritten says that it is.
	Rewritten bool
	// Unchecked says that the daemon could not be asked, and [WithFailOpen]([Observe]) let it through.
	Unchecked bool

	client   *Client
	settings settings
	reported atomic.Bool
}

// Check asks whether an action may run and returns a [Permit] if so. Run [Permit].Action then, honour its obligations, and
// say what came of it with [Permit.Report].
//
// The errors are [*Denied], [*ApprovalPending] (with [Raise], or when [WithTimeout] ran out while a person was asked),
// [*DaemonUnavailable], [*LoopDetected], [*RequestError], and that of the context. After any of them nothing may run.
func Check(ctx context.Context, action Action, options ...Option) (*Permit, error) {
	return clientFor(options).Check(ctx, action, options...)
}

// Check is [Check] with this client.
func (c *Client) Check(ctx context.Context, action Action, options ...Option) (*Permit, error) {
	return c.check(ctx, action, c.settings.with(options))
}

func (c *Client) check(ctx context.Context, action Action, s settings) (*Permit, error) {
	action, err := action.completed(s)
	if err != nil {
		return nil, err
	}
	print, err := fingerprintOf(action)
	if err != nil {
		return nil, err
	}
	if !s.unlooped {
		if err := c.breaker.note(action, print); err != nil {
			return nil, err
		}
	}
	isOwnKey := s.key == ""
	if isOwnKey {
		s.key = c.questions.take(print)
	}
	decision, err := c.settled(ctx, s, action.hiding(s.redact), isOwnKey)
	var unavailable *DaemonUnavailable
	if errors.As(err, &unavailable) && s.failOpen == Observe && !isHeld(err) && !isLost(err) {
		s.log().Warn("ran unasked: the Countersign daemon does not answer", "action", action.label(), "error", err)
		return &Permit{Action: action, Unchecked: true, client: c, settings: s}, nil
	}
	permit, err := c.permit(s, action, decision, err)
	if isPending(err) {
		c.breaker.forget(print)
		if isOwnKey {
			c.questions.leave(print, s.key)
		}
	}
	return permit, err
}

// permit makes of a decision what a caller can hold on to. INVARIANT: everything but a clear yes is an error.
func (c *Client) permit(s settings, action Action, d *Decision, err error) (*Permit, error) {
	if err != nil {
		return nil, unheld(err)
	}
	permit := &Permit{Decision: *d, Action: action, client: c, settings: s}
	switch d.Verdict {
	case Allow:
	case Pending:
		return nil, pendingFrom(d)
	case Compute:
		if !s.rewrites || action.Kind != KindExec || len(d.Rewrite) == 0 {
			return nil, refusedHere(d, "unsupported_obligation", firstOf(d.Reason)+": only a safer form of it may run, which this caller does not apply")
		}
		permit.Action.Argv, permit.Rewritten = slices.Clone(d.Rewrite), true
		if permit.Action.Argv[0] != action.Argv[0] {
			permit.Action.Executable = ""
		}
	default:
		return nil, deniedBy(d)
	}
	for _, one := range d.Obligations {
		if !slices.Contains(s.understands, one.Kind) {
			return nil, refusedHere(d, "unsupported_obligation", "it may run only under `"+one.Kind+"`, which this caller does not honour")
		}
	}
	return permit, nil
}

// Evaluate asks the daemon once and returns its answer as it is, a denial and an open question too. It does not wait for
// people, knows no loops and never fails open. The errors are [*DaemonUnavailable], [*RequestError], that of the context,
// and [*Denied] for a verdict that this version does not know.
func Evaluate(ctx context.Context, action Action, options ...Option) (*Decision, error) {
	return clientFor(options).Evaluate(ctx, action, options...)
}

// Evaluate is [Evaluate] with this client.
func (c *Client) Evaluate(ctx context.Context, action Action, options ...Option) (*Decision, error) {
	s := c.settings.with(options).with([]Option{WithApproval(Raise)})
	action, err := action.completed(s)
	if err != nil {
		return nil, err
	}
	isOwnKey := s.key == ""
	if isOwnKey {
		s.key = newKey()
	}
	decision, err := c.settled(ctx, s, action.hiding(s.redact), isOwnKey)
	return decision, unheld(err)
}

func isHeld(err error) bool {
	var held *heldError
	return errors.As(err, &held)
}

func unheld(err error) error {
	var held *heldError
	if errors.As(err, &held) {
		return held.error
	}
	return err
}

func isPending(err error) bool {
	var pending *ApprovalPending
	return errors.As(err, &pending)
}
