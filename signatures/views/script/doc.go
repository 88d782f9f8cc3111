// Package script computes sink lines of scripts that are not PHP: Java server
// pages, classic ASP and VBScript, ASP.NET, Python, Perl, Ruby, Node, PowerShell and
// ColdFusion. One lexer and one reader of expressions serve all of them; a table
// for each language says how its strings look, where input comes from and what is
// dangerous. Assignments are followed without regard to their order: a variable
// holds the join of all that is assigned to it in the file, parameters what the
// calls in the file give them. What package php interprets is only read here.
//
// Code of templates is taken out of its tags first, unicode escapes of Java and
// encoded VBScript are undone.
//
// The call most people want:
//
//	r := script.Analyze(ctx, "python", src)
//	os.Stdout.Write(r.Sinks)
package script
