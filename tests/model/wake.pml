// SPDX-License-Identifier: Apache-2.0
// How the ledger wakes who waits: each look remembers the count of changes that it was made at, and
// who sleeps does so only while that count is the same (a futex). Whoever gives memory back counts
// and wakes.
//
// Checked: everybody who waits gets its turn; nobody sleeps for ever. No timer helps here.
// NO_COUNT lets a process sleep without comparing, NO_WAKE leaves the wake-up out: both must fail.

#define PROCESSES 3
#define ROUNDS 2

bool is_taken = false;     // room for one
byte changes = 0;
bool is_asleep[PROCESSES];
byte lock = 255;

inline take_lock() { atomic { lock == 255 -> lock = self } }
inline give_lock() { lock = 255 }
inline wake_all() {
#ifndef NO_WAKE
  d_step { is_asleep[0] = false; is_asleep[1] = false; is_asleep[2] = false }
#else
  skip
#endif
}

proctype Process(byte self) {
  byte round = 0;
  byte seen;
  do
  :: round < ROUNDS ->
       take_lock();
       seen = changes;
       if
       :: !is_taken -> is_taken = true; give_lock()
       :: else ->
            give_lock();
            // The kernel compares and sleeps in one step.
            atomic {
#ifndef NO_COUNT
              if :: changes == seen -> is_asleep[self] = true :: else fi
#else
              is_asleep[self] = true
#endif
            }
            !is_asleep[self];
            goto next
       fi;
       // ... works ...
       take_lock();
       is_taken = false;
       changes = (changes + 1) % 8;
       give_lock();
       wake_all();
       round = round + 1;
next:  skip
  :: else -> break
  od
}

init {
  atomic { run Process(0); run Process(1); run Process(2) }
}
