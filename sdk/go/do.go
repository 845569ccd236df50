package guard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// Do runs fn once the action is let through, within the time that the daemon obliges it to, and reports what came of it.
// The errors are those of [Check], with which fn did not run, and that of fn as it is.
func Do[T any](ctx context.Context, action Action, fn func(context.Context, *Permit) (T, error), options ...Option) (T, error) {
	return do(ctx, action, fn, func(T) string { return "" }, options)
}

func do[T any](ctx context.Context, action Action, fn func(context.Context, *Permit) (T, error), digest func(T) string, options []Option) (value T, err error) {
	client := clientFor(options)
	s := client.settings.with(options).with([]Option{WithUnderstands(ObligationTimeout)})
	permit, err := client.check(ctx, action, s)
	if err != nil {
		return value, err
	}
	startedAt := time.Now()
	result := Result{Status: Failed} // how it is left when fn panics
	defer func() {
		result.Duration = time.Since(startedAt)
		permit.finish(ctx, result)
	}()
	limited, cancel := permit.limit(ctx)
	defer cancel()
	value, err = fn(limited, permit)
	result.Status = statusOf(err)
	if err == nil {
		result.Digest = digest(value)
	}
	return value, err
}

// limit ends the context when the daemon wants the action ended.
func (p *Permit) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	limit, found := p.Obligation(ObligationTimeout)
	if !found {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Duration(limit.TimeoutMs)*time.Millisecond)
}

// Wrap guards a function as a tool of this name: every call of what it returns asks first. The input is written as JSON to
// be judged and shown: the fields of a struct or the entries of a map are the arguments, anything else is one argument
// called input. When what it
// points to was changed meanwhile, it is denied. The errors are those of [Check] and of fn.
func Wrap[In, Out any](tool string, fn func(context.Context, In) (Out, error), options ...Option) func(context.Context, In) (Out, error) {
	return func(ctx context.Context, input In) (out Out, err error) {
		args, err := argumentsOf(input)
		if err != nil {
			return out, fmt.Errorf("guard: the input of `%s` cannot be written as JSON: %w", tool, err)
		}
		run := func(ctx context.Context, permit *Permit) (Out, error) {
			if now, err := argumentsOf(input); err != nil || !reflect.DeepEqual(now, args) {
				return out, refusedHere(&permit.Decision, "facts_changed", "the arguments were changed while it was decided; call it again with those that are meant")
			}
			return fn(ctx, input)
		}
		return do(ctx, Tool(tool, args), run, digestOf[Out], options)
	}
}

// digestOf is of the result as JSON; empty when it cannot be written as that.
func digestOf[T any](value T) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
