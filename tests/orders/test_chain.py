"""The chain of the deal record: it holds, and every change of an entry breaks it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.chain import START, Entry, actor_digest, digest_of, fault_of, value_digest


def chain(*kinds: str) -> list[Entry]:
    entries, previous = [], START
    for number, kind in enumerate(kinds, 1):
        entry = Entry(
            form="f1",
            number=number,
            kind=kind,
            role="merchant",
            actor="a",
            actor_name="Mei",
            at="2026-11-22T10:00:00.000000Z",
            data={"revision": number, "edits": [[number, "note", "customer", "t", "d"]]},
            previous=previous,
        ).sealed()
        entries.append(entry)
        previous = entry.digest
    return entries


WHOLE = chain("opened", "confirmed", "confirmed", "ordered", "paid")


@pytest.mark.proves("INV-O9")
def test_whole_chain_holds():
    assert fault_of(WHOLE) is None
    assert fault_of([]) is None


@pytest.mark.proves("INV-O9")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("form", "f2"),
        ("kind", "refused"),
        ("role", "customer"),
        ("actor", "b"),
        ("actor_name", "Lena"),
        ("at", "2026-11-22T10:00:01.000000Z"),
        ("data", {"revision": 2, "edits": []}),
        ("digest", "f" * 64),
    ],
)
@pytest.mark.parametrize("place", range(5))
def test_any_part_of_any_entry_that_changes_is_found_there(place, field, value):
    changed = [*WHOLE]
    changed[place] = replace(changed[place], **{field: value})
    fault = fault_of(changed)
    assert (fault.number, fault.why) == (place + 1, "entry_changed")


@pytest.mark.proves("INV-O9")
@pytest.mark.parametrize("place", range(4))
def test_entry_taken_out_is_found(place):
    assert fault_of(WHOLE[:place] + WHOLE[place + 1 :]).why == "entry_missing"


@pytest.mark.proves("INV-O9")
@pytest.mark.parametrize("place", range(4))
def test_entry_sealed_anew_breaks_the_link_of_the_next(place):
    changed = [*WHOLE]
    changed[place] = replace(changed[place], actor_name="Eve").sealed()
    fault = fault_of(changed)
    assert (fault.number, fault.why) == (place + 2, "chain_broken")


def test_without_the_digest_of_the_one_before_a_new_seal_passes_control():
    """Control: entries that do not name the one before hide a change sealed anew."""
    loose = [replace(entry, previous=START).sealed() for entry in WHOLE]
    loose[1] = replace(loose[1], actor_name="Eve").sealed()
    assert all(entry.digest == digest_of(entry) for entry in loose)


@given(
    salt=st.text(min_size=1),
    one=st.tuples(st.integers(0, 9), st.text(max_size=5), st.text(max_size=9)),
    two=st.tuples(st.integers(0, 9), st.text(max_size=5), st.text(max_size=9)),
)
def test_different_values_or_places_have_different_digests(salt, one, two):
    def digest(place):
        return value_digest(salt, revision=place[0], field=place[1], value=place[2])

    assert (digest(one) == digest(two)) == (one == two)


def test_nobody_has_no_digest():
    assert actor_digest("s", None) == ""
    assert actor_digest("s", "x") != actor_digest("t", "x")
