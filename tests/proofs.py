"""Collects `@pytest.mark.proves(...)` for docs/behaviours.md (`make behaviours`)."""

import json
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proofs", default=None, help="write which test proves which id to this file")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        kinds = {"unit", "integration", "e2e", "slow"} & {mark.name for mark in item.iter_markers()}
        if not kinds:
            needs_engines = {"db", "layer"} & set(getattr(item, "fixturenames", ()))
            item.add_marker("integration" if needs_engines else "unit")
    target = config.getoption("--proofs")
    if target:
        proofs: dict[str, list[str]] = {}
        for item in items:
            for mark in item.iter_markers("proves"):
                for proven in mark.args:
                    proofs.setdefault(proven, []).append(item.nodeid)
        Path(target).write_text(json.dumps(proofs, indent=1, sort_keys=True), encoding="utf-8")
