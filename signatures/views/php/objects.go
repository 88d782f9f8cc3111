package php

import "strings"

// methodSink is a method of a class that is not in the file.
func (in *interp) methodSink(o *object, name string, args []*value, nodes []*node, pos uint32, v via) *value {
	low := in.lower(name)
	switch o.name {
	case "reflectionfunction", "reflectionmethod", "reflectionclass", "reflectionobject":
		return in.reflect(o, low, args, pos)
	case "com", "wscript.shell", "shell.application", "ffi", "perl", "python":
		switch low {
		case "exec", "run", "shellexecute", "open", "system", "popen", "eval":
			in.emit(sinkLine{kind: "command", name: o.name + "." + low, arg: at(args, 0), via: v, pos: pos})
			return &value{k: vObject, o: &object{name: "com", rest: from(oCommand, "")}, src: oCommand}
		}
	case "ziparchive":
		if low == "extractto" {
			in.emit(sinkLine{kind: "file-write", name: "ziparchive.extractto", arg: from(oFile, ""), aux: at(args, 0), via: v, pos: pos})
		}
	case "splfileobject", "spltempfileobject":
		if low == "fwrite" {
			in.emit(sinkLine{kind: "file-write", name: "splfileobject.fwrite", arg: at(args, 0), aux: at(o.args, 0), via: v, pos: pos})
		}
	case "closure":
		if low == "fromcallable" {
			return at(args, 0)
		}
	case "arrayobject", "arrayiterator":
		if low == "uasort" || low == "uksort" {
			el := in.element(at(o.args, 0), nil)
			return in.callValue(at(args, 0), []*value{el, el}, "callback:"+o.name+"."+low, pos)
		}
	case "splstack", "splqueue", "spldoublylinkedlist":
		if v := o.list(low, args); v != nil {
			return v
		}
	case "pdo", "mysqli", "sqlite3", "":
		if sqlMethods[low] && (o.name != "" || low != "exec") {
			in.emit(sinkLine{kind: "sql", name: low, arg: at(args, 0), via: v, pos: pos})
			return from(oDatabase, "")
		}
	}
	switch low {
	case "fetchall":
		if len(args) > 1 && (isSinkName(args[1].s) || args[1].attacker() || args[1].k == vClosure) { // PDO::FETCH_FUNC
			return in.callVia(args[1], []*value{from(oDatabase, "")}, nil, via{name: args[1].comp.via(), taker: "callback:" + low}, pos)
		}
		return from(oDatabase, "")
	case "fetch", "fetch_assoc", "fetch_row", "fetch_array", "fetch_object", "fetchcolumn":
		return from(oDatabase, "")
	case "loadxml", "loadhtml", "load":
		if first := at(args, 0); first.attacker() && o.class == nil {
			o.rest = first.derive()
		}
		return passed(args)
	case "query", "evaluate", "importstylesheet", "importstyle":
		if first := join(at(args, 0).flat(), contentOf(at(args, 0))); o.data == "php" && first.attacker() {
			in.out.trait("input-call", "")
			in.emit(sinkLine{kind: "call", name: "?", arg: first, aux: first, via: via{name: "input", taker: "callback:registerphpfunctions"}, pos: pos})
		}
		return passed(args)
	case "registerphpfunctions":
		o.data = "php"
		if f := at(args, 0); f.k == vString && isSinkName(f.s) {
			in.callVia(f, []*value{unknown}, nil, via{name: f.comp.via(), taker: "callback:" + low}, pos)
			return unknown
		}
		in.emit(sinkLine{kind: "code", name: low, arg: joinAll(args), via: via{taker: "callback:" + low}, pos: pos})
		return unknown
	case "registerfunction", "sqlitecreatefunction", "createfunction", "createaggregate":
		return in.callValue(at(args, 1), []*value{from(oDatabase, "")}, "callback:"+low, pos)
	}
	if fs := nameFacts(low); fs != nil {
		for _, p := range []string{"require", "check", "verify", "assert", "ensure"} {
			if strings.HasPrefix(low, p) {
				in.addFacts(fs)
			}
		}
		return telling(fs, nil)
	}
	in.runCallbacks(args, pos)
	out := passed(args)
	if o.rest != nil && o.rest.src&^(oUnknown|oParam|oConstant) != 0 && out.src&oAttacker == 0 {
		return o.rest.derive()
	}
	return out
}

// list is a method of one of the lists of PHP; nil if it is another.
func (o *object) list(method string, args []*value) *value {
	n := len(o.args)
	switch method {
	case "push", "enqueue":
		if n < 1000 {
			o.args = append(o.args, at(args, 0))
		}
		return null
	case "unshift":
		o.args = append([]*value{at(args, 0)}, o.args...)[:min(n+1, 1000)]
		return null
	case "pop", "top":
		if n == 0 {
			return unknown
		}
		v := o.args[n-1]
		if method == "pop" {
			o.args = o.args[: n-1 : n-1]
		}
		return v
	case "dequeue", "shift", "bottom":
		if n == 0 {
			return unknown
		}
		v := o.args[0]
		if method != "bottom" {
			o.args = o.args[1:]
		}
		return v
	}
	return nil
}

