package guard

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestHTTP(t *testing.T) {
	s := startScene(t, "version: 1\nrules: []\n")
	client := s.client(WithApproval(Raise))

	t.Run("handlers are guarded", func(t *testing.T) {
		served := 0
		handler := Middleware(WithClient(client))(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			served++
			w.WriteHeader(http.StatusTeapot)
		}))
		for range 8 { // many callers are no loop
			equal(t, "status", ask(handler, "GET", "/users/7").Code, http.StatusTeapot)
		}
		reply := ask(handler, "DELETE", "/users/7")
		equal(t, "status", reply.Code, http.StatusForbidden)
		equal(t, "type", reply.Header().Get("Content-Type"), "application/problem+json")
		var told problem
		must(t, json.Unmarshal(reply.Body.Bytes(), &told))
		equal(t, "code", told.Code, "approval_pending")
		equal(t, "served", served, 8)
	})

	t.Run("only some are guarded, however they are spelled", func(t *testing.T) {
		handler := Middleware(WithClient(client), WithRoutes("DELETE /users/{id}"))(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
		}))
		for path, want := range map[string]int{"/users/7": 403, "/x/../users/7": 403, "//users/7": 403, "/users/%37": 403, "/others/7": 204} {
			equal(t, path, ask(handler, "DELETE", path).Code, want)
		}
		equal(t, "POST", ask(handler, "POST", "/users/7").Code, 204)
	})

	t.Run("without a daemon nothing is served", func(t *testing.T) {
		gone := New(WithURL("unix:/nowhere/at/all"), WithRetries(0))
		reply := ask(Middleware(WithClient(gone))(http.NotFoundHandler()), "GET", "/")
		equal(t, "status", reply.Code, http.StatusServiceUnavailable)
		if strings.Contains(reply.Body.String(), "/nowhere") {
			t.Error("callers are told about this machine")
		}
	})

	t.Run("requests are guarded, redirects too", func(t *testing.T) {
		var methods []string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			methods = append(methods, r.Method+" "+r.URL.Path)
			if r.URL.Path == "/from" {
				http.Redirect(w, r, "/users/7", http.StatusTemporaryRedirect)
				return
			}
			io.WriteString(w, "here")
		}))
		defer server.Close()
		guarded := &http.Client{Transport: Transport(nil, WithClient(client))}
		reply, err := guarded.Get(strings.Replace(server.URL, "http://", "http://ann:word@", 1) + "/to")
		must(t, err)
		text, err := io.ReadAll(reply.Body)
		must(t, err)
		must(t, reply.Body.Close())
		equal(t, "body", string(text), "here")
		request, _ := http.NewRequest("DELETE", server.URL+"/from", nil)
		body := &closed{}
		var pending *ApprovalPending
		if _, err = guarded.Do(request); !errors.As(err, &pending) {
			t.Fatalf("got %v", err)
		}
		post, _ := http.NewRequest("DELETE", server.URL+"/users/8", body)
		if _, err = guarded.Do(post); !errors.As(err, &pending) || !body.closed {
			t.Fatalf("got %v, closed %v", err, body.closed)
		}
		equal(t, "requests", strings.Join(methods, ", "), "GET /to")
	})

	t.Run("what came of them is reported", func(t *testing.T) {
		var said []string
		var mutex sync.Mutex
		daemon := standIn(t, func(w http.ResponseWriter, r *http.Request) {
			if text, _ := io.ReadAll(r.Body); strings.HasSuffix(r.URL.Path, "/outcome") {
				mutex.Lock()
				said = append(said, string(text))
				mutex.Unlock()
			}
			io.WriteString(w, `{"requestId":"a","traceId":"b","verdict":"allow","score":0,"reason":"r","findings":[],"obligations":[]}`)
		})
		failing := Middleware(WithClient(daemon))(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))
		ask(failing, "GET", "/")
		server := httptest.NewServer(http.NotFoundHandler())
		defer server.Close()
		reply, err := (&http.Client{Transport: Transport(nil, WithClient(daemon))}).Get(server.URL)
		must(t, err)
		must(t, reply.Body.Close())
		eventually(t, "both reports", func() bool {
			mutex.Lock()
			defer mutex.Unlock()
			all := strings.Join(said, "")
			return len(said) == 2 && strings.Contains(all, `"failed"`) && strings.Contains(all, `"succeeded"`)
		})
	})
}

func TestAddressOfSentRequest(t *testing.T) {
	request, _ := http.NewRequest("", "http://ann:word@example.org/a?b=c", strings.NewReader("12345"))
	action := actionOfSent(request)
	equal(t, "address", action.URL, "http://example.org/a?b=c")
	equal(t, "method", action.Method, "GET")
	equal(t, "size", action.BodyBytes, 5)
}

func ask(handler http.Handler, method, path string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, "http://api.example.org"+path, nil))
	return recorder
}

type closed struct{ closed bool }

func (c *closed) Read([]byte) (int, error) { return 0, io.EOF }
func (c *closed) Close() error             { c.closed = true; return nil }
