// Written by scripts/proto from proto/. Change that, not this.
//
// What the scan before libprotobuf-c knows of each message.
#ifndef LANEWAY_WIRE_SCHEMA_H
#define LANEWAY_WIRE_SCHEMA_H

#include <protobuf-c/protobuf-c.h>

// What a field holds. WIRE_UNKNOWN is a number no field has, WIRE_PACKED32 a row of 32-bit numbers,
// WIRE_PACKED64 one of 64-bit numbers, WIRE_PACKED_VARINT one of varints.
enum WireKind {
    WIRE_UNKNOWN, WIRE_VARINT, WIRE_FIXED32, WIRE_FIXED64, WIRE_BYTES, WIRE_TEXT, WIRE_MESSAGE,
    WIRE_PACKED32, WIRE_PACKED64, WIRE_PACKED_VARINT
};

struct WireSchema;

struct WireField {
    const char *name;
    // The message of a WIRE_MESSAGE.
    const struct WireSchema *schema;
    uint8_t kind;
    // Fields of one slot replace each other: the members of a oneof, or the occurrences of a
    // singular message. 0 is no slot.
    uint8_t slot;
};

struct WireSchema {
    const char *name;
    const ProtobufCMessageDescriptor *descriptor;
    // By field number, from 0.
    const struct WireField *fields;
    uint32_t field_count;
};

