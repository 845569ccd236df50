package guard

import (
	"errors"
	"testing"
	"time"
)

func TestLoops(t *testing.T) {
	now := time.Unix(0, 0)
	b := newBreaker(Loop{}, func() time.Time { return now })
	calls := func(words string) error {
		var err error
		for _, word := range words {
			action := Exec(string(word))
			print, _ := fingerprintOf(action)
			err = b.note(action, print)
		}
		return err
	}
	cases := []struct {
		words, pattern string
		calls          int
	}{
		{"aaaa", "", 0},
		{"aaaaa", LoopSame, 5},
		{"aaaaaa", LoopSame, 6},
		{"ababab", "", 0},
		{"abababa", LoopAlternating, 7},
		{"abcabcabcabc", "", 0},
		{"aaaabaaaa", "", 0},
		{"aabababa", LoopAlternating, 7},
	}
	for _, one := range cases {
		now = now.Add(time.Hour) // a pause begins anew
		err := calls(one.words)
		var loop *LoopDetected
		if !errors.As(err, &loop) {
			loop = &LoopDetected{}
		}
		if loop.Pattern != one.pattern || loop.Calls != one.calls {
			t.Errorf("%s: %v", one.words, err)
		}
	}
}

func TestWhatTheAgentSaysMakesNoDifference(t *testing.T) {
	one, other := Tool("t", map[string]any{"a": 1}), Tool("t", map[string]any{"a": 1})
	other.Context = &Context{Reasoning: "this time for another reason"}
	first, _ := fingerprintOf(one)
	second, _ := fingerprintOf(other)
	equal(t, "fingerprints", first == second, true)
}

func TestLoopIsNotAsked(t *testing.T) {
	client := New(WithURL("unix:/nowhere/at/all"), WithRetries(0), WithLoop(Loop{Same: 2}), WithFailOpen(Observe), WithLogger(quiet))
	_, err := client.Check(t.Context(), Exec("ls"))
	must(t, err)
	_, err = client.Check(t.Context(), Exec("ls"))
	var loop *LoopDetected
	if !errors.As(err, &loop) {
		t.Fatalf("got %v", err)
	}
}
