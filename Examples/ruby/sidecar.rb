#!/usr/bin/env ruby
# frozen_string_literal: true

# A sidecar that uses language models through Laneway: copy it and make it yours.
#
# Nothing here is special to Laneway: a stock gRPC client over a Unix socket, with stubs made from
# proto/. See README.md beside this file.
require 'grpc'
require 'google/protobuf/well_known_types'
require 'google/rpc/error_details_pb'
require 'laneway/v1/laneway_services_pb'

# Calls models for one bot: says who it is with every call, and keeps a deadline.
class Sidecar
  include ::Laneway::V1

  # Attribution: who is calling, and for which run. The uid is added by the kernel.
  METADATA = { 'laneway-caller-id' => 'sidecar', 'laneway-run-id' => 'tour-1' }.freeze
  DETAILS = [Google::Rpc::ErrorInfo, Google::Rpc::RetryInfo, CallInfo].freeze

  # No TLS and no token: the kernel says who the peer of a Unix socket is.
  def initialize(socket)
    @laneway = ::Laneway::V1::Laneway::Stub.new("unix:#{socket}", :this_channel_is_insecure)
  end

  def request(model, prompt)
    message = Message.new(role: :ROLE_USER, parts: [Part.new(text: TextPart.new(text: prompt))])
    GenerateRequest.new(model: model, messages: [message])
  end

  # One whole answer, or GRPC::BadStatus. The deadline covers waiting in the lane as well.
  def generate(model, prompt, seconds)
    answer = @laneway.generate(
      request(model, prompt), deadline: Time.now + seconds, metadata: METADATA
    )
    answer.message.parts.map { |part| part.text.text }.join
  end

  # Prints an answer as it arrives.
  def stream(model, prompt)
    print 'stream:'
    @laneway.stream(request(model, prompt), metadata: METADATA).each do |event|
      case event.event
      when :text then print event.text
      when :finish then puts "\nfinished: #{event.finish.usage.output_tokens} tokens"
      end
    end
  end

  # Ends a stream after its first text, and gives what it ended with. Cancelling closes the
  # provider's connection as well: nothing goes on being paid for.
  def cancelled
    endless = request('builtin/echo?repeat=1000000&pace=20', 'on and on ')
    call = @laneway.stream(endless, metadata: METADATA, return_op: true)
    failure { call.execute.each { |event| call.cancel if event.event == :text } }
  end

  # The error that a call ends with; nil when it succeeds.
  def failure
    yield
    nil
  rescue GRPC::BadStatus => e
    e
  end

  # Prints what happened to a failed call: every failure carries a CallInfo.
  def explain(error)
    puts "failed: #{code_name(error)}: #{error.details}"
    error.to_rpc_status.details.each do |packed|
      # unpack gives nil for what is of another kind.
      DETAILS.each { |kind| explain_detail(packed.unpack(kind)) }
    end
  end

  def explain_detail(detail)
    case detail
    when Google::Rpc::ErrorInfo then puts "  reason   #{detail.reason} of #{detail.domain}"
    when Google::Rpc::RetryInfo then puts format('  retry in %g s', detail.retry_delay.to_f)
    when CallInfo then explain_call(detail)
    end
  end

  def explain_call(call)
    puts "  caller   #{call.caller_id}, run #{call.run_id}, uid #{call.uid}"
    puts "  ended in #{call.phase} of lane #{call.lane}"
    call.attempts.each do |attempt|
      puts "  attempt  #{attempt.target}: #{attempt.reason} #{attempt.message}"
    end
  end

  # RESOURCE_EXHAUSTED for 8, as every language writes it.
  def code_name(error)
    codes = GRPC::Core::StatusCodes
    error && codes.constants.find { |name| codes.const_get(name) == error.code }
  end
end

$stdout.sync = true
sidecar = Sidecar.new(ARGV.fetch(0))
puts "generate: #{sidecar.generate('builtin/echo', 'Hello from a sidecar.', 60)}"
sidecar.stream('builtin/echo', ' tokens arrive one by one')
puts "cancelled: #{sidecar.code_name(sidecar.cancelled)}"
late = sidecar.failure { sidecar.generate('builtin/echo?fail=hang', 'Is anybody there?', 0.5) }
puts "deadline: #{sidecar.code_name(late)}"
limited = 'builtin/echo?fail=rate_limited&retry_after=2s'
sidecar.explain(sidecar.failure { sidecar.generate(limited, 'Hello?', 10) })
