"""What keeps a notebook from being handed in, beside its exercises: cells that are gone, doubled or changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import course
from course.validation.cells import Cell, Notebook
from course.validation.hints import Hints
from course.validation.record import Found, Wanted, fingerprint
from course.validation.running import Run
from course.validation.states import State

MUCH = 1_000_000  # characters that a cell prints, and no person reads
LARGE = 10_000_000  # bytes of a file that some places for handing in refuse
AGAIN = "take the released notebook again and copy your code and answers into it"


@dataclass(frozen=True)
class Finding:
    """Something about a notebook as a whole.

    Attributes:
        text: what it is, and what to do.
        serious: whether it should be mended before handing in.
    """

    text: str
    serious: bool = True


def findings(
    notebook: Notebook, wanted: Sequence[Wanted], found: Found, run: Run, hints: Hints, states: Sequence[State]
) -> list[Finding]:
    """All of them, what is serious first.

    Args:
        notebook: a student's.
        wanted: the cells of a hand-in.
        found: those that it has.
        run: what came of it.
        hints: about that.
        states: of its exercises.
    """
    all_of_them = [
        *_unknown(notebook, wanted),
        *_missing(wanted, found),
        *_twice(wanted, found),
        *_changed(wanted, found),
        *_moved(wanted, found, hints),
        *_ended(notebook, run),
        *_stops(notebook, wanted, found, run, hints, states),
        *_files(notebook, run),
        *_installs(notebook, run),
        *_size(notebook, run),
    ]
    return sorted(all_of_them, key=lambda each: not each.serious)


def _unknown(notebook: Notebook, wanted: Sequence[Wanted]) -> Iterator[Finding]:
    if not any(each.text for each in wanted):
        text = "the notebook does not say any more what it was released with, so deleted cells can't be noticed"
        yield Finding(text, serious=False)
    made_for = notebook.record.get("version")
    if isinstance(made_for, str) and made_for != course.__version__:
        text = f"the notebook is of version {made_for} of the course, and {course.__version__} is installed here"
        yield Finding(text, serious=False)


def _spoken(each: Wanted) -> str:
    kinds = {
        "solution": f"the cell for the code of {each.id}",
        "check": f"the check of {each.exercise}",
        "hidden": f"the cell for the hidden tests of {each.exercise}",
        "think": f"the question {each.id.partition('_')[2].replace('_', ' ')}",
    }
    return kinds.get(each.kind, "the set-up cell" if each.id == "setup" else f"the locked cell {each.id}")


def _missing(wanted: Sequence[Wanted], found: Found) -> Iterator[Finding]:
    gone = [_spoken(each) for each in wanted if each.id not in found.cells]
    if len(gone) == len(wanted):
        yield Finding(f"none of the released notebook's cells is here; {AGAIN}")
    elif gone:
        names = ", ".join(gone[:4]) + (f" and {len(gone) - 4} more" if len(gone) > 4 else "")
        yield Finding(f"deleted: {names}. Undo it, or {AGAIN}")


def _twice(wanted: Sequence[Wanted], found: Found) -> Iterator[Finding]:
    for each in wanted:
        cells = found.twice.get(each.id, [])
        if not cells:
            continue
        where = " and ".join(cell.shown for cell in cells[:3])
        todo = "Join your code in one and delete the other" if each.kind == "solution" else "Delete one"
        yield Finding(f"{_spoken(each)} is there {len(cells)} times ({where}): it was copied or split. {todo}")


def _changed(wanted: Sequence[Wanted], found: Found) -> Iterator[Finding]:
    for each in wanted:
        cell = found.cells.get(each.id)
        if each.kind == "solution" or cell is None or not each.text or fingerprint(cell.source) == each.text:
            continue
        if each.kind == "think":
            text = "was changed. If your answer is in it, move it to the cell below: grading puts the question back"
        elif each.kind == "locked":
            text = "was changed, and grading runs the original: put lines of your own into a cell of their own"
        elif each.kind == "hidden":
            text = "has something typed into it, which grading takes out: your code belongs into the cell above"
        else:
            text = "was changed, and grading runs the original, so what it says here does not count. Undo that"
        yield Finding(f"{_spoken(each)} {text}")


def _moved(wanted: Sequence[Wanted], found: Found, hints: Hints) -> Iterator[Finding]:
    """Cells above what they need; another order is no mistake."""
    by_id = {each.id: found.cells[each.id] for each in wanted if each.id in found.cells}
    setup = by_id.get("setup")
    for each in wanted:
        cell = by_id.get(each.id)
        own = by_id.get(each.exercise)
        if cell is None:
            continue
        if each.kind in ("check", "hidden") and own is not None and own.number > cell.number:
            yield Finding(
                f"{_spoken(each)} stands above the code that it tests: move it below the cell {each.exercise}"
            )
        elif each.kind == "solution" and setup is not None and setup.number > cell.number:
            yield Finding(f"{_spoken(each)} stands above the set-up cell: move it below")
        elif each.kind == "check":
            used = hints.names.used.get(cell.number, set())
            late = [
                other.id
                for other in wanted
                if other.kind == "solution" and other.id != each.exercise and other.id in by_id
                and by_id[other.id].number > cell.number and used.intersection(other.names)
            ]  # fmt: skip
            if late:
                yield Finding(f"{_spoken(each)} stands above {late[0]}, which it needs: move it down")


def _ended(notebook: Notebook, run: Run) -> Iterator[Finding]:
    if run.stopped:
        cell = notebook.cells[run.stopped - 1]
        left = sum(each.kind == "code" and each.number > run.stopped for each in notebook.cells)
        yield Finding(f"the notebook ends in {cell.shown}: {run.why}. {left} code cells below it did not run")


def _stops(
    notebook: Notebook, wanted: Sequence[Wanted], found: Found, run: Run, hints: Hints, states: Sequence[State]
) -> Iterator[Finding]:
    """Cells beside the exercises that end with an error, unless only because an exercise above does."""
    shown = {found.cells[each.id].number for each in wanted if each.id in found.cells and each.kind != "locked"}
    bad = {state.name for state in states if not state.is_good}
    first_bad = min(
        (found.cells[name].number for name in bad if name in found.cells), default=len(notebook.cells) + 1
    )
    for cell in notebook.cells:
        if cell.kind != "code" or cell.number in shown or cell.number == run.stopped:
            continue
        hint = hints.of(cell)
        if hint is None or hint.follows:
            continue
        error = run.errors.get(cell.number)
        by_itself = cell.number in run.slow or (error is not None and error.kind in ("NameError", "SyntaxError"))
        if cell.number < first_bad or by_itself or not _is_released(cell):
            yield Finding(f"{cell.shown}: {hint.text}")


def _is_released(cell: Cell) -> bool:
    """Cells of a student's own have ids made by chance; the course's are words."""
    return any("_" in each or each.isalpha() for each in cell.ids)


def _files(notebook: Notebook, run: Run) -> Iterator[Finding]:
    released = notebook.record.get("files")
    others = [each for each in run.files if not isinstance(released, list) or each not in released]
    if others:
        names = ", ".join(others[:4]) + (f" and {len(others) - 4} more" if len(others) > 4 else "")
        text = f"the notebook reads {names}, not there when it is graded: put what is needed of it into a cell"
        yield Finding(text)


def _installs(notebook: Notebook, run: Run) -> Iterator[Finding]:
    for number in sorted(run.pip):
        shown = notebook.cells[number - 1].shown
        yield Finding(
            f"{shown} installs packages: not done here, nor in grading, which has what the course needs",
            serious=False,
        )


def _size(notebook: Notebook, run: Run) -> Iterator[Finding]:
    for number, length in sorted(run.printed.items()):
        if length > MUCH:
            shown = notebook.cells[number - 1].shown
            yield Finding(f"{shown} prints {length / 1e6:.0f} million characters: print less", serious=False)
    size = notebook.path.stat().st_size
    if size > LARGE:
        text = f"the file has {size / 1e6:.0f} MB: clear its outputs before you hand it in"
        yield Finding(text, serious=False)
