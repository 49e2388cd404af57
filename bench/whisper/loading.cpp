// SPDX-License-Identifier: Apache-2.0
// How long the Whisper app takes to load a model, beside the mere reading of its weights:
//
//     whisper_loading FOLDER [ROUNDS] [--cold]
//
// FOLDER has a model.bin. All take turns in one process; medians, without the first round, in
// milliseconds. With --cold the system is asked to drop the files from memory before each.
#include "app/recognizer.hpp"
#include "model/model_file.hpp"
#include "model/model_identity.hpp"
#include "net/torch_network.hpp"
#include "text/tokenizer.hpp"
#include <clams/util/error.hpp>
#include <clams/util/scope_exit.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Milliseconds {
  double wall = 0;
  double processor = 0;  // of all threads
};

struct Contestant {
  std::string name;
  std::function<void()> work;
  std::vector<Milliseconds> taken = {};
};

double processor_now() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

Milliseconds measure(const std::function<void()>& work) {
  const double processor = processor_now();
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
  return {wall.count(), processor_now() - processor};
}

double median(const std::vector<Milliseconds>& taken, double Milliseconds::*of) {
  std::vector<double> values;
  values.reserve(taken.size());
  for (const auto& one : taken) values.push_back(one.*of);
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

int open_to_read(const fs::path& file) {
  const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) throw clams::Error{clams::ErrorCode::not_found, "cannot open " + file.string()};
  return opened;
}

/// As `cat` does it with a small buffer, or, with one of the file's size, into memory.
void read_through(const fs::path& file, std::size_t buffer_size) {
  const int opened = open_to_read(file);
  const clams::ScopeExit closing{[opened] { ::close(opened); }};
  const auto buffer = std::make_unique_for_overwrite<char[]>(buffer_size);
  std::size_t filled = 0;
  while (true) {
    if (filled == buffer_size) filled = 0;
    const auto count = ::read(opened, buffer.get() + filled, buffer_size - filled);
    if (count < 0) throw clams::Error{clams::ErrorCode::io, "cannot read " + file.string()};
    if (count == 0) return;
    filled += static_cast<std::size_t>(count);
  }
}

void drop_from_memory(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (!entry.is_regular_file()) continue;
    const int opened = open_to_read(entry.path());
    (void)::posix_fadvise(opened, 0, 0, POSIX_FADV_DONTNEED);
    ::close(opened);
  }
}

void load(const fs::path& folder, whisper::ComputeType type) {
  const whisper::NetworkOptions options{.compute_type = type};
  const whisper::Recognizer loaded{whisper::open_model(folder), options, nullptr};
}

std::vector<Contestant> contestants(const fs::path& folder) {
  const fs::path weights = folder / "model.bin";
  constexpr std::size_t kPiece = std::size_t{128} << 10U;
  std::vector<Contestant> all{
      {"read in pieces of 128 KiB", [=] { read_through(weights, kPiece); }},
      {"read into new memory", [=] { read_through(weights, fs::file_size(weights)); }},
      {"SHA-256", [=] { (void)whisper::file_sha256(weights); }},
      {"open: map and check, vocabulary", [=] { (void)whisper::open_model(folder); }}};
  const auto model = std::make_shared<whisper::ModelFile>(whisper::open_model(folder));
  all.push_back({"tokenizer", [model] {
                   const whisper::Tokenizer tokenizer{model->vocabulary, model->dimensions};
                 }});
  const auto best = whisper::best_compute_type(std::nullopt);
  for (const auto type : {best, whisper::ComputeType::bfloat16, whisper::ComputeType::float32}) {
    const std::string name{whisper::compute_type_name(type)};
    all.push_back(
        {"load as " + name + (type == best ? " (auto)" : ""), [=] { load(folder, type); }});
  }
  return all;
}

int run(const std::vector<std::string>& arguments) {
  const bool cold = arguments.size() > 1 && arguments.back() == "--cold";
  const bool has_rounds = arguments.size() > (cold ? 2U : 1U);
  if (arguments.empty() || arguments.size() > 3) {
    std::cerr << "whisper_loading FOLDER [ROUNDS] [--cold]\n";
    return 2;
  }
  const int rounds = has_rounds ? std::max(1, std::atoi(arguments[1].c_str())) : 9;
  auto all = contestants(arguments.front());
  for (int round = 0; round <= rounds; ++round) {
    for (auto& one : all) {
      if (cold) drop_from_memory(arguments.front());
      const auto taken = measure(one.work);
      if (round > 0) one.taken.push_back(taken);
    }
  }
  std::cout << fmt::format("{:34} {:>9} {:>9}\n", "", "wall", "processor");
  for (const auto& one : all) {
    std::cout << fmt::format("{:34} {:9.1f} {:9.1f}\n", one.name,
                             median(one.taken, &Milliseconds::wall),
                             median(one.taken, &Milliseconds::processor));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "whisper_loading: " << error.what() << '\n';
    return 1;
  }
}
