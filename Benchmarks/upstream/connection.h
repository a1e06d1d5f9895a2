// One connection of the upstream: requests in, answers out, one after the other.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

using Clock = std::chrono::steady_clock;

// What is said, ready to be written.
struct Script {
  int chunks;
  // In turns: gateways take a model that only repeats itself for broken.
  std::string pair[2];
  std::string last, answer;

  Script(int chunks, const std::string& one, const std::string& other, const std::string& whole)
      : chunks(chunks),
        pair{Framed(Event("{\"content\":\"" + one + "\"}", "null")),
             Framed(Event("{\"content\":\"" + other + "\"}", "null"))} {
    last = Framed(Event("{}", "\"stop\"")) + Framed("data: [DONE]\n\n") + "0\r\n\r\n";
    const std::string body =
        "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,"
        "\"model\":\"bench\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        "\"content\":\"" + whole + "\"},\"finish_reason\":\"stop\"}],\"usage\":"
        "{\"prompt_tokens\":3,\"completion_tokens\":3,\"total_tokens\":6}}";
    answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  static std::string Event(const std::string& delta, const std::string& reason) {
    return "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
           "\"created\":1700000000,\"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":" +
           delta + ",\"finish_reason\":" + reason + "}]}\n\n";
  }

  static std::string Framed(const std::string& event) {
    char length[16];
    std::snprintf(length, sizeof(length), "%zx\r\n", event.size());
    return length + event + "\r\n";
  }
};

class Connection {
 public:
  Connection(int socket, const Script* script) : socket_(socket), script_(script) {}
  Connection(const Connection&) = delete;
  ~Connection() { close(socket_); }

  bool Speaks() const { return left_ > 0; }

  // When its next chunk is to be said; never while an earlier one is not written yet.
  Clock::time_point Due(Clock::time_point now) const {
    if (!out_.empty()) return Clock::time_point::max();
    return pace_.count() > 0 ? due_ : now;
  }

  // Reads what came and writes what waits; false at the end.
  bool Take() {
    char buffer[16384];
    while (true) {
      const long length = recv(socket_, buffer, sizeof(buffer), 0);
      if (length > 0) {
        in_.append(buffer, static_cast<size_t>(length));
      } else if (length == 0 || errno != EAGAIN) {
        return false;
      } else {
        break;
      }
    }
    Write("");
    while (!Speaks() && TakeRequest()) {
    }
    return true;
  }

  void Say(Clock::time_point now) {
    const auto& chunk = script_->pair[(script_->chunks - left_) % 2];
    left_--;
    // By the plan, so that one that is late catches up; but no two at once.
    due_ = std::max(due_, now - std::chrono::milliseconds(20)) + pace_;
    Write(chunk);
    if (left_ == 0 && !silent_) Write(script_->last);
  }

 private:
  bool TakeRequest() {
    const auto head = in_.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const auto end = head + 4 + BodyLength(std::string_view(in_).substr(0, head));
    if (in_.size() < end) return false;
    Answer(std::string_view(in_).substr(head, end - head));
    in_.erase(0, end);
    return true;
  }

  static size_t BodyLength(std::string_view head) {
    constexpr std::string_view name = "\r\ncontent-length:";
    const auto found = std::search(head.begin(), head.end(), name.begin(), name.end(),
                                   [](char a, char b) { return std::tolower(a) == b; });
    return found == head.end() ? 0 : std::strtoul(&*found + name.size(), nullptr, 10);
  }

  static std::chrono::milliseconds Pace(std::string_view body) {
    if (body.find("\"paced\"") != body.npos) return std::chrono::milliseconds(1);
    return std::chrono::milliseconds(body.find("\"slow\"") != body.npos ? 20 : 0);
  }

  void Answer(std::string_view body) {
    if (body.find("\"stream\":true") == body.npos && body.find("\"stream\": true") == body.npos) {
      Write(script_->answer);
      return;
    }
    silent_ = body.find("silent\"") != body.npos;
    pace_ = Pace(body);
    left_ = silent_ ? 1 : script_->chunks;
    due_ = Clock::now();
    Write(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
  }

  // What cannot be written now waits, and is written first when it can.
  void Write(std::string_view bytes) {
    if (!out_.empty()) {
      out_.append(bytes);
      bytes = out_;
    }
    if (bytes.empty()) return;
    const long written = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const auto done = static_cast<size_t>(std::max(written, 0L));
    if (out_.empty()) {
      out_.assign(bytes.substr(done));
    } else {
      out_.erase(0, done);
    }
  }

  const int socket_;
  const Script* const script_;
  std::string in_, out_;
  int left_ = 0;
  bool silent_ = false;
  // Between chunks; nothing for as fast as they are read.
  std::chrono::milliseconds pace_{0};
  Clock::time_point due_;
};
