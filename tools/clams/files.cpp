// SPDX-License-Identifier: Apache-2.0
#include "clams/files.hpp"

#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <filesystem>
#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>

namespace clams::tool {
namespace {

void write_all(std::ostream& out, std::string_view text, const std::string& name) {
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.flush();
  if (!out) throw Error(ErrorCode::io, "cannot write to " + name);
}

}  // namespace

bool is_standard_stream(std::string_view path) { return path.empty() || path == "-"; }

std::string read_input(const std::string& path, const Streams& streams) {
  if (!is_standard_stream(path)) return read_file(path, FileKind::any);
  if (path.empty() && streams.in_kind == InputKind::terminal) {
    throw Error(ErrorCode::usage, "no input: name a file, or pipe a document into this command");
  }
  return std::string{std::istreambuf_iterator<char>{streams.in}, {}};
}

void write_output(const std::string& path, std::string_view text, const Streams& streams) {
  if (is_standard_stream(path)) {
    write_all(streams.out, text, "standard output");
    return;
  }
  // Pipes, devices and links are written to; only a plain file is replaced as a whole.
  const auto kind = std::filesystem::symlink_status(path).type();
  const bool is_plain =
      kind == std::filesystem::file_type::regular || kind == std::filesystem::file_type::not_found;
  if (is_plain) {
    write_file_atomically(path, text);
    return;
  }
  std::ofstream file(path, std::ios::binary);
  write_all(file, text, path);
}

}  // namespace clams::tool
