package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

const (
	headerBytes  = 10
	typeRequest  = 1
	typeResponse = 2
)

// callFrames writes one ready-made request after the other, with nothing in it changed but the id of
// the stream, and reads as many answers.
func callFrames(socket, prompt string, calls int) error {
	connection, err := net.Dial("unix", socket)
	if err != nil {
		return err
	}
	defer connection.Close()
	frame, err := requestFrame(prompt)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(connection, 1<<16)
	in := bufio.NewReaderSize(connection, 1<<16)
	sent := 0
	send := func() {
		binary.BigEndian.PutUint32(frame[4:], uint32(2*sent+1))
		out.Write(frame)
		sent++
	}
	for sent < calls && sent < inFlight {
		send()
	}
	answer := make([]byte, 0, 4096)
	for answered := 0; answered < calls; answered++ {
		// All that came in one read is answered in one write.
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if answer, err = readAnswer(in, answer); err != nil {
			return err
		}
		if !bytes.Contains(answer, []byte(prompt)) {
			return fmt.Errorf("an answer without the prompt: %q", answer)
		}
		if sent < calls {
			send()
		}
	}
	return nil
}

// requestFrame is a whole request but for the id of its stream, which is 0.
func requestFrame(prompt string) ([]byte, error) {
	payload, err := proto.Marshal(request(prompt))
	if err != nil {
		return nil, err
	}
	body := protowire.AppendTag(nil, 1, protowire.BytesType)
	body = protowire.AppendString(body, service)
	body = protowire.AppendTag(body, 2, protowire.BytesType)
	body = protowire.AppendString(body, method)
	body = protowire.AppendTag(body, 3, protowire.BytesType)
	body = protowire.AppendBytes(body, payload)
	frame := make([]byte, headerBytes, headerBytes+len(body))
	binary.BigEndian.PutUint32(frame, uint32(len(body)))
	frame[8] = typeRequest
	return append(frame, body...), nil
}

// readAnswer reads the next response into the buffer, which may grow.
func readAnswer(in *bufio.Reader, buffer []byte) ([]byte, error) {
	var header [headerBytes]byte
	if _, err := io.ReadFull(in, header[:]); err != nil {
		return nil, err
	}
	if header[8] != typeResponse {
		return nil, fmt.Errorf("a frame of type %d instead of a response", header[8])
	}
	length := int(binary.BigEndian.Uint32(header[:]))
	if cap(buffer) < length {
		buffer = make([]byte, length)
	}
	buffer = buffer[:length]
	_, err := io.ReadFull(in, buffer)
	return buffer, err
}