extern const struct WireSchema google__protobuf__any__schema;
extern const struct WireSchema google__protobuf__duration__schema;
extern const struct WireSchema google__rpc__error_info__schema;
extern const struct WireSchema google__rpc__retry_info__schema;
extern const struct WireSchema google__rpc__error_info_metadata_entry__schema;
extern const struct WireSchema google__rpc__status__schema;
extern const struct WireSchema grpc__health__v1__health_check_request__schema;
extern const struct WireSchema grpc__health__v1__health_check_response__schema;
extern const struct WireSchema grpc__health__v1__health_list_request__schema;
extern const struct WireSchema grpc__health__v1__health_list_response__schema;
extern const struct WireSchema grpc__health__v1__health_list_response_statuses_entry__schema;
extern const struct WireSchema grpc__reflection__v1__server_reflection_request__schema;
extern const struct WireSchema grpc__reflection__v1__extension_request__schema;
extern const struct WireSchema grpc__reflection__v1__server_reflection_response__schema;
extern const struct WireSchema grpc__reflection__v1__file_descriptor_response__schema;
extern const struct WireSchema grpc__reflection__v1__extension_number_response__schema;
extern const struct WireSchema grpc__reflection__v1__list_service_response__schema;
extern const struct WireSchema grpc__reflection__v1__service_response__schema;
extern const struct WireSchema grpc__reflection__v1__error_response__schema;
extern const struct WireSchema laneway__internal__interop_empty__schema;
extern const struct WireSchema laneway__internal__interop_payload__schema;
extern const struct WireSchema laneway__internal__interop_status__schema;
extern const struct WireSchema laneway__internal__interop_simple_request__schema;
extern const struct WireSchema laneway__internal__interop_simple_response__schema;
extern const struct WireSchema laneway__internal__interop_input_request__schema;
extern const struct WireSchema laneway__internal__interop_input_response__schema;
extern const struct WireSchema laneway__internal__interop_response_parameters__schema;
extern const struct WireSchema laneway__internal__interop_output_request__schema;
extern const struct WireSchema laneway__internal__interop_output_response__schema;
extern const struct WireSchema laneway__internal__otlptrace_request__schema;
extern const struct WireSchema laneway__internal__otlpmetrics_request__schema;
extern const struct WireSchema laneway__internal__otlpresponse__schema;
extern const struct WireSchema laneway__internal__otlppartial_success__schema;
extern const struct WireSchema laneway__internal__otlpresource__schema;
extern const struct WireSchema laneway__internal__otlpscope__schema;
extern const struct WireSchema laneway__internal__otlpkey_value__schema;
extern const struct WireSchema laneway__internal__otlpvalue__schema;
extern const struct WireSchema laneway__internal__otlptext_list__schema;
extern const struct WireSchema laneway__internal__otlptext__schema;
extern const struct WireSchema laneway__internal__otlpresource_spans__schema;
extern const struct WireSchema laneway__internal__otlpscope_spans__schema;
extern const struct WireSchema laneway__internal__otlpspan__schema;
extern const struct WireSchema laneway__internal__otlpspan_event__schema;
extern const struct WireSchema laneway__internal__otlpspan_status__schema;
extern const struct WireSchema laneway__internal__otlpresource_metrics__schema;
extern const struct WireSchema laneway__internal__otlpscope_metrics__schema;
extern const struct WireSchema laneway__internal__otlpmetric__schema;
extern const struct WireSchema laneway__internal__otlpgauge__schema;
extern const struct WireSchema laneway__internal__otlpsum__schema;
extern const struct WireSchema laneway__internal__otlphistogram__schema;
extern const struct WireSchema laneway__internal__otlpnumber_point__schema;
extern const struct WireSchema laneway__internal__otlphistogram_point__schema;
extern const struct WireSchema laneway__internal__ttrpcrequest__schema;
extern const struct WireSchema laneway__internal__ttrpcresponse__schema;
extern const struct WireSchema laneway__internal__ttrpckey_value__schema;
extern const struct WireSchema laneway__v1__attempt__schema;
extern const struct WireSchema laneway__v1__call_info__schema;
extern const struct WireSchema laneway__v1__caller_share__schema;
extern const struct WireSchema laneway__v1__wait_bucket__schema;
extern const struct WireSchema laneway__v1__wait_histogram__schema;
extern const struct WireSchema laneway__v1__refusal_count__schema;
extern const struct WireSchema laneway__v1__lane_status__schema;
extern const struct WireSchema laneway__v1__list_lanes_request__schema;
extern const struct WireSchema laneway__v1__list_lanes_response__schema;
extern const struct WireSchema laneway__v1__watch_lanes_request__schema;
extern const struct WireSchema laneway__v1__watch_lanes_response__schema;
extern const struct WireSchema laneway__v1__update_lane_request__schema;
extern const struct WireSchema laneway__v1__update_lane_response__schema;
extern const struct WireSchema laneway__v1__text_part__schema;
extern const struct WireSchema laneway__v1__image_part__schema;
extern const struct WireSchema laneway__v1__tool_call_part__schema;
extern const struct WireSchema laneway__v1__tool_result_part__schema;
extern const struct WireSchema laneway__v1__reasoning_part__schema;
extern const struct WireSchema laneway__v1__part__schema;
extern const struct WireSchema laneway__v1__message__schema;
extern const struct WireSchema laneway__v1__tool__schema;
extern const struct WireSchema laneway__v1__tool_choice__schema;
extern const struct WireSchema laneway__v1__json_schema__schema;
extern const struct WireSchema laneway__v1__response_format__schema;
extern const struct WireSchema laneway__v1__invalid_output__schema;
extern const struct WireSchema laneway__v1__generate_request__schema;
extern const struct WireSchema laneway__v1__usage__schema;
extern const struct WireSchema laneway__v1__generate_response__schema;
extern const struct WireSchema laneway__v1__queued__schema;
extern const struct WireSchema laneway__v1__started__schema;
extern const struct WireSchema laneway__v1__tool_call_delta__schema;
extern const struct WireSchema laneway__v1__reasoning_delta__schema;
extern const struct WireSchema laneway__v1__finish__schema;
extern const struct WireSchema laneway__v1__stream_response__schema;
extern const struct WireSchema laneway__v1__cancel_request__schema;
extern const struct WireSchema laneway__v1__cancel_response__schema;
extern const struct WireSchema laneway__v1__capabilities__schema;
extern const struct WireSchema laneway__v1__model_entry__schema;
extern const struct WireSchema laneway__v1__list_models_request__schema;
extern const struct WireSchema laneway__v1__list_models_response__schema;
extern const struct WireSchema laneway__v1__resolve_model_request__schema;
extern const struct WireSchema laneway__v1__resolved_target__schema;
extern const struct WireSchema laneway__v1__resolve_model_response__schema;

