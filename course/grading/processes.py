"""How processes of ours begin, before they import what they are for."""

from __future__ import annotations

import signal
import sys


def leave_out_slow_import() -> None:
    """nbformat imports jsonschema, and that a checker of addresses that takes 2.6 s to build and is not used."""
    name = "rfc3987_syntax"
    if name not in sys.modules:
        sys.modules[name] = None  # type: ignore[assignment]
        try:
            import jsonschema  # noqa: F401
        except ImportError:
            pass
        finally:
            del sys.modules[name]


def begin_beside() -> None:
    """Begin a process that works beside the command: Ctrl-C is the command's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_out_slow_import()
