package fstree

import "strings"

// MaxPath is the longest path in bytes that readers deliver. Longer ones are damage.
const MaxPath = 1 << 16

// Join returns dir and name with exactly one slash between them. dir is an
// absolute path; name is one element, raw bytes.
func Join(dir, name string) string {
	if strings.HasSuffix(dir, "/") {
		return dir + name
	}
	return dir + "/" + name
}

// Split returns the directory and the last element of an absolute path. The
// root gives "/" and "".
func Split(path string) (dir, name string) {
	i := strings.LastIndexByte(path, '/')
	if i <= 0 {
		return "/", path[i+1:]
	}
	return path[:i], path[i+1:]
}

// ValidName reports whether name can be one element of a path: not empty, not
// "." or "..", no slash and no zero byte. Everything else is a name.
func ValidName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\x00")
}

// Clean returns p as an absolute path without empty and "." elements, ".."
// taken lexically and never above the root. It is what a runtime makes of the
// name of an archive member. Bytes of the elements stay as they are.
func Clean(p string) string {
	out := make([]string, 0, strings.Count(p, "/")+1)
	for el := range strings.SplitSeq(p, "/") {
		switch el {
		case "", ".":
		case "..":
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
		default:
			out = append(out, el)
		}
	}
	return "/" + strings.Join(out, "/")
}
