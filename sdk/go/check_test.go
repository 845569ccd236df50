package guard

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func deleteCustomer(id int) Action {
	action := Tool("delete_customer", map[string]any{"id": id})
	action.Cwd = "/"
	return action
}

// onHold returns once the daemon asks a person, and then answers as that person.
func (s *scene) onHold(decision string) { go s.answers("", decision) }

func TestPeople(t *testing.T) {
	s := startScene(t, "version: 1\nrules: []\n")

	t.Run("approved", func(t *testing.T) {
		s.onHold("approve")
		permit, err := s.client().Check(t.Context(), deleteCustomer(1))
		must(t, err)
		equal(t, "verdict", permit.Verdict, Allow)
		must(t, permit.Report(t.Context(), Result{Status: Succeeded, Duration: 1500 * time.Microsecond}))
		must(t, permit.Report(t.Context(), Result{Status: Succeeded, Duration: 1500 * time.Microsecond}))
		contains(t, "trace", s.recorded(permit.TraceID), `"durationMs":1.5`)
		var refused *RequestError
		if err := permit.Report(t.Context(), Result{Status: Failed}); !errors.As(err, &refused) || refused.Code != "conflict" {
			t.Errorf("a second word that differs: %v", err)
		}
	})

	t.Run("the same call takes the question up", func(t *testing.T) {
		client := s.client(WithApproval(Raise))
		var first, second *ApprovalPending
		_, err := client.Check(t.Context(), deleteCustomer(3))
		if !errors.As(err, &first) {
			t.Fatalf("got %v", err)
		}
		for range 12 { // more often than the breaker of loops lets anything else through
			if _, err := client.Check(t.Context(), deleteCustomer(3)); !errors.As(err, &second) || second.RequestID != first.RequestID {
				t.Fatalf("another question: %v", err)
			}
		}
		equal(t, "questions", s.pending(), 1)
		s.answers(first.ApprovalID, "approve")
		eventually(t, "the answer", func() bool {
			permit, err := client.Check(t.Context(), deleteCustomer(3))
			return err == nil && permit.RequestID == first.RequestID
		})
		// One answer lets one action run.
		if _, err := client.Check(t.Context(), deleteCustomer(3)); !errors.As(err, &second) || second.RequestID == first.RequestID {
			t.Fatalf("an approval was used twice: %v", err)
		}
		must(t, client.Cancel(t.Context(), second.RequestID))
	})

	t.Run("a time-out keeps the question", func(t *testing.T) {
		client := s.client()
		var pending *ApprovalPending
		_, err := client.Check(t.Context(), deleteCustomer(4), WithTimeout(3*time.Second))
		if !errors.As(err, &pending) {
			t.Fatalf("got %v", err)
		}
		s.answers(pending.ApprovalID, "approve")
		permit, err := client.Check(t.Context(), deleteCustomer(4))
		must(t, err)
		equal(t, "request", permit.RequestID, pending.RequestID)
	})

	t.Run("who ends withdraws the question", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := s.client().Check(ctx, deleteCustomer(5))
			done <- err
		}()
		eventually(t, "the question", func() bool { return s.pending() == 1 })
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		eventually(t, "its end", func() bool { return s.pending() == 0 })
	})

	t.Run("a daemon that was started anew is asked again", func(t *testing.T) {
		done := make(chan error)
		go func() {
			_, err := s.client(WithRetries(30)).Check(t.Context(), deleteCustomer(6))
			done <- err
		}()
		eventually(t, "the question", func() bool { return s.pending() == 1 })
		s.order(map[string]any{"do": "kill"})
		s.order(map[string]any{"do": "start"})
		s.answers("", "approve")
		must(t, <-done)
	})

	t.Run("a daemon that dies while a person is asked opens nothing", func(t *testing.T) {
		done := make(chan error)
		go func() {
			_, err := s.client(WithRetries(0), WithFailOpen(Observe), WithLogger(quiet)).Check(t.Context(), deleteCustomer(7))
			done <- err
		}()
		eventually(t, "the question", func() bool { return s.pending() == 1 })
		s.order(map[string]any{"do": "kill"})
		var unavailable *DaemonUnavailable
		if err := <-done; !errors.As(err, &unavailable) {
			t.Fatalf("got %v", err)
		}
	})

	t.Run("denied by a person", func(t *testing.T) {
		s.order(map[string]any{"do": "start"})
		s.onHold("deny")
		_, err := s.client().Check(t.Context(), deleteCustomer(2))
		var denied *Denied
		if !errors.As(err, &denied) {
			t.Fatalf("got %v", err)
		}
		equal(t, "code", denied.Code, "denied_by_human")
		contains(t, "text for the model", RefusalText(err), denied.Reason)
	})
}

func TestOneQuestionIsForOneCall(t *testing.T) {
	var q questions
	one, other := fingerprint{1}, fingerprint{2}
	q.leave(one, "first")
	q.leave(one, "second")
	if q.take(other) == "first" || q.take(one) != "first" || q.take(one) != "second" {
		t.Error("a name went to the wrong call")
	}
	if name := q.take(one); name == "first" || name == "second" {
		t.Error("a name was handed out twice")
	}
}

