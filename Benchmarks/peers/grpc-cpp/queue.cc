// The bare echo in gRPC C++ with a completion queue that one thread polls: its asynchronous API.
#include <grpcpp/grpcpp.h>

#include "echo.h"

namespace {

// Calls that can be taken while none before them is done with: what a client has in flight.
constexpr int kWaitingCalls = 128;

struct Server {
  Laneway::AsyncService service;
  std::unique_ptr<grpc::ServerCompletionQueue> queue;
  int messages;
};

// One call, from waiting for it to its end; the queue's tags are pointers to these.
class Call {
 public:
  virtual ~Call() = default;
  // Takes the next step; false where there is none and the call is to be deleted.
  virtual bool Proceed(bool ok) = 0;
};

class Unary final : public Call {
 public:
  explicit Unary(Server* server) : server_(server), responder_(&context_) {
    auto* queue = server->queue.get();
    server->service.RequestGenerate(&context_, &request_, &responder_, queue, queue, this);
  }

  bool Proceed(bool ok) override {
    if (!ok || answered_) return false;
    answered_ = true;
    new Unary(server_);
    GenerateResponse response;
    Answer(request_, &response);
    responder_.Finish(response, grpc::Status::OK, this);
    return true;
  }

 private:
  Server* server_;
  grpc::ServerContext context_;
  GenerateRequest request_;
  grpc::ServerAsyncResponseWriter<GenerateResponse> responder_;
  bool answered_ = false;
};

class Streaming final : public Call {
 public:
  explicit Streaming(Server* server) : server_(server), writer_(&context_) {
    auto* queue = server->queue.get();
    server->service.RequestStream(&context_, &request_, &writer_, queue, queue, this);
  }

  bool Proceed(bool ok) override {
    if (!ok || finished_) return false;
    if (!speech_) {
      new Streaming(server_);
      speech_ = std::make_unique<Speech>(request_, server_->messages);
    }
    if (const auto* chunk = speech_->Next()) {
      writer_.Write(*chunk, this);
    } else {
      finished_ = true;
      writer_.WriteAndFinish(speech_->Last(), grpc::WriteOptions(), grpc::Status::OK, this);
    }
    return true;
  }

 private:
  Server* server_;
  grpc::ServerContext context_;
  GenerateRequest request_;
  grpc::ServerAsyncWriter<StreamResponse> writer_;
  std::unique_ptr<Speech> speech_;
  bool finished_ = false;
};

}  // namespace

int main(int count, char** words) {
  Arguments arguments(count, words);
  Server server;
  server.messages = arguments.messages;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(arguments.address, grpc::InsecureServerCredentials());
  builder.RegisterService(&server.service);
  server.queue = builder.AddCompletionQueue();
  auto running = builder.BuildAndStart();
  if (!running) return 1;
  for (int number = 0; number < kWaitingCalls; number++) {
    new Unary(&server);
    new Streaming(&server);
  }
  void* tag = nullptr;
  bool ok = false;
  while (server.queue->Next(&tag, &ok)) {
    auto* call = static_cast<Call*>(tag);
    if (!call->Proceed(ok)) delete call;
  }
  return 0;
}
