package layers

import (
	"maps"
	"slices"

	"github.com/seed-181f3109/assay/fstree"
)

// Classes of anomalies.
const (
	// ClassEvasion: other tools would see something else than what runs, or bytes
	// lie where no tool looks.
	ClassEvasion = "evasion"
	// ClassIntegrity: a statement of the image about itself does not fit its bytes.
	ClassIntegrity = "integrity"
)

// Anomaly is something about how an image is stored that a sound image does not
// have. It never ends the reading; it is a finding of its own.
type Anomaly struct {
	Class    string        // ClassEvasion or ClassIntegrity
	Rule     string        // stable identifier: "duplicate-entry"; Rules lists them
	Title    string        // one line for a person, the same for every anomaly of the rule
	Detail   string        // what was seen
	Severity string        // info, low, medium, high or critical
	Layer    *fstree.Layer // nil if it is not about one layer
	Path     string        // path in the image, or file in the store; raw bytes, may be empty
	Offset   int64         // in the uncompressed layer, or in the stored bytes where Detail says so; -1 unknown
}

// rule is what all anomalies of one kind have in common.
type rule struct{ class, severity, title string }

var rules = map[string]rule{
	// the layer's tar
	"duplicate-entry":      {ClassEvasion, "medium", "Two entries of one layer have the same name; tools differ in which of them they show"},
	"duplicate-directory":  {ClassEvasion, "info", "A directory is listed twice in one layer"},
	"path-through-link":    {ClassEvasion, "medium", "An entry is written through a symbolic link of its own layer"},
	"path-over-link":       {ClassEvasion, "high", "A directory implied by an entry replaces a symbolic link of a lower layer"},
	"path-outside-root":    {ClassEvasion, "high", "A name or link target leads out of the root"},
	"pax-name-mismatch":    {ClassEvasion, "high", "Extended header and plain header name different files"},
	"pax-size-mismatch":    {ClassEvasion, "critical", "Extended header and plain header give different sizes, so that tools see different entries"},
	"pax-global-header":    {ClassEvasion, "medium", "A global extended header sets fields that runtimes ignore and other tools obey"},
	"whiteout-own-entry":   {ClassEvasion, "high", "A layer removes a name that it adds itself; tools differ in what is left"},
	"whiteout-content":     {ClassEvasion, "high", "A whiteout carries content"},
	"whiteout-missing":     {ClassEvasion, "low", "A whiteout removes a name that no lower layer has"},
	"whiteout-device":      {ClassEvasion, "high", "A character device 0:0 removes a name of a lower layer under overlayfs"},
	"opaque-root":          {ClassEvasion, "high", "The root directory is marked opaque; tools differ in whether lower layers stay visible"},
	"hardlink-lower-layer": {ClassEvasion, "medium", "A hard link names a file of a lower layer; runtimes on overlayfs refuse it"},
	"unappliable-entry":    {ClassIntegrity, "medium", "Runtimes refuse an entry, so that the image cannot be unpacked"},
	"unknown-entry-type":   {ClassEvasion, "medium", "An entry has a type that runtimes do not know"},
	"trusted-xattr":        {ClassEvasion, "low", "An entry carries a trusted.* attribute, which runtimes ignore"},
	"xattr-ignored":        {ClassEvasion, "low", "An attribute is stored in a form that runtimes ignore"},
	"bad-xattr":            {ClassIntegrity, "low", "An extended attribute cannot be decoded"},
	"owner-out-of-range":   {ClassIntegrity, "medium", "Owner or group does not fit into 32 bits"},
	"data-in-padding":      {ClassEvasion, "medium", "Bytes lie in the padding between entries, which no tool unpacks"},
	"data-after-archive":   {ClassEvasion, "high", "Bytes follow the end of the layer's tar archive, which no tool unpacks"},
	"no-end-of-archive":    {ClassIntegrity, "low", "The layer's tar archive has no end mark"},

	// the layer's compression
	"trailing-data":        {ClassEvasion, "high", "Bytes follow the compressed content"},
	"gzip-header":          {ClassEvasion, "medium", "A gzip header carries data of its own"},
	"zstd-skippable-frame": {ClassEvasion, "medium", "A zstd stream has skippable frames, which decoders drop in silence"},
	"wrong-media-type":     {ClassIntegrity, "medium", "Media type and bytes of a layer differ"},

	// digests and documents
	"layer-digest-mismatch":    {ClassIntegrity, "critical", "The stored bytes of a layer do not have the digest that the manifest states"},
	"layer-size-mismatch":      {ClassIntegrity, "high", "A layer does not have the size that the manifest states"},
	"layer-name-mismatch":      {ClassIntegrity, "high", "The file name of a layer holds another digest than its bytes have"},
	"diffid-mismatch":          {ClassIntegrity, "critical", "The unpacked bytes of a layer do not have the diffID that the config states"},
	"manifest-digest-mismatch": {ClassIntegrity, "critical", "A manifest or index does not have the digest by which it is named"},
	"manifest-size-mismatch":   {ClassIntegrity, "medium", "A manifest or index does not have the stated size"},
	"config-digest-mismatch":   {ClassIntegrity, "critical", "The config does not have the digest by which it is named"},
	"config-size-mismatch":     {ClassIntegrity, "medium", "The config does not have the stated size"},
	"config-invalid":           {ClassIntegrity, "high", "The config cannot be parsed"},
	"layer-count-mismatch":     {ClassIntegrity, "high", "Manifest and config differ in the number of layers"},
	"history-mismatch":         {ClassIntegrity, "medium", "The history does not fit the layers, so that no step can be named"},
	"platform-mismatch":        {ClassIntegrity, "medium", "Index and config name different platforms"},

	// the store
	"orphan-blob":             {ClassEvasion, "low", "A blob of the store belongs to no image"},
	"unreferenced-manifest":   {ClassEvasion, "medium", "A manifest of the store belongs to no index"},
	"duplicate-archive-entry": {ClassEvasion, "high", "Two members of the archive have the same name; tools differ in which of them they load"},
	"archive-views-differ":    {ClassEvasion, "high", "index.json and manifest.json of the archive describe different images"},
	"compressed-archive":      {ClassIntegrity, "info", "The archive as a whole is compressed"},
}

// newAnomaly fills in what the rule says.
func newAnomaly(id, path, detail string, offset int64) Anomaly {
	r := rules[id]
	return Anomaly{Class: r.class, Rule: id, Title: r.title, Severity: r.severity, Detail: detail, Path: path, Offset: offset}
}

// Rules returns the identifiers of all anomalies, sorted.
func Rules() []string { return slices.Sorted(maps.Keys(rules)) }
