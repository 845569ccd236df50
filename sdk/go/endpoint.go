package guard

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// endpoint is where the daemon listens. With failed it is nowhere, and asking there says why.
type endpoint struct {
	network, address string
	origin           string // what paths are relative to
	token            string
	failed           error
}

// endpointFor takes what was given, then what the environment names, then the socket of this user.
func endpointFor(given, token string, env func(string) string) endpoint {
	if given == "" {
		given = env("COUNTERSIGN_URL")
	}
	if given == "" {
		return socketAt(SocketPath())
	}
	if path, found := strings.CutPrefix(given, "unix:"); found {
		return socketAt("/" + strings.TrimLeft(path, "/"))
	}
	if token == "" {
		token = env("COUNTERSIGN_TOKEN")
	}
	return doorAt(given, token)
}

func socketAt(path string) endpoint {
	return endpoint{network: "unix", address: path, origin: "http://localhost"}
}

// doorAt is only ever on this machine: a token must not travel over a network in plain text.
func doorAt(given, token string) endpoint {
	address, err := url.Parse(given)
	if err != nil || address.Scheme != "http" || !isThisMachine(address.Hostname()) {
		return endpoint{address: given, failed: fmt.Errorf("`%s` is no address of a daemon on this machine: unix:/PATH or http://127.0.0.1:PORT", given)}
	}
	if token = strings.TrimSpace(token); token == "" {
		return endpoint{address: given, failed: errors.New("an http: address needs a token: set COUNTERSIGN_TOKEN")}
	}
	name, port := address.Hostname(), address.Port()
	if name == "localhost" {
		name = "127.0.0.1" // whatever the resolver says
	}
	if port == "" {
		port = "80"
	}
	host := net.JoinHostPort(name, port)
	return endpoint{network: "tcp", address: host, origin: "http://" + host, token: token}
}

func isThisMachine(host string) bool {
	return host == "127.0.0.1" || host == "localhost" || host == "::1"
}

// SocketPath is where the daemon of this user listens for agents: below COUNTERSIGN_HOME where that is set, otherwise
// where the platform wants it.
func SocketPath() string {
	home, _ := os.UserHomeDir() // without one, nobody listens there
	return socketPath(runtime.GOOS, home, os.Getenv)
}

func socketPath(system, home string, env func(string) string) string {
	if single := absolute(env("COUNTERSIGN_HOME")); single != "" {
		return single + "/run/agent.sock"
	}
	if system == "darwin" {
		return home + "/Library/Application Support/Countersign/run/agent.sock"
	}
	if runtime := absolute(env("XDG_RUNTIME_DIR")); runtime != "" {
		return runtime + "/countersign/agent.sock"
	}
	data := absolute(env("XDG_DATA_HOME"))
	if data == "" {
		data = home + "/.local/share"
	}
	return data + "/countersign/run/agent.sock"
}

// absolute ignores what is not an absolute path, as the XDG specification asks.
func absolute(path string) string {
	if !filepath.IsAbs(path) {
		return ""
	}
	return strings.TrimRight(path, "/")
}
