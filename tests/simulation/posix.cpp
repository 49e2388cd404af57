// SPDX-License-Identifier: Apache-2.0
// The C library's calls for threads, locks and clocks, as the simulation makes them: programs that
// define these functions get their own in place of the library's. Outside of a run the clocks are
// the real ones, and a lock is free, since there is one real thread only.
#include "simulation/scheduler.hpp"

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>

using clams::simulation::Scheduler;
using clams::simulation::Time;
using clams::simulation::Wake;

namespace {

constexpr Time kBoot = std::chrono::hours{1};             // the steady clock when a run begins
constexpr Time kEpoch = std::chrono::hours{24 * 20'500};  // the wall clock then

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

Time duration_of(const timespec& time) {
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

bool is_steady(clockid_t clock) {
  return clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE;
}

/// A time of the clock, as a time of the run.
Time in_run(clockid_t clock, const timespec& time) {
  return duration_of(time) - (is_steady(clock) ? kBoot : kEpoch);
}

int self() {
  const auto* const scheduler = Scheduler::running();
  return scheduler != nullptr ? static_cast<int>(scheduler->number()) : 0;
}

void take(pthread_mutex_t* mutex) {
  mutex->__data.__lock = 1;
  mutex->__data.__owner = self();
  mutex->__data.__count = 1;
}

void let_go(pthread_mutex_t* mutex) {
  mutex->__data.__lock = 0;
  mutex->__data.__count = 0;
  auto* const scheduler = Scheduler::running();
  if (scheduler != nullptr && mutex->__data.__nusers != 0) scheduler->wake_all(mutex);
}

int wait_for_condition(pthread_cond_t* condition, pthread_mutex_t* mutex,
                       std::optional<Time> until) {
  auto* const scheduler = Scheduler::running();
  if (scheduler == nullptr) std::abort();  // nobody could ever signal it
  let_go(mutex);  // in one step with the sleep: nobody may signal in between
  const Wake wake = scheduler->sleep_on(condition, until);
  pthread_mutex_lock(mutex);
  return wake == Wake::timeout ? ETIMEDOUT : 0;
}

}  // namespace

extern "C" {

// --- locks: `__lock` says whether it is taken, `__nusers` how many wait for it

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  auto* const scheduler = Scheduler::running();
  const bool is_recursive = (mutex->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE_NP;
  if (is_recursive && mutex->__data.__lock != 0 && mutex->__data.__owner == self()) {
    ++mutex->__data.__count;
    return 0;
  }
  if (scheduler != nullptr) scheduler->maybe_switch();
  while (mutex->__data.__lock != 0) {
    if (self() == 0) std::abort();  // nobody would ever give it back
    ++mutex->__data.__nusers;
    scheduler->sleep_on(mutex, std::nullopt);
    --mutex->__data.__nusers;
  }
  take(mutex);
  return 0;
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  if (auto* const scheduler = Scheduler::running()) scheduler->maybe_switch();
  if (mutex->__data.__lock != 0) return EBUSY;
  take(mutex);
  return 0;
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  if (mutex->__data.__count > 1) {
    --mutex->__data.__count;
    return 0;
  }
  let_go(mutex);
  if (auto* const scheduler = Scheduler::running()) scheduler->maybe_switch();
  return 0;
}

// --- conditions

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  return wait_for_condition(condition, mutex, std::nullopt);
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* until) {
  return wait_for_condition(condition, mutex, in_run(clock, *until));
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const timespec* until) {
  return wait_for_condition(condition, mutex, in_run(CLOCK_REALTIME, *until));
}

int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  if (auto* const scheduler = Scheduler::running()) scheduler->wake_one(condition);
  return 0;
}

int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  if (auto* const scheduler = Scheduler::running()) scheduler->wake_all(condition);
  return 0;
}

int pthread_cond_destroy(pthread_cond_t* /*condition*/) noexcept { return 0; }

// --- threads

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*),
                   void* argument) noexcept {
  auto* const scheduler = Scheduler::running();
  if (scheduler == nullptr) {
    return real<decltype(&pthread_create)>("pthread_create")(thread, attributes, body, argument);
  }
  *thread = scheduler->start(scheduler->process(), scheduler->name() + "'s thread",
                             [body, argument] { body(argument); });
  return 0;
}

int pthread_join(pthread_t thread, void** /*result*/) {
  if (auto* const scheduler = Scheduler::running()) scheduler->join(thread);
  return 0;
}

pthread_t pthread_self() noexcept {
  constexpr pthread_t kOutside = ~pthread_t{0};
  auto* const scheduler = Scheduler::running();
  return scheduler != nullptr && scheduler->number() != 0 ? scheduler->number() : kOutside;
}

int sched_yield() noexcept {
  if (auto* const scheduler = Scheduler::running()) scheduler->give_way();
  return 0;
}

// --- time

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  auto* const scheduler = Scheduler::running();
  if (scheduler == nullptr) {
    static const auto the_real = real<decltype(&clock_gettime)>("clock_gettime");
    return the_real(clock, time);
  }
  const Time now = scheduler->now() + (is_steady(clock) ? kBoot : kEpoch);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now);
  *time = {.tv_sec = seconds.count(), .tv_nsec = (now - seconds).count()};
  return 0;
}

int nanosleep(const timespec* length, timespec* rest) {
  auto* const scheduler = Scheduler::running();
  if (scheduler == nullptr) return real<decltype(&nanosleep)>("nanosleep")(length, rest);
  scheduler->sleep_for(duration_of(*length));
  return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* length, timespec* /*rest*/) {
  auto* const scheduler = Scheduler::running();
  if (scheduler == nullptr) std::abort();  // nobody does
  if ((flags & TIMER_ABSTIME) != 0) {
    scheduler->sleep_until(in_run(clock, *length));
  } else {
    scheduler->sleep_for(duration_of(*length));
  }
  return 0;
}

// --- futexes, which the C++ library's semaphores and waits for atomics are made of

long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  long words[6];
  for (long& word : words) word = va_arg(list, long);
  va_end(list);
  auto* const scheduler = Scheduler::running();
  if (number != SYS_futex || scheduler == nullptr) {
    return real<decltype(&syscall)>("syscall")(number, words[0], words[1], words[2], words[3],
                                               words[4], words[5]);
  }
  auto* const address = reinterpret_cast<int*>(words[0]);
  const int command = static_cast<int>(words[1]) & FUTEX_CMD_MASK;  // the rest may be anything
  if (command == FUTEX_WAKE) {
    scheduler->wake_all(address);
  } else if (__atomic_load_n(address, __ATOMIC_SEQ_CST) == static_cast<int>(words[2])) {
    std::optional<Time> until;
    const auto* const length = reinterpret_cast<const timespec*>(words[3]);
    if (length != nullptr) until = scheduler->now() + duration_of(*length);
    if (scheduler->sleep_on(address, until) == Wake::woken) return 0;
    errno = ETIMEDOUT;
    return -1;
  }
  return 0;
}

}  // extern "C"
