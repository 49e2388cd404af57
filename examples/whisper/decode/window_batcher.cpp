// SPDX-License-Identifier: Apache-2.0
#include "decode/window_batcher.hpp"

#include "decode/window_decoder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/scope_exit.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <set>
#include <utility>

namespace whisper {

namespace {

/// How long a waiting request goes without asking whether it is to stop.
constexpr std::chrono::milliseconds kStopInterval{20};

}  // namespace

/// A window on its way through the batcher. The mutex guards `done` and what comes with it.
struct WindowBatcher::Ticket {
  const Guest* guest = nullptr;
  FeatureWindow window = {};
  DecodingOptions options = {};
  std::chrono::steady_clock::time_point came = std::chrono::steady_clock::now();
  std::atomic<bool> wanted = true;
  bool done = false;
  DecodedWindow result = {};
  std::exception_ptr error = {};
};

/// One request's way in.
class WindowBatcher::Guest final : public WindowService {
 public:
  explicit Guest(WindowBatcher& batcher) : batcher_(batcher) {
    const std::scoped_lock lock{batcher_.mutex_};
    ++batcher_.guests_;
  }
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  Guest(Guest&&) = delete;
  Guest& operator=(Guest&&) = delete;
  ~Guest() override {
    const std::scoped_lock lock{batcher_.mutex_};
    --batcher_.guests_;
    batcher_.came_.notify_all();  // nobody need wait for this one
  }

  [[nodiscard]] std::vector<DecodedWindow> decode(
      std::shared_ptr<const AudioFeatures> features, std::span<const DecodingOptions> options,
      const std::function<void()>& check_stop) override {
    const Tickets tickets = submit(features, options);
    const clams::ScopeExit leave{[&] { take_back(tickets); }};
    wait_for(tickets, check_stop);
    std::vector<DecodedWindow> results;
    for (const auto& ticket : tickets) {
      if (ticket->error) std::rethrow_exception(ticket->error);
      results.push_back(std::move(ticket->result));
    }
    return results;
  }

 private:
  Tickets submit(const std::shared_ptr<const AudioFeatures>& features,
                 std::span<const DecodingOptions> options) {
    Tickets tickets;
    for (std::size_t i = 0; i < options.size(); ++i) {
      auto ticket = std::make_shared<Ticket>();
      ticket->guest = this;
      ticket->window = {.features = features, .window = i};
      ticket->options = options[i];
      tickets.push_back(std::move(ticket));
    }
    const std::scoped_lock lock{batcher_.mutex_};
    batcher_.waiting_.insert(batcher_.waiting_.end(), tickets.begin(), tickets.end());
    batcher_.came_.notify_all();
    return tickets;
  }

  void wait_for(const Tickets& tickets, const std::function<void()>& check_stop) {
    const auto all_done = [&] {
      return std::all_of(tickets.begin(), tickets.end(),
                         [](const auto& ticket) { return ticket->done; });
    };
    std::unique_lock lock{batcher_.mutex_};
    if (!check_stop) {
      batcher_.done_.wait(lock, all_done);
      return;
    }
    while (!batcher_.done_.wait_for(lock, kStopInterval, all_done)) {
      lock.unlock();
      check_stop();
      lock.lock();
    }
  }

  void take_back(const Tickets& tickets) {
    const std::scoped_lock lock{batcher_.mutex_};
    for (const auto& ticket : tickets) ticket->wanted = false;
    std::erase_if(batcher_.waiting_, [&](const auto& ticket) { return ticket->guest == this; });
    batcher_.came_.notify_all();
  }

  WindowBatcher& batcher_;
};

WindowBatcher::WindowBatcher(const Network& network, const Tokenizer& tokenizer,
                             const BatcherOptions& options)
    : network_(network),
      tokenizer_(tokenizer),
      options_(options),
      worker_([this](const std::stop_token& stop) { run(stop); }) {}

std::unique_ptr<WindowService> WindowBatcher::join() { return std::make_unique<Guest>(*this); }

void WindowBatcher::run(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  while (came_.wait(lock, stop, [&] { return !waiting_.empty(); })) {
    const auto until = waiting_.front()->came + options_.longest_wait;
    came_.wait_until(lock, stop, until, [&] { return is_worth_starting(); });
    const Tickets batch = take_batch();
    lock.unlock();
    if (!batch.empty()) decode(batch);
    lock.lock();
    for (const auto& ticket : batch) ticket->done = true;
    done_.notify_all();
  }
}

bool WindowBatcher::go_together(const Ticket& one, const Ticket& other) {
  return one.window.features->positions() == other.window.features->positions() &&
         are_alike(one.options, other.options);
}

/// With the lock held.
bool WindowBatcher::is_worth_starting() const {
  std::set<const Guest*> waiting_guests;
  for (const auto& ticket : waiting_) waiting_guests.insert(ticket->guest);
  if (waiting_.empty() || waiting_guests.size() >= guests_) return true;
  const auto alike = std::count_if(waiting_.begin(), waiting_.end(), [&](const auto& ticket) {
    return go_together(*ticket, *waiting_.front());
  });
  return static_cast<std::size_t>(alike) >= options_.batch_size;
}

/// With the lock held.
WindowBatcher::Tickets WindowBatcher::take_batch() {
  Tickets batch;
  std::erase_if(waiting_, [&](const std::shared_ptr<Ticket>& ticket) {
    if (batch.size() == options_.batch_size) return false;
    if (!batch.empty() && !go_together(*ticket, *batch.front())) return false;
    batch.push_back(ticket);
    return true;
  });
  return batch;
}

void WindowBatcher::decode(const Tickets& batch) const {
  try {
    decode_together(batch);
  } catch (...) {
    if (batch.size() == 1) {
      batch.front()->error = std::current_exception();
      return;
    }
    for (const auto& ticket : batch) decode({ticket});
  }
}

void WindowBatcher::decode_together(const Tickets& batch) const {
  std::vector<FeatureWindow> windows;
  std::vector<DecodingOptions> options;
  for (const auto& ticket : batch) {
    windows.push_back(ticket->window);
    options.push_back(ticket->options);
  }
  const bool is_whole = batch.size() == 1 && windows.front().features->windows() == 1;
  auto features = is_whole ? windows.front().features : network_.gather(windows);
  const WindowDecoder decoder{network_, tokenizer_};
  auto results = decoder.decode(std::move(features), options,
                                [&](std::size_t window) { return batch[window]->wanted.load(); });
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i]->result = std::move(results[i]);
}

}  // namespace whisper
