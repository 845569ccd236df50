package guard

import "time"

// Verdict is what the daemon says of an action.
type Verdict string

// The verdicts. Any other one is refused.
const (
	Allow   Verdict = "allow"   // it may run, under the obligations
	Deny    Verdict = "deny"    // it may not
	Compute Verdict = "compute" // it may not, and what Rewrite says may
	Pending Verdict = "pending" // a person is asked, or the daemon is still judging
)

// Finding is one rule that matched, with its share of the score.
type Finding struct {
	Rule      string `json:"rule"`      // id of the rule, or rule/modifier
	Points    int    `json:"points"`    // added to the score before it is bounded
	Reason    string `json:"reason"`    // one plain sentence
	Role      string `json:"role"`      // base, modifier, or also: matched, but another rule set the score
	Operation int    `json:"operation"` // which part of the action, from 0
}

// Kinds of obligations.
const (
	ObligationTimeout      = "timeout"       // end it after TimeoutMs
	ObligationRowLimit     = "row-limit"     // touch at most Rows rows
	ObligationDryRun       = "dry-run"       // only pretend
	ObligationRedactOutput = "redact-output" // take secrets out of the result
	ObligationReadOnly     = "read-only"     // change nothing
)

// Obligation is a limit under which an action may run.
type Obligation struct {
	Kind      string `json:"kind"`
	TimeoutMs int    `json:"timeoutMs,omitempty"` // of timeout
	Rows      int    `json:"rows,omitempty"`      // of row-limit
}

// Decision is the daemon's answer as it is.
type Decision struct {
	RequestID string  `json:"requestId"` // names the request; the same as [WithKey]
	TraceID   string  `json:"traceId"`   // where everything about it is recorded
	Verdict   Verdict `json:"verdict"`
	Score     int     `json:"score"` // 0 to 100
	Band      string  `json:"band"`  // low, medium, high or critical
	// Reason says in words what was found, and what to do next. It is written for people and for models.
	Reason string `json:"reason"`
	// Code is of a denial; see docs/reference/errors.md. Compare this, never the text.
	Code        string       `json:"code,omitempty"`
	Findings    []Finding    `json:"findings"`
	Obligations []Obligation `json:"obligations"`
	// Rewrite is what may run instead, with [Compute].
	Rewrite []string `json:"rewrite,omitempty"`
	// ApprovalID names the question to a person.
	ApprovalID string `json:"approval,omitempty"`
	// ExpiresAtMs is when the question ends, in milliseconds since the epoch; 0 when there is none.
	ExpiresAtMs int64 `json:"expiresAt,omitempty"`
}

// ExpiresAt is when the question ends; the zero time when there is none.
func (d *Decision) ExpiresAt() time.Time {
	if d.ExpiresAtMs == 0 {
		return time.Time{}
	}
	return time.UnixMilli(d.ExpiresAtMs)
}

// Obligation returns the obligation of a kind.
func (d *Decision) Obligation(kind string) (Obligation, bool) {
	for _, one := range d.Obligations {
		if one.Kind == kind {
			return one, true
		}
	}
	return Obligation{}, false
}
