// Written by scripts/proto from proto/. Change that, not this.
#include "wire_schema.h"
#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "laneway/internal/interop.pb-c.h"
#include "laneway/internal/otlp.pb-c.h"
#include "laneway/internal/ttrpc.pb-c.h"
#include "laneway/v1/call_info.pb-c.h"
#include "laneway/v1/lane_admin.pb-c.h"
#include "laneway/v1/laneway.pb-c.h"
#include "laneway/v1/models.pb-c.h"

static const struct WireField google__protobuf__any__fields[3] = {
    [1] = {"type_url", 0, WIRE_TEXT, 0},
    [2] = {"value", 0, WIRE_BYTES, 0},
};
const struct WireSchema google__protobuf__any__schema = {
    "google.protobuf.Any",
    &google__protobuf__any__descriptor,
    google__protobuf__any__fields,
    3,
};

static const struct WireField google__protobuf__duration__fields[3] = {
    [1] = {"seconds", 0, WIRE_VARINT, 0},
    [2] = {"nanos", 0, WIRE_VARINT, 0},
};
const struct WireSchema google__protobuf__duration__schema = {
    "google.protobuf.Duration",
    &google__protobuf__duration__descriptor,
    google__protobuf__duration__fields,
    3,
};

static const struct WireField google__rpc__error_info__fields[4] = {
    [1] = {"reason", 0, WIRE_TEXT, 0},
    [2] = {"domain", 0, WIRE_TEXT, 0},
    [3] = {"metadata", &google__rpc__error_info_metadata_entry__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema google__rpc__error_info__schema = {
    "google.rpc.ErrorInfo",
    &google__rpc__error_info__descriptor,
    google__rpc__error_info__fields,
    4,
};

static const struct WireField google__rpc__retry_info__fields[2] = {
    [1] = {"retry_delay", &google__protobuf__duration__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema google__rpc__retry_info__schema = {
    "google.rpc.RetryInfo",
    &google__rpc__retry_info__descriptor,
    google__rpc__retry_info__fields,
    2,
};

static const struct WireField google__rpc__error_info_metadata_entry__fields[3] = {
    [1] = {"key", 0, WIRE_TEXT, 0},
    [2] = {"value", 0, WIRE_TEXT, 0},
};
const struct WireSchema google__rpc__error_info_metadata_entry__schema = {
    "google.rpc.ErrorInfo.MetadataEntry",
    &google__rpc__error_info_metadata_entry__descriptor,
    google__rpc__error_info_metadata_entry__fields,
    3,
};

static const struct WireField google__rpc__status__fields[4] = {
    [1] = {"code", 0, WIRE_VARINT, 0},
    [2] = {"message", 0, WIRE_TEXT, 0},
    [3] = {"details", &google__protobuf__any__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema google__rpc__status__schema = {
    "google.rpc.Status",
    &google__rpc__status__descriptor,
    google__rpc__status__fields,
    4,
};

static const struct WireField grpc__health__v1__health_check_request__fields[2] = {
    [1] = {"service", 0, WIRE_TEXT, 0},
};
const struct WireSchema grpc__health__v1__health_check_request__schema = {
    "grpc.health.v1.HealthCheckRequest",
    &grpc__health__v1__health_check_request__descriptor,
    grpc__health__v1__health_check_request__fields,
    2,
};

static const struct WireField grpc__health__v1__health_check_response__fields[2] = {
    [1] = {"status", 0, WIRE_VARINT, 0},
};
const struct WireSchema grpc__health__v1__health_check_response__schema = {
    "grpc.health.v1.HealthCheckResponse",
    &grpc__health__v1__health_check_response__descriptor,
    grpc__health__v1__health_check_response__fields,
    2,
};

static const struct WireField grpc__health__v1__health_list_request__fields[1] = {
};
const struct WireSchema grpc__health__v1__health_list_request__schema = {
    "grpc.health.v1.HealthListRequest",
    &grpc__health__v1__health_list_request__descriptor,
    grpc__health__v1__health_list_request__fields,
    1,
};

static const struct WireField grpc__health__v1__health_list_response__fields[2] = {
    [1] = {"statuses", &grpc__health__v1__health_list_response_statuses_entry__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema grpc__health__v1__health_list_response__schema = {
    "grpc.health.v1.HealthListResponse",
    &grpc__health__v1__health_list_response__descriptor,
    grpc__health__v1__health_list_response__fields,
    2,
};

static const struct WireField grpc__health__v1__health_list_response_statuses_entry__fields[3] = {
    [1] = {"key", 0, WIRE_TEXT, 0},
    [2] = {"value", &grpc__health__v1__health_check_response__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema grpc__health__v1__health_list_response_statuses_entry__schema = {
    "grpc.health.v1.HealthListResponse.StatusesEntry",
    &grpc__health__v1__health_list_response_statuses_entry__descriptor,
    grpc__health__v1__health_list_response_statuses_entry__fields,
    3,
};

static const struct WireField grpc__reflection__v1__server_reflection_request__fields[8] = {
    [1] = {"host", 0, WIRE_TEXT, 0},
    [3] = {"file_by_filename", 0, WIRE_TEXT, 1},
    [4] = {"file_containing_symbol", 0, WIRE_TEXT, 1},
    [5] = {"file_containing_extension", &grpc__reflection__v1__extension_request__schema, WIRE_MESSAGE, 1},
    [6] = {"all_extension_numbers_of_type", 0, WIRE_TEXT, 1},
    [7] = {"list_services", 0, WIRE_TEXT, 1},
};
const struct WireSchema grpc__reflection__v1__server_reflection_request__schema = {
    "grpc.reflection.v1.ServerReflectionRequest",
    &grpc__reflection__v1__server_reflection_request__descriptor,
    grpc__reflection__v1__server_reflection_request__fields,
    8,
};

static const struct WireField grpc__reflection__v1__extension_request__fields[3] = {
    [1] = {"containing_type", 0, WIRE_TEXT, 0},
    [2] = {"extension_number", 0, WIRE_VARINT, 0},
};
const struct WireSchema grpc__reflection__v1__extension_request__schema = {
    "grpc.reflection.v1.ExtensionRequest",
    &grpc__reflection__v1__extension_request__descriptor,
    grpc__reflection__v1__extension_request__fields,
    3,
};

static const struct WireField grpc__reflection__v1__server_reflection_response__fields[8] = {
    [1] = {"valid_host", 0, WIRE_TEXT, 0},
    [2] = {"original_request", &grpc__reflection__v1__server_reflection_request__schema, WIRE_MESSAGE, 1},
    [4] = {"file_descriptor_response", &grpc__reflection__v1__file_descriptor_response__schema, WIRE_MESSAGE, 2},
    [5] = {"all_extension_numbers_response", &grpc__reflection__v1__extension_number_response__schema, WIRE_MESSAGE, 2},
    [6] = {"list_services_response", &grpc__reflection__v1__list_service_response__schema, WIRE_MESSAGE, 2},
    [7] = {"error_response", &grpc__reflection__v1__error_response__schema, WIRE_MESSAGE, 2},
};
const struct WireSchema grpc__reflection__v1__server_reflection_response__schema = {
    "grpc.reflection.v1.ServerReflectionResponse",
    &grpc__reflection__v1__server_reflection_response__descriptor,
    grpc__reflection__v1__server_reflection_response__fields,
    8,
};

static const struct WireField grpc__reflection__v1__file_descriptor_response__fields[2] = {
    [1] = {"file_descriptor_proto", 0, WIRE_BYTES, 0},
};
const struct WireSchema grpc__reflection__v1__file_descriptor_response__schema = {
    "grpc.reflection.v1.FileDescriptorResponse",
    &grpc__reflection__v1__file_descriptor_response__descriptor,
    grpc__reflection__v1__file_descriptor_response__fields,
    2,
};

static const struct WireField grpc__reflection__v1__extension_number_response__fields[3] = {
    [1] = {"base_type_name", 0, WIRE_TEXT, 0},
    [2] = {"extension_number", 0, WIRE_PACKED_VARINT, 0},
};
const struct WireSchema grpc__reflection__v1__extension_number_response__schema = {
    "grpc.reflection.v1.ExtensionNumberResponse",
    &grpc__reflection__v1__extension_number_response__descriptor,
    grpc__reflection__v1__extension_number_response__fields,
    3,
};

static const struct WireField grpc__reflection__v1__list_service_response__fields[2] = {
    [1] = {"service", &grpc__reflection__v1__service_response__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema grpc__reflection__v1__list_service_response__schema = {
    "grpc.reflection.v1.ListServiceResponse",
    &grpc__reflection__v1__list_service_response__descriptor,
    grpc__reflection__v1__list_service_response__fields,
    2,
};

static const struct WireField grpc__reflection__v1__service_response__fields[2] = {
    [1] = {"name", 0, WIRE_TEXT, 0},
};
const struct WireSchema grpc__reflection__v1__service_response__schema = {
    "grpc.reflection.v1.ServiceResponse",
    &grpc__reflection__v1__service_response__descriptor,
    grpc__reflection__v1__service_response__fields,
    2,
};

static const struct WireField grpc__reflection__v1__error_response__fields[3] = {
    [1] = {"error_code", 0, WIRE_VARINT, 0},
    [2] = {"error_message", 0, WIRE_TEXT, 0},
};
const struct WireSchema grpc__reflection__v1__error_response__schema = {
    "grpc.reflection.v1.ErrorResponse",
    &grpc__reflection__v1__error_response__descriptor,
    grpc__reflection__v1__error_response__fields,
    3,
};

static const struct WireField laneway__internal__interop_empty__fields[1] = {
};
const struct WireSchema laneway__internal__interop_empty__schema = {
    "laneway.internal.InteropEmpty",
    &laneway__internal__interop_empty__descriptor,
    laneway__internal__interop_empty__fields,
    1,
};

static const struct WireField laneway__internal__interop_payload__fields[3] = {
    [2] = {"body", 0, WIRE_BYTES, 0},
};
const struct WireSchema laneway__internal__interop_payload__schema = {
    "laneway.internal.InteropPayload",
    &laneway__internal__interop_payload__descriptor,
    laneway__internal__interop_payload__fields,
    3,
};

static const struct WireField laneway__internal__interop_status__fields[3] = {
    [1] = {"code", 0, WIRE_VARINT, 0},
    [2] = {"message", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__internal__interop_status__schema = {
    "laneway.internal.InteropStatus",
    &laneway__internal__interop_status__descriptor,
    laneway__internal__interop_status__fields,
    3,
};

static const struct WireField laneway__internal__interop_simple_request__fields[8] = {
    [2] = {"response_size", 0, WIRE_VARINT, 0},
    [3] = {"payload", &laneway__internal__interop_payload__schema, WIRE_MESSAGE, 1},
    [7] = {"response_status", &laneway__internal__interop_status__schema, WIRE_MESSAGE, 2},
};
const struct WireSchema laneway__internal__interop_simple_request__schema = {
    "laneway.internal.InteropSimpleRequest",
    &laneway__internal__interop_simple_request__descriptor,
    laneway__internal__interop_simple_request__fields,
    8,
};

static const struct WireField laneway__internal__interop_simple_response__fields[2] = {
    [1] = {"payload", &laneway__internal__interop_payload__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__internal__interop_simple_response__schema = {
    "laneway.internal.InteropSimpleResponse",
    &laneway__internal__interop_simple_response__descriptor,
    laneway__internal__interop_simple_response__fields,
    2,
};

static const struct WireField laneway__internal__interop_input_request__fields[2] = {
    [1] = {"payload", &laneway__internal__interop_payload__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__internal__interop_input_request__schema = {
    "laneway.internal.InteropInputRequest",
    &laneway__internal__interop_input_request__descriptor,
    laneway__internal__interop_input_request__fields,
    2,
};

static const struct WireField laneway__internal__interop_input_response__fields[2] = {
    [1] = {"aggregated_payload_size", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__internal__interop_input_response__schema = {
    "laneway.internal.InteropInputResponse",
    &laneway__internal__interop_input_response__descriptor,
    laneway__internal__interop_input_response__fields,
    2,
};

static const struct WireField laneway__internal__interop_response_parameters__fields[3] = {
    [1] = {"size", 0, WIRE_VARINT, 0},
    [2] = {"interval_us", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__internal__interop_response_parameters__schema = {
    "laneway.internal.InteropResponseParameters",
    &laneway__internal__interop_response_parameters__descriptor,
    laneway__internal__interop_response_parameters__fields,
    3,
};

static const struct WireField laneway__internal__interop_output_request__fields[8] = {
    [2] = {"response_parameters", &laneway__internal__interop_response_parameters__schema, WIRE_MESSAGE, 0},
    [3] = {"payload", &laneway__internal__interop_payload__schema, WIRE_MESSAGE, 1},
    [7] = {"response_status", &laneway__internal__interop_status__schema, WIRE_MESSAGE, 2},
};
const struct WireSchema laneway__internal__interop_output_request__schema = {
    "laneway.internal.InteropOutputRequest",
    &laneway__internal__interop_output_request__descriptor,
    laneway__internal__interop_output_request__fields,
    8,
};

static const struct WireField laneway__internal__interop_output_response__fields[2] = {
    [1] = {"payload", &laneway__internal__interop_payload__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__internal__interop_output_response__schema = {
    "laneway.internal.InteropOutputResponse",
    &laneway__internal__interop_output_response__descriptor,
    laneway__internal__interop_output_response__fields,
    2,
};

static const struct WireField laneway__internal__otlptrace_request__fields[2] = {
    [1] = {"resource_spans", &laneway__internal__otlpresource_spans__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__internal__otlptrace_request__schema = {
    "laneway.internal.OTLPTraceRequest",
    &laneway__internal__otlptrace_request__descriptor,
    laneway__internal__otlptrace_request__fields,
    2,
};

static const struct WireField laneway__internal__otlpmetrics_request__fields[2] = {
    [1] = {"resource_metrics", &laneway__internal__otlpresource_metrics__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__internal__otlpmetrics_request__schema = {
    "laneway.internal.OTLPMetricsRequest",
    &laneway__internal__otlpmetrics_request__descriptor,
    laneway__internal__otlpmetrics_request__fields,
    2,
};

static const struct WireField laneway__internal__otlpresponse__fields[2] = {
    [1] = {"partial_success", &laneway__internal__otlppartial_success__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__internal__otlpresponse__schema = {
    "laneway.internal.OTLPResponse",
    &laneway__internal__otlpresponse__descriptor,
    laneway__internal__otlpresponse__fields,
    2,
};

static const struct WireField laneway__internal__otlppartial_success__fields[3] = {
    [1] = {"rejected", 0, WIRE_VARINT, 0},
    [2] = {"error_message", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__internal__otlppartial_success__schema = {
    "laneway.internal.OTLPPartialSuccess",
    &laneway__internal__otlppartial_success__descriptor,
    laneway__internal__otlppartial_success__fields,
    3,
};

static const struct WireField laneway__internal__otlpresource__fields[2] = {
    [1] = {"attributes", &laneway__internal__otlpkey_value__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__internal__otlpresource__schema = {
    "laneway.internal.OTLPResource",
    &laneway__internal__otlpresource__descriptor,
    laneway__internal__otlpresource__fields,
    2,
};

static const struct WireField laneway__internal__otlpscope__fields[3] = {
    [1] = {"name", 0, WIRE_TEXT, 0},
    [2] = {"version", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__internal__otlpscope__schema = {
    "laneway.internal.OTLPScope",
    &laneway__internal__otlpscope__descriptor,
    laneway__internal__otlpscope__fields,
    3,
};

static const struct WireField laneway__internal__otlpkey_value__fields[3] = {
    [1] = {"key", 0, WIRE_TEXT, 0},
    [2] = {"value", &laneway__internal__otlpvalue__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__internal__otlpkey_value__schema = {
    "laneway.internal.OTLPKeyValue",
    &laneway__internal__otlpkey_value__descriptor,
    laneway__internal__otlpkey_value__fields,
    3,
};

static const struct WireField laneway__internal__otlpvalue__fields[6] = {
    [1] = {"string_value", 0, WIRE_TEXT, 1},
    [2] = {"bool_value", 0, WIRE_VARINT, 1},
    [3] = {"int_value", 0, WIRE_VARINT, 1},
    [4] = {"double_value", 0, WIRE_FIXED64, 1},
    [5] = {"array_value", &laneway__internal__otlptext_list__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__internal__otlpvalue__schema = {
    "laneway.internal.OTLPValue",
    &laneway__internal__otlpvalue__descriptor,
    laneway__internal__otlpvalue__fields,
    6,
};

static const struct WireField laneway__internal__otlptext_list__fields[2] = {
    [1] = {"values", &laneway__internal__otlptext__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__internal__otlptext_list__schema = {
    "laneway.internal.OTLPTextList",
    &laneway__internal__otlptext_list__descriptor,
    laneway__internal__otlptext_list__fields,
    2,
};

static const struct WireField laneway__internal__otlptext__fields[2] = {
    [1] = {"string_value", 0, WIRE_TEXT, 1},
};
const struct WireSchema laneway__internal__otlptext__schema = {
    "laneway.internal.OTLPText",
    &laneway__internal__otlptext__descriptor,
    laneway__internal__otlptext__fields,
    2,
};

static const struct WireField laneway__internal__otlpresource_spans__fields[4] = {
    [1] = {"resource", &laneway__internal__otlpresource__schema, WIRE_MESSAGE, 1},
    [2] = {"scope_spans", &laneway__internal__otlpscope_spans__schema, WIRE_MESSAGE, 0},
    [3] = {"schema_url", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__internal__otlpresource_spans__schema = {
    "laneway.internal.OTLPResourceSpans",
    &laneway__internal__otlpresource_spans__descriptor,
    laneway__internal__otlpresource_spans__fields,
    4,
};

static const struct WireField laneway__internal__otlpscope_spans__fields[4] = {
    [1] = {"scope", &laneway__internal__otlpscope__schema, WIRE_MESSAGE, 1},
    [2] = {"spans", &laneway__internal__otlpspan__schema, WIRE_MESSAGE, 0},
    [3] = {"schema_url", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__internal__otlpscope_spans__schema = {
    "laneway.internal.OTLPScopeSpans",
    &laneway__internal__otlpscope_spans__descriptor,
    laneway__internal__otlpscope_spans__fields,
    4,
};

static const struct WireField laneway__internal__otlpspan__fields[17] = {
    [1] = {"trace_id", 0, WIRE_BYTES, 0},
    [2] = {"span_id", 0, WIRE_BYTES, 0},
    [4] = {"parent_span_id", 0, WIRE_BYTES, 0},
    [5] = {"name", 0, WIRE_TEXT, 0},
    [6] = {"kind", 0, WIRE_VARINT, 0},
    [7] = {"start_time_unix_nano", 0, WIRE_FIXED64, 0},
    [8] = {"end_time_unix_nano", 0, WIRE_FIXED64, 0},
    [9] = {"attributes", &laneway__internal__otlpkey_value__schema, WIRE_MESSAGE, 0},
    [11] = {"events", &laneway__internal__otlpspan_event__schema, WIRE_MESSAGE, 0},
    [15] = {"status", &laneway__internal__otlpspan_status__schema, WIRE_MESSAGE, 1},
    [16] = {"flags", 0, WIRE_FIXED32, 0},
};
const struct WireSchema laneway__internal__otlpspan__schema = {
    "laneway.internal.OTLPSpan",
    &laneway__internal__otlpspan__descriptor,
    laneway__internal__otlpspan__fields,
    17,
};

static const struct WireField laneway__internal__otlpspan_event__fields[4] = {
    [1] = {"time_unix_nano", 0, WIRE_FIXED64, 0},
    [2] = {"name", 0, WIRE_TEXT, 0},
    [3] = {"attributes", &laneway__internal__otlpkey_value__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__internal__otlpspan_event__schema = {
    "laneway.internal.OTLPSpanEvent",
    &laneway__internal__otlpspan_event__descriptor,
    laneway__internal__otlpspan_event__fields,
    4,
};

static const struct WireField laneway__internal__otlpspan_status__fields[4] = {
    [2] = {"message", 0, WIRE_TEXT, 0},
    [3] = {"code", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__internal__otlpspan_status__schema = {
    "laneway.internal.OTLPSpanStatus",
    &laneway__internal__otlpspan_status__descriptor,
    laneway__internal__otlpspan_status__fields,
    4,
};

static const struct WireField laneway__internal__otlpresource_metrics__fields[4] = {
    [1] = {"resource", &laneway__internal__otlpresource__schema, WIRE_MESSAGE, 1},
    [2] = {"scope_metrics", &laneway__internal__otlpscope_metrics__schema, WIRE_MESSAGE, 0},
    [3] = {"schema_url", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__internal__otlpresource_metrics__schema = {
    "laneway.internal.OTLPResourceMetrics",
    &laneway__internal__otlpresource_metrics__descriptor,
    laneway__internal__otlpresource_metrics__fields,
    4,
};

static const struct WireField laneway__internal__otlpscope_metrics__fields[4] = {
    [1] = {"scope", &laneway__internal__otlpscope__schema, WIRE_MESSAGE, 1},
    [2] = {"metrics", &laneway__internal__otlpmetric__schema, WIRE_MESSAGE, 0},
    [3] = {"schema_url", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__internal__otlpscope_metrics__schema = {
    "laneway.internal.OTLPScopeMetrics",
    &laneway__internal__otlpscope_metrics__descriptor,
    laneway__internal__otlpscope_metrics__fields,
    4,
};

static const struct WireField laneway__internal__otlpmetric__fields[10] = {
    [1] = {"name", 0, WIRE_TEXT, 0},
    [2] = {"description", 0, WIRE_TEXT, 0},
    [3] = {"unit", 0, WIRE_TEXT, 0},
    [5] = {"gauge", &laneway__internal__otlpgauge__schema, WIRE_MESSAGE, 1},
    [7] = {"sum", &laneway__internal__otlpsum__schema, WIRE_MESSAGE, 1},
    [9] = {"histogram", &laneway__internal__otlphistogram__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__internal__otlpmetric__schema = {
    "laneway.internal.OTLPMetric",
    &laneway__internal__otlpmetric__descriptor,
    laneway__internal__otlpmetric__fields,
    10,
};

static const struct WireField laneway__internal__otlpgauge__fields[2] = {
    [1] = {"data_points", &laneway__internal__otlpnumber_point__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__internal__otlpgauge__schema = {
    "laneway.internal.OTLPGauge",
    &laneway__internal__otlpgauge__descriptor,
    laneway__internal__otlpgauge__fields,
    2,
};

static const struct WireField laneway__internal__otlpsum__fields[4] = {
    [1] = {"data_points", &laneway__internal__otlpnumber_point__schema, WIRE_MESSAGE, 0},
    [2] = {"aggregation_temporality", 0, WIRE_VARINT, 0},
    [3] = {"is_monotonic", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__internal__otlpsum__schema = {
    "laneway.internal.OTLPSum",
    &laneway__internal__otlpsum__descriptor,
    laneway__internal__otlpsum__fields,
    4,
};

static const struct WireField laneway__internal__otlphistogram__fields[3] = {
    [1] = {"data_points", &laneway__internal__otlphistogram_point__schema, WIRE_MESSAGE, 0},
    [2] = {"aggregation_temporality", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__internal__otlphistogram__schema = {
    "laneway.internal.OTLPHistogram",
    &laneway__internal__otlphistogram__descriptor,
    laneway__internal__otlphistogram__fields,
    3,
};

static const struct WireField laneway__internal__otlpnumber_point__fields[8] = {
    [2] = {"start_time_unix_nano", 0, WIRE_FIXED64, 0},
    [3] = {"time_unix_nano", 0, WIRE_FIXED64, 0},
    [4] = {"as_double", 0, WIRE_FIXED64, 1},
    [6] = {"as_int", 0, WIRE_FIXED64, 1},
    [7] = {"attributes", &laneway__internal__otlpkey_value__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__internal__otlpnumber_point__schema = {
    "laneway.internal.OTLPNumberPoint",
    &laneway__internal__otlpnumber_point__descriptor,
    laneway__internal__otlpnumber_point__fields,
    8,
};

static const struct WireField laneway__internal__otlphistogram_point__fields[13] = {
    [2] = {"start_time_unix_nano", 0, WIRE_FIXED64, 0},
    [3] = {"time_unix_nano", 0, WIRE_FIXED64, 0},
    [4] = {"count", 0, WIRE_FIXED64, 0},
    [5] = {"sum", 0, WIRE_FIXED64, 1},
    [6] = {"bucket_counts", 0, WIRE_PACKED64, 0},
    [7] = {"explicit_bounds", 0, WIRE_PACKED64, 0},
    [9] = {"attributes", &laneway__internal__otlpkey_value__schema, WIRE_MESSAGE, 0},
    [11] = {"min", 0, WIRE_FIXED64, 2},
    [12] = {"max", 0, WIRE_FIXED64, 3},
};
const struct WireSchema laneway__internal__otlphistogram_point__schema = {
    "laneway.internal.OTLPHistogramPoint",
    &laneway__internal__otlphistogram_point__descriptor,
    laneway__internal__otlphistogram_point__fields,
    13,
};

static const struct WireField laneway__internal__ttrpcrequest__fields[6] = {
    [1] = {"service", 0, WIRE_TEXT, 0},
    [2] = {"method", 0, WIRE_TEXT, 0},
    [3] = {"payload", 0, WIRE_BYTES, 0},
    [4] = {"timeout_nano", 0, WIRE_VARINT, 0},
    [5] = {"metadata", &laneway__internal__ttrpckey_value__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__internal__ttrpcrequest__schema = {
    "laneway.internal.TTRPCRequest",
    &laneway__internal__ttrpcrequest__descriptor,
    laneway__internal__ttrpcrequest__fields,
    6,
};

static const struct WireField laneway__internal__ttrpcresponse__fields[3] = {
    [1] = {"status", &google__rpc__status__schema, WIRE_MESSAGE, 1},
    [2] = {"payload", 0, WIRE_BYTES, 0},
};
const struct WireSchema laneway__internal__ttrpcresponse__schema = {
    "laneway.internal.TTRPCResponse",
    &laneway__internal__ttrpcresponse__descriptor,
    laneway__internal__ttrpcresponse__fields,
    3,
};

static const struct WireField laneway__internal__ttrpckey_value__fields[3] = {
    [1] = {"key", 0, WIRE_TEXT, 0},
    [2] = {"value", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__internal__ttrpckey_value__schema = {
    "laneway.internal.TTRPCKeyValue",
    &laneway__internal__ttrpckey_value__descriptor,
    laneway__internal__ttrpckey_value__fields,
    3,
};

static const struct WireField laneway__v1__attempt__fields[11] = {
    [1] = {"target", 0, WIRE_TEXT, 0},
    [2] = {"lane", 0, WIRE_TEXT, 0},
    [3] = {"code", 0, WIRE_VARINT, 0},
    [4] = {"reason", 0, WIRE_TEXT, 0},
    [5] = {"http_status", 0, WIRE_VARINT, 0},
    [6] = {"upstream_request_id", 0, WIRE_TEXT, 0},
    [7] = {"message", 0, WIRE_TEXT, 0},
    [8] = {"queue_wait_ms", 0, WIRE_VARINT, 0},
    [9] = {"duration_ms", 0, WIRE_VARINT, 0},
    [10] = {"retry_after_ms", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__attempt__schema = {
    "laneway.v1.Attempt",
    &laneway__v1__attempt__descriptor,
    laneway__v1__attempt__fields,
    11,
};

static const struct WireField laneway__v1__call_info__fields[16] = {
    [1] = {"call_id", 0, WIRE_TEXT, 0},
    [2] = {"caller_id", 0, WIRE_TEXT, 0},
    [3] = {"run_id", 0, WIRE_TEXT, 0},
    [4] = {"lane", 0, WIRE_TEXT, 0},
    [5] = {"model", 0, WIRE_TEXT, 0},
    [6] = {"phase", 0, WIRE_VARINT, 0},
    [7] = {"queue_wait_ms", 0, WIRE_VARINT, 0},
    [8] = {"execution_ms", 0, WIRE_VARINT, 0},
    [9] = {"attempts", &laneway__v1__attempt__schema, WIRE_MESSAGE, 0},
    [10] = {"messages", 0, WIRE_TEXT, 0},
    [11] = {"messages_truncated", 0, WIRE_VARINT, 0},
    [12] = {"uid", 0, WIRE_VARINT, 0},
    [13] = {"user", 0, WIRE_TEXT, 0},
    [14] = {"tool", 0, WIRE_TEXT, 0},
    [15] = {"priority", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__v1__call_info__schema = {
    "laneway.v1.CallInfo",
    &laneway__v1__call_info__descriptor,
    laneway__v1__call_info__fields,
    16,
};

static const struct WireField laneway__v1__caller_share__fields[13] = {
    [1] = {"uid", 0, WIRE_VARINT, 0},
    [2] = {"caller_id", 0, WIRE_TEXT, 0},
    [3] = {"weight", 0, WIRE_FIXED64, 0},
    [4] = {"queued", 0, WIRE_VARINT, 0},
    [5] = {"queued_bytes", 0, WIRE_VARINT, 0},
    [6] = {"running", 0, WIRE_VARINT, 0},
    [7] = {"oldest_wait_ms", 0, WIRE_VARINT, 0},
    [8] = {"open_streams", 0, WIRE_VARINT, 0},
    [9] = {"started", 0, WIRE_VARINT, 0},
    [10] = {"first_position", 0, WIRE_VARINT, 0},
    [11] = {"last_position", 0, WIRE_VARINT, 0},
    [12] = {"estimated_wait_ms", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__caller_share__schema = {
    "laneway.v1.CallerShare",
    &laneway__v1__caller_share__descriptor,
    laneway__v1__caller_share__fields,
    13,
};

static const struct WireField laneway__v1__wait_bucket__fields[3] = {
    [1] = {"upto_ms", 0, WIRE_VARINT, 0},
    [2] = {"count", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__wait_bucket__schema = {
    "laneway.v1.WaitBucket",
    &laneway__v1__wait_bucket__descriptor,
    laneway__v1__wait_bucket__fields,
    3,
};

static const struct WireField laneway__v1__wait_histogram__fields[3] = {
    [1] = {"buckets", &laneway__v1__wait_bucket__schema, WIRE_MESSAGE, 0},
    [2] = {"sum_ms", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__wait_histogram__schema = {
    "laneway.v1.WaitHistogram",
    &laneway__v1__wait_histogram__descriptor,
    laneway__v1__wait_histogram__fields,
    3,
};

static const struct WireField laneway__v1__refusal_count__fields[3] = {
    [1] = {"reason", 0, WIRE_TEXT, 0},
    [2] = {"count", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__refusal_count__schema = {
    "laneway.v1.RefusalCount",
    &laneway__v1__refusal_count__descriptor,
    laneway__v1__refusal_count__fields,
    3,
};

static const struct WireField laneway__v1__lane_status__fields[23] = {
    [1] = {"name", 0, WIRE_TEXT, 0},
    [2] = {"concurrency", 0, WIRE_VARINT, 0},
    [3] = {"running", 0, WIRE_VARINT, 0},
    [4] = {"open_streams", 0, WIRE_VARINT, 0},
    [5] = {"max_open_streams", 0, WIRE_VARINT, 0},
    [6] = {"queued", 0, WIRE_VARINT, 0},
    [7] = {"queued_bytes", 0, WIRE_VARINT, 0},
    [8] = {"queue_depth_max", 0, WIRE_VARINT, 0},
    [9] = {"queue_bytes_max", 0, WIRE_VARINT, 0},
    [10] = {"paused", 0, WIRE_VARINT, 0},
    [11] = {"estimated_wait_ms", 0, WIRE_VARINT, 0},
    [12] = {"callers", &laneway__v1__caller_share__schema, WIRE_MESSAGE, 0},
    [13] = {"refusals", &laneway__v1__refusal_count__schema, WIRE_MESSAGE, 0},
    [14] = {"leaked_slots", 0, WIRE_VARINT, 0},
    [15] = {"started", 0, WIRE_VARINT, 0},
    [16] = {"promotions", 0, WIRE_VARINT, 0},
    [17] = {"jain_index", 0, WIRE_FIXED64, 0},
    [18] = {"queue_wait", &laneway__v1__wait_histogram__schema, WIRE_MESSAGE, 1},
    [19] = {"cost", 0, WIRE_TEXT, 0},
    [20] = {"hold", 0, WIRE_TEXT, 0},
    [21] = {"draining", 0, WIRE_VARINT, 0},
    [22] = {"slots", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__lane_status__schema = {
    "laneway.v1.LaneStatus",
    &laneway__v1__lane_status__descriptor,
    laneway__v1__lane_status__fields,
    23,
};

static const struct WireField laneway__v1__list_lanes_request__fields[2] = {
    [1] = {"names", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__v1__list_lanes_request__schema = {
    "laneway.v1.ListLanesRequest",
    &laneway__v1__list_lanes_request__descriptor,
    laneway__v1__list_lanes_request__fields,
    2,
};

static const struct WireField laneway__v1__list_lanes_response__fields[2] = {
    [1] = {"lanes", &laneway__v1__lane_status__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__v1__list_lanes_response__schema = {
    "laneway.v1.ListLanesResponse",
    &laneway__v1__list_lanes_response__descriptor,
    laneway__v1__list_lanes_response__fields,
    2,
};

static const struct WireField laneway__v1__watch_lanes_request__fields[3] = {
    [1] = {"names", 0, WIRE_TEXT, 0},
    [2] = {"interval_ms", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__watch_lanes_request__schema = {
    "laneway.v1.WatchLanesRequest",
    &laneway__v1__watch_lanes_request__descriptor,
    laneway__v1__watch_lanes_request__fields,
    3,
};

static const struct WireField laneway__v1__watch_lanes_response__fields[2] = {
    [1] = {"lanes", &laneway__v1__lane_status__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__v1__watch_lanes_response__schema = {
    "laneway.v1.WatchLanesResponse",
    &laneway__v1__watch_lanes_response__descriptor,
    laneway__v1__watch_lanes_response__fields,
    2,
};

static const struct WireField laneway__v1__update_lane_request__fields[7] = {
    [1] = {"name", 0, WIRE_TEXT, 0},
    [2] = {"concurrency", 0, WIRE_VARINT, 1},
    [3] = {"queue_depth_max", 0, WIRE_VARINT, 2},
    [4] = {"queue_bytes_max", 0, WIRE_VARINT, 3},
    [5] = {"paused", 0, WIRE_VARINT, 4},
    [6] = {"max_open_streams", 0, WIRE_VARINT, 5},
};
const struct WireSchema laneway__v1__update_lane_request__schema = {
    "laneway.v1.UpdateLaneRequest",
    &laneway__v1__update_lane_request__descriptor,
    laneway__v1__update_lane_request__fields,
    7,
};

static const struct WireField laneway__v1__update_lane_response__fields[2] = {
    [1] = {"lane", &laneway__v1__lane_status__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__v1__update_lane_response__schema = {
    "laneway.v1.UpdateLaneResponse",
    &laneway__v1__update_lane_response__descriptor,
    laneway__v1__update_lane_response__fields,
    2,
};

static const struct WireField laneway__v1__text_part__fields[2] = {
    [1] = {"text", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__v1__text_part__schema = {
    "laneway.v1.TextPart",
    &laneway__v1__text_part__descriptor,
    laneway__v1__text_part__fields,
    2,
};

static const struct WireField laneway__v1__image_part__fields[4] = {
    [1] = {"media_type", 0, WIRE_TEXT, 0},
    [2] = {"data", 0, WIRE_BYTES, 1},
    [3] = {"url", 0, WIRE_TEXT, 1},
};
const struct WireSchema laneway__v1__image_part__schema = {
    "laneway.v1.ImagePart",
    &laneway__v1__image_part__descriptor,
    laneway__v1__image_part__fields,
    4,
};

static const struct WireField laneway__v1__tool_call_part__fields[4] = {
    [1] = {"id", 0, WIRE_TEXT, 0},
    [2] = {"name", 0, WIRE_TEXT, 0},
    [3] = {"arguments_json", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__v1__tool_call_part__schema = {
    "laneway.v1.ToolCallPart",
    &laneway__v1__tool_call_part__descriptor,
    laneway__v1__tool_call_part__fields,
    4,
};

static const struct WireField laneway__v1__tool_result_part__fields[4] = {
    [1] = {"call_id", 0, WIRE_TEXT, 0},
    [2] = {"text", 0, WIRE_TEXT, 0},
    [3] = {"is_error", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__tool_result_part__schema = {
    "laneway.v1.ToolResultPart",
    &laneway__v1__tool_result_part__descriptor,
    laneway__v1__tool_result_part__fields,
    4,
};

static const struct WireField laneway__v1__reasoning_part__fields[3] = {
    [1] = {"text", 0, WIRE_TEXT, 0},
    [2] = {"signature", 0, WIRE_BYTES, 0},
};
const struct WireSchema laneway__v1__reasoning_part__schema = {
    "laneway.v1.ReasoningPart",
    &laneway__v1__reasoning_part__descriptor,
    laneway__v1__reasoning_part__fields,
    3,
};

static const struct WireField laneway__v1__part__fields[6] = {
    [1] = {"text", &laneway__v1__text_part__schema, WIRE_MESSAGE, 1},
    [2] = {"image", &laneway__v1__image_part__schema, WIRE_MESSAGE, 1},
    [3] = {"tool_call", &laneway__v1__tool_call_part__schema, WIRE_MESSAGE, 1},
    [4] = {"tool_result", &laneway__v1__tool_result_part__schema, WIRE_MESSAGE, 1},
    [5] = {"reasoning", &laneway__v1__reasoning_part__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__v1__part__schema = {
    "laneway.v1.Part",
    &laneway__v1__part__descriptor,
    laneway__v1__part__fields,
    6,
};

static const struct WireField laneway__v1__message__fields[3] = {
    [1] = {"role", 0, WIRE_VARINT, 0},
    [2] = {"parts", &laneway__v1__part__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__v1__message__schema = {
    "laneway.v1.Message",
    &laneway__v1__message__descriptor,
    laneway__v1__message__fields,
    3,
};

static const struct WireField laneway__v1__tool__fields[5] = {
    [1] = {"name", 0, WIRE_TEXT, 0},
    [2] = {"description", 0, WIRE_TEXT, 0},
    [3] = {"parameters_json", 0, WIRE_TEXT, 0},
    [4] = {"strict", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__tool__schema = {
    "laneway.v1.Tool",
    &laneway__v1__tool__descriptor,
    laneway__v1__tool__fields,
    5,
};

static const struct WireField laneway__v1__tool_choice__fields[3] = {
    [1] = {"mode", 0, WIRE_VARINT, 0},
    [2] = {"name", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__v1__tool_choice__schema = {
    "laneway.v1.ToolChoice",
    &laneway__v1__tool_choice__descriptor,
    laneway__v1__tool_choice__fields,
    3,
};

static const struct WireField laneway__v1__json_schema__fields[4] = {
    [1] = {"name", 0, WIRE_TEXT, 0},
    [2] = {"schema_json", 0, WIRE_TEXT, 0},
    [3] = {"strict", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__json_schema__schema = {
    "laneway.v1.JsonSchema",
    &laneway__v1__json_schema__descriptor,
    laneway__v1__json_schema__fields,
    4,
};

static const struct WireField laneway__v1__response_format__fields[3] = {
    [1] = {"kind", 0, WIRE_VARINT, 0},
    [2] = {"json_schema", &laneway__v1__json_schema__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__v1__response_format__schema = {
    "laneway.v1.ResponseFormat",
    &laneway__v1__response_format__descriptor,
    laneway__v1__response_format__fields,
    3,
};

static const struct WireField laneway__v1__invalid_output__fields[4] = {
    [1] = {"text", 0, WIRE_TEXT, 0},
    [2] = {"truncated", 0, WIRE_VARINT, 0},
    [3] = {"problems", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__v1__invalid_output__schema = {
    "laneway.v1.InvalidOutput",
    &laneway__v1__invalid_output__descriptor,
    laneway__v1__invalid_output__fields,
    4,
};

static const struct WireField laneway__v1__generate_request__fields[17] = {
    [1] = {"model", 0, WIRE_TEXT, 0},
    [2] = {"messages", &laneway__v1__message__schema, WIRE_MESSAGE, 0},
    [3] = {"tools", &laneway__v1__tool__schema, WIRE_MESSAGE, 0},
    [4] = {"tool_choice", &laneway__v1__tool_choice__schema, WIRE_MESSAGE, 1},
    [5] = {"temperature", 0, WIRE_FIXED64, 2},
    [6] = {"top_p", 0, WIRE_FIXED64, 3},
    [7] = {"max_output_tokens", 0, WIRE_VARINT, 0},
    [8] = {"stop", 0, WIRE_TEXT, 0},
    [9] = {"seed", 0, WIRE_VARINT, 4},
    [10] = {"response_format", &laneway__v1__response_format__schema, WIRE_MESSAGE, 5},
    [11] = {"reasoning_effort", 0, WIRE_VARINT, 0},
    [12] = {"priority", 0, WIRE_VARINT, 0},
    [13] = {"max_queue_wait_ms", 0, WIRE_VARINT, 0},
    [14] = {"execution_timeout_ms", 0, WIRE_VARINT, 0},
    [15] = {"idempotency_key", 0, WIRE_TEXT, 0},
    [16] = {"queue_events", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__generate_request__schema = {
    "laneway.v1.GenerateRequest",
    &laneway__v1__generate_request__descriptor,
    laneway__v1__generate_request__fields,
    17,
};

static const struct WireField laneway__v1__usage__fields[7] = {
    [1] = {"input_tokens", 0, WIRE_VARINT, 0},
    [2] = {"output_tokens", 0, WIRE_VARINT, 0},
    [3] = {"cache_read_tokens", 0, WIRE_VARINT, 0},
    [4] = {"cache_write_tokens", 0, WIRE_VARINT, 0},
    [5] = {"reasoning_tokens", 0, WIRE_VARINT, 0},
    [6] = {"estimated", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__usage__schema = {
    "laneway.v1.Usage",
    &laneway__v1__usage__descriptor,
    laneway__v1__usage__fields,
    7,
};

static const struct WireField laneway__v1__generate_response__fields[5] = {
    [1] = {"message", &laneway__v1__message__schema, WIRE_MESSAGE, 1},
    [2] = {"finish_reason", 0, WIRE_VARINT, 0},
    [3] = {"usage", &laneway__v1__usage__schema, WIRE_MESSAGE, 2},
    [4] = {"call", &laneway__v1__call_info__schema, WIRE_MESSAGE, 3},
};
const struct WireSchema laneway__v1__generate_response__schema = {
    "laneway.v1.GenerateResponse",
    &laneway__v1__generate_response__descriptor,
    laneway__v1__generate_response__fields,
    5,
};

static const struct WireField laneway__v1__queued__fields[3] = {
    [1] = {"position", 0, WIRE_VARINT, 0},
    [2] = {"estimated_wait_ms", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__queued__schema = {
    "laneway.v1.Queued",
    &laneway__v1__queued__descriptor,
    laneway__v1__queued__fields,
    3,
};

static const struct WireField laneway__v1__started__fields[4] = {
    [1] = {"target", 0, WIRE_TEXT, 0},
    [2] = {"lane", 0, WIRE_TEXT, 0},
    [3] = {"queue_wait_ms", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__started__schema = {
    "laneway.v1.Started",
    &laneway__v1__started__descriptor,
    laneway__v1__started__fields,
    4,
};

static const struct WireField laneway__v1__tool_call_delta__fields[5] = {
    [1] = {"index", 0, WIRE_VARINT, 0},
    [2] = {"id", 0, WIRE_TEXT, 0},
    [3] = {"name", 0, WIRE_TEXT, 0},
    [4] = {"arguments_json", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__v1__tool_call_delta__schema = {
    "laneway.v1.ToolCallDelta",
    &laneway__v1__tool_call_delta__descriptor,
    laneway__v1__tool_call_delta__fields,
    5,
};

static const struct WireField laneway__v1__reasoning_delta__fields[3] = {
    [1] = {"text", 0, WIRE_TEXT, 0},
    [2] = {"signature", 0, WIRE_BYTES, 0},
};
const struct WireSchema laneway__v1__reasoning_delta__schema = {
    "laneway.v1.ReasoningDelta",
    &laneway__v1__reasoning_delta__descriptor,
    laneway__v1__reasoning_delta__fields,
    3,
};

static const struct WireField laneway__v1__finish__fields[4] = {
    [1] = {"finish_reason", 0, WIRE_VARINT, 0},
    [2] = {"usage", &laneway__v1__usage__schema, WIRE_MESSAGE, 1},
    [3] = {"call", &laneway__v1__call_info__schema, WIRE_MESSAGE, 2},
};
const struct WireSchema laneway__v1__finish__schema = {
    "laneway.v1.Finish",
    &laneway__v1__finish__descriptor,
    laneway__v1__finish__fields,
    4,
};

static const struct WireField laneway__v1__stream_response__fields[7] = {
    [1] = {"queued", &laneway__v1__queued__schema, WIRE_MESSAGE, 1},
    [2] = {"started", &laneway__v1__started__schema, WIRE_MESSAGE, 1},
    [3] = {"text", 0, WIRE_TEXT, 1},
    [4] = {"reasoning", &laneway__v1__reasoning_delta__schema, WIRE_MESSAGE, 1},
    [5] = {"tool_call", &laneway__v1__tool_call_delta__schema, WIRE_MESSAGE, 1},
    [6] = {"finish", &laneway__v1__finish__schema, WIRE_MESSAGE, 1},
};
const struct WireSchema laneway__v1__stream_response__schema = {
    "laneway.v1.StreamResponse",
    &laneway__v1__stream_response__descriptor,
    laneway__v1__stream_response__fields,
    7,
};

static const struct WireField laneway__v1__cancel_request__fields[2] = {
    [1] = {"call_id", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__v1__cancel_request__schema = {
    "laneway.v1.CancelRequest",
    &laneway__v1__cancel_request__descriptor,
    laneway__v1__cancel_request__fields,
    2,
};

static const struct WireField laneway__v1__cancel_response__fields[2] = {
    [1] = {"found", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__cancel_response__schema = {
    "laneway.v1.CancelResponse",
    &laneway__v1__cancel_response__descriptor,
    laneway__v1__cancel_response__fields,
    2,
};

static const struct WireField laneway__v1__capabilities__fields[6] = {
    [1] = {"context_window_tokens", 0, WIRE_VARINT, 0},
    [2] = {"tools", 0, WIRE_VARINT, 0},
    [3] = {"images", 0, WIRE_VARINT, 0},
    [4] = {"json_schema", 0, WIRE_VARINT, 0},
    [5] = {"reasoning", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__capabilities__schema = {
    "laneway.v1.Capabilities",
    &laneway__v1__capabilities__descriptor,
    laneway__v1__capabilities__fields,
    6,
};

static const struct WireField laneway__v1__model_entry__fields[4] = {
    [1] = {"name", 0, WIRE_TEXT, 0},
    [2] = {"targets", 0, WIRE_TEXT, 0},
    [3] = {"tier", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__model_entry__schema = {
    "laneway.v1.ModelEntry",
    &laneway__v1__model_entry__descriptor,
    laneway__v1__model_entry__fields,
    4,
};

static const struct WireField laneway__v1__list_models_request__fields[1] = {
};
const struct WireSchema laneway__v1__list_models_request__schema = {
    "laneway.v1.ListModelsRequest",
    &laneway__v1__list_models_request__descriptor,
    laneway__v1__list_models_request__fields,
    1,
};

static const struct WireField laneway__v1__list_models_response__fields[2] = {
    [1] = {"models", &laneway__v1__model_entry__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__v1__list_models_response__schema = {
    "laneway.v1.ListModelsResponse",
    &laneway__v1__list_models_response__descriptor,
    laneway__v1__list_models_response__fields,
    2,
};

static const struct WireField laneway__v1__resolve_model_request__fields[2] = {
    [1] = {"model", 0, WIRE_TEXT, 0},
};
const struct WireSchema laneway__v1__resolve_model_request__schema = {
    "laneway.v1.ResolveModelRequest",
    &laneway__v1__resolve_model_request__descriptor,
    laneway__v1__resolve_model_request__fields,
    2,
};

static const struct WireField laneway__v1__resolved_target__fields[8] = {
    [1] = {"target", 0, WIRE_TEXT, 0},
    [2] = {"provider", 0, WIRE_TEXT, 0},
    [3] = {"model", 0, WIRE_TEXT, 0},
    [4] = {"effort", 0, WIRE_TEXT, 0},
    [5] = {"lane", 0, WIRE_TEXT, 0},
    [6] = {"capabilities", &laneway__v1__capabilities__schema, WIRE_MESSAGE, 1},
    [7] = {"cooling_ms", 0, WIRE_VARINT, 0},
};
const struct WireSchema laneway__v1__resolved_target__schema = {
    "laneway.v1.ResolvedTarget",
    &laneway__v1__resolved_target__descriptor,
    laneway__v1__resolved_target__fields,
    8,
};

static const struct WireField laneway__v1__resolve_model_response__fields[2] = {
    [1] = {"targets", &laneway__v1__resolved_target__schema, WIRE_MESSAGE, 0},
};
const struct WireSchema laneway__v1__resolve_model_response__schema = {
    "laneway.v1.ResolveModelResponse",
    &laneway__v1__resolve_model_response__descriptor,
    laneway__v1__resolve_model_response__fields,
    2,
};
