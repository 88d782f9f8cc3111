// Package views computes decoded forms of scripts and of content that hides
// other content, so that rules match what a script does rather than how it is
// written. docs/sink-lines.md defines the text of its sink lines.
//
// What is decoded:
//
//	php          tokens to tree to values: constants folded, assignments, functions,
//	             classes and callbacks followed; sink lines, decoded code, computed strings
//	jsp, asp, aspx, python, perl, ruby, node, shell, powershell, cfm
//	             strings joined and decoded, sinks with their origin
//	generic      nested base64, hex, gzip, zlib, UTF-16, one-byte XOR of the
//	             strings of an ELF file, code inside images, PDF files and fonts
//
// Nothing is executed. Work is bounded by [Limits]; what was given up comes as
// an error beside the views.
//
// The call most people want:
//
//	for v, err := range views.Of(ctx, "/srv/www/a.php", content, nil) {
//		if err != nil {
//			log.Print(err) // a part was not decoded
//			continue
//		}
//		fmt.Println(v.Chain, v.Kind, v.Offset, len(v.Bytes))
//	}
package views
