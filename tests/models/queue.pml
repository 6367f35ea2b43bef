/* One member, one who talks already, and two more callers: the queue of `calls.services.queue`.

   - A request looks at the rows first. Where it would wait, it takes the merchant's lock and looks
     again before it joins; where somebody is free and nobody waits, it rings without the lock.
   - Whenever a member may have become free, the queue is woken after commit: under the same lock
     the first caller rings, if there is a free member for whom nobody rings yet.
   - A wake-up may be lost, because its node died between commit and there. The sweep does the same
     from time to time.

   Asserted: nobody is promised twice by the queue, first come first served; and at rest nobody
   waits while the member is free (C2). Controls: -DNO_LOCK, -DNO_SWEEP. */

mtype = { away, queued, ringing, talking, over };

#define CALLS 3
#define waits(c) (state[c] == queued)
#define rings(c) (state[c] == ringing)
#define talks(c) (state[c] == talking)
#define is_free (!talks(0) && !talks(1) && !talks(2))
#define anybody_waits (waits(1) || waits(2))
#define anybody_rings (rings(1) || rings(2))

#ifdef NO_LOCK
#define LOCK skip
#define UNLOCK skip
#else
#define LOCK atomic { !locked -> locked = true }
#define UNLOCK locked = false
#endif

mtype state[CALLS] = away;
byte place[CALLS] = 0;
byte next_place = 1;
byte promised = 0; /* how many ring now because the queue called them */
bool was_promised[CALLS] = false;
bool locked = false;

inline finish(c) {
    d_step {
        state[c] = over;
        if
        :: was_promised[c] -> was_promised[c] = false; promised--
        :: else
        fi
    }
}

/* The first in line; whoever is being ended this moment is passed over. */
inline call_next() {
    LOCK;
    chosen = 0;
    if
    :: is_free && !anybody_rings && anybody_waits ->
        if
        :: waits(1) && (!waits(2) || place[1] < place[2]) -> chosen = 1
        :: else -> chosen = 2
        fi
    :: else
    fi;
    if
    :: atomic {
        chosen && waits(chosen) ->
        assert(promised == 0);
        assert(!(waits(3 - chosen) && place[3 - chosen] < place[chosen]));
        state[chosen] = ringing;
        was_promised[chosen] = true;
        promised++
    }
    :: else
    fi;
    chosen = 0;
    UNLOCK
}

/* After commit, or never. */
inline wake() {
    if
    :: call_next()
    :: true /* its node died */
    fi
}

proctype Caller(byte me) {
    byte chosen = 0;

    if
    :: is_free && !anybody_waits -> state[me] = ringing; goto placed
    :: !is_free || anybody_waits
    fi;
    LOCK;
    if
    :: atomic { is_free && !anybody_waits -> state[me] = ringing }
    :: atomic { else -> state[me] = queued; place[me] = next_place; next_place++ }
    fi;
    UNLOCK;
    wake();

placed:
    if
    :: atomic { waits(me) || rings(me) -> finish(me) }; wake() /* gives up */
    :: true
    fi
}

inline decide() {
    if
    :: atomic {
        rings(c) ->
        if
        :: was_promised[c] -> was_promised[c] = false; promised--
        :: else
        fi;
        state[c] = talking
    };
        finish(c);
        wake()
    :: atomic { rings(c) -> finish(c) }; wake() /* not answered */
    :: else /* just gone */
    fi;
    c = 0
}

/* Ends the first talk; answers whoever rings and talks a while, or lets it ring until it is over. */
proctype Member() {
    byte chosen = 0;
    byte c;

    finish(0);
    wake();
end: do
    :: atomic { is_free && rings(1) -> c = 1 }; decide()
    :: atomic { is_free && rings(2) -> c = 2 }; decide()
    od
}

proctype Sweep() {
    byte chosen = 0;

end: do
    :: anybody_waits && is_free && !anybody_rings -> call_next()
    od
}

/* Nothing more can happen. */
proctype Rest() {
    timeout -> assert(!anybody_waits)
}

init {
    atomic {
        state[0] = talking;
        run Caller(1);
        run Caller(2);
        run Member();
        run Rest();
#ifndef NO_SWEEP
        run Sweep();
#endif
    }
}
