// Package guard asks the Countersign daemon of this machine before a Go agent does something with consequences.
//
// The daemon judges an action (a program, a tool, a tool of an MCP server, SQL, an HTTP request), lets the harmless pass
// at once and asks a person about the rest. Nothing runs that it did not let through:
//
//	send := guard.Wrap("send_invoice", sendInvoice)
//	receipt, err := send(ctx, Invoice{Customer: 7, Amount: 1200})
//
//	var denied *guard.Denied
//	if errors.As(err, &denied) {
//		tellTheModel(denied.Reason) // says what was wrong, and what to do next
//	}
//
// [Wrap] guards a function of yours, [Do] a piece of code, [Run] a command, [Middleware] the handlers of an HTTP server and
// [Transport] the requests of an HTTP client. [Check] only asks, and [Evaluate] returns what the daemon says as it is.
//
// # Failing closed
//
// No answer means no: when the daemon cannot be asked, the error is [*DaemonUnavailable] and nothing runs. [WithFailOpen]
// turns that round, for whoever only wants to watch. Everything else that is not a clear yes (a verdict or an obligation
// that this version does not know, an answer that is no JSON) is refused in any case.
//
// # Waiting
//
// By default a call waits while a person is asked, until the question expires, the context ends or [WithTimeout] runs out.
// With [WithApproval]([Raise]) it returns [*ApprovalPending] instead, and the same call under the same [WithKey] goes on
// with the same question.
//
// A client is safe for use by several goroutines at a time.
package guard
