// What both echoes in gRPC C++ answer: Generate says the last message back; Stream says it so many
// times, one message a write, and finishes.
#pragma once

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "laneway/v1/laneway.grpc.pb.h"

using laneway::v1::GenerateRequest;
using laneway::v1::GenerateResponse;
using laneway::v1::Laneway;
using laneway::v1::StreamResponse;

inline const std::string& LastText(const GenerateRequest& request) {
  static const std::string empty;
  if (request.messages().empty()) return empty;
  const auto& parts = request.messages().rbegin()->parts();
  return parts.empty() ? empty : parts.rbegin()->text().text();
}

inline void Answer(const GenerateRequest& request, GenerateResponse* response) {
  auto* message = response->mutable_message();
  message->set_role(laneway::v1::ROLE_ASSISTANT);
  message->add_parts()->mutable_text()->set_text(LastText(request));
  response->set_finish_reason(laneway::v1::FINISH_REASON_STOP);
}

// The messages of one Stream.
class Speech {
 public:
  Speech(const GenerateRequest& request, int messages) : left_(messages) {
    chunk_.set_text(LastText(request));
    finish_.mutable_finish()->set_finish_reason(laneway::v1::FINISH_REASON_STOP);
  }

  // Null once only the last one is left to say.
  const StreamResponse* Next() { return left_-- > 0 ? &chunk_ : nullptr; }
  const StreamResponse& Last() const { return finish_; }

 private:
  int left_;
  StreamResponse chunk_;
  StreamResponse finish_;
};

struct Arguments {
  std::string address;
  int messages;

  Arguments(int count, char** words) {
    if (count != 3) {
      std::cerr << "usage: " << words[0] << " SOCKET STREAM_MESSAGES\n";
      std::exit(2);
    }
    address = std::string("unix:") + words[1];
    messages = std::atoi(words[2]);
    std::signal(SIGTERM, [](int) { std::_Exit(0); });
  }
};
