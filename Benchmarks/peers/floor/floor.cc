// What the socket alone costs: frames of 64 bytes, said back as they are. No protocol, no message.
//
// usage: floor serve SOCKET
//        floor load SOCKET FRAMES     4 connections with 32 frames in flight each
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr long kFrameBytes = 64;
constexpr long kInFlight = 32;
constexpr int kConnections = 4;
using Buffer = std::array<char, kFrameBytes * kInFlight>;

[[noreturn]] void Fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_un Address(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
  return address;
}

void WriteAll(int socket, const char* bytes, long length) {
  while (length > 0) {
    const long written = write(socket, bytes, length);
    if (written < 0) Fail("write");
    bytes += written;
    length -= written;
  }
}

void Watch(int poll, int socket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket;
  if (epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) < 0) Fail("epoll_ctl");
}

int Serve(const char* path) {
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  auto address = Address(path);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) < 0) Fail("bind");
  if (listen(listener, 16) < 0) Fail("listen");
  const int poll = epoll_create1(0);
  Watch(poll, listener);
  std::array<epoll_event, 16> events;
  Buffer buffer;
  while (true) {
    const int count = epoll_wait(poll, events.data(), events.size(), -1);
    for (int number = 0; number < count; number++) {
      const int socket = events[number].data.fd;
      if (socket == listener) {
        Watch(poll, accept(listener, nullptr, nullptr));
        continue;
      }
      const long length = read(socket, buffer.data(), buffer.size());
      if (length <= 0) {
        close(socket);
      } else {
        WriteAll(socket, buffer.data(), length);
      }
    }
  }
}

// Sends frames and takes them back; a new one for each that came.
int Load(const char* path, long frames) {
  const int poll = epoll_create1(0);
  const auto address = Address(path);
  const Buffer frame{};
  const auto began = std::chrono::steady_clock::now();
  long left = frames * kFrameBytes, wanted = left;
  for (int number = 0; number < kConnections; number++) {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) {
      Fail("connect");
    }
    Watch(poll, socket);
    WriteAll(socket, frame.data(), frame.size());
    left -= static_cast<long>(frame.size());
  }
  std::array<epoll_event, 16> events;
  Buffer buffer;
  while (wanted > 0) {
    const int count = epoll_wait(poll, events.data(), events.size(), -1);
    for (int number = 0; number < count; number++) {
      const int socket = events[number].data.fd;
      const long length = read(socket, buffer.data(), buffer.size());
      if (length <= 0) Fail("read");
      wanted -= length;
      const long more = std::min(length, std::max(left, 0L));
      WriteAll(socket, frame.data(), more);
      left -= more;
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("{\"calls\": %ld, \"seconds\": %f}\n", frames, took.count());
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count == 3 && std::string(words[1]) == "serve") return Serve(words[2]);
  if (count == 4 && std::string(words[1]) == "load") return Load(words[2], std::atol(words[3]));
  std::fprintf(stderr, "usage: floor serve SOCKET | floor load SOCKET FRAMES\n");
  return 2;
}
