// The model provider that gateways are measured in front of: OpenAI's Chat Completions over
// HTTP/1.1, on one thread and fast enough not to be what is measured. A stream is CHUNKS chunks,
// ONE and OTHER in turns, one write and one HTTP chunk each, in turns with the other streams. The
// model says how:
//
//   unpaced    as fast as it is read
//   paced      one chunk a millisecond
//   slow       one chunk in twenty milliseconds
//   silent     one chunk, and then nothing for as long as the client stays
//
// A request that asks for no stream is answered with TEXT.
//
// usage: upstream PORT CHUNKS ONE OTHER TEXT
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "connection.h"

namespace {

[[noreturn]] void Fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int Listen(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) < 0) Fail("bind");
  if (listen(listener, 4096) < 0) Fail("listen");
  return listener;
}

class Upstream {
 public:
  Upstream(int port, Script script)
      : script_(std::move(script)), listener_(Listen(port)), poll_(epoll_create1(0)) {
    Watch(listener_, EPOLLIN);
  }

  void Run() {
    std::vector<epoll_event> events(256);
    while (true) {
      const auto wait = Wait();
      const int count = epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()),
                                     wait ? &*wait : nullptr, nullptr);
      for (int number = 0; number < count; number++) Take(events[number]);
      Speak();
    }
  }

 private:
  void Watch(int socket, uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = socket;
    if (epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event) < 0) Fail("epoll_ctl");
  }

  // Until the next chunk of any stream is due; nothing where none speaks.
  std::optional<timespec> Wait() const {
    if (speaking_.empty()) return std::nullopt;
    const auto now = Clock::now();
    auto soonest = Clock::time_point::max();
    for (const auto* connection : speaking_) soonest = std::min(soonest, connection->Due(now));
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(soonest - now).count();
    return timespec{0, std::max<long>(0, std::min<long>(left, 100'000'000))};
  }

  void Take(const epoll_event& event) {
    const int socket = event.data.fd;
    if (socket == listener_) {
      Accept();
      return;
    }
    auto& connection = connections_[socket];
    if (!connection) return;
    const bool spoke = connection->Speaks();
    if (!connection->Take()) {
      if (spoke) Forget(connection.get());
      connection.reset();
    } else if (!spoke && connection->Speaks()) {
      speaking_.push_back(connection.get());
    }
  }

  void Accept() {
    while (true) {
      const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (socket < 0) return;
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      if (connections_.size() <= static_cast<size_t>(socket)) connections_.resize(socket + 1);
      connections_[socket] = std::make_unique<Connection>(socket, &script_);
      Watch(socket, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    }
  }

  // One chunk of every stream whose turn has come.
  void Speak() {
    const auto now = Clock::now();
    for (size_t place = 0; place < speaking_.size();) {
      auto* connection = speaking_[place];
      if (connection->Due(now) <= now) connection->Say(now);
      if (connection->Speaks()) {
        place++;
      } else {
        speaking_[place] = speaking_.back();
        speaking_.pop_back();
      }
    }
  }

  void Forget(const Connection* connection) {
    for (auto& other : speaking_) {
      if (other != connection) continue;
      other = speaking_.back();
      speaking_.pop_back();
      return;
    }
  }

  const Script script_;
  const int listener_;
  const int poll_;
  // By descriptor.
  std::vector<std::unique_ptr<Connection>> connections_;
  // Those with chunks left to say.
  std::vector<Connection*> speaking_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 6) {
    std::fprintf(stderr, "usage: upstream PORT CHUNKS ONE OTHER TEXT\n");
    return 2;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  Upstream(std::atoi(words[1]), Script(std::atoi(words[2]), words[3], words[4], words[5])).Run();
}
