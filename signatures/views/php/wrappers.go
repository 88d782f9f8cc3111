package php

import "strings"

// registerWrapper is stream_wrapper_register: a class of the file stands behind
// a scheme of its own.
func (in *interp) registerWrapper(c *call) *value {
	scheme, ok := c.arg(0).text()
	name, named := c.arg(1).text()
	cls := in.classes[lower(strings.TrimPrefix(name, "\\"))]
	if !ok || !named || cls == nil || len(in.wrappers) > 20 {
		return vTrue
	}
	if in.wrappers == nil {
		in.wrappers = map[string]*class{}
	}
	in.wrappers[lower(scheme)] = cls
	return vTrue
}

// wrapped returns what a path of a registered scheme gives to read, nil if it
// has none.
func (in *interp) wrapped(path *value) *value {
	if len(in.wrappers) == 0 {
		return nil
	}
	scheme, _, ok := strings.Cut(path.s, "://")
	cls := in.wrappers[lower(scheme)]
	if !ok || cls == nil {
		return nil
	}
	o := in.construct(cls, nil, nil).o
	if f := in.method(cls, "stream_open"); f != nil {
		in.callFunc(f, o, cls, []*value{path, str("rb"), num(0), null}, nil)
	}
	f := in.method(cls, "stream_read")
	if f == nil {
		return nil
	}
	return in.callFunc(f, o, cls, []*value{num(8192)}, nil)
}
