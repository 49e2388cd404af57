// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_record.hpp>
#include <clams/memory/simulated_gpu_options.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace clams::detail {

inline constexpr std::uint64_t kSimulatedMagic = 0x535550474D495343;  // "CSIMGPUS" in the file
inline constexpr std::uint32_t kSimulatedVersion = 1;

/// What a GPU of the file is like, in bytes and milliseconds.
struct SimulatedLikeness {
  std::int64_t capacity = 0;
  std::int64_t foreign = 0;
  std::int64_t rounding = 0;
  std::int64_t largest_block = 0;
  std::int64_t lag_ms = 0;

  friend bool operator==(const SimulatedLikeness&, const SimulatedLikeness&) = default;
};

/// What says that the rest can be read. It changes only while nobody has memory.
struct SimulatedSeal {
  std::uint64_t magic = 0;
  std::uint32_t version = 0;
  std::uint32_t count = 0;  ///< of GPUs
  std::uint64_t id = 0;     ///< tells this file's GPUs from those of others: 48 bits
  std::array<SimulatedLikeness, kMostSimulatedGpus> gpus{};
  std::uint64_t check = 0;

  friend bool operator==(const SimulatedSeal&, const SimulatedSeal&) = default;
};

/// The figures that change. Each is one word that holds its own check, as in the ledger.
enum class SimulatedField : std::uint8_t { alive = 64, held, high_water, failed };

/// What happened on one GPU so far.
struct SimulatedMarks {
  std::atomic<std::uint64_t> high_water;
  std::atomic<std::uint64_t> failed;
};

/// What one process has.
struct SimulatedSeat {
  std::atomic<std::uint64_t> alive;  ///< ms of the steady clock, which all processes share: when
                                     ///< its process was last heard of; all zero: the seat is free
  std::array<std::atomic<std::uint64_t>, kMostSimulatedGpus> held;
};

/// The whole file, as it is mapped.
struct SimulatedImage {
  SimulatedSeal seal;
  std::array<SimulatedMarks, kMostSimulatedGpus> marks;
  std::array<SimulatedSeat, kLedgerSlots> seats;
};

static_assert(std::is_standard_layout_v<SimulatedImage>);
static_assert(std::is_trivially_copyable_v<SimulatedSeal>);
static_assert(std::has_unique_object_representations_v<SimulatedSeal>, "its bytes are summed up");
static_assert(sizeof(SimulatedSeal) < 4096, "the seal of a file that was cut off can be read");

/// Over all before it.
std::uint64_t checksum(const SimulatedSeal& seal) noexcept;

}  // namespace clams::detail
