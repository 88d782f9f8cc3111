package mutate

import "testing"

func TestWithin(t *testing.T) {
	allow := Within([]byte("0123456789"), [][2]int64{{2, 4}, {4, 6}})
	for _, tt := range []struct {
		m    Mutation
		want bool
	}{
		{Mutation{"byte", 2, []byte("x")}, true},
		{Mutation{"word", 2, []byte("xx")}, true},
		{Mutation{"word", 1, []byte("1xx4")}, true}, // the bytes around are the same
		{Mutation{"word", 1, []byte("abc4")}, false},
		{Mutation{"word", 3, []byte("xx")}, false}, // two fields
		{Mutation{"byte", 6, []byte("x")}, false},
		{Mutation{"byte", 2, []byte("2")}, false}, // nothing changed
		{Mutation{"cut", 2, nil}, false},
	} {
		if got := allow(tt.m); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.m, got, tt.want)
		}
	}
}
