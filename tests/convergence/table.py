"""Four screens, one form, and the network between them, which the test plays.

Each screen has two queues: what it sent and the server has not read, and what the server said and
the screen has not heard. A cut empties both. What is announced may get lost, come twice or overtake.
"""

from dataclasses import dataclass, field
from typing import Any

from orders.states import Role
from tests.convergence.browsers import KEYS, Browsers
from tests.convergence.ledger import Ledger
from tests.convergence.reference import Person, ReferenceForm

# two tabs of the customer, two members of the merchant
PEOPLE = (
    Person(Role.CUSTOMER, "lena"),
    Person(Role.MERCHANT, "mei"),
    Person(Role.MERCHANT, "tom"),
    Person(Role.CUSTOMER, "lena"),
)
ROUNDS = 40


@dataclass
class Said:
    """A frame on its way to a screen; `op` if it answers an edit."""

    frame: dict[str, Any]
    op: str = ""

    @property
    def is_answer(self) -> bool:
        return "id" in self.frame

    @property
    def is_whole(self) -> bool:
        return self.frame["type"] == "form.snapshot" or "fields" in self.frame


@dataclass
class Screen:
    """One screen as the network sees it."""

    number: int
    person: Person
    open: bool = False
    heard: list[dict[str, Any]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    composing: set[str] = field(default_factory=set)

    def cut(self) -> None:
        self.open = False
        self.heard.clear()
        self.said.clear()


class Table:
    """Drives the screens and serves them from one form."""

    def __init__(self, browsers: Browsers, form: ReferenceForm) -> None:
        self.browsers, self.form = browsers, form
        self.screens = [Screen(number, person) for number, person in enumerate(PEOPLE)]
        self.ledger = Ledger(form)
        self.words = 0
        self.do({"do": "begin", "roles": [person.role.value for person in PEOPLE]})
        for screen in self.screens:
            self.join(screen)

    def do(self, *commands: dict[str, Any]) -> list[Any]:
        """Let the screens do something, and take up what they say."""
        answer = self.browsers.do(commands)
        for number, frame in answer["sent"]:
            screen = self.screens[number]
            if frame["type"] == "gone":
                screen.cut()
            elif screen.open and frame["type"] != "alive":
                screen.heard.append(frame)
            if frame["type"] == "form.edit":
                self.ledger.sent(screen.number, screen.person, frame)
        for chip in answer["chips"]:
            self.ledger.chip(*chip)
        results: list[Any] = answer["results"]
        return results

    def tell(self, screen: Screen, what: str, **data: Any) -> Any:
        return self.do({"do": what, "c": screen.number, **data})[0]

    # -- people ----------------------------------------------------------------------------

    def type(self, strokes: list[tuple[Screen, str, str]]) -> None:
        """Type whole values into boxes, all at once."""
        seen = self.do(*[
            {"do": "edit", "c": screen.number, "key": key, "text": text}
            for screen, key, text in strokes
        ])  # fmt: skip
        for (screen, key, text), revision in zip(strokes, seen, strict=True):
            self.ledger.typed(screen.number, key, text, revision)

    def choose(self, screen: Screen, key: str, which: str) -> None:
        chip = self.ledger.chips.get((screen.number, key))
        revision, stands = self.tell(screen, "choose", key=key, which=which)
        if chip:
            text = chip[0 if which == "theirs" else 1]
            self.ledger.settled(screen.number, key, text, revision, already=text == stands)

    # -- network ---------------------------------------------------------------------------

    def join(self, screen: Screen) -> None:
        if not screen.open:
            self.tell(screen, "join")
            screen.open = True
            screen.said.append(Said({"type": "form.snapshot", **self.form.snapshot()}))

    def cut(self, screen: Screen) -> None:
        if screen.open:
            screen.cut()
            self.tell(screen, "cut")

    def reload(self, screen: Screen) -> None:
        self.tell(screen, "reload")
        screen.cut()
        screen.composing.clear()
        self.ledger.forget_chips(screen.number)

    def hear(self, screen: Screen, place: int = 0) -> None:
        """Deliver one frame; an earlier place is first in line. Whole snapshots never overtake."""
        if not screen.said:
            return
        place = min(place, len(screen.said) - 1)
        if any(said.is_whole for said in screen.said[: place + 1]):
            place = 0
        self._deliver(screen, [screen.said.pop(place)])

    def hear_all(self, screen: Screen, most: int = 10**6) -> None:
        """Deliver the first of them in order."""
        first, screen.said = screen.said[:most], screen.said[most:]
        self._deliver(screen, first)

    def _deliver(self, screen: Screen, frames: list[Said]) -> None:
        for said in frames:
            if said.op:
                self.ledger.answered(said.op, said.frame)
        self.do(*[{"do": "hear", "c": screen.number, "frame": said.frame} for said in frames])

    def lose(self, screen: Screen, place: int, *, answers: bool) -> None:
        """Lose one frame: an announcement, which is a hint, or an answer."""
        lost = [s for s in screen.said if s.is_answer == answers and s.frame["type"] != "form.snapshot"]  # fmt: skip
        if lost:
            screen.said.remove(lost[place % len(lost)])

    def double(self, screen: Screen, place: int) -> None:
        """The same frame twice: an announcement or an answer."""
        frames = [s for s in screen.said if not s.is_whole]
        if frames:
            screen.said.append(frames[place % len(frames)])

    def send_again(self, screen: Screen) -> None:
        """What was sent arrives twice, as through a way that repeats itself."""
        if screen.heard:
            screen.heard.append(screen.heard[0])

    # -- server ----------------------------------------------------------------------------

    def serve(self, screen: Screen, most: int = 1) -> None:
        for _ in range(min(most, len(screen.heard))):
            frame = screen.heard.pop(0)
            reply, told = self._answer(screen.person, frame)
            if told:
                for other in self.screens:
                    if other.open and other is not screen:
                        other.said.append(Said(told))
            if frame.get("id") is not None:
                kind = {"type": "error", "message": "No."} if "code" in reply else {"type": "ok"}
                op = frame.get("op", "")
                screen.said.append(Said({**reply, **kind, "id": frame["id"]}, op))

    def _answer(self, person: Person, frame: dict[str, Any]) -> tuple[dict[str, Any], dict | None]:
        match frame["type"]:
            case "form.edit":
                return self.form.edit(person, frame)
            case "form.confirm":
                reply, told = self.form.confirm(person, frame)
                if frame["revision"] == self.form.revision and "code" in reply:
                    raise AssertionError("a screen at the server's revision showed something else")
                return reply, told
            case "form.sync":
                return self.form.snapshot(), None
            case "form.focus":
                told = {"type": "form.focused", "role": person.role.value, "field": frame["field"]}
                return {}, told
            case _:
                return {}, None

    def beat(self) -> None:
        for screen in self.screens:
            if screen.open:
                screen.said.append(Said({"type": "heartbeat", **self.form.version}))

    # -- rest ------------------------------------------------------------------------------

    def rest(self) -> list[dict[str, Any]]:
        """Everybody comes back, finishes and waits; returns what each screen then shows."""
        for screen in self.screens:
            self.join(screen)
            for key in sorted(screen.composing):
                self.tell(screen, "compose", key=key, on=False)
            screen.composing.clear()
            self.tell(screen, "leave")
        for _ in range(ROUNDS):
            self.do(*[{"do": "release", "c": screen.number} for screen in self.screens])
            self.flow()
            self.beat()
            self.flow()
            self.do({"do": "pass", "ms": 600})
            self.flow()
            views = self.do(*[{"do": "view", "c": screen.number} for screen in self.screens])
            still = all(v["revision"] == self.form.revision and not v["held"] for v in views)
            if still and not any(screen.heard or screen.said for screen in self.screens):
                return views
        raise AssertionError(f"no rest: server at {self.form.revision}, screens {views}")

    def flow(self) -> None:
        """Let everything on its way arrive."""
        while any(screen.heard or screen.said for screen in self.screens):
            for screen in self.screens:
                self.serve(screen, len(screen.heard))
            for screen in self.screens:
                self.hear_all(screen)
        for screen in self.screens:
            self.join(screen)

    def check(self) -> None:
        """At rest all agree, and nothing that was typed has gone without a word."""
        views = self.rest()
        for screen, view in zip(self.screens, views, strict=True):
            assert view["digest"] == self.form.digest, f"screen {screen.number} shows another form"
            self._check_boxes(screen.number, view["fields"])
        self.ledger.check(views)

    def _check_boxes(self, number: int, fields: dict[str, Any]) -> None:
        for key in KEYS:
            box, cell = fields[key], self.form.cells.get(key)
            value = cell["value"] if cell else ""
            assert box["error"] or box["text"] == value, (number, key, box, value)
