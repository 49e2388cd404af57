// SPDX-License-Identifier: Apache-2.0
#include "simulation/files.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace clams::simulation {

namespace {

constexpr off_t kFirstSlotByte = 64;
constexpr std::string_view kSuffix = ".ledger";

void maybe_switch() {
  if (auto* const scheduler = Scheduler::running()) scheduler->maybe_switch();
}

}  // namespace

int Files::open(const std::string& path, int process) {
  File* file = nullptr;
  if (path.ends_with(kSuffix)) {
    auto& place = files_[path];
    if (!place) {
      place = std::make_unique<File>(File{
          .path = path, .number = files_.size(), .image = std::make_unique<detail::LedgerImage>()});
    }
    file = place.get();
  }
  descriptors_[next_descriptor_] = {file, process};
  return next_descriptor_++;
}

void Files::close(int descriptor) {
  File* const file = at(descriptor);
  descriptors_.erase(descriptor);
  if (file == nullptr) return;
  const bool had_all = file->locks.contains(0) && file->locks.at(0) == descriptor;
  std::erase_if(file->locks, [descriptor](const auto& lock) { return lock.second == descriptor; });
  if (had_all) watcher_(*file);
}

void Files::kill(int process) {
  std::vector<int> theirs;
  for (const auto& [descriptor, description] : descriptors_) {
    if (description.process == process) theirs.push_back(descriptor);
  }
  for (const int descriptor : theirs) close(descriptor);
}

Files::File* Files::at(int descriptor) {
  const auto found = descriptors_.find(descriptor);
  return found == descriptors_.end() ? nullptr : found->second.file;
}

std::optional<int> Files::holder(int descriptor, off_t byte) {
  File& file = *at(descriptor);
  const auto found = file.locks.find(byte);
  if (found == file.locks.end() || found->second == descriptor) return std::nullopt;
  return found->second;
}

void Files::lock(int descriptor, off_t byte) { at(descriptor)->locks[byte] = descriptor; }

void Files::unlock(int descriptor, off_t byte) {
  File& file = *at(descriptor);
  const auto found = file.locks.find(byte);
  if (found == file.locks.end() || found->second != descriptor) return;
  file.locks.erase(found);
  if (byte == 0) watcher_(file);
}

bool Files::is_held(const File& file, std::size_t slot) {
  return file.locks.contains(kFirstSlotByte + static_cast<off_t>(slot));
}

std::size_t Files::open_count(int process) const {
  return static_cast<std::size_t>(
      std::count_if(descriptors_.begin(), descriptors_.end(),
                    [process](const auto& entry) { return entry.second.process == process; }));
}

bool ProcessSystem::fails(int reason) {
  maybe_switch();
  const bool it_does = parts_.random.next() % 1000 < parts_.faults.per_thousand;
  if (it_does) errno = reason;
  return it_does;
}

int ProcessSystem::open(const std::string& path, int /*flags*/, mode_t /*mode*/) {
  if (fails(EMFILE)) return -1;
  return parts_.files.open(path, process_);
}

int ProcessSystem::close(int descriptor) {
  parts_.files.close(descriptor);
  return 0;
}

int ProcessSystem::mkdir(const std::string& /*path*/, mode_t /*mode*/) { return 0; }

int ProcessSystem::chmod(int /*descriptor*/, mode_t /*mode*/) { return 0; }

int ProcessSystem::status(int descriptor, struct stat& answer) {
  answer = {};
  static const uid_t self = ::geteuid();
  answer.st_uid = self;
  answer.st_mode = S_IFDIR | S_IRWXU;
  answer.st_nlink = 1;
  const Files::File* const file = parts_.files.at(descriptor);
  if (file == nullptr) return 0;
  answer.st_mode = S_IFREG | S_IRUSR | S_IWUSR;
  answer.st_ino = file->number;
  answer.st_size = file->is_allocated ? sizeof(detail::LedgerImage) : 0;
  return 0;
}

int ProcessSystem::file_system(int /*descriptor*/, struct statfs& answer) {
  answer = {};
  answer.f_type = TMPFS_MAGIC;
  return 0;
}

