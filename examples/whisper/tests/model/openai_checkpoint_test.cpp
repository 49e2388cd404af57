// SPDX-License-Identifier: Apache-2.0
#include "model/openai_checkpoint.hpp"

#include "model/support/checkpoint_writer.hpp"
#include "model/support/model_writers.hpp"
#include "model/support/sample_model.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

using clams::testing::contains_text;
using namespace whisper;
using namespace whisper::testing;

namespace {

void check_checkpoint_refused(const std::string& file, const std::string& why) {
  CHECK_THROWS_WITH(read_openai_checkpoint(view(file), "toy.pt"),
                    contains_text("toy.pt: ") && contains_text(why));
}

void check_pickle_refused(const std::string& pickle, const std::string& why) {
  check_checkpoint_refused(write_checkpoint_with(pickle), why);
}

}  // namespace

TEST_CASE("a pickle that wants to run something is refused, and says what", "[whisper]") {
  check_pickle_refused(
      "\x80\x02"
      "cos\nsystem\n" +
          pickled("rm -rf /") + "\x85R.",
      "asks for os.system");
  check_pickle_refused(
      "\x80\x02"
      "cbuiltins\neval\n" +
          pickled("1") + "\x85R.",
      "builtins.eval");
  check_pickle_refused(
      "\x80\x02"
      "ctorch\nload\n).",
      "torch.load");
}

TEST_CASE("operations that a checkpoint does not need are not executed", "[whisper]") {
  check_pickle_refused("\x80\x02(ios\nsystem\n.", "operation 0x69");  // INST
  check_pickle_refused(
      "\x80\x02"
      "2.",
      "operation 0x32");  // DUP
  check_pickle_refused("\x80\x04\x95.", "protocol 4");
}

TEST_CASE("a pickle that is nested deeply or refers to itself harms nobody", "[whisper]") {
  std::string nested = "\x80\x02" + std::string(500'000, ']');
  nested += std::string(499'999, 'a') + '.';
  const std::string within_itself =
      "\x80\x02]q\x01h\x01"
      "a.";

  check_pickle_refused(nested, "no dims");
  check_pickle_refused(within_itself, "no dims");
}

TEST_CASE("a pickle that would fill the memory is stopped", "[whisper]") {
  const std::string many = "\x80\x02" + std::string(1'100'000, ')') + '.';
  std::string calls = "\x80\x02(" + std::string(100, 'N') +
                      "tq\x01"
                      "ccollections\nOrderedDict\n";
  calls += "h\x01R.";

  check_pickle_refused(many, "more than 1000000 values");
  check_pickle_refused(calls, "endless call");
}

TEST_CASE("a pickle that takes what is not there is refused", "[whisper]") {
  check_pickle_refused("\x80\x02.", "takes more values than it made");
  check_pickle_refused("\x80\x02t.", "mark that is not there");
  check_pickle_refused("\x80\x02h\x07.", "recalls value 7");
  check_pickle_refused("\x80\x02}(Nu.", "key without a value");
  check_pickle_refused("\x80\x02Nq\x01)R.", "no function");
  check_pickle_refused("\x80\x02", "truncated");
}

TEST_CASE("another program's checkpoint is refused, and says what is missing", "[whisper]") {
  check_pickle_refused("\x80\x02}.", "no dims");
  check_pickle_refused("\x80\x02}(" + pickled("dims") + "}u.", "no number n_mels");
  check_checkpoint_refused(write_zip({{"word/document.xml", "<xml/>"}}), "no PyTorch checkpoint");
  check_checkpoint_refused(write_zip({{"a/data.pkl", "."}, {"a/byteorder", "big"}}), "big-endian");
}

TEST_CASE("a tensor must lie within its storage", "[whisper]") {
  auto model = make_toy();
  auto& bias = model.tensors.at("decoder.ln.bias");
  bias.bytes = bias.bytes.first(bias.bytes.size() - 2);

  check_checkpoint_refused(write_checkpoint(model), "decoder.ln.bias of shape [4] does not fit");
}

TEST_CASE("a checkpoint without one of its tensors says which", "[whisper]") {
  auto model = make_toy();
  model.tensors.erase("encoder.conv1.bias");

  check_checkpoint_refused(write_checkpoint(model), "there is no tensor encoder.conv1.bias");
}

TEST_CASE("a zip archive that lies about its entries is refused", "[whisper]") {
  const std::string good = write_zip({{"a/data.pkl", "."}});
  const auto directory = good.find("PK\x01\x02");
  std::string too_long = good;
  too_long[directory + 20] = too_long[directory + 24] = '\x7F';
  std::string compressed = good;
  compressed[directory + 10] = 8;
  std::string elsewhere = good;
  elsewhere[directory + 42] = 5;
  std::string renamed = good;
  renamed[30] = 'b';

  check_checkpoint_refused(too_long, "truncated or damaged");
  check_checkpoint_refused(compressed, "compressed or encrypted");
  check_checkpoint_refused(elsewhere, "no entry where the directory says");
  check_checkpoint_refused(renamed, "another name in its directory");
  check_checkpoint_refused(write_zip({{"a/data.pkl", "."}, {"a/data.pkl", "."}}), "is there twice");
}
