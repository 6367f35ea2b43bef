"""Where the launcher keeps things: one state folder, and a short folder for unix sockets."""

import hashlib
import os
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from marketplace.launcher.errors import LauncherError

ROOT = Path(__file__).resolve().parents[2]

# sun_path holds 108 bytes on Linux and 104 on macOS; the longest name in the folder is
# PostgreSQL's lock file (".s.PGSQL.5432.lock", 19 bytes). "-k" takes a list, so commas are out.
LONGEST_RUN_FOLDER = 80
PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)


def default_state() -> Path:
    """Return the state folder of `make run`: VISAVIS_STATE, else .visavis in the repository."""
    return Path(os.environ.get("VISAVIS_STATE") or ROOT / ".visavis").absolute()


@dataclass(frozen=True)
class Places:
    """The folders and files below one state folder."""

    state: Path

    def __post_init__(self) -> None:
        """Make the path absolute, so that children may have another working directory."""
        object.__setattr__(self, "state", Path(self.state).absolute())

    @property
    def logs(self) -> Path:
        """Folder of one log file per part."""
        return self.state / "logs"

    @property
    def mail(self) -> Path:
        """Folder of the mails that were sent, one file each, where no server is set."""
        return self.state / "mail"

    @property
    def keys(self) -> Path:
        """File of the passwords and keys made at the first start."""
        return self.state / "keys.json"

    @property
    def stamps(self) -> Path:
        """File that remembers what has been done already."""
        return self.state / "stamps.json"

    @property
    def marker(self) -> Path:
        """File that tells our state folder from somebody's home folder."""
        return self.state / "visavis-state"

    @property
    def digest(self) -> str:
        """Short name of this state folder for folders elsewhere."""
        return hashlib.sha256(str(self.state).encode()).hexdigest()[:12]

    @property
    def run(self) -> Path:
        """Folder of the unix sockets, short enough for the kernel."""
        inside = self.state / "run"
        text = str(inside)
        if len(os.fsencode(text)) <= LONGEST_RUN_FOLDER and PLAIN_PATH.fullmatch(text):
            return inside
        return Path(tempfile.gettempdir()) / f"visavis-{self.digest}"

    @property
    def elsewhere(self) -> Path:
        """Home of PostgreSQL where the account it must run as cannot reach the state folder."""
        return Path("/var/lib") / f"visavis-{self.digest}"

    def log(self, part: str) -> Path:
        """Return the log file of a part."""
        return self.logs / f"{part}.log"

    def make(self) -> None:
        """Make the folders, private to us; refuse a folder that is neither empty nor ours."""
        if self.state.is_dir() and not self.marker.exists() and _has_foreign_files(self.state):
            raise LauncherError(
                f"{self.state} holds other files; give VISAVIS_STATE an empty folder."
            )
        for folder in (self.state, self.logs, self.run):
            _private_folder(folder)
        self.marker.touch()

    def forget(self) -> None:
        """Delete everything but lock files and nested states; only a folder we made."""
        if not self.marker.exists():
            return
        for folder in {self.run, self.elsewhere}:
            shutil.rmtree(folder, ignore_errors=True)
        for entry in self.state.iterdir():
            if entry.suffix == ".lock" or (entry / "visavis-state").exists():
                continue
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()

    def nested(self) -> list["Places"]:
        """Return the states of tests and the like that lie in this one."""
        return [Places(marker.parent) for marker in sorted(self.state.glob("*/visavis-state"))]


def _has_foreign_files(folder: Path) -> bool:
    nested = {marker.parent for marker in folder.glob("*/visavis-state")}
    return any(entry.suffix != ".lock" and entry not in nested for entry in folder.iterdir())


def _private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LauncherError(f"{folder} belongs to somebody else.")
    if stat.S_IMODE(found.st_mode) not in {0o700, 0o711}:
        folder.chmod(0o700)
