package guard

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// maxExact is below where the daemon, which counts in floating point, knows every whole number.
const maxExact = 1 << 53

// argumentsOf writes an input down as arguments by name.
func argumentsOf(input any) (map[string]any, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	switch value := exact(value).(type) {
	case map[string]any:
		return value, nil
	case nil:
		return map[string]any{}, nil
	default:
		return map[string]any{"input": value}, nil
	}
}

// exact writes numbers that the daemon would round as text. INVARIANT: what a person sees and approves is the very number.
func exact(value any) any {
	switch value := value.(type) {
	case json.Number:
		if !isExact(value.String()) {
			return value.String()
		}
	case map[string]any:
		for name, one := range value {
			value[name] = exact(one)
		}
	case []any:
		for at, one := range value {
			value[at] = exact(one)
		}
	}
	return value
}

func isExact(number string) bool {
	float, err := strconv.ParseFloat(number, 64)
	isWhole := !strings.ContainsAny(number, ".eE")
	return err == nil && (!isWhole || float < maxExact && float > -maxExact)
}
