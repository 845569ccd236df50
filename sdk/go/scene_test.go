package guard

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// sceneCommand names the program that starts a real daemon, as a JSON list of words; see test/helpers/sdk-scene.ts.
const sceneCommand = "COUNTERSIGN_SCENE"

// scene is a real daemon with somebody to ask.
type scene struct {
	t      *testing.T
	Socket string `json:"socket"`
	Home   string `json:"home"`
	in     io.WriteCloser
	out    *bufio.Reader
	mutex  sync.Mutex
}

func startScene(t *testing.T, policy string) *scene {
	t.Helper()
	var words []string
	if json.Unmarshal([]byte(os.Getenv(sceneCommand)), &words) != nil || len(words) == 0 {
		t.Skip(sceneCommand + " does not name what starts a daemon")
	}
	file := filepath.Join(t.TempDir(), "policy.yaml")
	must(t, os.WriteFile(file, []byte(policy), 0o600))
	command := exec.Command(words[0], append(words[1:], file)...)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	must(t, err)
	out, err := command.StdoutPipe()
	must(t, err)
	must(t, command.Start())
	s := &scene{t: t, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		in.Close()
		io.Copy(io.Discard, out)
		command.Wait()
	})
	s.read(s)
	return s
}

func (s *scene) client(options ...Option) *Client {
	return New(append([]Option{WithURL("unix:" + s.Socket), WithAgent("go-tests")}, options...)...)
}

func (s *scene) order(order map[string]any) json.RawMessage {
	s.t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	text, err := json.Marshal(order)
	must(s.t, err)
	_, err = s.in.Write(append(text, '\n'))
	must(s.t, err)
	var reply struct {
		Done  json.RawMessage `json:"done"`
		Error string          `json:"error"`
	}
	s.read(&reply)
	if reply.Error != "" {
		s.t.Fatal(reply.Error)
	}
	return reply.Done
}

// answers votes on a question, or with "" on the first that comes.
func (s *scene) answers(approval, decision string) {
	s.t.Helper()
	order := map[string]any{"do": "answer", "decision": decision}
	if approval != "" {
		order["approval"] = approval
	}
	s.order(order)
}

// recorded returns everything that is recorded of a trace, as text.
func (s *scene) recorded(trace string) string {
	s.t.Helper()
	return string(s.order(map[string]any{"do": "trace", "id": trace}))
}

func (s *scene) pending() int {
	s.t.Helper()
	var items []json.RawMessage
	must(s.t, json.Unmarshal(s.order(map[string]any{"do": "pending"}), &items))
	return len(items)
}

func (s *scene) read(into any) {
	s.t.Helper()
	line, err := s.out.ReadBytes('\n')
	must(s.t, err)
	must(s.t, json.Unmarshal(line, into))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func contains(t *testing.T, what, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("%s: %q does not contain %q", what, text, part)
	}
}
