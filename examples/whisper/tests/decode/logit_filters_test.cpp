// SPDX-License-Identifier: Apache-2.0
#include "decode/logit_filters.hpp"

#include "decode/support/speaker.hpp"
#include "support/catch.hpp"

#include <cmath>

namespace {

using namespace whisper;
using whisper::testing::at_time;
using whisper::testing::small_dimensions;
using whisper::testing::small_tokenizer;
using whisper::testing::word;

/// A row of scores in which text is far more probable than any timestamp.
class Row {
 public:
  Row() : scores_(static_cast<std::size_t>(small_dimensions().vocabulary), 0) {
    scores_[static_cast<std::size_t>(word(9))] = 50;
  }

  Row& filter(const std::vector<int>& sampled, const DecodingOptions& options = {}) {
    LogitFilters{small_tokenizer(), small_dimensions(), options}.apply(scores_, sampled);
    return *this;
  }
  Row& set(int token, float score) {
    scores_[static_cast<std::size_t>(token)] = score;
    return *this;
  }
  [[nodiscard]] bool allows(int token) const {
    return !std::isinf(scores_[static_cast<std::size_t>(token)]);
  }

 private:
  std::vector<float> scores_;
};

const int kEndToken = 50256;

}  // namespace

TEST_CASE("a transcript begins with a timestamp of the first second", "[whisper]") {
  const Row row = Row{}.filter({});

  CHECK_FALSE(row.allows(word(9)));
  CHECK_FALSE(row.allows(kEndToken));
  CHECK(row.allows(at_time(0)));
  CHECK(row.allows(at_time(1)));
  CHECK_FALSE(row.allows(at_time(1.02)));
}

TEST_CASE("the latest first timestamp is an option, and 0 means any", "[whisper]") {
  CHECK(Row{}.filter({}, {.max_initial_timestamp = 2.5F}).allows(at_time(2.5)));
  CHECK_FALSE(Row{}.filter({}, {.max_initial_timestamp = 2.5F}).allows(at_time(2.52)));
  CHECK(Row{}.filter({}, {.max_initial_timestamp = 0}).allows(at_time(30)));
}

TEST_CASE("text follows the first timestamp", "[whisper]") {
  const Row row = Row{}.filter({at_time(0)});

  CHECK(row.allows(word(1)));
  CHECK_FALSE(row.allows(at_time(5)));
}

TEST_CASE("after text and a timestamp comes its partner, or the end", "[whisper]") {
  const Row row = Row{}.filter({at_time(0), word(1), at_time(2)});

  CHECK_FALSE(row.allows(word(9)));
  CHECK_FALSE(row.allows(at_time(1.98)));
  CHECK(row.allows(at_time(2)));
  CHECK(row.allows(at_time(3)));
}

TEST_CASE("the end may come after a timestamp if it is probable", "[whisper]") {
  CHECK(Row{}.set(kEndToken, 60).filter({at_time(0), word(1), at_time(2)}).allows(kEndToken));
}

TEST_CASE("after two timestamps comes text", "[whisper]") {
  const Row row = Row{}.filter({at_time(0), word(1), at_time(2), at_time(2)});

  CHECK(row.allows(word(1)));
  CHECK_FALSE(row.allows(at_time(2)));
  CHECK_FALSE(row.allows(at_time(9)));
}

TEST_CASE("time does not stand still between the timestamps around a text", "[whisper]") {
  const Row row = Row{}.filter({at_time(4), word(1)});

  CHECK(row.allows(word(1)));
  CHECK_FALSE(row.allows(at_time(3)));
  CHECK_FALSE(row.allows(at_time(4)));
  CHECK(row.allows(at_time(4.02)));
}

TEST_CASE("a timestamp comes when all of them together are more probable than any text",
          "[whisper]") {
  // 1500 timestamps with a score of 0 together have log(1500) = 7.3.
  CHECK(Row{}.set(word(9), 7.4F).filter({at_time(0), word(1)}).allows(word(9)));
  const Row row = Row{}.set(word(9), 7.2F).filter({at_time(0), word(1)});
  CHECK_FALSE(row.allows(word(9)));
  CHECK_FALSE(row.allows(kEndToken));
  CHECK(row.allows(at_time(7)));
}

TEST_CASE("with timestamps there is no token that switches them off", "[whisper]") {
  const int no_timestamps = small_tokenizer().special().no_timestamps;

  CHECK_FALSE(Row{}.filter({at_time(0), word(1)}).allows(no_timestamps));
}

TEST_CASE("without timestamps their rules do not hold", "[whisper]") {
  const Row row = Row{}.filter({}, {.timestamps = false});

  CHECK(row.allows(word(9)));
  CHECK(row.allows(at_time(20)));
}

TEST_CASE("a transcript does not begin with a blank or end before it began", "[whisper]") {
  const int blank = small_tokenizer().encode(" ").front();
  const DecodingOptions allowed{.timestamps = false, .suppress_blank = false};

  CHECK_FALSE(Row{}.filter({}, {.timestamps = false}).allows(blank));
  CHECK_FALSE(Row{}.filter({}, {.timestamps = false}).allows(kEndToken));
  CHECK(Row{}.filter({word(1)}, {.timestamps = false}).allows(blank));
  CHECK(Row{}.filter({}, allowed).allows(blank));
  CHECK(Row{}.filter({}, allowed).allows(kEndToken));
}

TEST_CASE("unwanted tokens are never chosen, and unknown ones do no harm", "[whisper]") {
  const DecodingOptions options{.timestamps = false, .suppressed = {7, word(9), 99999}};

  const Row row = Row{}.filter({word(1), word(2)}, options);

  CHECK_FALSE(row.allows(7));
  CHECK_FALSE(row.allows(word(9)));
  CHECK(row.allows(8));
}
