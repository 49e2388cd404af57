// SPDX-License-Identifier: Apache-2.0
#include "model/http_download.hpp"

#include <clams/util/error.hpp>

#ifdef WHISPER_HAS_CURL
#include <clams/util/scope_exit.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <curl/curl.h>
#include <fcntl.h>
#include <memory>
#include <string_view>
#include <system_error>
#include <unistd.h>
#endif

namespace whisper {

#ifdef WHISPER_HAS_CURL

namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

clams::Error failure(const std::string& what) { return {clams::ErrorCode::io, what}; }

template <typename Value>
void set(const Curl& curl, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(curl.get(), option, value);
  if (code != CURLE_OK)
    throw failure(fmt::format("curl_easy_setopt: {}", curl_easy_strerror(code)));
}

Curl make_curl(const std::string& url) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  Curl curl{ready == CURLE_OK ? curl_easy_init() : nullptr, &curl_easy_cleanup};
  if (!curl) throw failure("libcurl cannot be started");
  // Never from https back to http: the hash, too, comes from the server.
  const char* const protocols = url.starts_with("https:") ? "https" : "http,https";
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, protocols);
  set(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
  set(curl, CURLOPT_FOLLOWLOCATION, 1L);
  set(curl, CURLOPT_MAXREDIRS, 10L);
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_CONNECTTIMEOUT, 30L);
  set(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);  // a connection that brings nothing for a minute is dead
  set(curl, CURLOPT_LOW_SPEED_TIME, 60L);
  set(curl, CURLOPT_USERAGENT, "clams-whisper");
  return curl;
}

