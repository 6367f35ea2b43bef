"""State folders, locks and ports."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.launcher import keys, ports
from marketplace.launcher.errors import AlreadyRunningError, LauncherError
from marketplace.launcher.holding import Held
from marketplace.launcher.places import LONGEST_RUN_FOLDER, ROOT, Places
from tests.launcher.conftest import QUIET


def test_run_folder_is_inside_the_state_where_the_path_is_short() -> None:
    assert Places(Path("/srv/visavis")).run == Path("/srv/visavis/run")


@pytest.mark.parametrize("name", ["x" * 90, "a,b", "with space", "größe"])
def test_run_folder_is_elsewhere_where_sockets_would_fail(name: str) -> None:
    run = Places(Path("/srv") / name).run
    assert not str(run).startswith("/srv")
    assert len(os.fsencode(run)) <= LONGEST_RUN_FOLDER


def test_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(LauncherError, match="other files"):
        Places(tmp_path).make()


def test_forget_keeps_nested_states_and_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    outer, inner = Places(tmp_path / "state"), Places(tmp_path / "state" / "test")
    outer.make()
    inner.make()
    (outer.state / "postgres").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").touch()
    outer.forget()
    Places(tmp_path / "home").forget()
    assert sorted(path.name for path in outer.state.iterdir()) == ["test"]
    assert (tmp_path / "home" / "letter.txt").exists()


def test_keys_are_made_once_and_readable_by_us_only(tmp_path: Path) -> None:
    places = Places(tmp_path / "state")
    places.make()
    first = keys.key(places, "django")
    assert keys.key(places, "django") == first
    assert keys.key(places, "app") != first
    assert places.keys.stat().st_mode & 0o777 == 0o600
    assert places.state.stat().st_mode & 0o777 == 0o700


def test_second_launcher_is_told_what_runs(tmp_path: Path, held: Held) -> None:
    held.note("http://127.0.0.1:8000")
    with pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}, http://127"):
        Held(Places(tmp_path / "state"), QUIET)


def test_port_that_is_taken_gives_way_to_the_next_free_one() -> None:
    with ports.listen(0) as taken:
        port = taken.getsockname()[1]
        with ports.listen(port) as next_one:
            assert port < next_one.getsockname()[1] < port + ports.TRIES


def test_listening_port_cannot_be_taken_before_the_server_starts() -> None:
    with ports.listen(0) as ours, socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(ours.getsockname())


def test_missing_binaries_are_told_in_one_sentence() -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from marketplace.launcher import binaries\n"
        "try: binaries.valkey()\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    command = [sys.executable, "-I", "-S", "-c", script]
    told = subprocess.run(command, env={"PATH": "/nonexistent"}, capture_output=True, text=True)
    assert told.stdout.startswith("LauncherError No Valkey or Redis 7.2"), told
