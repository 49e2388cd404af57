// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/git_describe.hpp>
#include <clams/util/config.hpp>
#include <clams/util/scope_exit.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace clams::detail {

inline constexpr std::chrono::milliseconds kGitPatience{10'000};

/// Starts git with its standard output on `output`; nothing if it cannot be started.
CLAMS_INLINE std::optional<pid_t> start_git_describe(const std::filesystem::path& git,
                                                     const std::filesystem::path& folder,
                                                     int output) {
  posix_spawn_file_actions_t actions;
  if (::posix_spawn_file_actions_init(&actions) != 0) return std::nullopt;
  const ScopeExit destroy{[&] { ::posix_spawn_file_actions_destroy(&actions); }};
  bool ready = ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0;
  for (const int unused : {STDIN_FILENO, STDERR_FILENO}) {
    ready =
        ready && ::posix_spawn_file_actions_addopen(&actions, unused, "/dev/null", O_RDWR, 0) == 0;
  }
  if (!ready) return std::nullopt;

  std::array<std::string, 6> words{git.string(), "-C",     folder.string(),
                                   "describe",   "--tags", "--always"};
  std::array<char*, 7> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  pid_t child = 0;
  const int failed =
      ::posix_spawn(&child, git.c_str(), &actions, nullptr, arguments.data(), ::environ);
  return failed == 0 ? std::optional{child} : std::nullopt;
}

/// Everything that comes through a pipe until its other end closes; nothing if that takes too long.
CLAMS_INLINE std::optional<std::string> read_until_closed(int pipe,
                                                          std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::string text;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd waiting{.fd = pipe, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
      if (errno == EINTR) continue;
      return std::nullopt;
    }
    std::array<char, 256> buffer{};
    const ssize_t count = ::read(pipe, buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count < 0 && errno != EINTR) return std::nullopt;
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

/// Waits for a child; whether it ended well.
CLAMS_INLINE bool has_succeeded(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

CLAMS_INLINE std::string git_describe(const std::filesystem::path& git,
                                      const std::filesystem::path& folder) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
  const ScopeExit close_reader{[&] { ::close(pipe[0]); }};
  const auto child = start_git_describe(git, folder, pipe[1]);
  ::close(pipe[1]);
  if (!child) return {};

  auto answer = read_until_closed(pipe[0], kGitPatience);
  if (!answer) ::kill(*child, SIGKILL);
  if (!has_succeeded(*child) || !answer) return {};
  while (!answer->empty() && (answer->back() == '\n' || answer->back() == ' ')) answer->pop_back();
  return *answer;
}

}  // namespace clams::detail
