package guard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	// Frames are sent together: when so long passed since the first of them.
	flushAfter  = 500 * time.Millisecond
	flushWithin = 10 * time.Second
	// Frames that wait while the daemon does not answer; the oldest are given up for new ones.
	maxWaiting = 4096
)

// Session is one run of an agent. From [OpenSession] on this process, with everything it starts, is governed by it: it may
// ask and never decide, what is denied stays denied, and one trace tells it all.
type Session struct {
	// ID names the session.
	ID string
	// Agent is the name that people see: that of the session around it when Nested.
	Agent string
	// Nested says that the process was inside a session already and stays in that one.
	Nested bool

	client  *Client
	sending sync.Mutex // one batch at a time, in order
	mutex   sync.Mutex
	waiting []wireFrame
	timer   *time.Timer
	full    bool // a batch is on its way already
	lost    int
}

// OpenSession opens a session whose root is this process; its agent is [WithAgent]. Opening again goes on with the same
// session. The errors are [*DaemonUnavailable], [*RequestError] and that of the context.
func OpenSession(ctx context.Context, options ...Option) (*Session, error) {
	return clientFor(options).OpenSession(ctx, options...)
}

// OpenSession is [OpenSession] with this client.
func (c *Client) OpenSession(ctx context.Context, options ...Option) (*Session, error) {
	s := c.settings.with(options)
	var opened struct {
		Session string `json:"session"`
		Agent   string `json:"agent"`
		Nested  bool   `json:"nested"`
	}
	body := map[string]string{"agent": s.agent}
	err := c.transport.retried(ctx, s.retries, request{method: http.MethodPost, path: "/agent/sessions", body: body}, &opened)
	if err != nil {
		return nil, err
	}
	return &Session{ID: opened.Session, Agent: opened.Agent, Nested: opened.Nested, client: c}, nil
}

// Record tells of the model: what it was asked, thought, wrote and used. It never fails and never waits: frames are sent in
// batches, of 64 or half a second after the first, and with [Session.Flush] and [Session.End], which say how many no
// daemon would take.
func (s *Session) Record(frames ...Frame) {
	now := time.Now()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, frame := range frames {
		one, err := frame.wire(now)
		if err != nil {
			s.lost++
			s.client.settings.log().Warn("a frame was not kept", "session", s.ID, "error", err)
			continue
		}
		s.waiting = append(s.waiting, one)
	}
	s.bound()
	switch {
	case len(s.waiting) == 0:
	case len(s.waiting) >= maxFrames && !s.full:
		s.full = true
		go s.flushLater()
	case s.timer == nil:
		s.timer = time.AfterFunc(flushAfter, s.flushLater)
	}
}

// bound is called with the lock held.
func (s *Session) bound() {
	if over := len(s.waiting) - maxWaiting; over > 0 {
		s.waiting, s.lost = s.waiting[over:], s.lost+over
	}
}

// Output gathers what a model writes piece by piece and records it as one message when it is closed. The model may be "".
func (s *Session) Output(model string) io.WriteCloser { return &stream{session: s, model: model} }

func (s *Session) flushLater() {
	ctx, cancel := context.WithTimeout(context.Background(), flushWithin)
	defer cancel()
	if err := s.Flush(ctx); err != nil {
		s.client.settings.log().Warn("could not tell the Countersign daemon of the model", "session", s.ID, "error", err)
	}
}

// Flush sends what waits. What the daemon certainly did not get goes on waiting, up to 4,096
// frames; the error says how many were lost.
func (s *Session) Flush(ctx context.Context) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	for {
		batch := s.next()
		if len(batch) == 0 {
			return s.losses()
		}
		err := s.send(ctx, batch)
		switch {
		case err == nil:
		case isUntaken(err):
			s.putBack(batch)
		default:
			// Refused, it would be refused again; broken off, nobody knows, and twice would be worse.
			s.mutex.Lock()
			s.lost += len(batch)
			s.mutex.Unlock()
		}
		if err != nil {
			return errors.Join(err, s.losses())
		}
	}
}

func (s *Session) send(ctx context.Context, batch []wireFrame) error {
	var recorded struct{}
	path := "/agent/sessions/" + url.PathEscape(s.ID) + "/frames"
	body := map[string][]wireFrame{"frames": batch}
	return s.client.transport.do(ctx, request{method: http.MethodPost, path: path, body: body}, &recorded)
}

// isUntaken says whether the daemon certainly has nothing of it.
func isUntaken(err error) bool {
	var unavailable *DaemonUnavailable
	if errors.As(err, &unavailable) {
		return unavailable.Code == "daemon_unreachable"
	}
	return passes(err)
}

// next takes as much as one call may have.
func (s *Session) next() []wireFrame {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	s.full = false
	size, end := 0, 0
	for end < min(len(s.waiting), maxFrames) {
		size += len(s.waiting[end].Text)
		if end > 0 && size > maxBatchBytes {
			break
		}
		end++
	}
	batch := s.waiting[:end:end]
	s.waiting = s.waiting[end:]
	return batch
}

func (s *Session) putBack(batch []wireFrame) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.waiting = append(batch, s.waiting...)
	s.bound()
}

func (s *Session) losses() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.lost == 0 {
		return nil
	}
	lost := s.lost
	s.lost = 0
	return fmt.Errorf("guard: %d frames were not recorded", lost)
}

// End sends what waits and ends the session, with the exit code of the agent, 0 to 255, or -1 for none. The process stays
// governed.
func (s *Session) End(ctx context.Context, exitCode int) error {
	flushed := s.Flush(ctx)
	body := map[string]*int{"exitCode": nil}
	if exitCode >= 0 {
		body["exitCode"] = &exitCode
	}
	var done struct{}
	path := "/agent/sessions/" + url.PathEscape(s.ID) + "/end"
	return errors.Join(flushed, s.client.transport.do(ctx, request{method: http.MethodPost, path: path, body: body}, &done))
}

type stream struct {
	session *Session
	model   string
	mutex   sync.Mutex
	text    bytes.Buffer
}

func (o *stream) Write(piece []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	// Behind what is recorded at most there is nothing to keep: a character has at most four bytes.
	if room := 4*maxFrameChars - o.text.Len(); room > 0 {
		o.text.Write(piece[:min(room, len(piece))])
	}
	return len(piece), nil
}

// Close records what was written since the last time.
func (o *stream) Close() error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	text := string(bytes.ToValidUTF8(o.text.Bytes(), []byte("\uFFFD")))
	o.text.Reset()
	if text == "" {
		return nil
	}
	o.session.Record(Frame{Type: FrameOutput, Text: text, Model: o.model})
	return nil
}
