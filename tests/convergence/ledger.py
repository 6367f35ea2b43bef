"""What people typed and what became of it, kept beside the form and compared at rest."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.convergence.reference import Logged, Person, ReferenceForm


@dataclass
class Sent:
    """An edit that left a screen, and the last answer that screen heard."""

    screen: int
    person: Person
    key: str
    text: str
    answer: dict[str, Any] | None = None


@dataclass
class Ledger:
    """All texts are different, so that each can be followed."""

    form: ReferenceForm
    ops: dict[str, Sent] = field(default_factory=dict)
    # (screen, key) to the last text typed there
    last: dict[tuple[int, str], str] = field(default_factory=dict)
    # (screen, key, text) to the revision of that field the person had before their eyes
    seen: dict[tuple[int, str, str], int] = field(default_factory=dict)
    # (screen, key) to the two values of the chip that is shown, or was last
    chips: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    shown: dict[tuple[int, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    counts: Counter[str] = field(default_factory=Counter)

    def typed(self, screen: int, key: str, text: str, revision: int) -> None:
        self.last[screen, key] = text
        self.seen[screen, key, text] = revision
        self.counts["typed"] += 1

    def settled(self, screen: int, key: str, text: str, revision: int, *, already: bool) -> None:
        """One of two values was chosen; if it stands in the form already, nothing is sent."""
        self.counts["chosen"] += 1
        self.last.pop((screen, key), None)
        if not already:
            self.last[screen, key] = text
            self.seen[screen, key, text] = revision

    def sent(self, screen: int, person: Person, frame: dict[str, Any]) -> None:
        op = frame["op"]
        if op in self.ops:
            self.counts["sent again"] += 1
            assert (self.ops[op].key, self.ops[op].text) == (frame["field"], frame["value"])
        else:
            self.ops[op] = Sent(screen, person, frame["field"], frame["value"])

    def chip(self, screen: int, key: str, theirs: str | None, mine: str | None) -> None:
        if theirs is None or mine is None:
            self.chips.pop((screen, key), None)
            return
        self.chips[screen, key] = (theirs, mine)
        self.shown[screen, key] |= {theirs, mine}
        self.counts["chips"] += 1

    def forget_chips(self, screen: int) -> None:
        for place in [place for place in self.chips if place[0] == screen]:
            del self.chips[place]

    def answered(self, op: str, frame: dict[str, Any]) -> None:
        """An answer reached the screen; later ones to the same op must say the same."""
        sent = self.ops[op]
        if sent.answer is None:
            sent.answer = frame
            self.counts["refused" if "code" in frame else "acknowledged"] += 1

    # -- at rest ---------------------------------------------------------------------------

    def check(self, views: list[dict[str, Any]]) -> None:
        applied = Counter(edit.op for edit in self.form.log)
        assert max(applied.values(), default=1) == 1, "an edit was applied twice"
        revisions = [edit.revision for edit in self.form.log]
        assert revisions == list(range(1, self.form.revision + 1)), "a gap in the revisions"
        log = {edit.op: edit for edit in self.form.log}
        for op, sent in self.ops.items():
            self._check_fate(op, sent, log.get(op))
        self._check_last(views)
        for edit in self.form.log:
            self._check_loser(edit)

    def _check_fate(self, op: str, sent: Sent, edit: Logged | None) -> None:
        """Each edit that left a screen was answered; an acknowledged one is in the log."""
        answer = sent.answer
        assert answer is not None, f"{op} was never answered"
        if "code" in answer:
            assert edit is None, f"{op} was refused and applied"
        elif "unchanged" not in answer:
            assert edit is not None, f"{op} was acknowledged and lost"
            assert (edit.revision, edit.value) == (answer["revision"], answer["value"])

    def _check_last(self, views: list[dict[str, Any]]) -> None:
        """The last text in each box was sent, or stands there, or waits with an error."""
        sent = {(one.screen, one.key, one.text) for one in self.ops.values()}
        for (screen, key), text in self.last.items():
            box = views[screen]["fields"][key]
            assert (screen, key, text) in sent or box["text"] == text, f"{text!r} of {key} vanished"

    def _check_loser(self, edit: Logged) -> None:
        """Whoever replaced a value unseen, or whose value was, had both before their eyes."""
        earlier = [e for e in self.form.log if e.field == edit.field and e.revision < edit.revision]
        loser = earlier[-1] if earlier else None
        if loser is None or loser.author == edit.author or "" in (loser.value, edit.value):
            return
        writer = self.ops[edit.op]
        seen = self.seen.get((writer.screen, edit.field, writer.text), loser.revision)
        if seen >= loser.revision or loser.value == edit.value:
            return
        self.counts["losers"] += 1
        sides = [writer.screen, self.ops[loser.op].screen]
        shown = set().union(*[self.shown[side, edit.field] for side in sides])
        assert loser.value in shown, f"{loser.value!r} was replaced by {edit.value!r} unseen"