long status_of(const Curl& curl) {
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

std::optional<std::string> header(const Curl& curl, const char* name) {
  curl_header* found = nullptr;
  // The first answer that has it: Hugging Face describes a file in the one that redirects.
  const int requests = 32;
  for (int request = 0; request < requests; ++request) {
    if (curl_easy_header(curl.get(), name, 0, CURLH_HEADER, request, &found) == CURLHE_OK) {
      return found->value;
    }
  }
  return std::nullopt;
}

// `"9f86d0..."`, perhaps with W/ before it; a git hash has 40 digits and is not of the content.
std::optional<std::string> sha256_of_tag(std::string tag) {
  constexpr std::size_t kDigits = 64;
  std::erase(tag, '"');
  if (tag.starts_with("W/")) tag.erase(0, 2);
  const bool is_hex = std::ranges::all_of(
      tag, [](unsigned char c) { return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f'); });
  if (tag.size() != kDigits || !is_hex) return std::nullopt;
  return tag;
}

std::optional<std::uint64_t> number_of(const std::optional<std::string>& text) {
  std::uint64_t number = 0;
  if (!text) return std::nullopt;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), number);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return number;
}

/// The file that a download adds to.
class Part {
 public:
  explicit Part(const Download& job)
      : job_(job),
        file_(::open(job.part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)) {
    if (file_ < 0) throw system_failure("open");
    const auto end = ::lseek(file_, 0, SEEK_END);
    if (end < 0) {
      ::close(file_);
      throw system_failure("lseek");
    }
    begin_ = done_ = static_cast<std::uint64_t>(end);
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  Part(Part&&) = delete;
  Part& operator=(Part&&) = delete;
  ~Part() { ::close(file_); }

  [[nodiscard]] std::uint64_t begin() const noexcept { return begin_; }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

  /// Whether the bytes that come now are stored; those of an error page are not.
  bool write(std::string_view bytes, long status) {
    constexpr long kWhole = 200;
    constexpr long kRest = 206;
    if (status != kWhole && status != kRest) return true;
    if (status == kWhole && begin_ != 0 && !restart()) return false;
    while (!bytes.empty()) {
      const auto written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return note_problem("write");
      bytes.remove_prefix(static_cast<std::size_t>(written));
      done_ += static_cast<std::uint64_t>(written);
    }
    return true;
  }

  [[nodiscard]] bool go_on() {
    stopped_ = stopped_ || (job_.go_on && !job_.go_on(done_));
    return !stopped_;
  }

  void sync() {
    if (::fsync(file_) != 0) throw system_failure("fsync");
  }

 private:
  [[nodiscard]] clams::Error system_failure(std::string_view call) const {
    return failure(
        fmt::format("{} {}: {}", call, job_.part.string(), std::generic_category().message(errno)));
  }

  bool note_problem(std::string_view call) {
    problem_ = system_failure(call).what();
    return false;
  }

  // The server began anew.
  bool restart() {
    if (::ftruncate(file_, 0) != 0 || ::lseek(file_, 0, SEEK_SET) != 0) {
      return note_problem("ftruncate");
    }
    begin_ = done_ = 0;
    return true;
  }

  const Download& job_;
  int file_;
  std::uint64_t begin_ = 0;  // what was there before
  std::uint64_t done_ = 0;
  std::string problem_;  // of the disk; empty: none
  bool stopped_ = false;
};

struct Transfer {
  const Curl& curl;
  Part& part;
};

// libcurl is C: nothing may be thrown through it.
std::size_t on_bytes(const char* bytes, std::size_t, std::size_t count, void* user) noexcept {
  const auto& transfer = *static_cast<Transfer*>(user);
  return transfer.part.write({bytes, count}, status_of(transfer.curl)) ? count : 0;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  return static_cast<Transfer*>(user)->part.go_on() ? 0 : 1;
}

}  // namespace

bool can_download() noexcept { return true; }

RemoteFile ask_about(const std::string& url) {
  const Curl curl = make_curl(url);
  set(curl, CURLOPT_NOBODY, 1L);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) throw failure(fmt::format("{}: {}", url, curl_easy_strerror(code)));
  RemoteFile file{.status = status_of(curl)};
  file.size = number_of(header(curl, "X-Linked-Size"));
  curl_off_t length = -1;  // of the last answer: those before it are redirections
  curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (!file.size && length >= 0) file.size = static_cast<std::uint64_t>(length);
  for (const auto* name : {"X-Linked-Etag", "ETag"}) {
    const auto tag = header(curl, name);
    if (tag && !file.sha256) file.sha256 = sha256_of_tag(*tag);
  }
  file.commit = header(curl, "X-Repo-Commit");
  return file;
}

void download(const Download& job) {
  constexpr long kFirstError = 400;
  const Curl curl = make_curl(job.url);
  Part part{job};
  Transfer transfer{curl, part};
  const std::string range = fmt::format("{}-", part.begin());
  if (part.begin() != 0) set(curl, CURLOPT_RANGE, range.c_str());
  set(curl, CURLOPT_WRITEFUNCTION, &on_bytes);
  set(curl, CURLOPT_WRITEDATA, &transfer);
  set(curl, CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(curl, CURLOPT_XFERINFODATA, &transfer);
  set(curl, CURLOPT_NOPROGRESS, 0L);
  const CURLcode code = curl_easy_perform(curl.get());
  if (part.stopped()) throw clams::Error{clams::ErrorCode::cancelled, job.url + ": stopped"};
  if (!part.problem().empty()) throw failure(part.problem());
  if (code != CURLE_OK) throw failure(fmt::format("{}: {}", job.url, curl_easy_strerror(code)));
  const long status = status_of(curl);
  if (status >= kFirstError) throw failure(fmt::format("{}: HTTP status {}", job.url, status));
  part.sync();
}

#else

namespace {

clams::Error cannot() {
  return {clams::ErrorCode::unavailable,
          "this program was built without libcurl: it cannot download"};
}

}  // namespace

bool can_download() noexcept { return false; }

RemoteFile ask_about(const std::string&) { throw cannot(); }

void download(const Download&) { throw cannot(); }

#endif

}  // namespace whisper
