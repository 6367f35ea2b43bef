"""The version floor of invariants.md, section 4.3, checked without a network."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
FLOOR = {
    "django": "5.2.19",
    "djangorestframework": "3.18.3",
    "channels": "4.3.2",
    "daphne": "4.2.3",
    "autobahn": "26.10.2",
    "twisted": "26.10.0",
    "celery": "5.7.0",
    "channels-redis": "4.3.0",
    "redis": "8.1.0",
    "msgpack": "1.2.4",
    "stripe": "16.1.0",
    "psycopg": "3.3.9",
}


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


@pytest.mark.parametrize(("name", "least"), FLOOR.items())
def test_installed_and_pinned_at_or_above_the_floor(name, least):
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").lower()
    pinned = re.search(rf"^{name}(?:\[[^]]*\])?==([\w.]+)", text, re.MULTILINE)
    assert pinned, f"{name} is not pinned"
    assert numbers(pinned[1]) >= numbers(least)
    assert numbers(version(name)) >= numbers(least)


def test_every_requirement_has_a_hash():
    for name in ("requirements.txt", "requirements-embedded.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith("#")]
        assert pins
        assert all("--hash=sha256:" in line for line in pins)
