"""`make site`: the course site in build/site/, to open as it is or to put on a web server; see docs/site.md."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import executed
from coursesite.build import build

from course import cores
from course.grading.errors import CourseError

TARGET = executed.ROOT / "build" / "site"


def main(words: list[str] | None = None) -> int:
    """Build it and say where it is; 2 where something is wrong, which is then said in a line."""
    parser = argparse.ArgumentParser(description="Builds the course site.")
    parser.add_argument("--jobs", type=int, default=cores.count(), help="masters and pages worked on at once")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder of the site")
    options = parser.parse_args(words)
    started = time.monotonic()
    try:
        first = build(executed.ROOT, options.target.resolve(), executed.STORE, workers=options.jobs)
    except CourseError as error:
        print(f"make_site: {error}", file=sys.stderr)
        return 2
    print(f"The course site, in {time.monotonic() - started:.0f} s: open {first}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
