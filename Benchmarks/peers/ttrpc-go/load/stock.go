package main

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/containerd/ttrpc"

	laneway "laneway/v1"
	"ttrpc-bench/wire"
)

// callStock has containerd's own client make the calls, with as many goroutines as are in flight.
func callStock(socket, prompt string, calls int) error {
	connection, err := net.Dial("unix", socket)
	if err != nil {
		return err
	}
	client := ttrpc.NewClient(connection)
	defer client.Close()

	left := make(chan struct{}, calls)
	for number := 0; number < calls; number++ {
		left <- struct{}{}
	}
	close(left)
	ends := make(chan error)
	for number := 0; number < inFlight; number++ {
		go func() {
			for range left {
				if err := callOnce(client, prompt); err != nil {
					ends <- err
					return
				}
			}
			ends <- nil
		}()
	}
	for number := 0; number < inFlight; number++ {
		if failed := <-ends; failed != nil {
			err = failed
		}
	}
	return err
}

func callOnce(client *ttrpc.Client, prompt string) error {
	answer := &laneway.GenerateResponse{}
	err := client.Call(context.Background(), service, method,
		&wire.Message{Message: request(prompt)}, &wire.Message{Message: answer})
	if err != nil {
		return err
	}
	var said strings.Builder
	for _, part := range answer.GetMessage().GetParts() {
		said.WriteString(part.GetText().GetText())
	}
	if said.String() != prompt {
		return fmt.Errorf("the answer is %q, not %q", said.String(), prompt)
	}
	return nil
}

func request(prompt string) *laneway.GenerateRequest {
	part := &laneway.Part{Kind: &laneway.Part_Text{Text: &laneway.TextPart{Text: prompt}}}
	message := &laneway.Message{Role: laneway.Role_ROLE_USER, Parts: []*laneway.Part{part}}
	return &laneway.GenerateRequest{Model: model, Messages: []*laneway.Message{message}}
}
