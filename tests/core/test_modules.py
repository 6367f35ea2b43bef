"""Links to the modules of a page: all of them, each once, the deepest too."""

import re
from pathlib import Path

import pytest
from django.template import engines

from marketplace.core.templatetags.modules import modules_of

ROOT = Path(__file__).parents[2]


def test_modules_of_a_page_are_found_through_every_level_each_once():
    found = modules_of(("calls/js/call-room.js",))
    assert found[0] == "calls/js/call-room.js"
    assert {"calls/js/peer-negotiation.js", "calls/js/connection-watch.js", "core/js/clock.js"} <= {
        *found
    }
    assert len(set(found)) == len(found)
    for path in found:
        assert (ROOT / path.split("/", 1)[0] / "static" / path).exists() or (
            ROOT / "marketplace/core/static" / path
        ).exists()


def test_types_named_in_comments_are_not_fetched(tmp_path):
    for path in modules_of(("calls/js/device-check.js",)):
        assert path != "calls/js/peer-link.js", "the device check has no connection"


def test_module_that_is_not_there_is_said_at_once():
    with pytest.raises(FileNotFoundError, match="no-such"):
        modules_of(("calls/js/no-such.js",))


@pytest.mark.parametrize(
    ("tag", "begins"),
    [
        ("preload_modules", '<link rel="modulepreload" href="'),
        ("prefetch_modules", '<link rel="prefetch" as="script" href="'),
    ],
)
def test_tags_write_one_link_a_module(tag, begins):
    text = f"{{% load modules %}}{{% {tag} 'calls/js/call-room.js' %}}"
    lines = engines["django"].from_string(text).render().splitlines()
    assert len(lines) == len(modules_of(("calls/js/call-room.js",)))
    assert all(line.startswith(begins) for line in lines)
    assert all(re.search(r"/[\w/-]+(\.\w+)?\.js\">$", line) for line in lines)
