package guard

import (
	"fmt"
	"maps"
	"os"
)

// Kind says what an [Action] is.
type Kind string

// The kinds of actions that the daemon judges.
const (
	KindExec Kind = "exec" // a program with its arguments
	KindTool Kind = "tool" // a tool of the agent, called by name
	KindMCP  Kind = "mcp"  // a tool of an MCP server
	KindSQL  Kind = "sql"  // text for a database
	KindHTTP Kind = "http" // a request about to be sent
)

// Action is one thing that an agent is about to do. [Exec], [Tool], [MCP], [SQL] and [HTTP] make one of each kind; the
// fields may be set afterwards.
type Action struct {
	Kind Kind `json:"kind"`

	// Argv is the program and its arguments. Shell source is {"sh", "-c", SOURCE}.
	Argv []string `json:"argv,omitempty"`
	// Executable is the absolute path of the file that would run, where it is known.
	Executable string `json:"executable,omitempty"`
	// Stdin is what standard input is connected to: tty, pipe, file, null, closed or unknown (the default).
	Stdin string `json:"stdin,omitempty"`

	// Server is the name of the MCP server.
	Server string `json:"server,omitempty"`
	// Tool is the name of the tool, at most 256 characters.
	Tool string `json:"tool,omitempty"`
	// Args are its arguments: whatever encoding/json can encode. Whole numbers beyond 2^53 are sent as text.
	Args map[string]any `json:"args,omitempty"`
	// Parameters are the names of all arguments that the tool takes, where its schema is known.
	Parameters []string `json:"parameters,omitempty"`

	// Dialect is postgresql, mysql, sqlite or unknown (the default).
	Dialect string `json:"dialect,omitempty"`
	// Source is the SQL text.
	Source string `json:"source,omitempty"`
	// Host and Database say which database it is for.
	Host     string `json:"host,omitempty"`
	Database string `json:"database,omitempty"`

	// Method and URL are those of the HTTP request.
	Method string `json:"method,omitempty"`
	URL    string `json:"url,omitempty"`
	// BodyBytes is the size of its body.
	BodyBytes int64 `json:"bodyBytes,omitempty"`

	// Cwd is the absolute working directory; that of this process unless set.
	Cwd string `json:"cwd"`
	// Env are the variables that can change what the action does.
	Env map[string]string `json:"env,omitempty"`
	// Agent is a name to be shown; [WithAgent] sets it for many. A governed process has that of its session.
	Agent string `json:"agent,omitempty"`
	// Policy names a policy to hold besides what holds anyway; [WithPolicy] sets it for many.
	Policy string `json:"policy,omitempty"`
	// Context is what the agent says of its intent. It is shown to people, and never trusted.
	Context *Context `json:"context,omitempty"`
}

// Context is what an agent says about why it acts. It has no influence on the score.
type Context struct {
	Prompt     string `json:"prompt,omitempty"`     // what the user asked for, at most 65,536 characters
	Reasoning  string `json:"reasoning,omitempty"`  // the agent's reason or plan, at most 65,536 characters
	Model      string `json:"model,omitempty"`      // at most 256 characters
	ToolCallID string `json:"toolCallId,omitempty"` // the model's id of the call, at most 256 characters
}

// Exec is a program with its arguments.
func Exec(argv ...string) Action { return Action{Kind: KindExec, Argv: argv} }

// Shell is source for sh.
func Shell(source string) Action { return Exec("sh", "-c", source) }

// Tool is a tool of the agent with its arguments.
func Tool(name string, args map[string]any) Action {
	return Action{Kind: KindTool, Tool: name, Args: args}
}

// MCP is a tool of an MCP server with its arguments.
func MCP(server, tool string, args map[string]any) Action {
	return Action{Kind: KindMCP, Server: server, Tool: tool, Args: args}
}

// SQL is text for a database; the dialect is postgresql, mysql, sqlite or unknown.
func SQL(dialect, source string) Action {
	return Action{Kind: KindSQL, Dialect: dialect, Source: source}
}

// HTTP is a request that is about to be sent.
func HTTP(method, url string) Action { return Action{Kind: KindHTTP, Method: method, URL: url} }

// completed has what the settings say for all actions. What the action says itself goes first.
func (a Action) completed(s settings) (Action, error) {
	if a.Agent == "" {
		a.Agent = s.agent
	}
	if a.Policy == "" {
		a.Policy = s.policy
	}
	if a.Context == nil {
		a.Context = s.context
	}
	if a.Args != nil {
		args, err := argumentsOf(a.Args)
		if err != nil {
			return a, fmt.Errorf("guard: the arguments of `%s` cannot be written as JSON: %w", a.label(), err)
		}
		a.Args = args
	}
	if a.Cwd != "" {
		return a, nil
	}
	cwd, err := os.Getwd()
	a.Cwd = cwd
	return a, err
}

const redacted = "[redacted]"

// hiding replaces arguments of these names.
func (a Action) hiding(names []string) Action {
	hidden := maps.Clone(a.Args)
	for _, name := range names {
		if _, found := hidden[name]; found {
			hidden[name] = redacted
		}
	}
	a.Args = hidden
	return a
}
