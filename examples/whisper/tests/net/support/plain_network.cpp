// SPDX-License-Identifier: Apache-2.0
#include "net/support/plain_network.hpp"

#include "net/support/toy_model.hpp"

#include <algorithm>
#include <cmath>

namespace whisper::testing {
namespace {

constexpr std::size_t kToyHeads = 2;
constexpr std::size_t kLayers = 2;

Matrix as_matrix(const std::string& name, std::size_t columns) {
  auto values = toy_weights(name);
  Matrix matrix{values.size() / columns, columns};
  matrix.values = std::move(values);
  return matrix;
}

Matrix times_transposed(const Matrix& left, const Matrix& right) {
  Matrix product{left.rows, right.rows};
  for (std::size_t i = 0; i < left.rows; ++i) {
    for (std::size_t j = 0; j < right.rows; ++j) {
      for (std::size_t k = 0; k < left.columns; ++k) {
        product.at(i, j) += left.at(i, k) * right.at(j, k);
      }
    }
  }
  return product;
}

Matrix linear(const Matrix& x, const std::string& name) {
  auto y = times_transposed(x, as_matrix(name + ".weight", x.columns));
  if (name.ends_with("key")) return y;
  const auto bias = toy_weights(name + ".bias");
  for (std::size_t i = 0; i < y.values.size(); ++i) y.values[i] += bias[i % y.columns];
  return y;
}

Matrix norm(const Matrix& x, const std::string& name) {
  const auto gamma = toy_weights(name + ".weight");
  const auto beta = toy_weights(name + ".bias");
  auto y = x;
  for (std::size_t i = 0; i < x.rows; ++i) {
    const auto columns = static_cast<float>(x.columns);
    float mean = 0;
    float square = 0;
    for (const auto value : x.row(i)) mean += value / columns;
    for (const auto value : x.row(i)) square += (value - mean) * (value - mean) / columns;
    const auto deviation = std::sqrt(square + 1e-5F);
    for (std::size_t j = 0; j < x.columns; ++j) {
      y.at(i, j) = (x.at(i, j) - mean) / deviation * gamma[j] + beta[j];
    }
  }
  return y;
}

void gelu(Matrix& x) {
  for (auto& value : x.values) value *= 0.5F * (1 + std::erf(value / std::sqrt(2.0F)));
}

void add(Matrix& x, const Matrix& more) {
  for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] += more.values[i];
}

Matrix columns_of(const Matrix& x, std::size_t first, std::size_t count) {
  Matrix part{x.rows, count};
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < count; ++j) part.at(i, j) = x.at(i, first + j);
  }
  return part;
}

// Row i of the scores sees `seen(i)` columns.
template <typename Seen>
Matrix softmax(Matrix scores, const Seen& seen) {
  for (std::size_t i = 0; i < scores.rows; ++i) {
    float sum = 0;
    for (std::size_t j = 0; j < scores.columns; ++j) {
      auto& score = scores.at(i, j);
      score = j < seen(i) ? std::exp(score) : 0;
      sum += score;
    }
    for (std::size_t j = 0; j < scores.columns; ++j) scores.at(i, j) /= sum;
  }
  return scores;
}

template <typename Seen>
Matrix attend(const Matrix& x, const Matrix& to, const std::string& name, const Seen& seen,
              std::vector<Matrix>* kept = nullptr) {
  const auto width = x.columns / kToyHeads;
  const auto query = linear(x, name + ".query");
  const auto key = linear(to, name + ".key");
  const auto value = linear(to, name + ".value");
  Matrix mixed{x.rows, x.columns};
  for (std::size_t head = 0; head < kToyHeads; ++head) {
    auto scores = times_transposed(columns_of(query, head * width, width),
                                   columns_of(key, head * width, width));
    for (auto& score : scores.values) score /= std::sqrt(static_cast<float>(width));
    if (kept != nullptr) kept->push_back(scores);
    const auto weights = softmax(scores, seen);
    for (std::size_t i = 0; i < x.rows; ++i) {
      for (std::size_t j = 0; j < to.rows; ++j) {
        for (std::size_t k = head * width; k < (head + 1) * width; ++k) {
          mixed.at(i, k) += weights.at(i, j) * value.at(j, k);
        }
      }
    }
  }
  return linear(mixed, name + ".out");
}

void feed_forward(Matrix& x, const std::string& block) {
  auto wide = linear(norm(x, block + ".mlp_ln"), block + ".mlp.0");
  gelu(wide);
  add(x, linear(wide, block + ".mlp.2"));
}

// x and the result have a row a frame.
Matrix convolve(const Matrix& x, const std::string& name, std::size_t stride) {
  const auto bias = toy_weights(name + ".bias");
  const auto weight = as_matrix(name + ".weight", x.columns * 3);
  Matrix y{x.rows / stride, bias.size()};
  for (std::size_t frame = 0; frame < y.rows; ++frame) {
    for (std::size_t out = 0; out < y.columns; ++out) {
      y.at(frame, out) = bias[out];
      for (std::size_t tap = 0; tap < 3; ++tap) {
        const auto from = frame * stride + tap;  // one frame late, for the padding
        if (from == 0 || from > x.rows) continue;
        for (std::size_t in = 0; in < x.columns; ++in) {
          y.at(frame, out) += weight.at(out, in * 3 + tap) * x.at(from - 1, in);
        }
      }
    }
  }
  gelu(y);
  return y;
}

}  // namespace

Matrix plain_encode(const MelWindow& window) {
  const auto mels = static_cast<std::size_t>(window.mels);
  Matrix mel{static_cast<std::size_t>(window.frames), mels};
  for (std::size_t i = 0; i < mel.values.size(); ++i) {
    mel.values[i] = window.values[(i % mels) * mel.rows + i / mels];
  }
  auto x = convolve(convolve(mel, "encoder.conv1", 1), "encoder.conv2", 2);
  add(x, as_matrix("encoder.positional_embedding", x.columns));
  const auto everything = [&](std::size_t) { return x.rows; };
  for (std::size_t layer = 0; layer < kLayers; ++layer) {
    const auto block = "encoder.blocks." + std::to_string(layer);
    const auto normed = norm(x, block + ".attn_ln");
    add(x, attend(normed, normed, block + ".attn", everything));
    feed_forward(x, block);
  }
  return norm(x, "encoder.ln_post");
}

PlainText plain_decode(const Matrix& encoded, std::span<const int> tokens) {
  const auto embedding = as_matrix("decoder.token_embedding.weight", encoded.columns);
  const auto positions = as_matrix("decoder.positional_embedding", encoded.columns);
  Matrix x{tokens.size(), encoded.columns};
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.columns; ++j) {
      x.at(i, j) = embedding.at(static_cast<std::size_t>(tokens[i]), j) + positions.at(i, j);
    }
  }
  std::vector<Matrix> attention;
  const auto past = [](std::size_t row) { return row + 1; };
  const auto everything = [&](std::size_t) { return encoded.rows; };
  for (std::size_t layer = 0; layer < kLayers; ++layer) {
    const auto block = "decoder.blocks." + std::to_string(layer);
    const auto normed = norm(x, block + ".attn_ln");
    add(x, attend(normed, normed, block + ".attn", past));
    add(x, attend(norm(x, block + ".cross_attn_ln"), encoded, block + ".cross_attn", everything,
                  &attention));
    feed_forward(x, block);
  }
  return {times_transposed(norm(x, "decoder.ln"), embedding), std::move(attention)};
}

}  // namespace whisper::testing
