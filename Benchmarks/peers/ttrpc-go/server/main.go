// The bare echo in containerd's ttrpc: Generate says the last message back.
//
// usage: server SOCKET
package main

import (
	"context"
	"log"
	"net"
	"os"

	"github.com/containerd/ttrpc"

	laneway "laneway/v1"
	"ttrpc-bench/wire"
)

func lastText(request *laneway.GenerateRequest) string {
	messages := request.GetMessages()
	if len(messages) == 0 {
		return ""
	}
	parts := messages[len(messages)-1].GetParts()
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1].GetText().GetText()
}

func generate(_ context.Context, unmarshal func(interface{}) error) (interface{}, error) {
	request := &laneway.GenerateRequest{}
	if err := unmarshal(&wire.Message{Message: request}); err != nil {
		return nil, err
	}
	text := &laneway.TextPart{Text: lastText(request)}
	part := &laneway.Part{Kind: &laneway.Part_Text{Text: text}}
	message := &laneway.Message{
		Role: laneway.Role_ROLE_ASSISTANT, Parts: []*laneway.Part{part},
	}
	return &wire.Message{Message: &laneway.GenerateResponse{
		Message: message, FinishReason: laneway.FinishReason_FINISH_REASON_STOP,
	}}, nil
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: server SOCKET")
	}
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	server, err := ttrpc.NewServer()
	if err != nil {
		log.Fatal(err)
	}
	server.Register("laneway.v1.Laneway", map[string]ttrpc.Method{"Generate": generate})
	log.Fatal(server.Serve(context.Background(), listener))
}
