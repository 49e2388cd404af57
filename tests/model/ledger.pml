// SPDX-License-Identifier: Apache-2.0
// The ledger's protocol: several processes on one device, each of which may be killed at every step.
// The kernel drops a dead process's locks at once; the device has its memory back some time later,
// and finishes an allocation that was under way.
//
// Checked: never is more memory taken than the device has.
// NO_TOMBSTONES leaves out what the ledger does for the dead, NO_LOCK the lock that makes the look
// and the promise one step: both must fail.

#define PROCESSES 3
#define CAPACITY 2

byte promise[PROCESSES];     // the slot's record, in the file
bool is_held[PROCESSES];     // the slot's lock, in the kernel
bool is_allocating[PROCESSES];
byte memory[PROCESSES];      // what the device has given out
bool is_dying[PROCESSES];    // the driver still has to clean up behind it
byte lock = 255;             // who has the file's lock

inline check_device() {
  assert(memory[0] + memory[1] + memory[2] <= CAPACITY)
}

// The process ends here, or goes on.
#define MAY_DIE  if :: true -> goto killed :: true fi

proctype Process(byte self) {
  byte slot;
  byte sum;
again:
#ifndef NO_LOCK
  atomic { lock == 255 -> lock = self }
#endif
  MAY_DIE;
  sum = 0;
  slot = 0;
  do
  :: slot < PROCESSES ->
       if
       :: promise[slot] && is_held[slot] -> sum = sum + 1
       :: promise[slot] && !is_held[slot] ->
            // A dead one. Its grace time ends when the device has the memory back, no sooner.
            if
#ifndef NO_TOMBSTONES
            :: is_dying[slot] -> sum = sum + 1
            :: !is_dying[slot] -> promise[slot] = 0
#else
            :: promise[slot] = 0
#endif
            fi
       :: else
       fi;
       slot = slot + 1
  :: else -> break
  od;
  if
  :: sum < CAPACITY && promise[self] == 0 && !is_dying[self]
  :: else ->
       atomic { if :: lock == self -> lock = 255 :: else fi };
       goto again
  fi;
  is_held[self] = true;
  MAY_DIE;
  promise[self] = 1;
  MAY_DIE;
  atomic { if :: lock == self -> lock = 255 :: else fi };
  MAY_DIE;
  is_allocating[self] = true;
  MAY_DIE;
  atomic { is_allocating[self] = false; memory[self] = 1; check_device() }
  MAY_DIE;
  memory[self] = 0;
  MAY_DIE;
  atomic { lock == 255 -> lock = self }
  promise[self] = 0;
  MAY_DIE;
  is_held[self] = false;
  atomic { if :: lock == self -> lock = 255 :: else fi };
  goto again;

killed:
  atomic {
    is_dying[self] = true;
    is_held[self] = false;
    if :: lock == self -> lock = 255 :: else fi
  }
  !is_dying[self];
  goto again  // started anew
}

active proctype Driver() {
  byte dead;
end:
  do
  :: select (dead : 0 .. PROCESSES - 1);
     if
     :: is_dying[dead] && is_allocating[dead] ->
          atomic { is_allocating[dead] = false; memory[dead] = 1; check_device() }
     :: is_dying[dead] && !is_allocating[dead] ->
          atomic { memory[dead] = 0; is_dying[dead] = false }
     :: else
     fi
  od
}

init {
  atomic { run Process(0); run Process(1); run Process(2) }
}
