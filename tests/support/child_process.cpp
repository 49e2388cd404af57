// SPDX-License-Identifier: Apache-2.0
#include "support/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <iostream>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace clams::testing {

namespace {

constexpr int kPatienceMs = 10000;

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe"};
  return ends;
}

/// A pipe that holds `text` and then ends; the text must fit its buffer.
int pipe_with(const std::string& text) {
  const auto ends = make_pipe();
  if (::write(ends[1], text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error{"the input is too long for a pipe"};
  }
  ::close(ends[1]);
  return ends[0];
}

bool append_from(int file, std::string& text) {
  std::array<char, 4096> bytes;
  const ssize_t count = ::read(file, bytes.data(), bytes.size());
  if (count > 0) text.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace

ChildProcess::ChildProcess(const std::function<int()>& body, const std::string& input,
                           const std::vector<std::string>& variables) {
  const int in = pipe_with(input);
  const auto out = make_pipe();
  const auto err = make_pipe();
  std::cout.flush();
  std::fflush(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(in, STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    for (const std::string& variable : variables) {
      const auto equals = variable.find('=');
      ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
    }
    const int code = body();
    std::cout.flush();
    std::fflush(nullptr);
    ::_exit(code);
  }
  ::close(in);
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0];
  err_ = err[0];
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) ::close(out_);
  if (err_ >= 0) ::close(err_);
}

void ChildProcess::signal(int number) const { ::kill(pid_, number); }

/// Reads from the streams that have something; false when both have ended.
bool ChildProcess::read_some() {
  std::array<pollfd, 2> files{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  if (::poll(files.data(), files.size(), kPatienceMs) <= 0) {
    throw std::runtime_error{"the process says nothing; so far: " + ended_.err};
  }
  for (auto& [file, text] : {std::pair<int&, std::string&>{out_, ended_.out},
                             std::pair<int&, std::string&>{err_, ended_.err}}) {
    const auto ready = file == files[0].fd ? files[0].revents : files[1].revents;
    if (file < 0 || ready == 0 || append_from(file, text)) continue;
    ::close(file);
    file = -1;
  }
  return out_ >= 0 || err_ >= 0;
}

std::string ChildProcess::wait_for_stderr(const std::string& text) {
  while (ended_.err.find(text) == std::string::npos) {
    if (!read_some()) throw std::runtime_error{"the process ended and said: " + ended_.err};
  }
  return ended_.err;
}

Ended ChildProcess::wait() {
  while (read_some()) {
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  ended_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended_;
}

}  // namespace clams::testing
