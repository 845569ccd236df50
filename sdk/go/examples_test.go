package guard

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The examples, built and run against a real daemon.
func TestExamples(t *testing.T) {
	s := startScene(t, "version: 1\nrules: []\n")
	folder := t.TempDir()
	build := exec.Command("go", "build", "-o", folder, "./examples/...")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	run := func(name string) string {
		program := exec.Command(filepath.Join(folder, name))
		program.Dir = t.TempDir()
		program.Env = append(os.Environ(), "COUNTERSIGN_URL=unix:"+s.Socket)
		text, err := program.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		if _, err := os.Stat(filepath.Join(program.Dir, "deleted")); err == nil {
			t.Errorf("%s: what is held ran", name)
		}
		return string(text)
	}
	server := run("server")
	contains(t, "server", server, "GET: 200 user 7\n")
	contains(t, "server", server, `DELETE: 403 {"type":"urn:countersign:error:approval_pending"`)
	agent := run("agent")
	contains(t, "agent", agent, "get_weather: sunny\n")
	contains(t, "agent", agent, "run_command: The tool was not run: denied")
	contains(t, "agent", agent, "delete_customer: The tool was not run yet: a person has been asked")
	contains(t, "agent", agent, "agent: It is sunny in Bern.")
}
