package guard

import (
	"context"
	"io"
	"net/http"
	"time"
)

// Transport guards the requests of an HTTP client: each is sent once the daemon let it through, redirects too. The method,
// the address without its user and password, and the size of the body are judged; a nil base is [http.DefaultTransport].
// The errors are those of [Check], inside the [*url.Error] of the client, and that of base. Polling is no loop.
func Transport(base http.RoundTripper, options ...Option) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return &guardedTransport{base: base, options: options}
}

type guardedTransport struct {
	base    http.RoundTripper
	options []Option
}

func (t *guardedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	client := clientFor(t.options)
	s := client.settings.with(t.options).with([]Option{WithUnderstands(ObligationTimeout)})
	s.unlooped = true
	permit, err := client.check(r.Context(), actionOfSent(r), s)
	if err != nil {
		if r.Body != nil {
			r.Body.Close() // as every RoundTripper has to
		}
		return nil, err
	}
	startedAt := time.Now()
	ctx, cancel := permit.limit(r.Context())
	reply, err := t.base.RoundTrip(r.WithContext(ctx))
	go permit.finish(r.Context(), Result{Status: statusOf(err), Duration: time.Since(startedAt)}) // nobody waits for it
	if err != nil {
		cancel()
		return nil, err
	}
	reply.Body = heldBody(reply.Body, cancel)
	return reply, nil
}

func actionOfSent(r *http.Request) Action {
	address := *r.URL
	address.User = nil
	if address.Host == "" {
		address.Host = r.Host
	}
	action := HTTP(r.Method, address.String())
	if r.Method == "" {
		action.Method = http.MethodGet
	}
	action.BodyBytes = max(0, r.ContentLength)
	return action
}

// heldBody ends the time of a request with its body. One that can be written to (an upgrade) stays so.
func heldBody(body io.ReadCloser, cancel context.CancelFunc) io.ReadCloser {
	held := &bodyOf{ReadCloser: body, cancel: cancel}
	if writer, isWriter := body.(io.Writer); isWriter {
		return struct {
			*bodyOf
			io.Writer
		}{held, writer}
	}
	return held
}

type bodyOf struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *bodyOf) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
