// A sidecar that uses language models through Laneway: copy it and make it yours.
//
// Nothing here is special to Laneway: a stock gRPC client over a Unix socket, with stubs made from
// proto/. See README.md beside this file.
#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "laneway/v1/laneway.grpc.pb.h"

namespace v1 = laneway::v1;

// RESOURCE_EXHAUSTED for 8, as every language writes it; only those that this tour meets.
static std::string name(const grpc::Status& status) {
    switch (status.error_code()) {
    case grpc::StatusCode::CANCELLED: return "CANCELLED";
    case grpc::StatusCode::DEADLINE_EXCEEDED: return "DEADLINE_EXCEEDED";
    case grpc::StatusCode::RESOURCE_EXHAUSTED: return "RESOURCE_EXHAUSTED";
    default: return "status " + std::to_string(status.error_code());
    }
}

static v1::GenerateRequest request(const std::string& model, const std::string& prompt) {
    v1::GenerateRequest request;
    request.set_model(model);
    v1::Message* message = request.add_messages();
    message->set_role(v1::ROLE_USER);
    message->add_parts()->mutable_text()->set_text(prompt);
    return request;
}

// Attribution: who is calling, and for which run. The uid is added by the kernel.
static void attribute(grpc::ClientContext& context) {
    context.AddMetadata("laneway-caller-id", "sidecar");
    context.AddMetadata("laneway-run-id", "tour-1");
}

// Calls models for one bot: says who it is with every call, and keeps a deadline.
class Sidecar {
public:
    // No TLS and no token: the kernel says who the peer of a Unix socket is.
    explicit Sidecar(const std::string& socket)
        : laneway(v1::Laneway::NewStub(grpc::CreateChannel(
              "unix:" + socket, grpc::InsecureChannelCredentials()))) {}

    // One whole answer. The deadline covers waiting in the lane as well.
    grpc::Status generate(
        const std::string& model, const std::string& prompt, std::chrono::milliseconds limit,
        std::string* text) {
        grpc::ClientContext context;
        attribute(context);
        context.set_deadline(std::chrono::system_clock::now() + limit);
        v1::GenerateResponse answer;
        grpc::Status status = laneway->Generate(&context, request(model, prompt), &answer);
        for (const v1::Part& part : answer.message().parts()) *text += part.text().text();
        return status;
    }

    // Prints an answer as it arrives.
    grpc::Status stream(const std::string& model, const std::string& prompt) {
        grpc::ClientContext context;
        attribute(context);
        auto reader = laneway->Stream(&context, request(model, prompt));
        std::cout << "stream:" << std::flush;
        v1::StreamResponse event;
        while (reader->Read(&event)) {
            if (event.has_text()) std::cout << event.text() << std::flush;
            if (event.has_finish()) {
                std::cout << "\nfinished: " << event.finish().usage().output_tokens()
                          << " tokens\n";
            }
        }
        return reader->Finish();
    }

    // Ends a stream after its first text, and gives what it ended with. Cancelling closes the
    // provider's connection as well: nothing goes on being paid for.
    grpc::Status cancelled() {
        grpc::ClientContext context;
        attribute(context);
        auto reader = laneway->Stream(
            &context, request("builtin/echo?repeat=1000000&pace=20", "on and on "));
        v1::StreamResponse event;
        while (reader->Read(&event)) {
            if (event.has_text()) context.TryCancel();
        }
        return reader->Finish();
    }

private:
    std::unique_ptr<v1::Laneway::Stub> laneway;
};

static void explain(const v1::CallInfo& call) {
    std::cout << "  caller   " << call.caller_id() << ", run " << call.run_id() << ", uid "
              << call.uid() << "\n  ended in " << v1::Phase_Name(call.phase()) << " of lane "
              << call.lane() << "\n";
    for (const v1::Attempt& attempt : call.attempts()) {
        std::cout << "  attempt  " << attempt.target() << ": " << attempt.reason() << " "
                  << attempt.message() << "\n";
    }
}

// Prints what happened to a failed call: every failure carries a CallInfo.
static void explain(const grpc::Status& failure) {
    std::cout << "failed: " << name(failure) << ": " << failure.error_message() << "\n";
    // The bytes of grpc-status-details-bin.
    google::rpc::Status status;
    status.ParseFromString(failure.error_details());
    google::rpc::ErrorInfo info;
    google::rpc::RetryInfo retry;
    v1::CallInfo call;
    for (const google::protobuf::Any& detail : status.details()) {
        if (detail.UnpackTo(&call)) explain(call);
        if (detail.UnpackTo(&info)) {
            std::cout << "  reason   " << info.reason() << " of " << info.domain() << "\n";
        }
        if (detail.UnpackTo(&retry)) {
            const auto& delay = retry.retry_delay();
            std::cout << "  retry in " << delay.seconds() + delay.nanos() / 1e9 << " s\n";
        }
    }
}

int main(int count, char** arguments) {
    using namespace std::chrono_literals;
    if (count != 2) {
        std::cerr << "usage: sidecar SOCKET\n";
        return 2;
    }
    Sidecar sidecar(arguments[1]);
    std::string text, none;
    if (!sidecar.generate("builtin/echo", "Hello from a sidecar.", 60s, &text).ok()) return 1;
    std::cout << "generate: " << text << "\n";
    if (!sidecar.stream("builtin/echo", " tokens arrive one by one").ok()) return 1;
    std::cout << "cancelled: " << name(sidecar.cancelled()) << "\n";
    std::cout << "deadline: "
              << name(sidecar.generate("builtin/echo?fail=hang", "Anybody?", 500ms, &none)) << "\n";
    explain(sidecar.generate(
        "builtin/echo?fail=rate_limited&retry_after=2s", "Hello?", 10s, &none));
}
