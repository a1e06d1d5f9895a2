package ttrpc

import (
	"github.com/golang/protobuf/proto"
	"google.golang.org/protobuf/encoding/protowire"

	spb "google.golang.org/genproto/googleapis/rpc/status"
)

// Unmarshal reads a Response without gogo's protobuf, which panics on the details of a status:
// Debian's package pairs it with a google.protobuf.Any that it cannot take apart. `run` adds this
// file to the package while it builds (go build -overlay).
func (r *Response) Unmarshal(data []byte) error {
	for len(data) > 0 {
		number, kind, length := protowire.ConsumeTag(data)
		if length < 0 {
			return protowire.ParseError(length)
		}
		data = data[length:]
		if length = protowire.ConsumeFieldValue(number, kind, data); length < 0 {
			return protowire.ParseError(length)
		}
		if err := r.take(number, kind, data[:length]); err != nil {
			return err
		}
		data = data[length:]
	}
	return nil
}

func (r *Response) take(number protowire.Number, kind protowire.Type, value []byte) error {
	if kind != protowire.BytesType {
		return nil
	}
	bytes, _ := protowire.ConsumeBytes(value)
	switch number {
	case 1:
		r.Status = &spb.Status{}
		return proto.Unmarshal(bytes, r.Status)
	case 2:
		r.Payload = append([]byte{}, bytes...)
	}
	return nil
}
