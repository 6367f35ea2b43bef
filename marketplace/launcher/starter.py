"""Becomes another program, after what must happen between fork and exec.

Runs alone: `python -I -S starter.py PARENT SIGNAL SHOWN UID GID COMMAND...`. A program of its
own and not a `preexec_fn`, because that is unsafe in a process with threads (a test run with a
browser has some).
"""

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Change who we are, tie our life to the parent's, run the command."""
    parent, death_signal, shown, uid, gid = (int(word) for word in arguments[:5])
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None, use_errno=True)
        if shown >= 0:
            enter_user_namespace(libc, shown)
        libc.prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        sys.exit("the launcher is gone")
    os.execvp(arguments[5], arguments[5:])  # noqa: S606  # our own command line, no shell


def enter_user_namespace(libc: ctypes.CDLL, shown: int) -> None:
    """Show our own uid as that one; files stay ours."""
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{shown} {uid} 1")
    write("/proc/self/gid_map", f"{shown} {gid} 1")


def write(path: str, text: str) -> None:
    """Write a kernel file in one call."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


if __name__ == "__main__":
    main(sys.argv[1:])