func TestNobodyListens(t *testing.T) {
	nowhere := WithURL("unix:" + filepath.Join(t.TempDir(), "nobody.sock"))
	client := New(nowhere, WithRetries(1), WithLogger(quiet))
	_, err := client.Check(t.Context(), Exec("ls"))
	var unavailable *DaemonUnavailable
	if !errors.As(err, &unavailable) || unavailable.Code != "daemon_unreachable" {
		t.Fatalf("got %v", err)
	}
	contains(t, "hint", err.Error(), "countersign up")
	permit, err := client.Check(t.Context(), Exec("ls"), WithFailOpen(Observe))
	must(t, err)
	equal(t, "unchecked", permit.Unchecked, true)
	must(t, permit.Report(t.Context(), Result{Status: Succeeded}))
	if _, err := client.Evaluate(t.Context(), Exec("ls"), WithFailOpen(Observe)); err == nil {
		t.Error("Evaluate never fails open")
	}
}

func TestWhatTheDaemonMayHaveTakenUpNeverRunsUnasked(t *testing.T) {
	pending := `{"requestId":"a","traceId":"b","verdict":"pending","score":0,"reason":"still judging","findings":[],"obligations":[]}`
	for name, first := range map[string]string{"breaks off": "", "is still judging": pending} {
		asked := 0
		client := standIn(t, func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked == 1 && first != "" {
				io.WriteString(w, first)
				return
			}
			panic(http.ErrAbortHandler)
		}, WithFailOpen(Observe), WithRetries(1))
		_, err := client.Check(t.Context(), Exec("ls"))
		var unavailable *DaemonUnavailable
		if !errors.As(err, &unavailable) || unavailable.Code != "daemon_lost" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestWrongAddressIsNoReasonToOpen(t *testing.T) {
	for _, url := range []string{"http://192.0.2.1:80", "https://127.0.0.1", "ftp://x", "http://127.0.0.1:1"} {
		_, err := New(WithURL(url), WithFailOpen(Observe), WithLogger(quiet)).Check(t.Context(), Exec("ls"))
		var refused *RequestError
		if !errors.As(err, &refused) {
			t.Errorf("%s: got %v", url, err)
		}
	}
}

func TestWhatIsNotUnderstoodIsDenied(t *testing.T) {
	answers := map[string]string{
		"a verdict":     `{"requestId":"a","traceId":"b","verdict":"maybe","score":0,"reason":"r","findings":[],"obligations":[]}`,
		"no verdict":    `{}`,
		"an obligation": `{"requestId":"a","traceId":"b","verdict":"allow","score":0,"reason":"r","findings":[],"obligations":[{"kind":"pray"}]}`,
		"no rewrite":    `{"requestId":"a","traceId":"b","verdict":"compute","score":0,"reason":"r","findings":[],"obligations":[]}`,
		"no JSON":       `yes`,
		"another type":  `{"verdict":true}`,
		"nothing":       ``,
	}
	for name, answer := range answers {
		client := standIn(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, answer) }, WithFailOpen(Observe))
		if permit, err := client.Check(t.Context(), Exec("ls"), WithRewrites()); err == nil {
			t.Errorf("%s: %+v", name, permit)
		}
	}
}

func TestHangingDaemonIsUnavailable(t *testing.T) {
	release := make(chan struct{})
	client := standIn(t, func(http.ResponseWriter, *http.Request) { <-release })
	client.transport.within = 50 * time.Millisecond
	_, err := client.Check(t.Context(), Exec("ls"))
	close(release)
	var unavailable *DaemonUnavailable
	if !errors.As(err, &unavailable) || unavailable.Code != "daemon_lost" {
		t.Fatalf("got %v", err)
	}
}

func TestHugeAnswerIsUnavailable(t *testing.T) {
	client := standIn(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 17 {
			w.Write(make([]byte, 1<<20))
		}
	}, WithRetries(0))
	if _, err := client.Check(t.Context(), Exec("ls")); err == nil {
		t.Error("let through")
	}
}

func TestRetriesUnderOneName(t *testing.T) {
	var names []string
	client := standIn(t, func(w http.ResponseWriter, r *http.Request) {
		names = append(names, r.Header.Get("Idempotency-Key"))
		if len(names) < 3 {
			w.WriteHeader(http.StatusTooManyRequests)
			io.WriteString(w, `{"code":"too_busy","detail":"d","hint":"h"}`)
			return
		}
		io.WriteString(w, `{"requestId":"a","traceId":"b","verdict":"allow","score":0,"reason":"r","findings":[],"obligations":[]}`)
	})
	_, err := client.Check(t.Context(), Exec("ls"))
	must(t, err)
	if len(names) != 3 || names[0] == "" || names[0] != names[1] || names[1] != names[2] {
		t.Errorf("names %q", names)
	}
}

// standIn is a daemon that says what a real one never would.
func standIn(t *testing.T, handler http.HandlerFunc, options ...Option) *Client {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	must(t, err)
	server := &http.Server{Handler: handler}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return New(append([]Option{WithURL("unix:" + socket), WithLogger(quiet)}, options...)...)
}

func eventually(t *testing.T, what string, look func() bool) {
	t.Helper()
	for until := time.Now().Add(time.Minute); !look(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("timed out waiting for %s", what)
		}
	}
}
