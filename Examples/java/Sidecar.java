// A sidecar that uses language models through Laneway: copy it and make it yours.
//
// Nothing here is special to Laneway: a stock grpc-java client, with stubs made from proto/. See
// README.md beside this file, also for how it gets to the Unix socket.

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import google.rpc.ErrorDetails.ErrorInfo;
import google.rpc.ErrorDetails.RetryInfo;
import google.rpc.StatusOuterClass;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.MetadataUtils;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import laneway.v1.CallInfoOuterClass.Attempt;
import laneway.v1.CallInfoOuterClass.CallInfo;
import laneway.v1.LanewayGrpc;
import laneway.v1.LanewayOuterClass.GenerateRequest;
import laneway.v1.LanewayOuterClass.Message;
import laneway.v1.LanewayOuterClass.Part;
import laneway.v1.LanewayOuterClass.Role;
import laneway.v1.LanewayOuterClass.StreamResponse;
import laneway.v1.LanewayOuterClass.TextPart;

/** Calls models for one bot: says who it is with every call, and keeps a deadline. */
final class Sidecar {
    private static final Metadata.Key<StatusOuterClass.Status> DETAILS =
            Metadata.Key.of(
                    "grpc-status-details-bin",
                    ProtoUtils.metadataMarshaller(StatusOuterClass.Status.getDefaultInstance()));

    private final LanewayGrpc.LanewayBlockingStub laneway;

    Sidecar(ManagedChannel channel) {
        // Attribution: who is calling, and for which run. The uid is added by the kernel.
        Metadata metadata = new Metadata();
        metadata.put(key("laneway-caller-id"), "sidecar");
        metadata.put(key("laneway-run-id"), "tour-1");
        laneway = MetadataUtils.attachHeaders(LanewayGrpc.newBlockingStub(channel), metadata);
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    static GenerateRequest request(String model, String prompt) {
        Part text = Part.newBuilder().setText(TextPart.newBuilder().setText(prompt)).build();
        Message message = Message.newBuilder().setRole(Role.ROLE_USER).addParts(text).build();
        return GenerateRequest.newBuilder().setModel(model).addMessages(message).build();
    }

    /** One whole answer. The deadline covers waiting in the lane as well. */
    String generate(String model, String prompt, long milliseconds) {
        return laneway.withDeadlineAfter(milliseconds, TimeUnit.MILLISECONDS)
                .generate(request(model, prompt)).getMessage().getPartsList().stream()
                .map(part -> part.getText().getText())
                .collect(Collectors.joining());
    }

    /** Prints an answer as it arrives. */
    void stream(String model, String prompt) {
        System.out.print("stream:");
        Iterator<StreamResponse> events = laneway.stream(request(model, prompt));
        while (events.hasNext()) {
            StreamResponse event = events.next();
            System.out.print(event.getText());
            if (event.hasFinish()) {
                long tokens = event.getFinish().getUsage().getOutputTokens();
                System.out.printf("%nfinished: %d tokens%n", tokens);
            }
        }
    }

    /**
     * Ends a stream after its first text. Cancelling closes the provider's connection as well:
     * nothing goes on being paid for.
     */
    void cancelled() {
        Context.CancellableContext context = Context.current().withCancellation();
        context.run(() -> {
            Iterator<StreamResponse> events =
                    laneway.stream(request("builtin/echo?repeat=1000000&pace=20", "on and on "));
            while (events.hasNext()) {
                if (!events.next().getText().isEmpty()) {
                    context.cancel(null);
                }
            }
        });
    }

    /** What a call fails with. */
    static StatusRuntimeException failure(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException failure) {
            return failure;
        }
        throw new IllegalStateException("the call should have failed");
    }

    static Status.Code code(Runnable call) {
        return failure(call).getStatus().getCode();
    }

    /** Prints what happened to a failed call: every failure carries a CallInfo. */
    static void explain(StatusRuntimeException failure) throws InvalidProtocolBufferException {
        Status status = failure.getStatus();
        System.out.printf("failed: %s: %s%n", status.getCode(), status.getDescription());
        for (Any detail : failure.getTrailers().get(DETAILS).getDetailsList()) {
            if (detail.is(CallInfo.class)) {
                explain(detail.unpack(CallInfo.class));
            } else if (detail.is(ErrorInfo.class)) {
                ErrorInfo info = detail.unpack(ErrorInfo.class);
                System.out.printf("  reason   %s of %s%n", info.getReason(), info.getDomain());
            } else if (detail.is(RetryInfo.class)) {
                long delay = Durations.toMillis(detail.unpack(RetryInfo.class).getRetryDelay());
                System.out.printf("  retry in %d s%n", (delay + 999) / 1000);
            }
        }
    }

    static void explain(CallInfo call) {
        System.out.printf("  caller   %s, run %s, uid %d%n",
                call.getCallerId(), call.getRunId(), call.getUid());
        System.out.printf("  ended in %s of lane %s%n", call.getPhase(), call.getLane());
        for (Attempt attempt : call.getAttemptsList()) {
            System.out.printf("  attempt  %s: %s %s%n",
                    attempt.getTarget(), attempt.getReason(), attempt.getMessage());
        }
    }

    public static void main(String[] arguments) throws Exception {
        ManagedChannel channel =
                ManagedChannelBuilder.forTarget(arguments[0]).usePlaintext().build();
        Sidecar sidecar = new Sidecar(channel);
        System.out.println("generate: "
                + sidecar.generate("builtin/echo", "Hello from a sidecar.", 60_000));
        sidecar.stream("builtin/echo", " tokens arrive one by one");
        System.out.println("cancelled: " + code(sidecar::cancelled));
        System.out.println("deadline: "
                + code(() -> sidecar.generate("builtin/echo?fail=hang", "Anybody?", 500)));
        String limited = "builtin/echo?fail=rate_limited&retry_after=2s";
        explain(failure(() -> sidecar.generate(limited, "Hello?", 10_000)));
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
}
