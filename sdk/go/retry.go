package guard

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Between tries; after the last of them it stays as long.
var pauses = [...]time.Duration{150 * time.Millisecond, 600 * time.Millisecond, 2400 * time.Millisecond}

// retried repeats what got no answer, or was put off. INVARIANT: only requests with a name, and those that change nothing
// when they come twice.
func (t *transport) retried(ctx context.Context, times int, r request, into any) error {
	reached := false
	for tried := 0; ; tried++ {
		err := t.do(ctx, r, into)
		reached = reached || isLost(err)
		if err == nil || tried >= times || !passes(err) {
			return lostOnce(err, reached)
		}
		if err := sleep(ctx, pauseAfter(tried)); err != nil {
			return err
		}
	}
}

// lostOnce says of tries together what matters of them: whether the daemon may have taken up the request.
func lostOnce(err error, reached bool) error {
	var unavailable *DaemonUnavailable
	if !reached || !errors.As(err, &unavailable) || isLost(err) {
		return err
	}
	return &DaemonUnavailable{Code: "daemon_lost", Where: unavailable.Where, Err: unavailable.Err}
}

func isLost(err error) bool {
	var unavailable *DaemonUnavailable
	return errors.As(err, &unavailable) && unavailable.Code == "daemon_lost"
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

// pauseAfter is shortened by up to half, so that many agents do not come back at once.
func pauseAfter(tried int) time.Duration {
	pause := pauses[min(tried, len(pauses)-1)]
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