static inline const struct WireSchema *google__protobuf__any__get_schema(void) {
    return &google__protobuf__any__schema;
}
static inline const struct WireSchema *google__protobuf__duration__get_schema(void) {
    return &google__protobuf__duration__schema;
}
static inline const struct WireSchema *google__rpc__error_info__get_schema(void) {
    return &google__rpc__error_info__schema;
}
static inline const struct WireSchema *google__rpc__retry_info__get_schema(void) {
    return &google__rpc__retry_info__schema;
}
static inline const struct WireSchema *google__rpc__error_info_metadata_entry__get_schema(void) {
    return &google__rpc__error_info_metadata_entry__schema;
}
static inline const struct WireSchema *google__rpc__status__get_schema(void) {
    return &google__rpc__status__schema;
}
static inline const struct WireSchema *grpc__health__v1__health_check_request__get_schema(void) {
    return &grpc__health__v1__health_check_request__schema;
}
static inline const struct WireSchema *grpc__health__v1__health_check_response__get_schema(void) {
    return &grpc__health__v1__health_check_response__schema;
}
static inline const struct WireSchema *grpc__health__v1__health_list_request__get_schema(void) {
    return &grpc__health__v1__health_list_request__schema;
}
static inline const struct WireSchema *grpc__health__v1__health_list_response__get_schema(void) {
    return &grpc__health__v1__health_list_response__schema;
}
static inline const struct WireSchema *grpc__health__v1__health_list_response_statuses_entry__get_schema(void) {
    return &grpc__health__v1__health_list_response_statuses_entry__schema;
}
static inline const struct WireSchema *grpc__reflection__v1__server_reflection_request__get_schema(void) {
    return &grpc__reflection__v1__server_reflection_request__schema;
}
static inline const struct WireSchema *grpc__reflection__v1__extension_request__get_schema(void) {
    return &grpc__reflection__v1__extension_request__schema;
}
static inline const struct WireSchema *grpc__reflection__v1__server_reflection_response__get_schema(void) {
    return &grpc__reflection__v1__server_reflection_response__schema;
}
static inline const struct WireSchema *grpc__reflection__v1__file_descriptor_response__get_schema(void) {
    return &grpc__reflection__v1__file_descriptor_response__schema;
}
static inline const struct WireSchema *grpc__reflection__v1__extension_number_response__get_schema(void) {
    return &grpc__reflection__v1__extension_number_response__schema;
}
static inline const struct WireSchema *grpc__reflection__v1__list_service_response__get_schema(void) {
    return &grpc__reflection__v1__list_service_response__schema;
}
static inline const struct WireSchema *grpc__reflection__v1__service_response__get_schema(void) {
    return &grpc__reflection__v1__service_response__schema;
}
static inline const struct WireSchema *grpc__reflection__v1__error_response__get_schema(void) {
    return &grpc__reflection__v1__error_response__schema;
}
static inline const struct WireSchema *laneway__internal__interop_empty__get_schema(void) {
    return &laneway__internal__interop_empty__schema;
}
static inline const struct WireSchema *laneway__internal__interop_payload__get_schema(void) {
    return &laneway__internal__interop_payload__schema;
}
static inline const struct WireSchema *laneway__internal__interop_status__get_schema(void) {
    return &laneway__internal__interop_status__schema;
}
static inline const struct WireSchema *laneway__internal__interop_simple_request__get_schema(void) {
    return &laneway__internal__interop_simple_request__schema;
}
static inline const struct WireSchema *laneway__internal__interop_simple_response__get_schema(void) {
    return &laneway__internal__interop_simple_response__schema;
}
static inline const struct WireSchema *laneway__internal__interop_input_request__get_schema(void) {
    return &laneway__internal__interop_input_request__schema;
}
static inline const struct WireSchema *laneway__internal__interop_input_response__get_schema(void) {
    return &laneway__internal__interop_input_response__schema;
}
static inline const struct WireSchema *laneway__internal__interop_response_parameters__get_schema(void) {
    return &laneway__internal__interop_response_parameters__schema;
}
static inline const struct WireSchema *laneway__internal__interop_output_request__get_schema(void) {
    return &laneway__internal__interop_output_request__schema;
}
static inline const struct WireSchema *laneway__internal__interop_output_response__get_schema(void) {
    return &laneway__internal__interop_output_response__schema;
}
static inline const struct WireSchema *laneway__internal__otlptrace_request__get_schema(void) {
    return &laneway__internal__otlptrace_request__schema;
}
static inline const struct WireSchema *laneway__internal__otlpmetrics_request__get_schema(void) {
    return &laneway__internal__otlpmetrics_request__schema;
}
static inline const struct WireSchema *laneway__internal__otlpresponse__get_schema(void) {
    return &laneway__internal__otlpresponse__schema;
}
static inline const struct WireSchema *laneway__internal__otlppartial_success__get_schema(void) {
    return &laneway__internal__otlppartial_success__schema;
}
static inline const struct WireSchema *laneway__internal__otlpresource__get_schema(void) {
    return &laneway__internal__otlpresource__schema;
}
static inline const struct WireSchema *laneway__internal__otlpscope__get_schema(void) {
    return &laneway__internal__otlpscope__schema;
}
static inline const struct WireSchema *laneway__internal__otlpkey_value__get_schema(void) {
    return &laneway__internal__otlpkey_value__schema;
}
static inline const struct WireSchema *laneway__internal__otlpvalue__get_schema(void) {
    return &laneway__internal__otlpvalue__schema;
}
static inline const struct WireSchema *laneway__internal__otlptext_list__get_schema(void) {
    return &laneway__internal__otlptext_list__schema;
}
static inline const struct WireSchema *laneway__internal__otlptext__get_schema(void) {
    return &laneway__internal__otlptext__schema;
}
static inline const struct WireSchema *laneway__internal__otlpresource_spans__get_schema(void) {
    return &laneway__internal__otlpresource_spans__schema;
}
static inline const struct WireSchema *laneway__internal__otlpscope_spans__get_schema(void) {
    return &laneway__internal__otlpscope_spans__schema;
}
static inline const struct WireSchema *laneway__internal__otlpspan__get_schema(void) {
    return &laneway__internal__otlpspan__schema;
}
static inline const struct WireSchema *laneway__internal__otlpspan_event__get_schema(void) {
    return &laneway__internal__otlpspan_event__schema;
}
static inline const struct WireSchema *laneway__internal__otlpspan_status__get_schema(void) {
    return &laneway__internal__otlpspan_status__schema;
}
static inline const struct WireSchema *laneway__internal__otlpresource_metrics__get_schema(void) {
    return &laneway__internal__otlpresource_metrics__schema;
}
static inline const struct WireSchema *laneway__internal__otlpscope_metrics__get_schema(void) {
    return &laneway__internal__otlpscope_metrics__schema;
}
static inline const struct WireSchema *laneway__internal__otlpmetric__get_schema(void) {
    return &laneway__internal__otlpmetric__schema;
}
static inline const struct WireSchema *laneway__internal__otlpgauge__get_schema(void) {
    return &laneway__internal__otlpgauge__schema;
}
static inline const struct WireSchema *laneway__internal__otlpsum__get_schema(void) {
    return &laneway__internal__otlpsum__schema;
}
static inline const struct WireSchema *laneway__internal__otlphistogram__get_schema(void) {
    return &laneway__internal__otlphistogram__schema;
}
static inline const struct WireSchema *laneway__internal__otlpnumber_point__get_schema(void) {
    return &laneway__internal__otlpnumber_point__schema;
}
static inline const struct WireSchema *laneway__internal__otlphistogram_point__get_schema(void) {
    return &laneway__internal__otlphistogram_point__schema;
}
static inline const struct WireSchema *laneway__internal__ttrpcrequest__get_schema(void) {
    return &laneway__internal__ttrpcrequest__schema;
}
static inline const struct WireSchema *laneway__internal__ttrpcresponse__get_schema(void) {
    return &laneway__internal__ttrpcresponse__schema;
}
static inline const struct WireSchema *laneway__internal__ttrpckey_value__get_schema(void) {
    return &laneway__internal__ttrpckey_value__schema;
}
static inline const struct WireSchema *laneway__v1__attempt__get_schema(void) {
    return &laneway__v1__attempt__schema;
}
static inline const struct WireSchema *laneway__v1__call_info__get_schema(void) {
    return &laneway__v1__call_info__schema;
}
static inline const struct WireSchema *laneway__v1__caller_share__get_schema(void) {
    return &laneway__v1__caller_share__schema;
}
static inline const struct WireSchema *laneway__v1__wait_bucket__get_schema(void) {
    return &laneway__v1__wait_bucket__schema;
}
static inline const struct WireSchema *laneway__v1__wait_histogram__get_schema(void) {
    return &laneway__v1__wait_histogram__schema;
}
static inline const struct WireSchema *laneway__v1__refusal_count__get_schema(void) {
    return &laneway__v1__refusal_count__schema;
}
static inline const struct WireSchema *laneway__v1__lane_status__get_schema(void) {
    return &laneway__v1__lane_status__schema;
}
static inline const struct WireSchema *laneway__v1__list_lanes_request__get_schema(void) {
    return &laneway__v1__list_lanes_request__schema;
}
static inline const struct WireSchema *laneway__v1__list_lanes_response__get_schema(void) {
    return &laneway__v1__list_lanes_response__schema;
}
static inline const struct WireSchema *laneway__v1__watch_lanes_request__get_schema(void) {
    return &laneway__v1__watch_lanes_request__schema;
}
static inline const struct WireSchema *laneway__v1__watch_lanes_response__get_schema(void) {
    return &laneway__v1__watch_lanes_response__schema;
}
static inline const struct WireSchema *laneway__v1__update_lane_request__get_schema(void) {
    return &laneway__v1__update_lane_request__schema;
}
static inline const struct WireSchema *laneway__v1__update_lane_response__get_schema(void) {
    return &laneway__v1__update_lane_response__schema;
}
static inline const struct WireSchema *laneway__v1__text_part__get_schema(void) {
    return &laneway__v1__text_part__schema;
}
static inline const struct WireSchema *laneway__v1__image_part__get_schema(void) {
    return &laneway__v1__image_part__schema;
}
static inline const struct WireSchema *laneway__v1__tool_call_part__get_schema(void) {
    return &laneway__v1__tool_call_part__schema;
}
static inline const struct WireSchema *laneway__v1__tool_result_part__get_schema(void) {
    return &laneway__v1__tool_result_part__schema;
}
static inline const struct WireSchema *laneway__v1__reasoning_part__get_schema(void) {
    return &laneway__v1__reasoning_part__schema;
}
static inline const struct WireSchema *laneway__v1__part__get_schema(void) {
    return &laneway__v1__part__schema;
}
static inline const struct WireSchema *laneway__v1__message__get_schema(void) {
    return &laneway__v1__message__schema;
}
static inline const struct WireSchema *laneway__v1__tool__get_schema(void) {
    return &laneway__v1__tool__schema;
}
static inline const struct WireSchema *laneway__v1__tool_choice__get_schema(void) {
    return &laneway__v1__tool_choice__schema;
}
static inline const struct WireSchema *laneway__v1__json_schema__get_schema(void) {
    return &laneway__v1__json_schema__schema;
}
static inline const struct WireSchema *laneway__v1__response_format__get_schema(void) {
    return &laneway__v1__response_format__schema;
}
static inline const struct WireSchema *laneway__v1__invalid_output__get_schema(void) {
    return &laneway__v1__invalid_output__schema;
}
static inline const struct WireSchema *laneway__v1__generate_request__get_schema(void) {
    return &laneway__v1__generate_request__schema;
}
static inline const struct WireSchema *laneway__v1__usage__get_schema(void) {
    return &laneway__v1__usage__schema;
}
static inline const struct WireSchema *laneway__v1__generate_response__get_schema(void) {
    return &laneway__v1__generate_response__schema;
}
static inline const struct WireSchema *laneway__v1__queued__get_schema(void) {
    return &laneway__v1__queued__schema;
}
static inline const struct WireSchema *laneway__v1__started__get_schema(void) {
    return &laneway__v1__started__schema;
}
static inline const struct WireSchema *laneway__v1__tool_call_delta__get_schema(void) {
    return &laneway__v1__tool_call_delta__schema;
}
static inline const struct WireSchema *laneway__v1__reasoning_delta__get_schema(void) {
    return &laneway__v1__reasoning_delta__schema;
}
static inline const struct WireSchema *laneway__v1__finish__get_schema(void) {
    return &laneway__v1__finish__schema;
}
static inline const struct WireSchema *laneway__v1__stream_response__get_schema(void) {
    return &laneway__v1__stream_response__schema;
}
static inline const struct WireSchema *laneway__v1__cancel_request__get_schema(void) {
    return &laneway__v1__cancel_request__schema;
}
static inline const struct WireSchema *laneway__v1__cancel_response__get_schema(void) {
    return &laneway__v1__cancel_response__schema;
}
static inline const struct WireSchema *laneway__v1__capabilities__get_schema(void) {
    return &laneway__v1__capabilities__schema;
}
static inline const struct WireSchema *laneway__v1__model_entry__get_schema(void) {
    return &laneway__v1__model_entry__schema;
}
static inline const struct WireSchema *laneway__v1__list_models_request__get_schema(void) {
    return &laneway__v1__list_models_request__schema;
}
static inline const struct WireSchema *laneway__v1__list_models_response__get_schema(void) {
    return &laneway__v1__list_models_response__schema;
}
static inline const struct WireSchema *laneway__v1__resolve_model_request__get_schema(void) {
    return &laneway__v1__resolve_model_request__schema;
}
static inline const struct WireSchema *laneway__v1__resolved_target__get_schema(void) {
    return &laneway__v1__resolved_target__schema;
}
static inline const struct WireSchema *laneway__v1__resolve_model_response__get_schema(void) {
    return &laneway__v1__resolve_model_response__schema;
}

#endif
