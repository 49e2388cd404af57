// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>
#include <vector>

namespace clams {

/// The elements of a view or document, as references: `for (Annotation& a : view.annotations())`.
///
/// Ownership: borrows the container; adding elements while iterating is safe by index, not by
/// iterator. Threads: confined. Errors: none; an index out of range is the caller's defect.
template <typename T>
class ElementRange {
  using Storage = std::vector<std::unique_ptr<std::remove_const_t<T>>>;

 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = std::remove_const_t<T>;
    using difference_type = std::ptrdiff_t;
    using pointer = T*;
    using reference = T&;

    Iterator() = default;
    explicit Iterator(typename Storage::const_iterator position) : position_(position) {}

    T& operator*() const { return **position_; }
    T* operator->() const { return position_->get(); }
    Iterator& operator++() {
      ++position_;
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++position_;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    typename Storage::const_iterator position_{};
  };

  explicit ElementRange(const Storage& storage) : storage_(&storage) {}

  [[nodiscard]] Iterator begin() const { return Iterator{storage_->begin()}; }
  [[nodiscard]] Iterator end() const { return Iterator{storage_->end()}; }
  [[nodiscard]] std::size_t size() const { return storage_->size(); }
  [[nodiscard]] bool empty() const { return storage_->empty(); }
  [[nodiscard]] T& operator[](std::size_t index) const { return *(*storage_)[index]; }
  [[nodiscard]] T& front() const { return *storage_->front(); }
  [[nodiscard]] T& back() const { return *storage_->back(); }

 private:
  const Storage* storage_;
};

}  // namespace clams
