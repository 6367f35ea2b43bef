"""The budgets of design.md, rule 10, as far as a machine can see them."""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
OURS = ("marketplace", "merchants", "calls", "orders", "payments", "tests", "bench", "templates")
HARD = {".py": 400, ".js": 400, ".css": 500, ".html": 200}


def files(*suffixes):
    for folder in OURS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in suffixes and "migrations" not in path.parts:
                yield path


def lines(path: Path) -> int:
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def test_no_file_is_over_its_hard_budget():
    over = [(lines(p), str(p.relative_to(ROOT))) for p in files(*HARD) if lines(p) > HARD[p.suffix]]
    assert over == []


def test_page_scripts_and_templates_stay_small():
    scripts = [p for p in files(".js") if "static" in p.parts and lines(p) > 250]
    templates = [p for p in files(".html") if lines(p) > 150]
    assert [str(p.relative_to(ROOT)) for p in scripts + templates] == []


def test_no_function_is_over_fifty_lines():
    over = []
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno
                if length > 50:
                    over.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert over == []


def test_top_level_holds_only_what_the_house_lists():
    allowed = {
        "marketplace",
        "merchants",
        "calls",
        "orders",
        "payments",
        "templates",
        "tests",
        "manage.py",
        "requirements.txt",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "pyproject.toml",
        "requirements-embedded.txt",
        "requirements-dev.txt",
        "package.json",
        "package-lock.json",
        "biome.json",
        "tsconfig.json",
        "docs",
        "deploy",
        "bench",
        "locale",
        "node_modules",
    }
    found = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    assert found - allowed == set()


def test_no_registry_address_is_written_anywhere():
    names = ["registry." + "npmjs", "pypi." + "org", "files.python" + "hosted", "deb." + "debian"]
    hits = []
    for path in [*ROOT.glob("*"), *ROOT.glob(".ci/*"), *files(".py", ".js", ".css", ".html")]:
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="ignore")
            hits += [f"{path.name}: {name}" for name in names if name in text]
    assert hits == []
