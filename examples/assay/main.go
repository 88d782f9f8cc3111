// Assay answers one question offline: what was implanted in this image? It is
// the analyst's command line on the library; assay --help shows the commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/pflag"
)

// The exit statuses.
const (
	exitClean      = 0 // nothing found, everything read
	exitFindings   = 1 // findings or differences
	exitError      = 2 // usage or fatal error
	exitIncomplete = 3 // nothing found, but part of the image could not be read
)

// version is set by the build: -ldflags "-X main.version=...".
var version = "devel"

// command is one row of the table of commands.
type command struct {
	name, args, short, example string
	run                        func(ctx context.Context, c *invocation, args []string) (int, error)
	flags                      func(f *pflag.FlagSet, c *invocation)
}

func commands() []command {
	return []command{analyzeCommand(), diffCommand(), lsCommand(), catCommand(), inspectCommand(), reportCommand(), rulesCommand()}
}

// gcPercent halves what the heap may grow between two collections: a fifth less
// memory on a disk image for no measurable time.
const gcPercent = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() { // the first signal stops the work, the second one the program
		<-signals
		cancel()
		<-signals
		os.Exit(130)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs one command line and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stderr)
		return exitError
	}
	switch args[0] {
	case "-h", "--help", "help":
		if len(args) > 1 {
			args = []string{args[1], "--help"}
			break
		}
		usage(stdout)
		return exitClean
	case "--version", "version":
		fmt.Fprintf(stdout, "assay %s\n", version)
		return exitClean
	}
	for _, cmd := range commands() {
		if cmd.name == args[0] {
			return execute(ctx, cmd, args[1:], stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "assay: there is no command %q; assay --help lists them\n", args[0])
	return exitError
}

func execute(ctx context.Context, cmd command, args []string, stdout, stderr io.Writer) int {
	inv := &invocation{stdout: stdout, stderr: stderr}
	flags := pflag.NewFlagSet(cmd.name, pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.SortFlags = false
	cmd.flags(flags, inv)
	err := flags.Parse(args)
	if errors.Is(err, pflag.ErrHelp) {
		fmt.Fprintf(stdout, "%s\n\n  %s\n\nusage: assay %s %s\n\n%s", cmd.short, strings.ReplaceAll(cmd.example, "\n", "\n  "), cmd.name, cmd.args, flags.FlagUsages())
		return exitClean
	}
	if err != nil {
		fmt.Fprintf(stderr, "assay %s: %v; assay %s --help shows the flags\n", cmd.name, err, cmd.name)
		return exitError
	}
	status, err := cmd.run(ctx, inv, flags.Args())
	if err != nil {
		if errors.Is(err, context.Canceled) {
			err = errors.New("interrupted")
		}
		fmt.Fprintf(stderr, "assay %s: %v\n", cmd.name, err)
		return exitError
	}
	return status
}

// errUsage is wrapped by errors about the number of arguments.
var errUsage = errors.New("wrong arguments")

// need checks the number of arguments of a command.
func need(args []string, least, most int, what string) error {
	if len(args) < least || len(args) > most {
		return fmt.Errorf("%w: %s", errUsage, what)
	}
	return nil
}

func usage(w io.Writer) {
	fmt.Fprint(w, `Assay finds what was implanted in a container image or a disk image.

  assay analyze --golden oci:images:1.4 docker-archive:suspect.tar
  assay analyze --golden golden.raw suspect.vmdk

commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.short)
	}
	fmt.Fprint(w, `
An image is named as skopeo names it; without a prefix its kind is found by content:
  oci:DIR[:TAG]  oci-archive:FILE[:TAG]  docker-archive:FILE[:TAG]  docker://NAME
  dir:DIR  rootfs:DIR  disk:FILE

exit status: 0 clean and complete, 1 findings or differences, 2 error,
3 nothing found but part of the image could not be read
assay COMMAND --help shows a command's flags.
`)
}
