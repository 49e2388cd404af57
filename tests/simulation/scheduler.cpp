// SPDX-License-Identifier: Apache-2.0
#include "simulation/scheduler.hpp"

#include <clams/util/scope_exit.hpp>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <cxxabi.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/single_threaded.h>
#include <ucontext.h>
#include <utility>

namespace clams::simulation {

namespace {

constexpr std::size_t kStack = 256 * 1024;
constexpr Time kLongest = std::chrono::minutes{2};  // no run has so much to do

/// Stacks outlive a run: to make one costs more than a run of a small thread.
struct SpareStacks {
  std::array<void*, 512> stacks{};
  std::size_t count = 0;
};

SpareStacks& spare_stacks() {
  static SpareStacks spare;
  return spare;
}

void* take_stack() {
  SpareStacks& spare = spare_stacks();
  if (spare.count > 0) return spare.stacks[--spare.count];
  void* const stack = ::mmap(nullptr, kStack, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) throw std::runtime_error{"no memory for a stack"};
  return stack;
}

void put_stack(void* stack) {
  SpareStacks& spare = spare_stacks();
  if (spare.count < spare.stacks.size()) {
    spare.stacks[spare.count++] = stack;
  } else {
    ::munmap(stack, kStack);
  }
}

Scheduler*& running_scheduler() {
  static Scheduler* running = nullptr;
  return running;
}

/// Which exceptions a thread handles just now; the C++ runtime keeps it for each real thread.
using Handling = std::array<char, sizeof(void*) + sizeof(unsigned)>;

}  // namespace

/// Where a stack was left. A context is for a thread's first step only: to swap contexts takes two
/// system calls each time, a jump none.
struct Scheduler::Place {
  ucontext_t context{};
  std::jmp_buf jump{};
};

struct Scheduler::Fiber {
  Fiber() = default;
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  Fiber(Fiber&&) = delete;
  Fiber& operator=(Fiber&&) = delete;
  ~Fiber() { put_stack(stack); }

  std::size_t number = 0;
  int process = 0;
  std::string name;
  Body body;
  void* stack = take_stack();
  Place place;
  bool has_begun = false;
  Handling handling{};
  void* local = nullptr;

  bool is_asleep = false;
  bool is_over = false;
  std::vector<const void*> keys;

