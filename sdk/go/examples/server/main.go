// Server lets agents call its handlers, and asks a person before one of them deletes something. It calls itself once, so
// that there is something to see.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"

	"countersign.dev/guard"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "user", r.PathValue("id")) })
	mux.HandleFunc("DELETE /users/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "deleted") })
	guarded := guard.Middleware(guard.WithApproval(guard.Raise), guard.WithRoutes("DELETE /users/{id}"))(mux)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, guarded)

	for _, method := range []string{"GET", "DELETE"} {
		request, err := http.NewRequest(method, fmt.Sprintf("http://%s/users/7", listener.Addr()), nil)
		if err != nil {
			log.Fatal(err)
		}
		reply, err := http.DefaultClient.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		text, _ := io.ReadAll(reply.Body)
		reply.Body.Close()
		fmt.Printf("%s: %d %s", method, reply.StatusCode, text)
	}
}
