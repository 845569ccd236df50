package guard

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// Middleware guards the handlers of an HTTP server: a request reaches them once the daemon let it through. Its method,
// address and size are judged, not its body. [WithRoutes] limits it to some; without that every request is guarded.
//
// What is refused is answered with a problem document (RFC 9457): 403 for [*Denied] and [*ApprovalPending] (with its
// requestId), 503 for [*DaemonUnavailable]. The same request from many callers is no loop. The client at the other end
// usually does not wait for long: think of [WithApproval]([Raise]).
func Middleware(options ...Option) func(http.Handler) http.Handler {
	base := (settings{}).with(options)
	guarded := matcherOf(base.routes)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !guarded(r) {
				next.ServeHTTP(w, r)
				return
			}
			serveGuarded(w, r, next, options)
		})
	}
}

func serveGuarded(w http.ResponseWriter, r *http.Request, next http.Handler, options []Option) {
	client := clientFor(options)
	s := client.settings.with(options).with([]Option{WithUnderstands(ObligationTimeout)})
	s.unlooped = true
	permit, err := client.check(r.Context(), actionOfServed(r), s)
	if err != nil {
		refuse(w, err)
		return
	}
	startedAt := time.Now()
	result := Result{Status: Failed} // how it is left when the handler panics
	defer func() {
		result.Duration = time.Since(startedAt)
		go permit.finish(r.Context(), result) // the caller has its answer
	}()
	ctx, cancel := permit.limit(r.Context())
	defer cancel()
	watched := &statusWriter{ResponseWriter: w}
	next.ServeHTTP(watched, r.WithContext(ctx))
	result.Status = statusOf(ctx.Err())
	if watched.status >= 500 {
		result.Status = Failed
	}
}

// matcherOf uses the patterns of ServeMux. What a path would be cleaned to counts too, so that no spelling goes round it.
func matcherOf(routes []string) func(*http.Request) bool {
	if len(routes) == 0 {
		return func(*http.Request) bool { return true }
	}
	mux := http.NewServeMux()
	for _, route := range routes {
		mux.HandleFunc(route, http.NotFound)
	}
	return func(r *http.Request) bool {
		_, pattern := mux.Handler(r)
		return pattern != ""
	}
}

func actionOfServed(r *http.Request) Action {
	address := url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	if r.TLS != nil {
		address.Scheme = "https"
	}
	action := HTTP(r.Method, address.String())
	action.BodyBytes = max(0, r.ContentLength)
	return action
}

type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	RequestID string `json:"requestId,omitempty"`
	TraceID   string `json:"traceId,omitempty"`
}

func refuse(w http.ResponseWriter, err error) {
	told := problemOf(err)
	told.Type = "urn:countersign:error:" + told.Code
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(told.Status)
	_ = json.NewEncoder(w).Encode(told) // whoever asked is gone
}

func problemOf(err error) problem {
	var denied *Denied
	var pending *ApprovalPending
	switch {
	case errors.As(err, &denied):
		return problem{Title: "the request was denied", Status: http.StatusForbidden, Detail: denied.Reason, Code: firstOf(denied.Code, "denied_by_rule"), RequestID: denied.RequestID, TraceID: denied.TraceID}
	case errors.As(err, &pending):
		return problem{Title: "a person is asked about this request", Status: http.StatusForbidden, Detail: pending.Reason, Code: "approval_pending", RequestID: pending.RequestID, TraceID: pending.TraceID}
	default:
		// What went wrong between here and the daemon is nobody's business at the other end.
		return problem{Title: "the request could not be checked", Status: http.StatusServiceUnavailable, Detail: "nothing was done; try again later", Code: "daemon_unreachable"}
	}
}

// statusWriter remembers the status; [http.ResponseController] finds the rest through Unwrap.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }
