package guard

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// Run guards a command and runs it as [exec.Cmd.Run] does: held until it is let through, ended when the daemon obliges it
// to a time, and with a safer command in its place when policy rewrites it. The errors are those of [Check], with which
// nothing ran, and that of the command.
//
// The command must not have been started. Those of its variables that change what commands do, such as KUBECONFIG, are
// judged too; of secret ones only that they are set.
func Run(ctx context.Context, command *exec.Cmd, options ...Option) error {
	all := append(slices.Clone(options), WithRewrites())
	action := actionOf(command)
	client := clientFor(options)
	s := client.settings.with(all).with([]Option{WithUnderstands(ObligationTimeout)})
	permit, err := client.check(ctx, action, s)
	if err != nil {
		return err
	}
	if permit.Rewritten {
		rewrite(command, permit.Action.Argv)
	}
	limited, cancel := permit.limit(ctx)
	defer cancel()
	startedAt := time.Now()
	err = runWithin(limited, command)
	result := Result{Status: statusOf(err), Duration: time.Since(startedAt)}
	if state := command.ProcessState; state != nil && state.Exited() {
		code := state.ExitCode()
		result.ExitCode = &code
	}
	permit.finish(ctx, result)
	return err
}

func actionOf(command *exec.Cmd) Action {
	action := Exec(command.Args...)
	if len(command.Args) == 0 {
		action.Argv = []string{command.Path}
	}
	if path, err := filepath.Abs(command.Path); err == nil && filepath.IsAbs(command.Path) {
		action.Executable = path
	}
	if command.Dir != "" {
		if dir, err := filepath.Abs(command.Dir); err == nil {
			action.Cwd = dir
		}
	}
	action.Stdin = stdinOf(command)
	action.Env = judgedVariables(command.Environ())
	return action
}

func stdinOf(command *exec.Cmd) string {
	if command.Stdin == nil {
		return "null"
	}
	file, isFile := command.Stdin.(*os.File)
	if !isFile {
		return "pipe"
	}
	info, err := file.Stat()
	switch {
	case err != nil:
		return "unknown"
	case info.Mode().IsRegular():
		return "file"
	case info.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0:
		return "pipe"
	default:
		return "unknown"
	}
}

// rewrite puts another command in place of this one; what it is connected to stays.
func rewrite(command *exec.Cmd, argv []string) {
	if argv[0] != command.Args[0] {
		found := exec.Command(argv[0])
		command.Path, command.Err = found.Path, found.Err
	}
	command.Args = argv
}

// runWithin ends the command with the context, also one that was made without any.
func runWithin(ctx context.Context, command *exec.Cmd) error {
	if err := command.Start(); err != nil {
		return err
	}
	ended := context.AfterFunc(ctx, func() { _ = command.Process.Kill() })
	err := command.Wait()
	if !ended() && err != nil {
		return errors.Join(context.Cause(ctx), err)
	}
	return err
}
