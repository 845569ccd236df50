package guard

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	defaultRetries = 3
	defaultTimeout = 10 * time.Minute
)

// Client asks one daemon. Make it with [New]; it needs no closing.
type Client struct {
	settings  settings
	transport *transport
	breaker   *breaker
	questions questions
}

// New makes a client. Nothing is sent until it is asked for something.
func New(options ...Option) *Client {
	s := settings{approval: Wait, timeout: defaultTimeout, retries: defaultRetries, agent: filepath.Base(os.Args[0])}.with(options)
	return &Client{settings: s, transport: newTransport(endpointFor(s.url, s.token, os.Getenv)), breaker: newBreaker(s.loop, time.Now)}
}

var (
	defaultMutex  sync.Mutex
	defaultClient *Client
)

// Default is the client that the functions of this package use unless they are given [WithClient].
func Default() *Client {
	defaultMutex.Lock()
	defer defaultMutex.Unlock()
	if defaultClient == nil {
		defaultClient = New()
	}
	return defaultClient
}

// SetDefault has the functions of this package use another client.
func SetDefault(client *Client) {
	defaultMutex.Lock()
	defer defaultMutex.Unlock()
	defaultClient = client
}

// clientFor finds the client among the options of a call.
func clientFor(options []Option) *Client {
	if client := (settings{}).with(options).client; client != nil {
		return client
	}
	return Default()
}

func (s settings) log() *slog.Logger {
	if s.logger != nil {
		return s.logger
	}
	return slog.Default()
}

// newKey names a request as nobody else does.
func newKey() string {
	var random [16]byte
	rand.Read(random[:]) // never fails: it ends the program instead
	return "go-" + hex.EncodeToString(random[:])
}