  [[nodiscard]] bool sleeps_on(const void* key) const {
    return is_asleep && std::find(keys.begin(), keys.end(), key) != keys.end();
  }
  std::optional<Time> until;
  Wake reason = Wake::woken;
};

Scheduler::Scheduler(std::uint64_t seed)
    : random_(seed), eagerness_(random_.between(1U, 15U)), outside_(std::make_unique<Place>()) {}

Scheduler::~Scheduler() { running_scheduler() = nullptr; }

Scheduler* Scheduler::running() noexcept { return running_scheduler(); }

void Scheduler::enter(unsigned high, unsigned low) {
  constexpr unsigned kHalf = 32;
  const auto address = (static_cast<std::uintptr_t>(high) << kHalf) | low;
  auto* const fiber = reinterpret_cast<Fiber*>(address);
  fiber->body();
  fiber->is_over = true;
  running_scheduler()->wake_all(fiber);
  running_scheduler()->leave_to_scheduler();
}

std::size_t Scheduler::start(int process, std::string name, Body body) {
  constexpr unsigned kHalf = 32;
  fibers_.push_back(std::make_unique<Fiber>());
  Fiber& fiber = *fibers_.back();
  fiber.number = fibers_.size();
  fiber.process = process;
  fiber.name = std::move(name);
  fiber.body = std::move(body);
  ::getcontext(&fiber.place.context);
  fiber.place.context.uc_stack.ss_sp = fiber.stack;
  fiber.place.context.uc_stack.ss_size = kStack;
  const auto address = reinterpret_cast<std::uintptr_t>(&fiber);
  ::makecontext(&fiber.place.context, reinterpret_cast<void (*)()>(&Scheduler::enter), 2,
                static_cast<unsigned>(address >> kHalf), static_cast<unsigned>(address));
  ready_.push_back(&fiber);
  return fiber.number;
}

void Scheduler::resume(Fiber& fiber) {
  auto* const handling = reinterpret_cast<char*>(abi::__cxa_get_globals());
  std::memcpy(handling, fiber.handling.data(), fiber.handling.size());
  current_ = &fiber;
  if (_setjmp(outside_->jump) == 0) {
    if (std::exchange(fiber.has_begun, true)) {
      _longjmp(fiber.place.jump, 1);
    } else {
      ::setcontext(&fiber.place.context);
    }
  }
  current_ = nullptr;
  std::memcpy(fiber.handling.data(), handling, fiber.handling.size());
  std::memset(handling, 0, fiber.handling.size());
}

void Scheduler::leave_to_scheduler() {
  if (_setjmp(current_->place.jump) == 0) _longjmp(outside_->jump, 1);
}

Scheduler::Fiber* Scheduler::pick() {
  if (ready_.empty()) return nullptr;
  const std::size_t index = random_.between<std::size_t>(0, ready_.size() - 1);
  Fiber* const chosen = ready_[index];
  ready_[index] = ready_.back();
  ready_.pop_back();
  return chosen;
}

/// Lets time pass until somebody can go on. @return whether anybody ever can.
bool Scheduler::advance() {
  std::optional<Time> next;
  for (const auto& fiber : fibers_) {
    if (fiber->is_asleep && fiber->until)
      next = std::min(next.value_or(*fiber->until), *fiber->until);
  }
  if (!next) return false;
  now_ = std::max(now_, *next);
  if (now_ > kLongest) throw std::runtime_error{"somebody waits for ever:" + sleepers()};
  return true;
}

void Scheduler::run() {
  __libc_single_threaded = 0;  // the C++ library leaves out wake-ups where it thinks to be alone
  running_scheduler() = this;
  const ScopeExit end{[] { running_scheduler() = nullptr; }};
  while (true) {
    for (const auto& fiber : fibers_) {
      if (fiber->is_asleep && fiber->until && *fiber->until <= now_) wake(*fiber, Wake::timeout);
    }
    if (Fiber* const fiber = pick()) {
      now_ += std::chrono::nanoseconds{random_.between(100, 20'000)};
      resume(*fiber);
    } else if (!advance()) {
      break;
    }
  }
  const std::string names = sleepers();
  if (!names.empty()) throw std::runtime_error{"nobody wakes these ever:" + names};
}

std::string Scheduler::sleepers() const {
  std::string names;
  for (const auto& fiber : fibers_) {
    if (fiber->is_asleep) names += " " + fiber->name;
  }
  return names;
}

int Scheduler::process() const noexcept { return current_ != nullptr ? current_->process : 0; }
std::size_t Scheduler::number() const noexcept {
  return current_ != nullptr ? current_->number : 0;
}
void*& Scheduler::local() noexcept { return current_->local; }

const std::string& Scheduler::name() const noexcept {
  static const std::string outside = "world";
  return current_ != nullptr ? current_->name : outside;
}

void Scheduler::maybe_switch() {
  if (current_ != nullptr && random_.chance(eagerness_)) give_way();
}

void Scheduler::give_way() {
  if (current_ == nullptr) return;
  ready_.push_back(current_);
  leave_to_scheduler();
}

Wake Scheduler::sleep_on(std::vector<const void*> keys, std::optional<Time> until) {
  if (current_ == nullptr) throw std::runtime_error{"only a simulated thread can sleep"};
  Fiber& self = *current_;
  self.is_asleep = true;
  self.keys = std::move(keys);
  self.until = until;
  leave_to_scheduler();
  return self.reason;
}

void Scheduler::wake(Fiber& fiber, Wake reason) {
  fiber.is_asleep = false;
  fiber.reason = reason;
  ready_.push_back(&fiber);
}

void Scheduler::wake_all(const void* key) {
  for (const auto& fiber : fibers_) {
    if (fiber->sleeps_on(key)) wake(*fiber, Wake::woken);
  }
}

void Scheduler::wake_one(const void* key) {
  for (const auto& fiber : fibers_) {
    if (!fiber->sleeps_on(key)) continue;
    wake(*fiber, Wake::woken);
    return;
  }
}

void Scheduler::join(std::size_t number) {
  Fiber& fiber = *fibers_.at(number - 1);
  while (!fiber.is_over) sleep_on(&fiber, std::nullopt);
}

void Scheduler::kill(int process) {
  for (const auto& fiber : fibers_) {
    if (fiber->process != process) continue;
    fiber->is_over = true;
    fiber->is_asleep = false;
  }
  std::erase_if(ready_, [process](const Fiber* fiber) { return fiber->process == process; });
}

}  // namespace clams::simulation
