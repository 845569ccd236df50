package guard

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// FrameType says what a [Frame] tells.
type FrameType string

// What a program can tell of its model.
const (
	FramePrompt    FrameType = "prompt"    // what it was asked
	FrameReasoning FrameType = "reasoning" // what it thought
	FrameOutput    FrameType = "output"    // what it wrote
	FrameUsage     FrameType = "usage"     // what that used
)

// The most that one frame and one call take.
const (
	maxFrameChars = 65_536 // UTF-16 units, as the daemon counts
	maxFrames     = 64
	maxBatchBytes = 4 << 20
)

const cutMark = " … [cut]"

// Frame is something that a program tells of its model, for replay. It is recorded as the program's word, and never judged
// by. Text belongs to prompt, reasoning and output, everything from InputTokens to Duration to usage.
type Frame struct {
	Type FrameType
	// Text is a whole message: secrets are taken out by the daemon, which does not recognise one that is split. More than
	// 65,536 characters are cut.
	Text string

	InputTokens  int
	OutputTokens int
	CachedTokens int
	// CostUSD is in dollars.
	CostUSD  float64
	Duration time.Duration

	// Model is the name of the model, at most 256 characters.
	Model string
	// TraceID is of the action that it led to.
	TraceID string
	// At is when; the moment of [Session.Record] unless set.
	At time.Time
}

type wireFrame struct {
	Type         FrameType `json:"type"`
	Text         string    `json:"text,omitempty"`
	InputTokens  int       `json:"inputTokens,omitempty"`
	OutputTokens int       `json:"outputTokens,omitempty"`
	CachedTokens int       `json:"cachedTokens,omitempty"`
	CostUSD      float64   `json:"costUsd,omitempty"`
	DurationMs   float64   `json:"durationMs,omitempty"`
	Model        string    `json:"model,omitempty"`
	Trace        string    `json:"trace,omitempty"`
	At           int64     `json:"at,omitempty"`
}

// wire fails for what the daemon would refuse, and with it all frames of a batch.
func (f Frame) wire(now time.Time) (wireFrame, error) {
	if f.At.IsZero() {
		f.At = now
	}
	w := wireFrame{Type: f.Type, Model: f.Model, Trace: f.TraceID, At: max(0, f.At.UnixMilli())}
	switch f.Type {
	case FrameUsage:
		if f.Text != "" {
			return w, fmt.Errorf("guard: a frame of usage has no text")
		}
		if min(f.InputTokens, f.OutputTokens, f.CachedTokens) < 0 || f.Duration < 0 || !(f.CostUSD >= 0 && f.CostUSD <= 1e6) {
			return w, fmt.Errorf("guard: a frame of usage counts from 0")
		}
		w.InputTokens, w.OutputTokens, w.CachedTokens = f.InputTokens, f.OutputTokens, f.CachedTokens
		w.CostUSD, w.DurationMs = f.CostUSD, float64(f.Duration.Microseconds())/1000
	case FramePrompt, FrameReasoning, FrameOutput:
		if f.Text == "" {
			return w, fmt.Errorf("guard: a frame of %s has a text", f.Type)
		}
		w.Text = cut(f.Text)
	default:
		return w, fmt.Errorf("guard: no frame is of type `%s`", f.Type)
	}
	if utf8.RuneCountInString(f.Model) > 256 || len(f.TraceID) > 128 {
		return w, fmt.Errorf("guard: the model or the trace of a frame is too long")
	}
	return w, nil
}

// cut leaves room for the mark, and no half of a character.
func cut(text string) string {
	units, end := 0, 0
	for at, char := range text {
		if units <= maxFrameChars-utf16Len(cutMark) {
			end = at
		}
		units++
		if char >= 0x10000 {
			units++
		}
	}
	if units <= maxFrameChars {
		return text
	}
	return text[:end] + cutMark
}

func utf16Len(text string) int {
	units := 0
	for _, char := range text {
		units++
		if char >= 0x10000 {
			units++
		}
	}
	return units
}
