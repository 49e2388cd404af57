// SPDX-License-Identifier: Apache-2.0
#include "audio/matrix_product.hpp"

#include <algorithm>
#include <cstring>

namespace whisper {

namespace {

constexpr std::size_t kPanel = PackedMatrix::kPanel;

/// What one call of a kernel is about.
struct Job {
  const float* weights;
  std::size_t panels;
  std::size_t columns;
  std::span<const float* const> vectors;
  std::span<float* const> results;
};

using Narrow [[gnu::vector_size(16)]] = float;
using Middle [[gnu::vector_size(32)]] = float;
using Wide [[gnu::vector_size(64)]] = float;

// Inlined into each kernel, so that it is compiled for the kernel's instructions.
template <typename Vector, std::size_t kRows, std::size_t kPanels>
[[gnu::always_inline]] inline void add_tile(const Job& job, std::size_t row, std::size_t panel) {
  constexpr std::size_t kParts = kPanel * sizeof(float) / sizeof(Vector);
  constexpr std::size_t kLength = sizeof(Vector) / sizeof(float);
  Vector sums[kRows][kPanels][kParts];
  const float* vectors[kRows];
  for (std::size_t r = 0; r < kRows; ++r) {
    vectors[r] = job.vectors[row + r];
    std::memcpy(&sums[r], job.results[row + r] + panel * kPanel, sizeof(sums[r]));
  }
  const float* weights = job.weights + panel * job.columns * kPanel;
  for (std::size_t column = 0; column < job.columns; ++column, weights += kPanel) {
    for (std::size_t p = 0; p < kPanels; ++p) {
      for (std::size_t part = 0; part < kParts; ++part) {
        Vector factor;
        std::memcpy(&factor, weights + p * job.columns * kPanel + part * kLength, sizeof(factor));
        for (std::size_t r = 0; r < kRows; ++r) {
          sums[r][p][part] += factor * vectors[r][column];
        }
      }
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    std::memcpy(job.results[row + r] + panel * kPanel, &sums[r], sizeof(sums[r]));
  }
}

// kRows vectors with one panel at a time, so that the sums stay in registers; a single vector with
// kPanels of them, since one sum would wait for itself.
template <typename Vector, std::size_t kRows, std::size_t kPanels>
[[gnu::always_inline]] inline void add_all(const Job& job) {
  std::size_t row = 0;
  for (; row + kRows <= job.vectors.size(); row += kRows) {
    for (std::size_t panel = 0; panel < job.panels; ++panel) {
      add_tile<Vector, kRows, 1>(job, row, panel);
    }
  }
  for (; row < job.vectors.size(); ++row) {
    std::size_t panel = 0;
    for (; panel + kPanels <= job.panels; panel += kPanels) {
      add_tile<Vector, 1, kPanels>(job, row, panel);
    }
    for (; panel < job.panels; ++panel) add_tile<Vector, 1, 1>(job, row, panel);
  }
}

void add_by_any(const Job& job) { add_all<Narrow, 2, 2>(job); }

using Kernel = void (*)(const Job&);

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void add_by_avx2(const Job& job) { add_all<Middle, 4, 4>(job); }

[[gnu::target("avx512f")]] void add_by_avx512(const Job& job) { add_all<Wide, 8, 8>(job); }

Kernel fastest_kernel() {
  if (__builtin_cpu_supports("avx512f") != 0) return add_by_avx512;
  if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) return add_by_avx2;
  return add_by_any;
}
#else
Kernel fastest_kernel() { return add_by_any; }
#endif

}  // namespace

PackedMatrix::PackedMatrix(std::span<const float> weights, std::size_t rows, std::size_t columns)
    : panels_((rows + kPanel - 1) / kPanel),
      columns_(columns),
      weights_(panels_ * kPanel * columns, 0.0F) {
  for (std::size_t row = 0; row < rows; ++row) {
    float* panel = weights_.data() + row / kPanel * kPanel * columns + row % kPanel;
    for (std::size_t column = 0; column < columns; ++column) {
      panel[column * kPanel] = weights[row * columns + column];
    }
  }
}

void PackedMatrix::add_products(std::span<const float* const> vectors,
                                std::span<float* const> results) const {
  static const Kernel kernel = fastest_kernel();
  kernel({weights_.data(), panels_, columns_, vectors, results});
}

}  // namespace whisper
