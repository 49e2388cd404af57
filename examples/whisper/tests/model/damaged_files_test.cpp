// SPDX-License-Identifier: Apache-2.0
// Files that are cut off, or in which bits have fallen over: an error that names the file, or a
// model; never a crash, and never more memory than the file's own size accounts for.
#include "model/ct2_file.hpp"
#include "model/ggml_file.hpp"
#include "model/openai_checkpoint.hpp"
#include "model/safetensors_file.hpp"
#include "model/support/checkpoint_writer.hpp"
#include "model/support/model_writers.hpp"
#include "model/support/sample_model.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <functional>
#include <random>
#include <string>

using namespace whisper;
using namespace whisper::testing;

namespace {

using Reader = std::function<void(std::span<const std::byte>)>;

struct Format {
  std::string name;
  std::string file;
  Reader read;
  std::size_t head;  // so many bytes at the start say most about the file...
  std::size_t tail;  // ...and so many at the end
};

void read_tensors(std::span<const std::byte> bytes) {
  TensorMap tensors;
  read_safetensors(bytes, "toy", tensors);
}

std::vector<Format> all_formats() {
  const auto toy = make_toy();
  return {{"CTranslate2", write_ct2(toy),
           [](auto bytes) { static_cast<void>(read_ct2(bytes, "toy")); }, 600, 1500},
          {"safetensors", write_safetensors(hugging_face_tensors(toy)), read_tensors, 3000, 0},
          {"OpenAI", write_checkpoint(toy),
           [](auto bytes) { static_cast<void>(read_openai_checkpoint(bytes, "toy")); }, 3000, 3000},
          {"ggml", write_ggml(toy), [](auto bytes) { static_cast<void>(read_ggml(bytes, "toy")); },
           200, 3000}};
}

/// Whether reading fails as it should: with an error that names the file.
bool is_refused(const Format& format, std::string_view file) {
  try {
    format.read(view(file));
  } catch (const clams::Error& error) {
    return error.code() == clams::ErrorCode::invalid_input &&
           std::string_view{error.what()}.starts_with("toy: ");
  }
  return false;
}

/// Whether reading ends in a model or such an error.
bool is_survived(const Format& format, std::string_view file) {
  try {
    format.read(view(file));
  } catch (const clams::Error& error) {
    return error.code() == clams::ErrorCode::invalid_input;
  }
  return true;
}

}  // namespace

TEST_CASE("a file that is cut off anywhere is refused", "[whisper]") {
  for (const auto& format : all_formats()) {
    INFO(format.name);
    const std::string_view file{format.file};
    std::minstd_rand random{1};
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < 60; ++i) {
      if (!is_refused(format, file.substr(0, i))) ++accepted;
      if (!is_refused(format, file.substr(0, file.size() - 1 - i))) ++accepted;
      if (!is_refused(format, file.substr(0, random() % file.size()))) ++accepted;
    }
    CHECK(accepted == 0);
  }
}

TEST_CASE("bits that have fallen over crash no reader", "[whisper]") {
  for (const auto& format : all_formats()) {
    INFO(format.name);
    std::string file = format.file;
    std::minstd_rand random{2};
    std::size_t failures = 0;
    for (int i = 0; i < 300; ++i) {
      const std::size_t within = random() % (format.head + format.tail);
      const std::size_t at =
          within < format.head ? within : file.size() - 1 - (within - format.head);
      const char before = file[at];
      file[at] = static_cast<char>(static_cast<unsigned char>(before) ^ 1U << random() % 8U);
      if (!is_survived(format, file)) ++failures;
      file[at] = before;
    }
    CHECK(failures == 0);
  }
}

TEST_CASE("lengths that no file can have are refused before memory is asked for", "[whisper]") {
  for (const auto& format : all_formats()) {
    INFO(format.name);
    std::string file = format.file;
    std::size_t failures = 0;
    for (std::size_t at = 0; at + 8 < 256; at += 2) {
      const std::string before = file.substr(at, 8);
      file.replace(at, 8, 8, '\xFF');
      if (!is_survived(format, file)) ++failures;
      file.replace(at, 8, "\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x7F");
      if (!is_survived(format, file)) ++failures;
      file.replace(at, 8, before);
    }
    CHECK(failures == 0);
  }
}
