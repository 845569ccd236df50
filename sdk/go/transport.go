package guard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	apiVersion = "1"
	// An answer is a decision with its findings; more than this is a fault, not an answer.
	maxReplyBytes = 16 << 20
	// The daemon answers `pending` after two seconds of judging, also when it is busy.
	answerWithin = 15 * time.Second
	dialWithin   = 5 * time.Second
)

// transport speaks HTTP with the daemon.
type transport struct {
	endpoint
	http   *http.Client
	within time.Duration // how long any answer may take
}

func newTransport(to endpoint) *transport {
	dialer := net.Dialer{Timeout: dialWithin}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, to.network, to.address)
	}
	return &transport{endpoint: to, within: answerWithin, http: &http.Client{
		Transport: &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second},
		// The daemon sends nobody elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// request is one exchange; hold is how long the daemon may keep it besides the time that any answer takes.
type request struct {
	method, path string
	header       http.Header
	body         any
	hold         time.Duration
}

// do decodes the answer into `into`. Its errors are those of the context, [*RequestError] and [*DaemonUnavailable].
func (t *transport) do(ctx context.Context, r request, into any) error {
	if t.failed != nil {
		return &RequestError{Code: "bad_request", Status: http.StatusBadRequest, Detail: t.failed.Error(), Hint: "see `COUNTERSIGN_URL`"}
	}
	within, cancel := context.WithTimeout(ctx, r.hold+t.within)
	defer cancel()
	status, text, err := t.exchange(within, r)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var encoding *json.MarshalerError
	var unsupported *json.UnsupportedTypeError
	var value *json.UnsupportedValueError
	switch {
	case errors.As(err, &encoding), errors.As(err, &unsupported), errors.As(err, &value):
		return fmt.Errorf("guard: the action cannot be written as JSON: %w", err)
	case err != nil:
		return t.unavailable(err)
	case status/100 != 2:
		return problemIn(status, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return &RequestError{Code: "unsupported_version", Status: status, Detail: "the answer of the daemon is not of the known shape", Hint: err.Error()}
	}
	return nil
}

func (t *transport) exchange(ctx context.Context, r request) (int, []byte, error) {
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return 0, nil, err
		}
		body = bytes.NewReader(text)
	}
	outgoing, err := http.NewRequestWithContext(ctx, r.method, t.origin+r.path, body)
	if err != nil {
		return 0, nil, err
	}
	for name, values := range r.header {
		outgoing.Header[http.CanonicalHeaderKey(name)] = values
	}
	if outgoing.Header.Get("Api-Version") == "" {
		outgoing.Header.Set("Api-Version", apiVersion)
	}
	if t.token != "" {
		outgoing.Header.Set("Authorization", "Bearer "+t.token)
	}
	if body != nil {
		outgoing.Header.Set("Content-Type", "application/json")
	}
	reply, err := t.http.Do(outgoing)
	if err != nil {
		return 0, nil, plain(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(io.LimitReader(reply.Body, maxReplyBytes+1))
	if err == nil && len(text) > maxReplyBytes {
		err = errors.New("its answer is too large")
	}
	return reply.StatusCode, text, err
}

// unavailable tells nobody listening from a connection that broke: after that the request may have been taken.
func (t *transport) unavailable(err error) *DaemonUnavailable {
	code := "daemon_lost"
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		code = "daemon_unreachable"
	}
	return &DaemonUnavailable{Code: code, Where: t.address, Err: err}
}

// plain drops the method and the address that nobody typed.
func plain(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

func problemIn(status int, text []byte) error {
	problem := &RequestError{Code: "internal", Detail: "the daemon answered with status " + strconv.Itoa(status), Hint: "see the daemon log; nothing ran"}
	var told RequestError
	if json.Unmarshal(text, &told) == nil && told.Code != "" {
		problem = &told
	}
	problem.Status = status
	return problem
}
