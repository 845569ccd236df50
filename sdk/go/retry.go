package guard

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
)

// retried repeats what got no answer, or was put off. INVARIANT: only requests with a name, and those that change nothing
// when they come twice.
func (t *transport) retried(ctx context.Context, times int, r request, into any) error {
	for tried := 0; ; tried++ {
		err := t.do(ctx, r, into)
		if err == nil || tried >= times || !passes(err) {
			return err
		}
		if err := sleep(ctx, pauseAfter(tried)); err != nil {
			return err
		}
	}
}

// passes says whether the same request may well succeed a moment later.
func passes(err error) bool {
	var unavailable *DaemonUnavailable
	var problem *RequestError
	switch {
	case errors.As(err, &unavailable):
		// A daemon that hangs hangs the next time too.
		return !errors.Is(err, context.DeadlineExceeded)
	case errors.As(err, &problem):
		return problem.Code == "too_busy" || problem.Status == 503
	default:
		return false
	}
}

// pauseAfter doubles from try to try; what many do at a time does not come back at the same time.
func pauseAfter(tried int) time.Duration {
	pause := min(firstPause<<min(tried, 10), lastPause)
	return pause/2 + rand.N(pause/2)
}

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
