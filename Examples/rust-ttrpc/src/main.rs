//! Calls models through Laneway over ttrpc with a stock client: a whole answer, a failed call that
//! says what happened to it, and a deadline.

mod contract {
    #![allow(warnings)]
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}

use contract::call_info::CallInfo;
use contract::laneway::{GenerateRequest, GenerateResponse, Message, Part, Role, TextPart};
use protobuf::Message as _;
use std::collections::HashMap;
use std::os::unix::io::IntoRawFd;
use std::os::unix::net::UnixStream;
use ttrpc::{Client, Code, Error, Request, Status};

type Checked = Result<(), String>;

fn main() {
    let socket = std::env::args()
        .nth(1)
        .unwrap_or("/run/laneway/laneway.sock".into());
    // The client's own `connect` knows abstract names only.
    let connection = UnixStream::connect(&socket).expect("no daemon listens there");
    let client = Client::new(connection.into_raw_fd());
    for check in [generate, fail, run_out_of_time] {
        if let Err(problem) = check(&client) {
            eprintln!("{problem}");
            std::process::exit(1);
        }
    }
}

fn generate(client: &Client) -> Checked {
    let answer = call(client, "builtin/echo", "Hello from Rust.", 0)
        .map_err(|error| format!("the call failed: {error}"))?;
    println!("generate: {}", text(&answer));
    let caller = &answer.get_call().caller_id;
    ensure(
        text(&answer) == "Hello from Rust." && caller == "rust-ttrpc",
        &answer,
    )
}

fn fail(client: &Client) -> Checked {
    let model = "builtin/echo?fail=rate_limited&retry_after=2s";
    let status = match call(client, model, "hello", 0) {
        Err(Error::RpcStatus(status)) => status,
        other => return Err(format!("expected a status, got {other:?}")),
    };
    println!("failed: {:?}: {}", status.get_code(), status.get_message());
    ensure(status.get_code() == Code::RESOURCE_EXHAUSTED, &status)?;
    let info = call_info(&status).ok_or("the failed call carries no CallInfo")?;
    println!("  caller   {}, run {}", info.caller_id, info.run_id);
    println!("  ended in {:?} of lane {}", info.phase, info.lane);
    for attempt in &info.attempts {
        println!("  attempt  {}: {}", attempt.target, attempt.reason);
    }
    let first = info.attempts.first().map(|attempt| attempt.reason.as_str());
    ensure(
        info.caller_id == "rust-ttrpc" && first == Some("UPSTREAM_RATE_LIMITED"),
        &info,
    )
}

fn run_out_of_time(client: &Client) -> Checked {
    match call(client, "builtin/echo?first_chunk=10s", "hello", 300_000_000) {
        Err(Error::RpcStatus(status)) if status.get_code() == Code::DEADLINE_EXCEEDED => {}
        // The client's own clock may ring before the daemon's answer is here.
        Err(Error::Others(text)) if text.contains("timeout") => {}
        other => return Err(format!("expected the deadline to pass, got {other:?}")),
    }
    println!("deadline: passed");
    Ok(())
}

fn call(
    client: &Client,
    model: &str,
    prompt: &str,
    timeout_nano: i64,
) -> ttrpc::Result<GenerateResponse> {
    let mut request = Request::new();
    request.set_service("laneway.v1.Laneway".into());
    request.set_method("Generate".into());
    request.set_timeout_nano(timeout_nano);
    request.set_metadata(ttrpc::context::to_pb(identified()));
    request.set_payload(generate_request(model, prompt).write_to_bytes().unwrap());
    let response = client.request(request)?;
    GenerateResponse::parse_from_bytes(&response.payload)
        .map_err(|error| Error::Others(error.to_string()))
}

/// Says whose the calls are, so that a failure names its owner.
fn identified() -> HashMap<String, Vec<String>> {
    HashMap::from([
        ("laneway-caller-id".into(), vec!["rust-ttrpc".into()]),
        ("laneway-run-id".into(), vec!["tour-1".into()]),
    ])
}

fn generate_request(model: &str, prompt: &str) -> GenerateRequest {
    let mut text = TextPart::new();
    text.set_text(prompt.into());
    let mut part = Part::new();
    part.set_text(text);
    let mut message = Message::new();
    message.set_role(Role::ROLE_USER);
    message.set_parts(vec![part].into());
    let mut request = GenerateRequest::new();
    request.set_model(model.into());
    request.set_messages(vec![message].into());
    request
}

fn text(answer: &GenerateResponse) -> String {
    let parts = answer.get_message().get_parts();
    parts
        .iter()
        .map(|part| part.get_text().get_text())
        .collect()
}

fn call_info(status: &Status) -> Option<CallInfo> {
    let mut details = status.get_details().iter();
    let detail = details.find(|one| one.get_type_url().ends_with("/laneway.v1.CallInfo"))?;
    CallInfo::parse_from_bytes(detail.get_value()).ok()
}

fn ensure(holds: bool, found: &impl std::fmt::Debug) -> Checked {
    if holds {
        Ok(())
    } else {
        Err(format!("unexpected: {found:?}"))
    }
}
