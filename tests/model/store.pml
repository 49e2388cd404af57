// SPDX-License-Identifier: Apache-2.0
// How a peak is raised: under a lock, read, then a temporary file, then its new name. Each writer may
// be killed at every step; the kernel then drops its lock.
//
// Checked: the file is never torn, and never says less than what a writer was told is saved.
// NO_LOCK leaves out the lock, NO_TEMPORARY writes into the file itself: both must fail.

#define WRITERS 3
#define TORN 99

byte file = 0;         // what a reader finds
byte temporary = 0;    // zero: not there
byte acknowledged = 0;
byte lock = 0;

#define MAY_DIE  if :: true -> goto killed :: true fi

inline check_file() { assert(file != TORN && file >= acknowledged) }

proctype Writer(byte self; byte peak) {
  byte known;
#ifndef NO_LOCK
  atomic { lock == 0 -> lock = self }
#endif
  MAY_DIE;
  known = file;
  MAY_DIE;
  if
  :: peak > known ->
#ifndef NO_TEMPORARY
       temporary = TORN;  // emptied, and written in part
       MAY_DIE;
       // Without a lock another one may have renamed it: this one writes into what is the file now.
       atomic { if :: temporary != 0 -> temporary = peak :: else -> file = peak fi; check_file() }
       MAY_DIE;
       atomic {
         if :: temporary != 0 -> file = temporary; temporary = 0 :: else fi;
         check_file()
       }
#else
       atomic { file = TORN; check_file() }
       MAY_DIE;
       file = peak;
#endif
       MAY_DIE
  :: else
  fi;
  atomic {
    if :: peak > acknowledged -> acknowledged = peak :: else fi;
    check_file()
  }
killed:
  atomic { if :: lock == self -> lock = 0 :: else fi }
}

init {
  atomic { run Writer(1, 1); run Writer(2, 2); run Writer(3, 3) }
}
