//go:build cgo

package yara

/*
#include <stdlib.h>
#include <string.h>
#include <yara.h>

// assay_message is what the compiler says of a rule file.
typedef struct assay_message {
	int level, line;
	char *text, *rule;
	struct assay_message *next;
} assay_message;

typedef struct { assay_message *first, *last; } assay_log;

static char *assay_copy(const char *s) { return s ? strdup(s) : NULL; }

static void assay_say(int level, const char *file, int line, const YR_RULE *rule, const char *text, void *data) {
	assay_log *log = data;
	assay_message *m = calloc(1, sizeof *m);
	if (!m) return;
	m->level = level;
	m->line = line;
	m->text = assay_copy(text);
	m->rule = rule ? assay_copy(rule->identifier) : NULL;
	if (log->last) log->last->next = m; else log->first = m;
	log->last = m;
}

static void assay_clear(assay_log *log) {
	for (assay_message *m = log->first, *next; m; m = next) {
		next = m->next;
		free(m->text);
		free(m->rule);
		free(m);
	}
	log->first = log->last = NULL;
}

static void assay_listen(YR_COMPILER *c, assay_log *log) {
	yr_compiler_set_callback(c, assay_say, log);
	yr_compiler_set_include_callback(c, NULL, NULL, NULL);
}

// assay_bytes is compiled rules as a file holds them.
typedef struct { char *data; size_t size, room; } assay_bytes;

static size_t assay_write(const void *p, size_t size, size_t count, void *data) {
	assay_bytes *b = data;
	size_t n = size * count;
	if (b->size + n > b->room) {
		size_t room = 2 * b->room + n;
		char *grown = realloc(b->data, room);
		if (!grown) return 0;
		b->data = grown;
		b->room = room;
	}
	memcpy(b->data + b->size, p, n);
	b->size += n;
	return count;
}

static int assay_save(YR_COMPILER *c, assay_bytes *b) {
	YR_RULES *rules;
	int err = yr_compiler_get_rules(c, &rules);
	if (err != ERROR_SUCCESS) return err;
	YR_STREAM stream = {.user_data = b, .write = assay_write};
	err = yr_rules_save_stream(rules, &stream);
	yr_rules_destroy(rules);
	return err;
}
*/
import "C"

import (
	"fmt"
	"maps"
	"slices"
	"unsafe"

	goyara "github.com/hillu/go-yara/v4"
)

// compiler is a compiler of libyara. go-yara's hands libyara the address of a Go
// variable that nothing in Go refers to while rules are compiled, so that a garbage
// collection at that time makes a warning a crash; here messages stay in C.
type compiler struct {
	c   *C.YR_COMPILER
	log *C.assay_log
}

// message is an error or a warning of the compiler.
type message struct {
	warning bool
	line    int
	text    string
	rule    string // that a warning speaks of
}

// newCompiler returns a compiler that knows the external variables and reads no
// includes. It must be closed.
func newCompiler(externals map[string]any) (*compiler, error) {
	c := &compiler{log: (*C.assay_log)(C.calloc(1, C.sizeof_assay_log))}
	if code := C.yr_compiler_create(&c.c); code != C.ERROR_SUCCESS {
		c.close()
		return nil, fmt.Errorf("libyara compiler: %w", goyara.Error(code))
	}
	C.assay_listen(c.c, c.log)
	for _, name := range standardExternals {
		if err := c.define(name, ""); err != nil {
			c.close()
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(externals)) {
		err := fmt.Errorf("external variable %q is set from each target", name)
		if !slices.Contains(standardExternals[:], name) {
			err = c.define(name, externals[name])
		}
		if err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

func (c *compiler) close() {
	if c.c != nil {
		C.yr_compiler_destroy(c.c)
	}
	C.assay_clear(c.log)
	C.free(unsafe.Pointer(c.log))
}

// define makes an external variable known.
func (c *compiler) define(name string, value any) error {
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	var code C.int
	switch v := value.(type) {
	case bool:
		n := C.int(0)
		if v {
			n = 1
		}
		code = C.yr_compiler_define_boolean_variable(c.c, cname, n)
	case int:
		code = C.yr_compiler_define_integer_variable(c.c, cname, C.int64_t(v))
	case int64:
		code = C.yr_compiler_define_integer_variable(c.c, cname, C.int64_t(v))
	case float64:
		code = C.yr_compiler_define_float_variable(c.c, cname, C.double(v))
	case string:
		cvalue := C.CString(v)
		defer C.free(unsafe.Pointer(cvalue))
		code = C.yr_compiler_define_string_variable(c.c, cname, cvalue)
	default:
		return fmt.Errorf("external variable %q: a value of type %T; bool, int, int64, float64 and string are known", name, value)
	}
	if code != C.ERROR_SUCCESS {
		return fmt.Errorf("external variable %q: %w", name, goyara.Error(code))
	}
	return nil
}

// add compiles rules into a namespace and returns what the compiler says of them.
// After an error it must not be used again.
func (c *compiler) add(rules, namespace string) (messages []message, ok bool) {
	crules, cspace := C.CString(rules), C.CString(namespace)
	defer C.free(unsafe.Pointer(crules))
	defer C.free(unsafe.Pointer(cspace))
	ok = C.yr_compiler_add_string(c.c, crules, cspace) == 0
	for m := c.log.first; m != nil; m = m.next {
		messages = append(messages, message{warning: m.level == C.YARA_ERROR_LEVEL_WARNING, line: int(m.line), text: C.GoString(m.text), rule: C.GoString(m.rule)})
	}
	C.assay_clear(c.log)
	return messages, ok
}

// compiled returns all rules in the form of a compiled file.
func (c *compiler) compiled() ([]byte, error) {
	b := (*C.assay_bytes)(C.calloc(1, C.sizeof_assay_bytes))
	defer func() {
		C.free(unsafe.Pointer(b.data))
		C.free(unsafe.Pointer(b))
	}()
	if code := C.assay_save(c.c, b); code != C.ERROR_SUCCESS {
		return nil, fmt.Errorf("compiled rules: %w", goyara.Error(code))
	}
	if b.size > 1<<30 {
		return nil, fmt.Errorf("compiled rules of %d bytes", uint64(b.size))
	}
	return C.GoBytes(unsafe.Pointer(b.data), C.int(b.size)), nil
}
