"""As whom the children run, and that they end with the launcher.

postgres refuses root, and initdb a user without a name (containers have those). In a user namespace
our uid is shown as an ordinary one while the files stay ours; where user namespaces are forbidden
(most containers) root runs it as `nobody`.
"""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from marketplace.launcher.errors import LauncherError

STARTER = Path(__file__).with_name("starter.py")
LINUX = sys.platform.startswith("linux")


@dataclass(frozen=True)
class Account:
    """A user and group to run as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Privileges:
    """As whom a child runs: as we do, in a user namespace as `shown_uid`, or as another account."""

    shown_uid: int | None = None
    account: Account | None = None


ORDINARY = Privileges()


def choose(*, allow_user_namespace: bool = True) -> Privileges:
    """Return what postgres needs here: nothing, a user namespace, or the account nobody.

    Raises LauncherError where none of them is to be had.
    """
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return ORDINARY
    names = {entry.pw_uid: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    if allow_user_namespace and LINUX and names:
        namespace = Privileges(shown_uid=max(names))
        if _works(namespace):
            return namespace
    nobody = next((entry for entry in names.values() if entry.pw_name == "nobody"), None)
    if os.geteuid() == 0 and nobody is not None:
        return Privileges(account=Account(nobody.pw_uid, nobody.pw_gid))
    raise LauncherError(
        "PostgreSQL runs neither as root nor as a user without a name, and user namespaces are "
        "forbidden here: run as an ordinary user or set DATABASE_URL."
    )


def wrapped(
    command: Sequence[str | Path],
    *,
    privileges: Privileges = ORDINARY,
    death_signal: signal.Signals = signal.SIGKILL,
) -> list[str]:
    """Return the command that runs `command` so, and ends with us.

    Start it from the main thread: Linux sends the death signal when the starting *thread* ends.
    Elsewhere there is none, and the warden alone ends the children.
    """
    words = [os.fspath(word) for word in command]
    account = privileges.account
    if not LINUX and account is None:
        return words
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    shown = -1 if privileges.shown_uid is None else privileges.shown_uid
    numbers = (os.getpid(), int(death_signal), shown, uid, gid)
    return [sys.executable, "-I", "-S", str(STARTER), *map(str, numbers), *words]


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _works(privileges: Privileges) -> bool:
    trial = subprocess.run(
        wrapped(["true"], privileges=privileges),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return trial.returncode == 0
