// Calls models through Laneway over ttrpc with containerd's own client: a whole answer, a failed
// call that says what happened to it, and a deadline.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	laneway "laneway/v1"
)

const service = "laneway.v1.Laneway"

func main() {
	socket := flag.String("socket", "/run/laneway/laneway.sock", "where the daemon listens")
	flag.Parse()
	connection, err := net.Dial("unix", *socket)
	check(err)
	client := ttrpc.NewClient(connection)
	defer client.Close()

	check(generate(client))
	check(fail(client))
	check(runOutOfTime(client))
}

func generate(client *ttrpc.Client) error {
	answer, err := call(identified(), client, "builtin/echo", "Hello from containerd's client.")
	if err != nil {
		return err
	}
	fmt.Printf("generate: %s\n", text(answer))
	if text(answer) != "Hello from containerd's client." || answer.Call.CallerId != "go-ttrpc" {
		return fmt.Errorf("unexpected answer: %v", answer)
	}
	return nil
}

func fail(client *ttrpc.Client) error {
	_, err := call(identified(), client, "builtin/echo?fail=rate_limited&retry_after=2s", "hello")
	failure, ok := status.FromError(err)
	if !ok || failure.Code() != codes.ResourceExhausted {
		return fmt.Errorf("expected RESOURCE_EXHAUSTED, got %v", err)
	}
	fmt.Printf("failed: %s: %s\n", failure.Code(), failure.Message())
	info, err := callInfo(failure)
	if err != nil {
		return err
	}
	fmt.Printf("  caller   %s, run %s\n", info.CallerId, info.RunId)
	fmt.Printf("  ended in %s of lane %s\n", info.Phase, info.Lane)
	for _, attempt := range info.Attempts {
		fmt.Printf("  attempt  %s: %s\n", attempt.Target, attempt.Reason)
	}
	if info.CallerId != "go-ttrpc" || len(info.Attempts) == 0 ||
		info.Attempts[0].Reason != "UPSTREAM_RATE_LIMITED" {
		return fmt.Errorf("the failed call's CallInfo is %v", info)
	}
	return nil
}

func runOutOfTime(client *ttrpc.Client) error {
	// The deadline travels with the request; the client's own clock may ring first.
	ctx, cancel := context.WithTimeout(identified(), 300*time.Millisecond)
	defer cancel()
	_, err := call(ctx, client, "builtin/echo?first_chunk=10s", "hello")
	if status.Code(err) != codes.DeadlineExceeded && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("expected the deadline to pass, got %v", err)
	}
	fmt.Println("deadline: passed")
	return nil
}

// identified says whose the calls are, so that a failure names its owner.
func identified() context.Context {
	return ttrpc.WithMetadata(context.Background(), ttrpc.MD{
		"laneway-caller-id": {"go-ttrpc"}, "laneway-run-id": {"tour-1"},
	})
}

func call(
	ctx context.Context, client *ttrpc.Client, model, prompt string,
) (*laneway.GenerateResponse, error) {
	part := &laneway.Part{Kind: &laneway.Part_Text{Text: &laneway.TextPart{Text: prompt}}}
	request := &laneway.GenerateRequest{
		Model:    model,
		Messages: []*laneway.Message{{Role: laneway.Role_ROLE_USER, Parts: []*laneway.Part{part}}},
	}
	response := &laneway.GenerateResponse{}
	err := client.Call(ctx, service, "Generate", &wire{request}, &wire{response})
	return response, err
}

func text(answer *laneway.GenerateResponse) string {
	var said strings.Builder
	for _, part := range answer.Message.Parts {
		said.WriteString(part.GetText().GetText())
	}
	return said.String()
}

func callInfo(failure *status.Status) (*laneway.CallInfo, error) {
	for _, detail := range failure.Proto().Details {
		if strings.HasSuffix(detail.TypeUrl, "/laneway.v1.CallInfo") {
			info := &laneway.CallInfo{}
			return info, proto.Unmarshal(detail.Value, info)
		}
	}
	return nil, errors.New("the failed call carries no CallInfo")
}

// wire is a message of Google's protobuf as ttrpc 1.1, which was made for gogo's, takes one.
type wire struct{ proto.Message }

func (w *wire) Reset()                      { proto.Reset(w.Message) }
func (w *wire) String() string              { return fmt.Sprint(w.Message) }
func (w *wire) ProtoMessage()               {}
func (w *wire) Marshal() ([]byte, error)    { return proto.Marshal(w.Message) }
func (w *wire) Unmarshal(data []byte) error { return proto.Unmarshal(data, w.Message) }

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