var sqlMethods = map[string]bool{"query": true, "exec": true, "real_query": true, "multi_query": true, "prepare": true}

// runCallbacks reads closures that a function of elsewhere was given.
func (in *interp) runCallbacks(args []*value, pos uint32) {
	for _, a := range args {
		if a.k == vClosure && !a.fn.fn.called {
			in.runClosure(a.fn)
		}
	}
}

// runClosure reads a closure with parameters that are not known.
func (in *interp) runClosure(c *closure) {
	ps := make([]*value, len(c.fn.params))
	for i := range ps {
		ps[i] = from(oParam, "")
	}
	in.callClosure(c, ps, nil, via{})
	in.exited = false
}

// newBuiltin makes an object of a class of PHP.
func (in *interp) newBuiltin(name string, args []*value, pos uint32, how via) *value {
	o := &object{name: name, args: args}
	v := &value{k: vObject, o: o, src: oUnknown}
	first := at(args, 0)
	switch name {
	case "reflectionfunction", "reflectionmethod", "reflectionclass", "reflectionobject":
		o.rest = unknown
	case "com":
		if s, ok := first.text(); ok && !strings.Contains(lower(s), "shell") && !strings.Contains(lower(s), "script") {
			o.name = "com." + lower(detail(s))
		}
	case "splfileobject":
		if first.attacker() {
			in.emit(sinkLine{kind: "file-read", name: name, arg: first, via: how, pos: pos})
			o.rest = first.derive()
		}
	case "pdo", "mysqli", "sqlite3":
		if first.attacker() {
			in.emit(sinkLine{kind: "network", name: name, arg: first, via: how, pos: pos})
		}
	case "callbackfilteriterator":
		in.callValue(at(args, 1), []*value{in.element(first, nil)}, "callback:"+name, pos)
	case "arrayobject", "arrayiterator", "recursivearrayiterator":
		o.rest = in.element(first, nil)
	case "exception", "error", "errorexception", "runtimeexception", "simplexmlelement", "stdclass":
		o.rest = joinAll(args).derive()
	default:
		in.runCallbacks(args, pos)
		o.rest = passed(args)
	}
	if len(args) == 0 || o.rest == nil {
		o.rest = unknown
	}
	if how.name != "" && joinAll(args).attacker() {
		in.emit(sinkLine{kind: "new", name: name, arg: joinAll(args), via: how, pos: pos})
	}
	return v
}

// reflect is a method of a Reflection object.
func (in *interp) reflect(o *object, method string, args []*value, pos uint32) *value {
	target := at(o.args, 0)
	switch method {
	case "invoke", "invokeargs":
		callee := target
		if o.name == "reflectionmethod" {
			callee = list(target, at(o.args, 1))
			args = args[min(1, len(args)):]
		}
		if method == "invokeargs" {
			args = spread(in, at(args, 0))
		}
		return in.callValue(callee, args, "reflection", pos)
	case "newinstance", "newinstanceargs":
		if method == "newinstanceargs" {
			args = spread(in, at(args, 0))
		}
		if s, ok := target.text(); ok && target.k == vString {
			if c := in.classes[lower(s)]; c != nil {
				return in.construct(c, args, nil)
			}
			return in.newBuiltin(lower(lastPart(s)), args, pos, via{name: target.comp.via(), taker: "reflection"})
		}
		return in.callUnknown("new", target, args, via{taker: "reflection"}, pos)
	case "getmethod":
		return &value{k: vObject, o: &object{name: "reflectionmethod", args: []*value{target, at(args, 0)}}, src: oUnknown}
	case "getdoccomment":
		return in.docComment(target)
	case "getclosure":
		return target
	}
	return unknown
}

// spread returns the elements of an array of arguments.
func spread(in *interp, v *value) []*value {
	if v.k == vArray && v.a.rest == nil {
		return v.a.vals
	}
	el := in.element(v, nil)
	return []*value{el, el}
}

// docComment returns the comment before a class or function, the first of the file else.
func (in *interp) docComment(target *value) *value {
	src := string(in.main.src)
	pos := 0
	if s, ok := target.text(); ok {
		if c := in.classes[lower(s)]; c != nil {
			pos = int(c.pos)
		} else if f := in.funcs[lower(s)]; f != nil {
			pos = int(f.pos)
		}
	}
	if target.k == vObject && target.o.class != nil {
		pos = int(target.o.class.pos)
	}
	start := strings.LastIndex(src[:min(pos, len(src))], "/**")
	if start < 0 {
		start = strings.Index(src, "/**")
	}
	if start < 0 {
		return vFalse
	}
	end := strings.Index(src[start:], "*/")
	if end < 0 {
		return vFalse
	}
	return &value{k: vString, s: src[start : start+end+2], src: oConstant, comp: hOther}
}
