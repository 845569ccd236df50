package guard

import (
	"log/slog"
	"slices"
	"time"
)

// Option changes how a [Client], or one call, behaves. What a call says goes before what its client says.
type Option func(*settings)

// Approval is what to do while a person is asked.
type Approval string

const (
	// Wait keeps the call waiting for the answer. The default.
	Wait Approval = "wait"
	// Raise returns [*ApprovalPending] at once; the question stays open.
	Raise Approval = "raise"
)

// FailOpen is what to do when the daemon cannot be asked.
type FailOpen string

const (
	// Never runs nothing without an answer. The default.
	Never FailOpen = ""
	// Observe lets the action run, and logs a warning. Once a person is asked about it, it no longer does.
	Observe FailOpen = "observe"
)

type settings struct {
	client      *Client
	url         string
	token       string
	agent       string
	policy      string
	context     *Context
	approval    Approval
	timeout     time.Duration
	failOpen    FailOpen
	redact      []string
	understands []string
	rewrites    bool
	key         string
	retries     int
	loop        Loop
	unlooped    bool // nobody's circle: the same comes from many
	routes      []string
	logger      *slog.Logger
}

// with never writes into the settings of the client: slices are copied where they grow.
func (s settings) with(options []Option) settings {
	for _, option := range options {
		option(&s)
	}
	return s
}

// WithClient has a function of this package use a client of yours instead of the default one.
func WithClient(client *Client) Option { return func(s *settings) { s.client = client } }

// WithURL says where the daemon listens: unix:/path/of/agent.sock, or http://127.0.0.1:PORT with [WithToken]. Without it,
// COUNTERSIGN_URL does, and otherwise it is the socket of this user. For [New] only.
func WithURL(url string) Option { return func(s *settings) { s.url = url } }

// WithToken goes with an http: address: the content of the file agent-token beside the socket. Without it,
// COUNTERSIGN_TOKEN is taken. For [New] only.
func WithToken(token string) Option { return func(s *settings) { s.token = token } }

// WithAgent names the agent for people, at most 128 characters. The default is the name of the program.
func WithAgent(name string) Option { return func(s *settings) { s.agent = name } }

// WithPolicy names a policy to hold besides those that hold anyway. It can only make things stricter; one that nobody
// wrote means deny.
func WithPolicy(name string) Option { return func(s *settings) { s.policy = name } }

// WithContext tells people why the agent acts. It has no influence on the score.
func WithContext(context Context) Option { return func(s *settings) { s.context = &context } }

// WithApproval says whether to [Wait] (the default) or to [Raise] while a person is asked.
func WithApproval(approval Approval) Option { return func(s *settings) { s.approval = approval } }

// WithTimeout bounds how long asking may take in all, the waiting for a person included. When a person is still being
// asked then, the error is [*ApprovalPending]; otherwise it is [*DaemonUnavailable]. The default is ten minutes; 0 waits
// until the question expires.
func WithTimeout(timeout time.Duration) Option { return func(s *settings) { s.timeout = timeout } }

// WithFailOpen says what happens when the daemon cannot be asked: [Never] (the default) or [Observe].
func WithFailOpen(mode FailOpen) Option { return func(s *settings) { s.failOpen = mode } }

// WithRedact names arguments of tools that are sent as [redacted]. They can then neither be judged nor shown; known
// secrets the daemon takes out itself.
func WithRedact(names ...string) Option {
	return func(s *settings) { s.redact = append(slices.Clone(s.redact), names...) }
}

// WithUnderstands lists obligations that your code honours, such as [ObligationRowLimit]; look at them in
// [Permit].Obligations. An action with any other one is denied. [Do], [Wrap], [Run], [Middleware] and [Transport] honour
// [ObligationTimeout] for you.
func WithUnderstands(kinds ...string) Option {
	return func(s *settings) { s.understands = append(slices.Clone(s.understands), kinds...) }
}

// WithRewrites says that your code runs [Permit].Action and not what it asked for. Without it a rewrite is a denial,
// except for [Run], which applies it.
func WithRewrites() Option { return func(s *settings) { s.rewrites = true } }

// WithKey names the request: 1 to 64 letters, digits and _ . : -. Whoever asks for the same action under the same name in
// the same session gets the same question and the same answer. The default is a name that nobody else has.
func WithKey(key string) Option { return func(s *settings) { s.key = key } }

// WithRetries says how often a request that got no answer is sent again, under the same name; 3 unless set.
func WithRetries(times int) Option { return func(s *settings) { s.retries = max(0, times) } }

// WithLoop changes when the breaker of loops goes off. For [New] only.
func WithLoop(loop Loop) Option { return func(s *settings) { s.loop = loop } }

// WithRoutes limits [Middleware] to what matches one of these patterns of [net/http.ServeMux], such as
// "DELETE /customers/{id}". Without it every request is guarded.
func WithRoutes(patterns ...string) Option {
	return func(s *settings) { s.routes = append(slices.Clone(s.routes), patterns...) }
}

// WithLogger says where warnings go: an outcome that could not be reported, an action that ran unasked. The default is
// [slog.Default].
func WithLogger(logger *slog.Logger) Option { return func(s *settings) { s.logger = logger } }
