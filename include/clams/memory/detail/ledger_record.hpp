// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace clams {
enum class PromiseKind : std::uint32_t;
}

namespace clams::detail {

inline constexpr std::size_t kLedgerSlots = 256;
inline constexpr std::uint64_t kLedgerMagic = 0x5245474445'4C4D43;  // "CMLEDGER" in the file
inline constexpr std::uint32_t kLedgerVersion = 1;

/// What a slot stands for.
enum class SlotState : std::uint8_t {
  free,
  waiting,   ///< somebody stands in line
  promised,  ///< of a process that lives
  dead,      ///< its process died; the device may not have the memory back yet
  lost       ///< its process lives, but the record cannot be read: counts as the whole device
};

/// The figures of a slot that change while it is in use. Each is one word that holds its own check,
/// so that a process killed anywhere leaves either the old or the new figure, never a torn one.
enum class SlotField : std::uint8_t { state, used, dead_since, bypassed, next_ticket };

inline constexpr unsigned kCheckedBits = 48;
inline constexpr std::uint64_t kCheckedLimit = (std::uint64_t{1} << kCheckedBits) - 1;
inline constexpr unsigned kAmountBits = 44;
/// 16 TiB: more than any device has. It also stands for "all of the device".
inline constexpr std::int64_t kWholeDevice = (std::int64_t{1} << kAmountBits) - 1;

/// The parts shifted against each other, so that one flipped bit always shows; never zero for zero.
constexpr std::uint16_t check_of(std::uint64_t value, SlotField field, std::size_t slot) {
  const auto low = static_cast<std::uint32_t>(value & 0xFFFFU);
  const auto middle = static_cast<std::uint32_t>((value >> 16U) & 0xFFFFU);
  const auto high = static_cast<std::uint32_t>((value >> 32U) & 0xFFFFU);
  const auto rotated = [](std::uint32_t part, unsigned by) {
    return ((part << by) | (part >> (16U - by))) & 0xFFFFU;
  };
  const auto salt = static_cast<std::uint32_t>(0xA500U ^ (static_cast<std::uint32_t>(slot) << 3U) ^
                                               static_cast<std::uint32_t>(field));
  return static_cast<std::uint16_t>(low ^ rotated(middle, 5) ^ rotated(high, 10) ^ salt);
}

/// `value`, which must fit 48 bits, with its check.
constexpr std::uint64_t sealed(std::uint64_t value, SlotField field, std::size_t slot) {
  const std::uint64_t kept = value & kCheckedLimit;
  return (std::uint64_t{check_of(kept, field, slot)} << kCheckedBits) | kept;
}

/// The value, or nothing if the check does not fit.
constexpr std::optional<std::uint64_t> unsealed(std::uint64_t word, SlotField field,
                                                std::size_t slot) {
  const std::uint64_t value = word & kCheckedLimit;
  if (word != sealed(value, field, slot)) return std::nullopt;
  return value;
}

/// State and amount of a slot: they change together.
struct SlotWord {
  SlotState state = SlotState::free;
  std::int64_t amount = 0;

  friend constexpr bool operator==(SlotWord, SlotWord) = default;
};

constexpr std::uint64_t sealed_word(SlotWord word, std::size_t slot) {
  const auto amount =
      static_cast<std::uint64_t>(word.amount < kWholeDevice ? word.amount : kWholeDevice);
  return sealed((static_cast<std::uint64_t>(word.state) << kAmountBits) | amount, SlotField::state,
                slot);
}

constexpr std::optional<SlotWord> unsealed_word(std::uint64_t word, std::size_t slot) {
  const auto value = unsealed(word, SlotField::state, slot);
  if (!value || (*value >> kAmountBits) > static_cast<std::uint64_t>(SlotState::lost)) {
    return std::nullopt;
  }
  return SlotWord{static_cast<SlotState>(*value >> kAmountBits),
                  static_cast<std::int64_t>(*value & static_cast<std::uint64_t>(kWholeDevice))};
}

/// What does not change while a slot is in use.
struct SlotTicket {
  std::uint64_t number = 0;  ///< the order of arrival
  std::int64_t need = 0;
  std::int64_t margin = 0;
  std::int32_t bypass_limit = 0;
  PromiseKind kind{};
  std::int64_t pid = 0;          ///< for people: another container may count differently
  std::array<char, 24> owner{};  ///< for people; cut off, filled with zeros
  std::array<char, 24> request{};

  friend bool operator==(const SlotTicket&, const SlotTicket&) = default;
};

struct SlotRecord {
  std::atomic<std::uint64_t> state;
  std::atomic<std::uint64_t> used;
  std::atomic<std::uint64_t> dead_since;  ///< ms of the steady clock, which all processes share
  std::atomic<std::uint64_t> bypassed;
  SlotTicket ticket;  ///< guarded by the file's lock
  std::uint64_t ticket_check;
};

/// What says that the rest can be read.
struct LedgerSeal {
  std::uint64_t magic = kLedgerMagic;
  std::uint32_t version = kLedgerVersion;
  std::uint32_t slots = kLedgerSlots;
  std::array<char, 40> boot_id{};

  friend bool operator==(const LedgerSeal&, const LedgerSeal&) = default;
};

struct LedgerHeader {
  LedgerSeal seal;
  std::uint64_t reserved;
  std::atomic<std::uint64_t> next_ticket;
  std::atomic<std::uint32_t> epoch;  ///< counts changes; waiters sleep on it
  std::array<std::uint32_t, 13> unused;
};

/// The whole file, as it is mapped.
struct LedgerImage {
  LedgerHeader header;
  std::array<SlotRecord, kLedgerSlots> slots;
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "shared between processes");
static_assert(std::is_standard_layout_v<LedgerImage>);
static_assert(sizeof(LedgerHeader) == 128 && sizeof(SlotRecord) == 128);

/// Each step is a bijection, so that one changed word always changes the sum.
constexpr std::uint64_t sum_of(std::span<const std::uint64_t> words) noexcept {
  std::uint64_t sum = 0x9E3779B97F4A7C15U;
  for (const std::uint64_t word : words) {
    sum = (sum ^ word) * 0xFF51AFD7ED558CCDU;
    sum ^= sum >> 32U;
  }
  return sum;
}

std::uint64_t checksum(const SlotTicket& ticket) noexcept;

}  // namespace clams::detail
