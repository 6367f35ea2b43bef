"""`make lock`: compile the requirement files, with hashes, from deploy/requirements."""

import subprocess
import sys
from pathlib import Path

from marketplace.launcher.errors import LauncherError
from marketplace.launcher.places import ROOT

FOLDER = Path("deploy") / "requirements"
TARGETS = {
    "run": Path("requirements.txt"),
    "embedded": Path("requirements-embedded.txt"),
    "dev": Path("requirements-dev.txt"),
    "installer": FOLDER / "installer.txt",
}
LEAST_PYTHON = "3.11"


def run_lock() -> int:
    """Compile all four; versions already chosen stay unless a *.in file says otherwise."""
    for name, target in TARGETS.items():
        command = [str(Path(sys.executable).parent / "uv"), "pip", "compile", "--quiet"]
        command += ["--universal", "--python-version", LEAST_PYTHON, "--generate-hashes"]
        command += ["--no-emit-index-url", "--custom-compile-command", "make lock"]
        command += ["--output-file", str(target), str(FOLDER / f"{name}.in")]
        # The others must agree with what runs.
        if name != "run":
            command += ["--constraint", str(TARGETS["run"])]
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            raise LauncherError(f"{target} could not be compiled.")
        print(f"  {target}", flush=True)
    return 0
