package guard

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Loop says when an agent counts as going round in circles. A [Client] counts what is asked for through it with [Check],
// [Do], [Wrap] and [Run], so give agents that run side by side a client each.
type Loop struct {
	// Same is which identical call in a row is refused: the fifth unless set; negative for no limit.
	Same int
	// Alternating is which call of two that take turns is refused: the seventh unless set; negative for no limit.
	Alternating int
	// Pause without any call begins the count anew; ten minutes unless set.
	Pause time.Duration
}

// The patterns of [LoopDetected].
const (
	LoopSame        = "same"
	LoopAlternating = "alternating"
)

const (
	defaultSame        = 5
	defaultAlternating = 7
	defaultPause       = 10 * time.Minute
)

type fingerprint [sha256.Size]byte

// breaker counts what was asked for in a row.
type breaker struct {
	Loop
	now   func() time.Time
	mutex sync.Mutex
	run
}

// run is what the calls up to now end with.
type run struct {
	last, before      fingerprint
	same, alternating int
	at                time.Time
}

func newBreaker(loop Loop, now func() time.Time) *breaker {
	if loop.Same == 0 {
		loop.Same = defaultSame
	}
	if loop.Alternating == 0 {
		loop.Alternating = defaultAlternating
	}
	if loop.Pause <= 0 {
		loop.Pause = defaultPause
	}
	return &breaker{Loop: loop, now: now}
}

// note counts a call; the error is [*LoopDetected] when it is one too many. Whoever goes on stays refused.
func (b *breaker) note(action Action, print fingerprint) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	now := b.now()
	b.run = b.run.after(print, now, b.Pause)
	switch {
	case b.Same > 0 && b.same >= max(2, b.Same):
		return &LoopDetected{Tool: action.label(), Pattern: LoopSame, Calls: b.same}
	case b.Alternating > 0 && b.alternating >= max(4, b.Alternating):
		return &LoopDetected{Tool: action.label(), Pattern: LoopAlternating, Calls: b.alternating}
	}
	return nil
}

func (r run) after(print fingerprint, now time.Time, pause time.Duration) run {
	if r.same == 0 || now.Sub(r.at) > pause {
		return run{last: print, same: 1, alternating: 1, at: now}
	}
	next := run{last: print, before: r.last, same: 1, alternating: 2, at: now}
	switch print {
	case r.last:
		next.same, next.alternating, next.before = r.same+1, 1, fingerprint{}
	case r.before:
		next.alternating = r.alternating + 1
	}
	return next
}

// forget takes the call back: coming again to an open question is no loop.
func (b *breaker) forget(print fingerprint) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.last == print && b.same > 1 {
		b.same--
	}
}

// fingerprintOf is of what the action does; what the agent says about it may differ from time to time.
func fingerprintOf(action Action) (fingerprint, error) {
	action.Context = nil
	text, err := json.Marshal(action)
	if err != nil {
		return fingerprint{}, fmt.Errorf("guard: the action cannot be written as JSON: %w", err)
	}
	return sha256.Sum256(text), nil
}

// label is what it is called in errors; arguments stay out of them, they may be secret.
func (a Action) label() string {
	switch a.Kind {
	case KindExec:
		return strings.Join(a.Argv[:min(1, len(a.Argv))], "")
	case KindTool:
		return a.Tool
	case KindMCP:
		return a.Server + "/" + a.Tool
	case KindHTTP:
		return a.Method + " request"
	default:
		return string(a.Kind)
	}
}
