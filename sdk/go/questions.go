package guard

import (
	"slices"
	"sync"
)

// Questions that are remembered; older ones are asked anew.
const maxQuestions = 1024

// questions knows under which names calls waited for a person, so that the same call takes the question up again.
type questions struct {
	mutex sync.Mutex
	open  []question // oldest first
}

type question struct {
	about fingerprint
	name  string
}

// take hands a name out. INVARIANT: to one call only, so that one answer of a person lets one action run.
func (q *questions) take(about fingerprint) string {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	at := slices.IndexFunc(q.open, func(one question) bool { return one.about == about })
	if at < 0 {
		return newKey()
	}
	name := q.open[at].name
	q.open = slices.Delete(q.open, at, at+1)
	return name
}

// leave keeps the name of a question that is still open for whoever calls next.
func (q *questions) leave(about fingerprint, name string) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.open = append(q.open, question{about, name})
	if len(q.open) > maxQuestions {
		q.open = slices.Delete(q.open, 0, 1)
	}
}
