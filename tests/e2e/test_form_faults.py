"""Both sides type while web nodes are killed and Valkey is emptied: nothing acknowledged is lost."""

import time
from collections import Counter

import psycopg
import pytest
import redis

from orders.digest import form_digest
from tests.e2e.browsers import until
from tests.e2e.conftest import SETTINGS
from tests.e2e.faults import People
from tests.e2e.rig import Rig
from tests.e2e.test_two_nodes import AGENTS

KEYS = ["content", "note", "address.city", "contact.name"]
PATIENCE = 30
# Every acknowledgement is kept as the page's own client gets it.
LISTEN = """() => {
  const { formSocket } = window.__visavis;
  const ask = formSocket.request.bind(formSocket);
  const acked = [];
  window.__acked = acked;
  formSocket.request = async (type, data, options) => {
    const reply = await ask(type, data, options);
    if (type === 'form.edit' && !reply.unchanged) {
      acked.push({ op: data.op, field: data.field, value: reply.value, revision: reply.revision });
    }
    return reply;
  };
}"""
TYPE = """([keys, who]) => {
  let count = 0;
  window.__typing = setInterval(() => {
    count += 1;
    window.__visavis.form.edit(keys[count % keys.length], `${who} ${count}`);
  }, 60);
}"""
SHOWS = """async () => {
  const { form } = window.__visavis;
  if (form.outbox.size > 0) return null;
  return { revision: form.watch.revision, digest: (await form.shown()).digest };
}"""


@pytest.fixture(scope="module")
def site():
    rig = Rig("e2e-nodes", SETTINGS, nodes=2)
    rig.start()
    yield rig
    rig.stop()


@pytest.fixture(scope="module")
def people(playwright, tmp_path_factory):
    found = People(playwright, tmp_path_factory.mktemp("cameras"))
    yield found
    found.close()


@pytest.fixture
def meeting(site, people):
    with people.in_call(site.url, agents=AGENTS) as found:
        for side in found.sides:
            until(side.page, lambda s=side: s.page.evaluate("window.__visavis.form?.ready"))
            side.page.evaluate(LISTEN)
        yield found


def acked(side) -> list[dict]:
    return side.page.evaluate("window.__acked")


def type_on(meeting) -> None:
    for side in meeting.sides:
        side.page.evaluate(TYPE, [KEYS, type(side).__name__])


def stop(meeting) -> None:
    for side in meeting.sides:
        side.page.evaluate("clearInterval(window.__typing)")


def more(meeting, by: int = 15) -> None:
    """Wait until either side got that many more edits acknowledged."""
    before = [len(acked(side)) for side in meeting.sides]
    for side, had in zip(meeting.sides, before, strict=True):
        until(side.page, lambda s=side, h=had: len(acked(s)) >= h + by, seconds=60, what="edits")


def form_of(site, call: str) -> dict:
    """Form and log as PostgreSQL has them."""
    with psycopg.connect(site.parts.addresses.owner) as owner:
        owner.execute("SET ROLE r_operator")
        found = owner.execute(
            "SELECT f.id, f.code, f.revision, f.currency, f.fields FROM orders_orderform f"
            " JOIN calls_call c ON c.id = f.call_id WHERE c.code = %s",
            [call],
        ).fetchone()
        log = owner.execute(
            "SELECT revision, op, field, value FROM orders_formedit WHERE form_id = %s"
            " ORDER BY revision",
            [found[0]],
        ).fetchall()
    values = {key: cell["value"] for key, cell in found[4].items() if cell["value"]}
    digest = form_digest(code=found[1], revision=found[2], currency=found[3], values=values)
    return {"revision": found[2], "digest": digest, "log": log}


def at_rest(site, meeting) -> float:
    """Wait until both screens and the server show the same; returns after how many seconds."""
    since = time.monotonic()

    def same() -> bool:
        stands = form_of(site, meeting.call)
        wanted = {"revision": stands["revision"], "digest": stands["digest"]}
        return all(side.page.evaluate(SHOWS) == wanted for side in meeting.sides)

    until(meeting.customer.page, same, seconds=PATIENCE, what="the same form on both sides")
    return time.monotonic() - since


def nothing_lost(site, meeting) -> int:
    """Each acknowledged edit is in the log, once, as it was acknowledged."""
    log = form_of(site, meeting.call)["log"]
    assert [row[0] for row in log] == list(range(1, len(log) + 1))
    assert max(Counter(row[1] for row in log).values()) == 1
    by_op = {op: (revision, field, value) for revision, op, field, value in log}
    edits = [edit for side in meeting.sides for edit in acked(side)]
    for edit in edits:
        assert by_op[edit["op"]] == (edit["revision"], edit["field"], edit["value"])
    return len(edits)


@pytest.mark.proves("INV-F1", "INV-F2", "INV-F4", "INV-F5", "INV-F6", "INV-X1", "C16")
def test_edits_survive_each_node_being_killed_and_valkey_being_emptied(site, meeting):
    type_on(meeting)
    more(meeting)
    for number in (1, 2):
        site.kill_node(number)
        more(meeting)
        site.start_node(number)
        more(meeting)
        emptied(site)
        more(meeting)
    stop(meeting)
    seconds = at_rest(site, meeting)
    print(f"{nothing_lost(site, meeting)} acknowledged, 0 lost, the same after {seconds:.1f} s")


@pytest.mark.proves("INV-F11", "INV-X4")
def test_both_sides_are_the_same_soon_after_valkey_was_emptied_under_open_sockets(site, meeting):
    type_on(meeting)
    more(meeting)
    emptied(site)
    stop(meeting)
    seconds = at_rest(site, meeting)
    nothing_lost(site, meeting)
    print(f"emptied while typing: the same after {seconds:.1f} s")


def emptied(site) -> None:
    with redis.Redis.from_url(site._servers.redis_url) as valkey:
        valkey.flushall()
