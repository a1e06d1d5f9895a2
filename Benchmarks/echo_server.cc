// The bare echo that the daemon is measured beside: gRPC C++ with its callback API, nothing behind
// it. Generate says the last message back; Stream says it STREAM_MESSAGES times, one message a
// write, and finishes.
//
// usage: echo_server SOCKET STREAM_MESSAGES

#include <grpcpp/grpcpp.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "laneway/v1/laneway.grpc.pb.h"

namespace {

using laneway::v1::GenerateRequest;
using laneway::v1::GenerateResponse;
using laneway::v1::StreamResponse;

const std::string& LastText(const GenerateRequest& request) {
  static const std::string empty;
  if (request.messages().empty()) return empty;
  const auto& parts = request.messages().rbegin()->parts();
  return parts.empty() ? empty : parts.rbegin()->text().text();
}

// One running Stream. The next write starts when the one before is done.
class Speaker final : public grpc::ServerWriteReactor<StreamResponse> {
 public:
  Speaker(const GenerateRequest& request, int messages) : left_(messages) {
    chunk_.set_text(LastText(request));
    finish_.mutable_finish()->set_finish_reason(laneway::v1::FINISH_REASON_STOP);
    Next();
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      Next();
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }

  void OnDone() override { delete this; }

 private:
  void Next() {
    if (left_ > 0) {
      left_--;
      StartWrite(&chunk_);
    } else if (!finished_) {
      finished_ = true;
      StartWriteAndFinish(&finish_, grpc::WriteOptions(), grpc::Status::OK);
    }
  }

  int left_;
  bool finished_ = false;
  StreamResponse chunk_;
  StreamResponse finish_;
};

class Echo final : public laneway::v1::Laneway::CallbackService {
 public:
  explicit Echo(int messages) : messages_(messages) {}

  grpc::ServerUnaryReactor* Generate(grpc::CallbackServerContext* context,
                                     const GenerateRequest* request,
                                     GenerateResponse* response) override {
    auto* message = response->mutable_message();
    message->set_role(laneway::v1::ROLE_ASSISTANT);
    message->add_parts()->mutable_text()->set_text(LastText(*request));
    response->set_finish_reason(laneway::v1::FINISH_REASON_STOP);
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerWriteReactor<StreamResponse>* Stream(grpc::CallbackServerContext*,
                                                   const GenerateRequest* request) override {
    return new Speaker(*request, messages_);
  }

 private:
  const int messages_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: echo_server SOCKET STREAM_MESSAGES\n";
    return 2;
  }
  std::signal(SIGTERM, [](int) { std::_Exit(0); });
  Echo echo(std::atoi(arguments[2]));
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("unix:") + arguments[1], grpc::InsecureServerCredentials());
  builder.RegisterService(&echo);
  auto server = builder.BuildAndStart();
  if (!server) return 1;
  server->Wait();
  return 0;
}
