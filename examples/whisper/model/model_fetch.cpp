// SPDX-License-Identifier: Apache-2.0
#include "model/model_fetch.hpp"

#include "model/http_download.hpp"
#include "model/lock_file.hpp"
#include "model/model_catalogue.hpp"
#include "model/model_finder.hpp"
#include "model/model_identity.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <fmt/format.h>

#include <array>
#include <system_error>
#include <thread>

namespace whisper {

namespace fs = std::filesystem;

namespace {

enum class Need { required, if_there };

struct WantedFile {
  const char* name;
  Need need;
};

// The weights last: what is small and wrong is found out first.
constexpr std::array kWanted{
    WantedFile{"config.json", Need::required},
    WantedFile{"vocabulary.txt", Need::if_there},
    WantedFile{"vocabulary.json", Need::if_there},
    WantedFile{"tokenizer.json", Need::if_there},
    WantedFile{"preprocessor_config.json", Need::if_there},
    WantedFile{"model.bin", Need::required},
};

std::uint64_t size_of(const fs::path& file) {
  std::error_code ignored;  // what is not there has nothing in it
  const auto size = fs::file_size(file, ignored);
  return ignored ? 0 : size;
}

/// One fetch of one repository into one folder.
class Fetch {
 public:
  Fetch(std::string repository, fs::path folder, const FetchOptions& options)
      : repository_(std::move(repository)), folder_(std::move(folder)), options_(options) {
    endpoint_ = options.environment.get_or("HF_ENDPOINT", "https://huggingface.co");
    while (endpoint_.ends_with('/')) endpoint_.pop_back();
  }

  void file(const WantedFile& wanted);

 private:
  void bring(const WantedFile& wanted, const std::string& url, const RemoteFile& remote);
  void bring_once(const WantedFile& wanted, const std::string& url, const RemoteFile& remote);
  void check_room(const RemoteFile& remote, std::uint64_t have) const;
  [[nodiscard]] RemoteFile ask(const std::string& url) const;
  [[nodiscard]] bool is_whole(const fs::path& part, const RemoteFile& remote) const;
  template <typename Action>
  void repeatedly(Action action) const;

  std::string repository_;
  fs::path folder_;
  const FetchOptions& options_;
  std::string endpoint_;
  std::string revision_ = "main";  // later the commit that this was, so that all files are of one
};

template <typename Action>
void Fetch::repeatedly(Action action) const {
  for (int attempt = 1;; ++attempt) {
    try {
      action();
      return;
    } catch (const clams::Error& error) {
      if (error.code() != clams::ErrorCode::io || attempt >= options_.attempts) throw;
    }
    std::this_thread::sleep_for(options_.pause);
  }
}

RemoteFile Fetch::ask(const std::string& url) const {
  constexpr long kServerFault = 500;
  RemoteFile remote;
  repeatedly([&] {
    remote = ask_about(url);
    if (remote.status >= kServerFault) {
      throw clams::Error{clams::ErrorCode::io,
                         fmt::format("{}: HTTP status {}", url, remote.status)};
    }
  });
  return remote;
}

void Fetch::file(const WantedFile& wanted) {
  constexpr long kOk = 200;
  const auto url =
      fmt::format("{}/{}/resolve/{}/{}", endpoint_, repository_, revision_, wanted.name);
  const RemoteFile remote = ask(url);
  if (remote.commit && revision_ == "main") revision_ = *remote.commit;
  if (remote.status == kOk) {
    bring(wanted, url, remote);
  } else if (wanted.need == Need::required) {
    throw clams::Error{
        clams::ErrorCode::not_found,
        fmt::format("{}: the server answers with HTTP status {}", url, remote.status)};
  }
}

bool Fetch::is_whole(const fs::path& part, const RemoteFile& remote) const {
  return remote.size && size_of(part) == *remote.size;
}

void Fetch::bring(const WantedFile& wanted, const std::string& url, const RemoteFile& remote) {
  const fs::path part = folder_ / (std::string{wanted.name} + ".part");
  const fs::path whole = folder_ / wanted.name;
  const bool is_here = remote.sha256 && size_of(whole) != 0 && file_sha256(whole) == *remote.sha256;
  if (is_here) return;  // from a fetch that was interrupted at its very end
  const bool resumed = size_of(part) != 0;
  bring_once(wanted, url, remote);
  if (resumed && remote.sha256 && file_sha256(part) != *remote.sha256) {
    clams::real_file_ops().remove(
        part);  // the beginning was of another file: once more, from there
    bring_once(wanted, url, remote);
  }
  if (remote.sha256) {
    const std::string sha256 = file_sha256(part);
    if (sha256 != *remote.sha256) {
      clams::real_file_ops().remove(part);
      throw clams::Error{
          clams::ErrorCode::invalid_input,
          fmt::format("{}: what came has the SHA-256 {} instead of {}; it was removed", url, sha256,
                      *remote.sha256)};
    }
  }
  clams::real_file_ops().rename(part, whole);
}

void Fetch::bring_once(const WantedFile& wanted, const std::string& url, const RemoteFile& remote) {
  const fs::path part = folder_ / (std::string{wanted.name} + ".part");
  // Without a hash nobody would notice that the beginning was of another file.
  if (!remote.sha256 || (remote.size && size_of(part) > *remote.size))
    clams::real_file_ops().remove(part);
  check_room(remote, size_of(part));
  Download job{.url = url, .part = part};
  job.go_on = [&](std::uint64_t done) {
    return !options_.on_progress ||
           options_.on_progress({wanted.name, done, remote.size.value_or(0)});
  };
  repeatedly([&] {
    if (is_whole(part, remote) && *remote.size != 0) return;
    download(job);
    if (remote.size && !is_whole(part, remote)) {
      throw clams::Error{clams::ErrorCode::io, fmt::format("{}: {} bytes came instead of {}", url,
                                                           size_of(part), *remote.size)};
    }
  });
}

void Fetch::check_room(const RemoteFile& remote, std::uint64_t have) const {
  std::error_code ignored;  // if nobody knows, the disk will tell
  const auto space = fs::space(folder_, ignored);
  if (ignored || !remote.size || *remote.size <= have || *remote.size - have <= space.available)
    return;
  throw clams::Error{clams::ErrorCode::io,
                     fmt::format("{}: {} bytes are to come, but only {} are free on this disk",
                                 folder_.string(), *remote.size - have, space.available)};
}

}  // namespace

fs::path fetch_model(std::string_view name, const FetchOptions& options) {
  const CataloguedModel* const model = find_in_catalogue(name);
  if (model == nullptr) {
    throw clams::Error{clams::ErrorCode::not_found,
                       fmt::format("there is no model {} to fetch{}; these are: {}", name,
                                   nearest_model(name), catalogue_names())};
  }
  fs::path target = options.folder / model->name;
  if (holds_model(target)) return target;
  auto& files = clams::real_file_ops();
  const fs::path incoming = options.folder / fmt::format(".{}.fetch", model->name);
  files.create_directories(incoming);
  const LockFile lock{options.folder / fmt::format(".{}.fetch.lock", model->name),
                      fmt::format("the model {} is being fetched", model->name)};
  if (holds_model(target)) return target;  // by the one that had the lock
  Fetch fetch{std::string{model->ct2}, incoming, options};
  for (const auto& wanted : kWanted) fetch.file(wanted);
  files.sync_directory(incoming);
  files.rename(incoming, target);
  files.sync_directory(options.folder);
  return target;
}

}  // namespace whisper
