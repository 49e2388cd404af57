// SPDX-License-Identifier: Apache-2.0
#include "memory/support/model_files.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/checkpoint_size.hpp>
#include <clams/util/error.hpp>

#include <filesystem>
#include <string>
#include <sys/stat.h>

namespace fs = std::filesystem;
using clams::Bytes;
using clams::checkpoint_size;
using clams::testing::contains_text;
using clams::testing::safetensors;
using clams::testing::TemporaryFolder;
using clams::testing::write_model_file;
using clams::testing::zip;
using clams::testing::ZipKind;

namespace {

/// 100 float32 numbers and 10 indices.
const std::string kTwoTensors =
    R"({"__metadata__":{"format":"pt"},)"
    R"("w":{"dtype":"F32","shape":[10,10],"data_offsets":[0,400]},)"
    R"("ids":{"dtype":"I64","shape":[10],"data_offsets":[400,480]}}   )";

clams::CheckpointSize size_of(const std::string& name, const std::string& content,
                              const std::string& compute_type = "") {
  const TemporaryFolder folder;
  return checkpoint_size(write_model_file(folder.path() / name, content), compute_type);
}

std::string one_tensor(const std::string& offsets) {
  return R"({"w":{"dtype":"F16","shape":[1],"data_offsets":)" + offsets + "}}";
}

}  // namespace

TEST_CASE("a safetensors file takes what its header lists", "[memory]") {
  const auto size = size_of("model.safetensors", safetensors(kTwoTensors, 480));

  CHECK(size.bytes == Bytes{480});
  CHECK(size.how == "model.safetensors (tensors)");
}

TEST_CASE("floats count as the type that the app loads them in", "[memory]") {
  const std::string file = safetensors(kTwoTensors, 480);

  CHECK(size_of("m.safetensors", file, "float16").bytes == Bytes{200 + 80});
  CHECK(size_of("m.safetensors", file, "bfloat16").bytes == Bytes{200 + 80});
  CHECK(size_of("m.safetensors", file, "int8_float16").bytes == Bytes{100 + 80});
  CHECK(size_of("m.safetensors", file, "float32").bytes == Bytes{400 + 80});
  CHECK(size_of("m.safetensors", file, "auto").bytes == Bytes{480});
  CHECK(size_of("m.safetensors", safetensors(one_tensor("[0,200]"), 200), "float32").bytes ==
        Bytes{400});
}

TEST_CASE("a safetensors header that lies counts as the file's size", "[memory]") {
  const auto [header, why] = GENERATE(table<std::string, std::string>({
      {one_tensor("[0,101]"), "outside the file"},
      {one_tensor("[50,10]"), "outside the file"},
      {one_tensor("[-5,10]"), "no whole number"},
      {one_tensor("[0,1e3]"), "no whole number"},
      {one_tensor("[0,\"9\"]"), "no whole number"},
      {one_tensor("[1]"), "fewer than two"},
      {one_tensor("[1,2,3]"), "more than two"},
      {one_tensor("[0,18446744073709551615]"), "outside the file"},
      {R"({"a":{"data_offsets":[0,80]},"b":{"data_offsets":[0,80]}})", "overlap"},
      {"[1,2]", "an object"},
      {"{} {}", "line 1"},
      {std::string(5000, '['), "an object"},
      {R"({"w":)" + std::string(5000, '['), "line 1"},
  }));
  const std::string file = safetensors(header, 100);
  const auto size = size_of("model.safetensors", file);

  CHECK(size.bytes == Bytes{static_cast<std::int64_t>(file.size())});
  CHECK_THAT(size.how, contains_text("file size, because"));
  CHECK_THAT(size.how, contains_text(why));
}

TEST_CASE("a header length that no file has is not allocated", "[memory]") {
  for (const std::uint64_t length : {100'000'001ULL, 99'000'000ULL, ~0ULL}) {
    const std::string file = clams::testing::little_endian_bytes(length, 8) + "{}";

    CHECK(size_of("model.safetensors", file).bytes == Bytes{10});
  }
}

TEST_CASE("a PyTorch file takes what its zip directory lists as tensors", "[memory]") {
  const auto kind = GENERATE(ZipKind::zip32, ZipKind::zip64);
  const std::string file = zip({{"model/data.pkl", 90},
                                {"model/data/0", 300},
                                {"model/data/12", 200},
                                {"model/constants/0", 7},
                                {"model/data/serialization_id", 40},
                                {"model/version", 2}},
                               1000, kind);
  const auto size = size_of("pytorch_model.bin", file);

  CHECK(size.bytes == Bytes{507});
  CHECK(size.how == "pytorch_model.bin (tensors)");
}

