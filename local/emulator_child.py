"""Runs ministack until its parent goes away; started by `emulator.py` with the emulator's own interpreter.

The emulator writes its state only at an orderly stop, and it stands outside the terminal's process group so that
Ctrl-C does not reach it. The end of standard input is the sign that the parent is gone, even if it was killed.
"""

import os
import runpy
import signal
import sys
import threading


def _stop_with_parent() -> None:
    # Unbuffered: a buffered reader that waits in a thread holds a lock that the interpreter wants at its end.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
