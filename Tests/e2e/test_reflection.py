"""gRPC's reflection, in both versions, asked by the client that gRPC publishes for it."""

import threading

import grpc
import pytest
from google.protobuf import descriptor_pb2, message_factory
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from support.calls import failure_of
from support.reflected import VERSIONS, Reflection
from support.stubs import call_info, lane_admin, messages, models

SERVICES = [
    "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection", "laneway.v1.LaneAdmin", "laneway.v1.Laneway",
    "laneway.v1.Models",
]
CONTRACT = {file.DESCRIPTOR.name: file for file in (call_info, lane_admin, messages, models)}


@pytest.fixture
def reflection(daemon):
    client = Reflection(daemon.target)
    yield client
    client.channel.close()


def proto_of(module) -> descriptor_pb2.FileDescriptorProto:
    """What Python's own generator made of a file."""
    proto = descriptor_pb2.FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(proto)
    return proto


def bare(file: descriptor_pb2.FileDescriptorProto) -> descriptor_pb2.FileDescriptorProto:
    """What is on the wire: without the options of languages, the names that JSON has by rule, and
    the name of the file."""
    file.ClearField("options")
    file.ClearField("name")
    stack = list(file.message_type)
    while stack:
        message = stack.pop()
        stack += message.nested_type
        for field in message.field:
            field.ClearField("json_name")
    return file


def declared(file: descriptor_pb2.FileDescriptorProto):
    """Every full name a file declares."""
    package = file.package
    for service in file.service:
        yield f"{package}.{service.name}"
        yield from (f"{package}.{service.name}.{method.name}" for method in service.method)
    stack = [(package, message) for message in file.message_type]
    enums = [(package, enum) for enum in file.enum_type]
    while stack:
        scope, message = stack.pop()
        name = f"{scope}.{message.name}"
        yield name
        yield from (f"{name}.{field.name}" for field in message.field)
        yield from (f"{name}.{o.name}" for o in message.oneof_decl if o.name[0] != "_")
        stack += [(name, nested) for nested in message.nested_type]
        enums += [(name, enum) for enum in message.enum_type]
    for scope, enum in enums:
        yield f"{scope}.{enum.name}"
        yield from (f"{scope}.{value.name}" for value in enum.value)


@pytest.mark.parametrize("version", VERSIONS)
def test_all_services_are_listed_and_nothing_internal(reflection, version):
    assert reflection.services(version) == SERVICES
    assert list(reflection.database().get_services()) == SERVICES


def test_every_method_that_is_described_is_served(reflection):
    pool = reflection.pool()
    for name in reflection.services():
        for method in pool.FindServiceByName(name).methods:
            code = reflection.ending(f"/{name}/{method.name}")
            assert code != grpc.StatusCode.UNIMPLEMENTED, f"{name}.{method.name}"
    assert reflection.ending("/laneway.v1.Laneway/Nothing") == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", CONTRACT)
def test_a_file_of_the_contract_is_what_protoc_makes_of_it(reflection, version, name):
    file = reflection.files(version, file_by_filename=name)[0]
    assert file.name == name
    assert bare(file) == bare(proto_of(CONTRACT[name]))


@pytest.mark.parametrize(
    ("symbol", "module"),
    [("grpc.health.v1.Health", health_pb2),
     ("grpc.reflection.v1alpha.ServerReflection", reflection_pb2)],
)
def test_health_and_reflection_are_as_grpc_publishes_them(reflection, symbol, module):
    file = reflection.files("v1", file_containing_symbol=symbol)[0]
    assert bare(file) == bare(proto_of(module))


