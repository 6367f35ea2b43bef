"""What people and the network may do to one form, in any order."""

from collections import Counter
from itertools import product
from random import Random
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.convergence.browsers import KEYS, Browsers
from tests.convergence.reference import ReferenceForm
from tests.convergence.table import PEOPLE, Screen, Table

screens = st.integers(0, len(PEOPLE) - 1)
keys = st.sampled_from(KEYS)
strokes = st.lists(st.tuples(screens, keys, st.integers(0, 9)), min_size=6, max_size=24)
places = st.integers(0, 3)
ACTS = ("go_into", "leave", "compose", "choose", "choose", "choose", "hold_back", "confirm")
acts = st.lists(
    st.tuples(st.sampled_from(ACTS), screens, keys, st.integers(0, 2)), min_size=1, max_size=8
)
MOVES = (
    "serve",
    "serve",
    "serve",
    "hear",
    "hear",
    "hear",
    "overtake",
    "overtake",
    "lose",
    "double",
    "send again",
    "beat",
    "cut",
    "join",
    "join",
    "reload",
)
PLACES = list(product(range(len(PEOPLE)), KEYS))
moves = st.lists(st.tuples(st.sampled_from(MOVES), screens, places), min_size=4, max_size=24)


class FormMachine(RuleBasedStateMachine):
    """Draws actions for the screens of one form; when it ends, all come to rest and are compared."""

    browsers: ClassVar[Browsers]
    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(self.browsers, self.form())
        self.words = 0

    def form(self) -> ReferenceForm:
        return ReferenceForm()

    def text(self, key: str, kind: int) -> str:
        """A text nobody typed before; now and then one that is refused."""
        self.words += 1
        if key == "price":
            return f"{self.words}.00" if kind else f"{self.words}.001"
        if key == "contact.email":
            return f"lena{self.words}@example.org" if kind else f"lena {self.words}"
        return f"{key} {self.words}"

    def screen(self, number: int) -> Screen:
        return self.table.screens[number]

    # -- people ----------------------------------------------------------------------------

    @rule(strokes=strokes)
    def type(self, strokes):
        self.table.type([(self.screen(n), key, self.text(key, kind)) for n, key, kind in strokes])
        self.table.do({"do": "pass", "ms": 130})

    @rule(acts=acts)
    def act(self, acts):
        for what, number, key, choice in acts:
            getattr(self, what)(self.screen(number), key, choice)

    def go_into(self, screen, key, choice):
        self.table.tell(screen, "leave")
        self.table.tell(screen, "focus", key=key)

    def leave(self, screen, key, choice):
        self.table.tell(screen, "leave")
        screen.composing.clear()

    def compose(self, screen, key, choice):
        on = choice > 0
        self.table.tell(screen, "focus", key=key)
        self.table.tell(screen, "compose", key=key, on=on)
        (screen.composing.add if on else screen.composing.discard)(key)
        self.table.type([(screen, key, self.text(key, 1))])

    def choose(self, screen, key, choice):
        self.table.choose(screen, key, "mine" if choice else "theirs")

    def hold_back(self, screen, key, choice):
        self.table.tell(screen, "mode", key=key, mode=["live", "leave", "send"][choice])

    def confirm(self, screen, key, choice):
        self.table.tell(screen, "confirm")

    # -- network and clock -----------------------------------------------------------------

    def move_one(self, what: str, screen: Screen, place: int) -> None:
        table = self.table
        ways = {
            "serve": lambda: table.serve(screen, 6),
            "hear": lambda: table.hear_all(screen, 6),
            "overtake": lambda: table.hear(screen, place),
            "lose": lambda: table.lose(screen, place, answers=place == 0),
            "double": lambda: table.double(screen, place),
            "send again": lambda: table.send_again(screen),
            "beat": table.beat,
            "cut": lambda: table.cut(screen),
            "join": lambda: table.join(screen),
            "reload": lambda: table.reload(screen),
        }
        ways[what]()

    @rule(moves=moves, ms=st.sampled_from([0, 0, 50, 500, 1100]))
    def move(self, moves, ms):
        for what, number, place in moves:
            self.move_one(what, self.screen(number), place)
        if ms:
            self.table.do({"do": "pass", "ms": ms})

    @rule(seed=st.integers(0, 2**32))
    def rush(self, seed):
        """Everybody types at once while frames come and go; drawn as one number, so many are cheap."""
        chance = Random(seed)
        for _ in range(6):
            places = chance.sample(PLACES, 12)
            self.table.type([(self.screen(n), key, self.text(key, 1)) for n, key in places])
            self.table.do({"do": "pass", "ms": 130})
            for screen in chance.sample(self.table.screens, 4):
                self.table.serve(screen, chance.randrange(9))
                if chance.random() < 0.2:
                    self.table.lose(screen, chance.randrange(99), answers=chance.random() < 0.3)
                self.table.hear_all(screen, chance.randrange(25))
            if chance.random() < 0.1:
                self.table.cut(chance.choice(self.table.screens))

    @rule(number=screens, key=keys, deaf=screens)
    def one_edit_unheard(self, number, key, deaf):
        """A single edit whose announcement one screen never gets, and nothing after it."""
        self.table.flow()
        self.table.type([(self.screen(number), key, self.text(key, 1))])
        self.table.do({"do": "pass", "ms": 130})
        self.table.serve(self.screen(number), 9)
        self.table.lose(self.screen(deaf), 0, answers=False)

    @rule(number=screens, key=keys, other=screens)
    def typed_into_a_page_that_just_came_back(self, number, key, other):
        """Typed before the form has arrived again, while somebody else writes into the same box."""
        screen = self.screen(number)
        self.table.cut(screen)
        self.table.reload(screen)
        self.table.type([(screen, key, self.text(key, 1))])
        self.table.type([(self.screen(other), key, self.text(key, 1))])
        self.table.do({"do": "pass", "ms": 130})
        self.table.serve(self.screen(other), 9)

    @rule()
    def everything_arrives(self):
        self.table.flow()

    # -- what must hold --------------------------------------------------------------------

    def teardown(self):
        self.table.check()
        self.seen.update(self.table.ledger.counts)
        self.seen["applied"] += self.table.form.revision
