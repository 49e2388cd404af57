// SPDX-License-Identifier: Apache-2.0
#include "simulation/allocations.hpp"

#include <cstdlib>
#include <new>

namespace clams::simulation {

namespace {

/// Stands before each allocation of the program.
struct alignas(std::max_align_t) Tag {
  Tag* previous;
  Tag* next;  // both null: not under a sweep
};

struct Chain {
  Tag ends{&ends, &ends};
  bool is_open = false;
  std::size_t length = 0;
};

Chain& chain() {
  static Chain the_chain;
  return the_chain;
}

void* allocate(std::size_t size) {
  auto* const tag = static_cast<Tag*>(std::malloc(sizeof(Tag) + size));
  if (tag == nullptr) throw std::bad_alloc{};
  Chain& known = chain();
  *tag = {};
  if (known.is_open) {
    *tag = {known.ends.previous, &known.ends};
    tag->previous->next = tag;
    tag->next->previous = tag;
    ++known.length;
  }
  return tag + 1;
}

void release(void* address) noexcept {
  if (address == nullptr) return;
  Tag* const tag = static_cast<Tag*>(address) - 1;
  if (tag->next != nullptr) {
    tag->previous->next = tag->next;
    tag->next->previous = tag->previous;
    --chain().length;
  }
  std::free(tag);
}

}  // namespace

AllocationSweep::AllocationSweep() { chain().is_open = true; }

AllocationSweep::~AllocationSweep() {
  Chain& known = chain();
  known.is_open = false;
  while (known.ends.next != &known.ends) release(known.ends.next + 1);
}

std::size_t AllocationSweep::left() { return chain().length; }

}  // namespace clams::simulation

void* operator new(std::size_t size) { return clams::simulation::allocate(size); }
void* operator new[](std::size_t size) { return clams::simulation::allocate(size); }
void operator delete(void* address) noexcept { clams::simulation::release(address); }
void operator delete[](void* address) noexcept { clams::simulation::release(address); }
void operator delete(void* address, std::size_t) noexcept { clams::simulation::release(address); }
void operator delete[](void* address, std::size_t) noexcept { clams::simulation::release(address); }
