/* One ring: two desks on two nodes, the customer, the clock, and a sweeper on either node.

   What the code does, and how it is written down here:
   - `calls.services.door.locked_call` holds the row for the length of a transaction: what stands
     between BEGIN and COMMIT is one atomic step. With -DNO_GUARD others may come in between.
   - Announcements leave at commit. A socket's copy arrives at any later time, in any order, or
     never; until then it is flying.
   - A heartbeat reads the row and repairs the screen in two steps, so that it too can be stale.
     -DNO_HEARTBEAT leaves it out, -DNO_SWEEP the sweepers; -DONLY_ANSWERS all but two answers.
   - A node may die at any moment, and its sweeper with it; clicks may be lost on their way.
   - Anybody may click at any moment, whatever the screen shows: a screen is no guard. So screens
     change nothing, and it is enough to watch one of them in each run of the model. Which one, a
     desk's or the customer's, is chosen at the start; spin tries both.

   Asserted: one terminal state (INV-C1), one winner (INV-C3), no answer after the grace (INV-C2);
   and at rest, when nothing more can happen, the ring has ended and the screen says what the row
   says, so that both desks are silent (INV-C5). That every run comes to rest is checked as well:
   there is no cycle. Run by tests/models/test_spin.py, which also runs the controls. */

mtype = { ringing, accepted, completed, failed, declined, missed, cancelled };

#define NOBODY 9
#define ended(state) (state != ringing && state != accepted)

#ifdef NO_GUARD
#define BEGIN
#define COMMIT
#else
#define BEGIN atomic {
#define COMMIT }
#endif

mtype row = ringing;
byte ends = 0;
byte winner = NOBODY;
byte nodes = 2;
bool due = false, late = false, drops;

bool of_customer;
mtype screen = ringing;
bool flying_rang = true, flying_answered = false, flying_over = false;

inline finish(state) {
    d_step {
        assert(ends == 0);
        row = state;
        ends++;
        flying_over = true
    }
}

/* A terminal move, whoever makes it; from any other state it is refused. */
inline end_from(current, state) {
    BEGIN
        read = row;
        if
        :: read == current -> finish(state)
        :: else
        fi;
        read = 0
    COMMIT
}

inline answer() {
    BEGIN
        read = row;
        if
        :: read == ringing && !late ->
            d_step {
                assert(winner == NOBODY);
                assert(ends == 0);
                assert(!late);
                row = accepted;
                winner = me;
                flying_answered = true
            }
        :: else /* taken, over, or too late */
        fi;
        read = 0
    COMMIT
}

proctype Desk(byte me) {
    mtype read = 0;

#ifdef ONLY_ANSWERS
    answer()
#else
    if
    :: answer();
        if
        :: winner == me -> end_from(accepted, completed) /* hangs up, some time */
        :: true
        fi
    :: end_from(ringing, declined)
    :: true /* nobody sits there */
    fi
#endif
}

proctype Customer() {
    mtype read = 0;

    if
    :: end_from(ringing, cancelled)
    :: end_from(accepted, completed)
    :: true
    fi
}

/* The clock makes a ring due; a call of which both sides are lost drops. One node stays alive. */
proctype Sweeper() {
    mtype read = 0;

end: do
    :: due && row == ringing -> end_from(ringing, missed)
    :: drops && row == accepted -> end_from(accepted, failed)
    :: atomic { nodes == 2 && !ended(row) -> nodes = 1; break }
    :: ended(row) -> break
    od
}

/* What a socket does with announcements: whichever comes, it believes. A copy may be lost. */
proctype Ear() {
end: do
    :: atomic { flying_rang -> flying_rang = false; screen = ringing }
    :: atomic { flying_answered -> flying_answered = false; screen = accepted }
    :: atomic { flying_over -> flying_over = false; screen = row }
    :: atomic { flying_rang -> flying_rang = false }
    :: atomic { flying_answered -> flying_answered = false }
    :: atomic { flying_over -> flying_over = false }
    od
}

/* An ended call stays ended, so a call screen that shows an end is not looked at again; a desk
   always compares what rings with the rows. */
proctype Heart() {
    mtype read = 0;

end: do
    :: screen != row && !(of_customer && ended(screen)) ->
        read = row;
        atomic { screen = read; read = 0 }
    od
}

proctype Clock() {
    due = true;
    late = true
}

/* Nothing more can happen. */
proctype Rest() {
    timeout ->
        assert(row != ringing);
        assert(screen == row)
}

init {
    atomic {
        if
        :: of_customer = true
        :: of_customer = false
        fi;
        if
        :: drops = true
        :: drops = false
        fi;
        run Desk(0);
        run Desk(1);
#ifndef ONLY_ANSWERS
        run Customer();
        run Clock();
        run Ear();
        run Rest();
#endif
#ifndef NO_SWEEP
        run Sweeper();
        run Sweeper();
#endif
#ifndef NO_HEARTBEAT
        run Heart();
#endif
    }
}
