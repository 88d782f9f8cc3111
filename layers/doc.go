// Package layers reads container images as they lie in storage and delivers the
// merged file system as an fstree.Tree.
package layers
