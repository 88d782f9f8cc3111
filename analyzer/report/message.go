package report

// Schema names the version of the messages.
const Schema = "assay/1"

// Message is one message; exactly one field is set.
type Message struct {
	Header  *Header  `json:"header,omitempty"`
	Entry   *Entry   `json:"entry,omitempty"`
	Change  *Change  `json:"change,omitempty"`
	Config  *Config  `json:"config,omitempty"`
	Finding *Finding `json:"finding,omitempty"`
	Damage  *Damage  `json:"damage,omitempty"`
	Summary *Summary `json:"summary,omitempty"`
}

// Writer shows messages in one format. Messages come in the order header,
// then changes, configs, findings and damage mixed, then summary.
type Writer interface {
	// Write takes one message. It does not keep m.
	Write(m *Message) error
	// Close writes what is left; it does not close the output underneath.
	Close() error
}

// Header opens a report.
type Header struct {
	Schema  string   `json:"schema"`
	Tool    Tool     `json:"tool"`
	Command string   `json:"command"` // analyze, diff, ls
	Golden  *Image   `json:"golden,omitempty"`
	Suspect *Image   `json:"suspect"`
	Rules   []Pack   `json:"rules,omitempty"`
	Options *Options `json:"options,omitempty"`
}

// Tool says what made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Engine  string `json:"engine,omitempty"` // rule engine with its version
}

// Image says what was looked at.
type Image struct {
	Reference string  `json:"reference"`
	Kind      string  `json:"kind"`
	Digest    string  `json:"digest,omitempty"` // of the index or manifest
	Platforms []Image `json:"platforms,omitempty"`
	Platform  string  `json:"platform,omitempty"`
	OS        string  `json:"os,omitempty"`   // operating system found, with version
	Size      int64   `json:"size,omitempty"` // guest bytes of a disk
	Layers    []Layer `json:"layers,omitempty"`
}

// Layer is a layer of a container image.
type Layer struct {
	Index     int    `json:"index"`
	Digest    string `json:"digest,omitempty"`
	DiffID    string `json:"diff_id,omitempty"`
	CreatedBy string `json:"created_by,omitempty"`
}

// Pack is a source of rules.
type Pack struct {
	Name     string `json:"name"`
	Digest   string `json:"digest"`
	Rules    int    `json:"rules"`
	Problems int    `json:"problems,omitempty"`
}

// Options are those that change what a report says.
type Options struct {
	Platform string `json:"platform,omitempty"`
	Volume   string `json:"volume,omitempty"`
}

// Change is a difference between golden and suspect.
type Change struct {
	Kind     string   `json:"kind"`
	Path     string   `json:"path"`
	PathB64  string   `json:"path_b64,omitempty"`
	Stream   string   `json:"stream,omitempty"`
	From     string   `json:"from,omitempty"`
	FromB64  string   `json:"from_b64,omitempty"`
	Platform string   `json:"platform,omitempty"`
	Volume   string   `json:"volume,omitempty"`
	Fields   []string `json:"fields,omitempty"`
	Old      *Entry   `json:"old,omitempty"`
	New      *Entry   `json:"new,omitempty"`
	Layer    *Layer   `json:"layer,omitempty"`
	// RemovedBy is the layer that took a removed entry away.
	RemovedBy *Layer `json:"removed_by,omitempty"`
}

// Config is a changed field of the image configuration. Old and New are the
// values as in the configuration; nil on the side that lacks the field.
type Config struct {
	Field    string `json:"field"`
	Kind     string `json:"kind"` // added, removed, modified
	Platform string `json:"platform,omitempty"`
	Old      any    `json:"old,omitempty"`
	New      any    `json:"new,omitempty"`
}

// Finding is what an analyst should look at.
type Finding struct {
	ID            string     `json:"id"`    // stable fingerprint of class, rule, place and content
	Class         string     `json:"class"` // yara, detect, config, evasion, package, integrity
	Rule          string     `json:"rule"`
	Title         string     `json:"title"`
	Severity      string     `json:"severity"`
	Score         int        `json:"score"`
	Techniques    []string   `json:"techniques,omitempty"`
	Path          string     `json:"path,omitempty"`
	PathB64       string     `json:"path_b64,omitempty"`
	Stream        string     `json:"stream,omitempty"`
	Member        string     `json:"member,omitempty"` // path inside the archive at Path
	MemberB64     string     `json:"member_b64,omitempty"`
	More          int        `json:"more,omitempty"` // further members with the same match, not listed
	Field         string     `json:"field,omitempty"`
	Platform      string     `json:"platform,omitempty"`
	State         string     `json:"state,omitempty"` // shadowed, removed or deleted; empty if live
	Volume        string     `json:"volume,omitempty"`
	VolumePath    string     `json:"volume_path,omitempty"`
	VolumePathB64 string     `json:"volume_path_b64,omitempty"`
	Inode         uint64     `json:"inode,omitempty"`
	Block         *int64     `json:"first_block,omitempty"` // byte offset of the content on the disk
	Layer         *Layer     `json:"layer,omitempty"`
	LayerOffset   *int64     `json:"layer_offset,omitempty"` // byte offset of the tar header in the uncompressed layer
	SHA256        string     `json:"sha256,omitempty"`
	Pack          string     `json:"pack,omitempty"`
	View          string     `json:"view,omitempty"`   // raw, or the chain of decoders
	Offset        *int64     `json:"offset,omitempty"` // bytes from the start of the file or member; see docs/schema.md
	Evidence      []Evidence `json:"evidence,omitempty"`
	Old           any        `json:"old,omitempty"`
	New           any        `json:"new,omitempty"`
	Reference     string     `json:"reference,omitempty"`
	Explain       string     `json:"explain"`
}

// Evidence is one matched string.
type Evidence struct {
	Name   string `json:"name,omitempty"`
	Offset int64  `json:"offset"` // bytes from the start of the view
	Text   string `json:"text"`   // excerpt, bytes that are not UTF-8 replaced
	B64    string `json:"b64,omitempty"`
}

// Damage is a part that could not be read.
type Damage struct {
	Where     string `json:"where"`
	WhereB64  string `json:"where_b64,omitempty"`
	Image     string `json:"image,omitempty"` // golden or suspect
	Volume    string `json:"volume,omitempty"`
	Layer     string `json:"layer,omitempty"`
	Path      string `json:"path,omitempty"`
	PathB64   string `json:"path_b64,omitempty"`
	Structure string `json:"structure"`
	Offset    *int64 `json:"offset,omitempty"`
	Cause     string `json:"cause"`
}

// Summary closes a report.
type Summary struct {
	Entries       int            `json:"entries"`
	Changes       map[string]int `json:"changes"`
	TimesOnly     int            `json:"times_only"` // of the metadata changes, those of times and link counts alone
	Config        int            `json:"config"`
	Findings      map[string]int `json:"findings"`
	Damage        int            `json:"damage"`
	BytesRead     int64          `json:"bytes_read"`
	BytesHashed   int64          `json:"bytes_hashed"`
	BytesScanned  int64          `json:"bytes_scanned"`
	FilesScanned  int            `json:"files_scanned"`
	LayersSkipped int            `json:"layers_skipped"`
	RuleProblems  int            `json:"rule_problems"`
	Interrupted   bool           `json:"interrupted,omitempty"`
	Complete      bool           `json:"complete"`
	Verdict       string         `json:"verdict"` // clean, suspicious, implanted, incomplete
}
