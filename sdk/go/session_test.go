package guard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// programVariable has this test binary be a program with a session of its own: what opens one is governed from then on,
// and could no longer decide anything.
const programVariable = "COUNTERSIGN_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(programVariable) == "" {
		os.Exit(m.Run())
	}
	if err := ownSession(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ownSession(ctx context.Context) error {
	session, err := OpenSession(ctx, WithAgent("nightly"))
	if err != nil {
		return err
	}
	session.Record(
		Frame{Type: FramePrompt, Text: "what is the weather"},
		Frame{Type: FrameUsage, Model: "scripted", InputTokens: 812, CostUSD: 0.002, Duration: 1500 * time.Microsecond},
		Frame{Type: FrameUsage, InputTokens: -1},
	)
	output := session.Output("scripted")
	for _, piece := range []string{"I will ", "look ", "outside."} {
		fmt.Fprint(output, piece)
	}
	if err := output.Close(); err != nil {
		return err
	}
	flushed := session.Flush(ctx)
	permit, err := Check(ctx, Tool("get_weather", nil))
	if err != nil {
		return err
	}
	again, err := OpenSession(ctx)
	if err != nil {
		return err
	}
	ended := session.End(ctx, 0)
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"session": session.ID, "agent": session.Agent, "again": again.ID, "trace": permit.TraceID,
		"flushed": fmt.Sprint(flushed), "ended": fmt.Sprint(ended),
	})
}

func TestSession(t *testing.T) {
	s := startScene(t, "version: 1\nrules: []\n")
	own, err := os.Executable()
	must(t, err)
	program := exec.Command(own)
	program.Env = append(os.Environ(), programVariable+"=session", "COUNTERSIGN_URL=unix:"+s.Socket)
	program.Stderr = os.Stderr
	out, err := program.Output()
	must(t, err)
	var told map[string]string
	must(t, json.Unmarshal(out, &told))
	equal(t, "agent", told["agent"], "nightly")
	equal(t, "opened again", told["again"], told["session"])
	equal(t, "lost", told["flushed"], "guard: 1 frames were not recorded")
	equal(t, "ended", told["ended"], "<nil>")
	contains(t, "the action is of the session", s.recorded(told["trace"]), told["session"])
	frames := s.recorded(told["session"])
	for _, part := range []string{`"I will look outside."`, `"what is the weather"`, `"inputTokens":812`, `"costUsd":0.002`, `"durationMs":1.5`} {
		contains(t, "frames", frames, part)
	}
}

func TestFramesWaitForTheDaemon(t *testing.T) {
	var batches [][]wireFrame
	away := true
	client := standIn(t, func(w http.ResponseWriter, r *http.Request) {
		if away {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var body struct {
			Frames []wireFrame `json:"frames"`
		}
		json.NewDecoder(r.Body).Decode(&body)
		batches = append(batches, body.Frames)
		fmt.Fprint(w, `{"recorded":1}`)
	})
	session := &Session{ID: "s", client: client, full: true, timer: time.NewTimer(time.Hour)} // nothing is sent by itself
	for number := range maxWaiting + 10 {
		session.Record(Frame{Type: FrameOutput, Text: fmt.Sprint(number)})
	}
	if err := session.Flush(t.Context()); err == nil {
		t.Fatal("the loss is not told")
	}
	away = false
	must(t, session.Flush(t.Context()))
	equal(t, "batches", len(batches), maxWaiting/maxFrames)
	equal(t, "first", batches[0][0].Text, "10")
	equal(t, "last", batches[len(batches)-1][maxFrames-1].Text, fmt.Sprint(maxWaiting+9))
}

func TestLongTextsAreCutWhole(t *testing.T) {
	for _, text := range []string{strings.Repeat("x", maxFrameChars), strings.Repeat("🔏", maxFrameChars/2)} {
		equal(t, "as long as may be", cut(text) == text, true)
		short := cut(text + "x")
		equal(t, "length", utf16Len(short) <= maxFrameChars, true)
		equal(t, "mark", strings.HasSuffix(short, cutMark), true)
		equal(t, "whole characters", strings.ContainsRune(short, '\uFFFD'), false)
	}
}

func TestFramesNobodyTakes(t *testing.T) {
	for _, frame := range []Frame{{}, {Type: "song"}, {Type: FrameOutput}, {Type: FrameUsage, Text: "x"}, {Type: FrameUsage, CostUSD: -1}, {Type: FramePrompt, Text: "x", Model: strings.Repeat("x", 257)}} {
		if _, err := frame.wire(time.Now()); err == nil {
			t.Errorf("taken: %+v", frame)
		}
	}
}

func TestWhereTheDaemonIs(t *testing.T) {
	cases := []struct{ system, env, want string }{
		{"linux", "COUNTERSIGN_HOME=/c/ XDG_RUNTIME_DIR=/r", "/c/run/agent.sock"},
		{"linux", "XDG_RUNTIME_DIR=/r", "/r/countersign/agent.sock"},
		{"linux", "XDG_RUNTIME_DIR=r XDG_DATA_HOME=/d", "/d/countersign/run/agent.sock"},
		{"linux", "", "/h/.local/share/countersign/run/agent.sock"},
		{"darwin", "XDG_RUNTIME_DIR=/r", "/h/Library/Application Support/Countersign/run/agent.sock"},
	}
	for _, one := range cases {
		equal(t, one.system+" "+one.env, socketPath(one.system, "/h", environment(one.env)), one.want)
	}
	door := endpointFor("", "", environment("COUNTERSIGN_URL=http://localhost:8627 COUNTERSIGN_TOKEN=t"))
	equal(t, "door", door.address+" "+door.origin+" "+door.token, "127.0.0.1:8627 http://127.0.0.1:8627 t")
	equal(t, "socket", endpointFor("unix:///a/b", "", environment("")).address, "/a/b")
}

func TestDoor(t *testing.T) {
	client := standIn(t, func(w http.ResponseWriter, r *http.Request) {
		equal(t, "token", r.Header.Get("Authorization"), "Bearer secret")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"code":"bad_token","detail":"d","hint":"h"}`)
	}, WithRetries(0))
	client.transport.token = "secret"
	var refused *RequestError
	_, err := client.Check(t.Context(), Exec("ls"))
	if !errors.As(err, &refused) || refused.Code != "bad_token" || refused.Status != http.StatusUnauthorized {
		t.Fatalf("got %v", err)
	}
	if strings.Contains(fmt.Sprintf("%v %+v", err, refused), "secret") {
		t.Error("the token is told")
	}
}

func environment(words string) func(string) string {
	return func(name string) string {
		for _, word := range strings.Fields(words) {
			if value, found := strings.CutPrefix(word, name+"="); found {
				return value
			}
		}
		return ""
	}
}
