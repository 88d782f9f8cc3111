package php

// maxListed is how many variables are searched one by one.
const maxListed = 12

// vars are variables by name.
type vars struct {
	list  []namedVar
	index map[string]int // places in list, nil if they are few
}

// namedVar is a variable and its name.
type namedVar struct {
	name string
	v    *variable
}

func (s *vars) find(name string) int {
	if s.index != nil {
		if i, ok := s.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range s.list {
		if s.list[i].name == name {
			return i
		}
	}
	return -1
}

// get returns the variable of a name, nil if there is none.
func (s *vars) get(name string) *variable {
	if i := s.find(name); i >= 0 {
		return s.list[i].v
	}
	return nil
}

// put makes v the variable of a name.
func (s *vars) put(name string, v *variable) {
	if i := s.find(name); i >= 0 {
		s.list[i].v = v
		return
	}
	s.list = append(s.list, namedVar{name, v})
	switch {
	case s.index != nil:
		s.index[name] = len(s.list) - 1
	case len(s.list) > maxListed:
		s.index = make(map[string]int, 2*len(s.list))
		for i, n := range s.list {
			s.index[n.name] = i
		}
	}
}

// scope is the variables of one function or of the file.
type scope struct {
	vars  vars
	this  *object
	self  *value // this as a value, nil: not yet made
	cls   *class
	fn    *function
	in    string // where, as a sink line says it
	magic string
	rest  *value // what variables hold that extract() made
	ret   *value
	args  []*value
}

// newScope returns a scope without variables.
func (in *interp) newScope(where string) *scope {
	sc := in.scopes.one()
	sc.in = where
	sc.vars.list = in.named.room(6)
	return sc
}

// staticVars declares variables that keep their values from call to call.
func (in *interp) staticVars(n *node) {
	for _, e := range n.list {
		name, init := "", (*node)(nil)
		switch {
		case e.kind == nAssign && e.a != nil && e.a.kind == nVar:
			name, init = e.a.str, e.b
		case e.kind == nVar:
			name = e.str
		default:
			continue
		}
		m := in.statics
		if f := in.sc.fn; f != nil {
			if f.statics == nil {
				f.statics = map[string]*variable{}
			}
			m = f.statics
		}
		v := m[name]
		if v == nil {
			v = &variable{v: null}
			if init != nil {
				v.v = in.eval(init)
			}
			m[name] = v
		}
		in.sc.vars.put(name, v)
	}
}