int ProcessSystem::allocate(int descriptor, std::size_t /*size*/) {
  if (fails(ENOSPC)) return -1;
  parts_.files.at(descriptor)->is_allocated = true;
  return 0;
}

void* ProcessSystem::map(int descriptor, std::size_t /*size*/) {
  if (fails(ENOMEM)) return MAP_FAILED;
  return parts_.files.at(descriptor)->image.get();
}

int ProcessSystem::unmap(void* /*address*/, std::size_t /*size*/) { return 0; }

int ProcessSystem::lock(int descriptor, int command, struct ::flock& request) {
  if (command == F_OFD_SETLK) return set_lock(descriptor, request);
  if (fails(EINTR)) return -1;
  const bool is_held = parts_.files.holder(descriptor, request.l_start).has_value();
  const bool is_seen = is_held && parts_.bug != Bug::lost_locks;
  request.l_type = is_seen ? F_WRLCK : F_UNLCK;
  return 0;
}

int ProcessSystem::set_lock(int descriptor, struct ::flock& request) {
  if (request.l_type == F_UNLCK) {
    parts_.files.unlock(descriptor, request.l_start);
    maybe_switch();
    return 0;
  }
  if (fails(ENOLCK)) return -1;
  const bool is_free = !parts_.files.holder(descriptor, request.l_start) ||
                       (parts_.bug == Bug::shared_lock && request.l_start == 0);
  if (!is_free) {
    errno = EAGAIN;
    return -1;
  }
  parts_.files.lock(descriptor, request.l_start);
  return 0;
}

void ProcessSystem::wait(std::span<const detail::WatchedWord> words,
                         std::chrono::milliseconds patience) {
  Scheduler& scheduler = *Scheduler::running();
  scheduler.maybe_switch();
  if (parts_.bug == Bug::nearest_only) words = words.first(1);
  const auto is_changed = [](const detail::WatchedWord& one) {
    return one.word->load() != one.expected;
  };
  if (std::any_of(words.begin(), words.end(), is_changed)) return;
  std::optional<Time> until = scheduler.now() + patience;
  if (parts_.bug == Bug::endless_wait) until.reset();
  in_vain_.erase(scheduler.number());
  const Time start = scheduler.now();
  std::vector<const void*> keys;
  for (const detail::WatchedWord& one : words) keys.push_back(one.word);
  if (scheduler.sleep_on(keys, until) == Wake::woken) return;
  for (const detail::WatchedWord& one : words) {
    const auto told = parts_.files.told(one.word, scheduler.number());
    in_vain_[scheduler.number()].push_back({one.word, one.expected, told});
  }
  if (std::none_of(words.begin(), words.end(), is_changed)) return;
  constexpr std::chrono::milliseconds kOnTheWay{5};  // from the change to the wake-up
  scheduler.sleep_for(kOnTheWay);
  for (const detail::WatchedWord& one : words) {
    if (is_changed(one) && parts_.files.last_wake(one.word) < start) parts_.on_missed();
  }
}

void ProcessSystem::wake(std::atomic<std::uint32_t>& word) {
  maybe_switch();
  if (parts_.bug == Bug::no_wake || parts_.bug == Bug::endless_wait) return;
  auto* const scheduler = Scheduler::running();
  if (scheduler == nullptr) return;
  parts_.files.note_wake(&word, scheduler->now(), scheduler->number());
  scheduler->wake_all(&word);
}

void ProcessSystem::pause(std::chrono::microseconds duration) {
  Scheduler& scheduler = *Scheduler::running();
  constexpr std::chrono::microseconds kTurn{20};  // the others have one before us
  scheduler.sleep_for(std::max(duration, kTurn));
}

bool ProcessSystem::waited_in_vain() const {
  const std::size_t thread = Scheduler::running()->number();
  const auto found = in_vain_.find(thread);
  if (found == in_vain_.end()) return false;
  return std::all_of(found->second.begin(), found->second.end(), [&](const Unchanged& one) {
    return one.word->load() - one.expected == parts_.files.told(one.word, thread) - one.told;
  });
}

}  // namespace clams::simulation
