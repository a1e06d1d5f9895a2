// The bare echo in gRPC C++ with its callback API, which its guide to performance recommends.
#include <grpcpp/grpcpp.h>

#include "echo.h"

namespace {

// One running Stream. The next write starts when the one before is done.
class Speaker final : public grpc::ServerWriteReactor<StreamResponse> {
 public:
  Speaker(const GenerateRequest& request, int messages) : speech_(request, messages) { Next(); }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::CANCELLED);
    } else if (!finished_) {
      Next();
    }
  }

  void OnDone() override { delete this; }

 private:
  void Next() {
    if (const auto* chunk = speech_.Next()) {
      StartWrite(chunk);
    } else {
      finished_ = true;
      StartWriteAndFinish(&speech_.Last(), grpc::WriteOptions(), grpc::Status::OK);
    }
  }

  Speech speech_;
  bool finished_ = false;
};

class Echo final : public Laneway::CallbackService {
 public:
  explicit Echo(int messages) : messages_(messages) {}

  grpc::ServerUnaryReactor* Generate(grpc::CallbackServerContext* context,
                                     const GenerateRequest* request,
                                     GenerateResponse* response) override {
    Answer(*request, response);
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

int main(int count, char** words) {
  Arguments arguments(count, words);
  Echo echo(arguments.messages);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(arguments.address, grpc::InsecureServerCredentials());
  builder.RegisterService(&echo);
  auto server = builder.BuildAndStart();
  if (!server) return 1;
  server->Wait();
  return 0;
}
