// The bare echo in grpc-go: Generate says the last message back; Stream says it so many times, one
// message a write, and finishes.
//
// usage: server SOCKET STREAM_MESSAGES
package main

import (
	"context"
	"log"
	"net"
	"os"
	"strconv"

	"google.golang.org/grpc"

	pb "laneway/v1"
)

type echo struct {
	pb.UnimplementedLanewayServer
	messages int
}

func lastText(request *pb.GenerateRequest) string {
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

func (e *echo) Generate(
	_ context.Context, request *pb.GenerateRequest,
) (*pb.GenerateResponse, error) {
	part := &pb.Part{Kind: &pb.Part_Text{Text: &pb.TextPart{Text: lastText(request)}}}
	message := &pb.Message{Role: pb.Role_ROLE_ASSISTANT, Parts: []*pb.Part{part}}
	return &pb.GenerateResponse{
		Message: message, FinishReason: pb.FinishReason_FINISH_REASON_STOP,
	}, nil
}

func (e *echo) Stream(request *pb.GenerateRequest, stream pb.Laneway_StreamServer) error {
	chunk := &pb.StreamResponse{Event: &pb.StreamResponse_Text{Text: lastText(request)}}
	for number := 0; number < e.messages; number++ {
		if err := stream.Send(chunk); err != nil {
			return err
		}
	}
	finish := &pb.Finish{FinishReason: pb.FinishReason_FINISH_REASON_STOP}
	return stream.Send(&pb.StreamResponse{Event: &pb.StreamResponse_Finish{Finish: finish}})
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: server SOCKET STREAM_MESSAGES")
	}
	messages, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterLanewayServer(server, &echo{messages: messages})
	log.Fatal(server.Serve(listener))
}
