package layers

import "github.com/seed-181f3109/assay/fstree"

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
	Rule     string        // stable identifier: "duplicate-entry"; the package comment lists them
	Title    string        // one line for a person, the same for every anomaly of the rule
	Detail   string        // what was seen
	Severity string        // info, low, medium, high or critical
	Layer    *fstree.Layer // nil if it is not about one layer
	Path     string        // path in the image, or file in the archive; raw bytes, may be empty
	Offset   int64         // in the uncompressed layer (or stored bytes where Detail says so); -1 unknown
}