TEST_CASE("a zip directory that lies counts as the file's size", "[memory]") {
  const auto [file, why] = GENERATE(table<std::string, std::string>({
      {zip({{"m/data/0", 5000}}, 100), "larger than the file"},
      {zip({{"m/data/0", ~0ULL}, {"m/data/1", 2}}, 100, ZipKind::zip64), "larger than the file"},
      {zip({{"m/data/0", 0xFFFFFFFF}}, 100), "lacks its size"},
      {zip({{"notes.txt", 5}}, 100), "no tensors"},
      {zip({}, 100), "no tensors"},
      {"PK\x03\x04" + std::string(90000, 'x'), "directory is missing"},
  }));
  const auto size = size_of("model.pt", file);

  CHECK(size.bytes == Bytes{static_cast<std::int64_t>(file.size())});
  CHECK_THAT(size.how, contains_text(why));
}

TEST_CASE("a model file that is cut short anywhere still has a size", "[memory]") {
  const TemporaryFolder folder;
  const std::vector<std::pair<std::string, std::string>> files{
      {"m.safetensors", safetensors(kTwoTensors, 480)},
      {"m.pt", zip({{"m/data/0", 60}, {"m/data/1", 30}}, 100)},
      {"m64.pt", zip({{"m/data/0", 60}, {"m/data/1", 30}}, 100, ZipKind::zip64)},
  };
  for (const auto& [name, whole] : files) {
    const fs::path path = write_model_file(folder.path() / name, whole);
    for (std::size_t length = whole.size(); length-- > 0;) {
      fs::resize_file(path, length);

      CHECK(checkpoint_size(path).bytes == Bytes{static_cast<std::int64_t>(length)});
    }
  }
}

TEST_CASE("a zip file with any one byte changed never takes more than its size", "[memory]") {
  const TemporaryFolder folder;
  const std::string whole = zip({{"m/data/0", 60}, {"m/data/1", 30}}, 100, ZipKind::zip64);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ '\xFF');
    const fs::path path = write_model_file(folder.path() / "m.pt", changed);

    CHECK(checkpoint_size(path).bytes <= Bytes{static_cast<std::int64_t>(whole.size())});
  }
}

TEST_CASE("other formats take their file's size", "[memory]") {
  for (const std::string name : {"model.bin", "model.gguf", "old-pickle.pt", "PK", "empty.bin"}) {
    const std::string content = name == "empty.bin" ? "" : "PK\x01" + std::string(50, 'x');
    const auto size = size_of(name, content);

    CHECK(size.bytes == Bytes{static_cast<std::int64_t>(content.size())});
    CHECK(size.how == name + " (file size)");
  }
}

TEST_CASE("a folder counts its weights in one format only", "[memory]") {
  const TemporaryFolder folder;
  write_model_file(folder.path() / "pytorch_model.bin", std::string(900, 'x'));
  write_model_file(folder.path() / "config.json", "{}");
  CHECK(checkpoint_size(folder.path()).bytes == Bytes{900});

  write_model_file(folder.path() / "a.safetensors", safetensors(kTwoTensors, 480));
  write_model_file(folder.path() / "b.safetensors", safetensors(kTwoTensors, 480));
  const auto both = checkpoint_size(folder.path());

  CHECK(both.bytes == Bytes{960});
  CHECK(both.how == "a.safetensors (tensors), b.safetensors (tensors)");
}

TEST_CASE("an index of shards says which files belong to the model", "[memory]") {
  const TemporaryFolder folder;
  const fs::path index = folder.path() / "model.safetensors.index.json";
  write_model_file(folder.path() / "part-1.safetensors", safetensors(kTwoTensors, 480));
  write_model_file(folder.path() / "other.safetensors", safetensors(kTwoTensors, 480));

  write_model_file(index, R"({"weight_map":{"a":"part-1.safetensors","b":"part-1.safetensors"}})");
  CHECK(checkpoint_size(folder.path()).bytes == Bytes{480});

  write_model_file(index, R"({"weight_map":{"a":"part-2.safetensors"}})");
  CHECK_THROWS_WITH(checkpoint_size(folder.path()), contains_text("part-2.safetensors"));

  for (const std::string bad : {R"({"weight_map":{"a":"../part.safetensors"}})", "{", "{}",
                                R"({"weight_map":{"a":"x\u0000y"}})", R"({"weight_map":[1]})"}) {
    write_model_file(index, bad);
    const auto all = checkpoint_size(folder.path());

    CHECK(all.bytes == Bytes{960});
    CHECK_THAT(all.how, contains_text("index.json ignored"));
  }
}

TEST_CASE("a model that is not there is an error that names it", "[memory]") {
  const TemporaryFolder folder;
  try {
    static_cast<void>(checkpoint_size(folder.path() / "large.pt"));
    FAIL("a missing file has no size");
  } catch (const clams::Error& error) {
    CHECK(error.code() == clams::ErrorCode::not_found);
    CHECK_THAT(error.what(), contains_text("large.pt"));
  }
  CHECK_THROWS_WITH(checkpoint_size(folder.path()), contains_text("holds no model file"));
}

TEST_CASE("a pipe in place of a model file is refused at once", "[memory]") {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "model.safetensors";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);

  CHECK_THROWS_WITH(checkpoint_size(pipe), contains_text("not a regular file"));
  CHECK_THROWS_WITH(checkpoint_size(folder.path()), contains_text("holds no model file"));
}
