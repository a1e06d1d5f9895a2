// A sidecar that uses language models through Laneway: copy it and make it yours.
//
// Nothing here is special to Laneway: a stock grpc-go client over a Unix socket, with stubs made
// from proto/. See README.md beside this file.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "laneway/v1"
)

// Sidecar calls models for one bot: it says who it is with every call.
type Sidecar struct {
	laneway pb.LanewayClient
}

// attributed adds who is calling, and for which run. The uid is added by the kernel.
func attributed(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx,
		"laneway-caller-id", "sidecar", "laneway-run-id", "tour-1")
}

func request(model, prompt string) *pb.GenerateRequest {
	text := &pb.Part{Kind: &pb.Part_Text{Text: &pb.TextPart{Text: prompt}}}
	message := &pb.Message{Role: pb.Role_ROLE_USER, Parts: []*pb.Part{text}}
	return &pb.GenerateRequest{Model: model, Messages: []*pb.Message{message}}
}

// generate gives one whole answer. The deadline covers waiting in the lane as well.
func (s *Sidecar) generate(model, prompt string, limit time.Duration) (string, error) {
	ctx, done := context.WithTimeout(attributed(context.Background()), limit)
	defer done()
	answer, err := s.laneway.Generate(ctx, request(model, prompt))
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, part := range answer.GetMessage().GetParts() {
		text.WriteString(part.GetText().GetText())
	}
	return text.String(), nil
}

// stream prints an answer as it arrives.
func (s *Sidecar) stream(model, prompt string) error {
	events, err := s.laneway.Stream(attributed(context.Background()), request(model, prompt))
	if err != nil {
		return err
	}
	fmt.Print("stream:")
	for {
		event, err := events.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Print(event.GetText())
		if finish := event.GetFinish(); finish != nil {
			fmt.Printf("\nfinished: %d tokens\n", finish.GetUsage().GetOutputTokens())
		}
	}
}

// cancelled ends a stream after its first text, and gives what the stream ended with. Cancelling
// closes the provider's connection as well: nothing goes on being paid for.
func (s *Sidecar) cancelled() error {
	ctx, cancel := context.WithCancel(attributed(context.Background()))
	defer cancel()
	events, err := s.laneway.Stream(ctx, request("builtin/echo?repeat=1000000&pace=20", "on and on "))
	for err == nil {
		var event *pb.StreamResponse
		if event, err = events.Recv(); event.GetText() != "" {
			cancel()
		}
	}
	return err
}

// name spells a status the way every language but Go does: RESOURCE_EXHAUSTED.
func name(err error) string {
	return code.Code_name[int32(status.Code(err))]
}

// explain prints what happened to a failed call: every failure carries a CallInfo.
func explain(err error) {
	failure := status.Convert(err)
	fmt.Printf("failed: %s: %s\n", name(err), failure.Message())
	for _, detail := range failure.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			fmt.Printf("  reason   %s of %s\n", detail.GetReason(), detail.GetDomain())
		case *errdetails.RetryInfo:
			fmt.Printf("  retry in %g s\n", detail.GetRetryDelay().AsDuration().Seconds())
		case *pb.CallInfo:
			explainCall(detail)
		}
	}
}

func explainCall(call *pb.CallInfo) {
	fmt.Printf("  caller   %s, run %s, uid %d\n", call.CallerId, call.RunId, call.Uid)
	fmt.Printf("  ended in %s of lane %s\n", call.Phase, call.Lane)
	for _, attempt := range call.Attempts {
		fmt.Printf("  attempt  %s: %s %s\n", attempt.Target, attempt.Reason, attempt.Message)
	}
}

// need ends the sidecar where a call that should succeed has failed.
func need(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "sidecar:", err)
		os.Exit(1)
	}
}

func main() {
	// No TLS and no token: the kernel says who the peer of a Unix socket is.
	channel, err := grpc.Dial("unix:"+os.Args[1], grpc.WithInsecure())
	need(err)
	defer channel.Close()
	sidecar := &Sidecar{pb.NewLanewayClient(channel)}

	text, err := sidecar.generate("builtin/echo", "Hello from a sidecar.", time.Minute)
	need(err)
	fmt.Println("generate:", text)
	need(sidecar.stream("builtin/echo", " tokens arrive one by one"))
	fmt.Println("cancelled:", name(sidecar.cancelled()))
	_, err = sidecar.generate("builtin/echo?fail=hang", "Is anybody there?", time.Second/2)
	fmt.Println("deadline:", name(err))
	_, err = sidecar.generate(
		"builtin/echo?fail=rate_limited&retry_after=2s", "Hello?", 10*time.Second)
	explain(err)
}