def test_v1_is_v1alpha_under_another_name(reflection):
    older = reflection.files("v1", file_by_filename="grpc/reflection/v1alpha/reflection.proto")[0]
    newer = reflection.files("v1", file_by_filename="grpc/reflection/v1/reflection.proto")[0]
    renamed = newer.SerializeToString().replace(b"reflection.v1.", b"reflection.v1alpha.")
    assert len(renamed) > len(newer.SerializeToString())
    text = str(bare(newer)).replace("reflection.v1.", "reflection.v1alpha.")
    assert text.replace('"grpc.reflection.v1"', '"grpc.reflection.v1alpha"') == str(bare(older))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_comes_with_all_it_needs(reflection, version):
    files = reflection.files(version, file_containing_symbol="laneway.v1.Laneway.Stream")
    names = [file.name for file in files]
    assert names[0] == "laneway/v1/laneway.proto"
    assert len(set(names)) == len(names)
    assert {needed for file in files for needed in file.dependency} <= set(names)


def test_every_name_that_any_file_declares_leads_to_that_file(reflection):
    wanted = [(name, file.name) for each in CONTRACT for file in [proto_of(CONTRACT[each])]
              for name in declared(file)]
    questions = [{"file_containing_symbol": name} for name, _ in wanted]
    answers = reflection.ask("v1", *questions)
    assert len(answers) == len(wanted) > 200
    for answer, (name, home) in zip(answers, wanted):
        data = answer.file_descriptor_response.file_descriptor_proto
        assert data, f"{name} is not found"
        assert descriptor_pb2.FileDescriptorProto.FromString(data[0]).name == home, name


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "question",
    [
        {"file_by_filename": "laneway/internal/otlp.proto"},
        {"file_by_filename": "laneway.proto"},
        {"file_containing_symbol": "laneway.internal.TTRPCRequest"},
        {"file_containing_symbol": "laneway.v1.Nothing"},
        {"file_containing_symbol": "laneway.v1.GenerateRequest.nothing"},
        {"file_containing_symbol": "laneway.v1"},
        {"file_containing_symbol": ""},
        {"file_containing_extension": {
            "containing_type": "laneway.v1.Message", "extension_number": 100}},
        {"all_extension_numbers_of_type": "laneway.v1.Nothing"},
        {"all_extension_numbers_of_type": "laneway.v1.Laneway"},
    ],
    ids=str,
)
def test_what_does_not_exist_is_not_found_and_the_stream_goes_on(reflection, version, question):
    missing, there = reflection.ask(version, question, {"list_services": ""})
    assert missing.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]
    assert missing.error_response.error_message
    assert len(there.list_services_response.service) == len(SERVICES)


def test_a_question_that_asks_nothing_is_an_error_and_the_stream_goes_on(reflection):
    nothing, there = reflection.ask("v1", {"host": "here"}, {"host": "here", "list_services": ""})
    assert nothing.error_response.error_code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert nothing.valid_host == there.valid_host == "here"
    assert there.WhichOneof("message_response") == "list_services_response"


def test_a_message_of_the_contract_has_no_extensions(reflection):
    assert list(reflection.database().FindAllExtensionNumbers("laneway.v1.Message")) == []


def test_a_client_without_stubs_calls_a_model_by_reflection(reflection):
    method = reflection.pool().FindServiceByName("laneway.v1.Laneway").FindMethodByName("Generate")
    ask = message_factory.GetMessageClass(method.input_type)
    answer = message_factory.GetMessageClass(method.output_type)
    call = reflection.channel.unary_unary(
        "/laneway.v1.Laneway/Generate", ask.SerializeToString, answer.FromString
    )
    request = ask(model="builtin/echo")
    request.messages.add(role=2).parts.add().text.text = "hello"
    assert call(request, timeout=20).message.parts[0].text.text == "hello"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_tool_that_keeps_its_stream_does_not_hold_up_a_daemon_that_stops(start, version):
    running = start().wait_until_listening()
    client, released = Reflection(running.target), threading.Event()

    def questions():
        yield reflection_pb2.ServerReflectionRequest(list_services="")
        released.wait(20)

    answers = client.begin(version, questions())
    assert len(next(answers).list_services_response.service) == len(SERVICES)
    running.terminate()
    with pytest.raises(grpc.RpcError) as caught:
        next(answers)
    assert failure_of(caught.value).reason == "SHUTTING_DOWN"
    assert running.wait(5) == 0
    released.set()
    client.channel.close()
