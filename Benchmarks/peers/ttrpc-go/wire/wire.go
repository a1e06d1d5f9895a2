// Package wire lets containerd's ttrpc 1.1, which was made for gogo's protobuf, carry messages of
// Google's.
package wire

import (
	"fmt"

	"google.golang.org/protobuf/proto"
)

// Message is a message of Google's protobuf as gogo's takes one.
type Message struct{ proto.Message }

func (m *Message) Reset()                      { proto.Reset(m.Message) }
func (m *Message) String() string              { return fmt.Sprint(m.Message) }
func (m *Message) ProtoMessage()               {}
func (m *Message) Marshal() ([]byte, error)    { return proto.Marshal(m.Message) }
func (m *Message) Unmarshal(data []byte) error { return proto.Unmarshal(data, m.Message) }
