// Calls Generate over ttrpc as often as it is told, and says how long that took.
//
// Two clients can do it. "frames" writes ready-made requests and reads answers as they come, many in
// one system call, as h2load does: what it costs itself hardly shows. "stock" is containerd's own.
// Whichever it is, one call by containerd's client is checked first, and every answer counts only
// where the prompt is in it.
//
// usage: load -socket PATH -client frames|stock -calls N
package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"time"
)

const (
	service     = "laneway.v1.Laneway"
	method      = "Generate"
	model       = "builtin/echo"
	connections = 4
	inFlight    = 32
)

// A client makes its part of the calls on one connection, and gives the first error.
type client func(socket, prompt string, calls int) error

func main() {
	socket := flag.String("socket", "", "the server's socket")
	name := flag.String("client", "frames", "which client makes the calls: frames or stock")
	prompt := flag.String("prompt", "twenty-four bytes prompt", "what is to be said back")
	calls := flag.Int("calls", 1000, "how many calls in all")
	flag.Parse()
	call, known := map[string]client{"frames": callFrames, "stock": callStock}[*name]
	if !known {
		log.Fatalf("load: there is no client %q; it is frames or stock", *name)
	}

	check(callStock(*socket, *prompt, 1))
	began := time.Now()
	check(together(call, *socket, *prompt, *calls))
	seconds := time.Since(began).Seconds()
	done := map[string]float64{"calls": float64(*calls), "seconds": seconds}
	check(json.NewEncoder(os.Stdout).Encode(done))
}

// together has all connections make their part of the calls at the same time.
func together(call client, socket, prompt string, calls int) error {
	ends := make(chan error)
	for number := 0; number < connections; number++ {
		part := calls / connections
		if number < calls%connections {
			part++
		}
		go func() { ends <- call(socket, prompt, part) }()
	}
	var first error
	for number := 0; number < connections; number++ {
		if err := <-ends; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func check(err error) {
	if err != nil {
		log.Fatal("load: ", err)
	}
}
