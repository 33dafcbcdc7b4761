"""The progress bar of training loops: the same loop prints the same text, whatever the clock says."""

from __future__ import annotations

import pytest

from course.progress import Progress


def lines(text: str) -> list[str]:
    """What stood on the line, one after another, without the spaces that clear it."""
    return [line.rstrip() for line in text.removesuffix("\n").split("\r") if line]


def test_the_items_come_in_order() -> None:
    assert list(Progress("abc")) == ["a", "b", "c"]


def test_the_line_says_how_far_it_is_and_what_was_noted_last(capsys: pytest.CaptureFixture[str]) -> None:
    for step in (bar := Progress(range(4), updates=2)):
        bar.note(f"loss {10 - step}")
    assert lines(capsys.readouterr().out) == [
        "[--------------------] 0/4",
        "[##########----------] 2/4  loss 9",
        "[####################] 4/4  loss 7",
    ]


def test_a_shorter_line_covers_the_longer_one_before(capsys: pytest.CaptureFixture[str]) -> None:
    notes = iter(["a long note", "short"])
    for _ in (bar := Progress(range(2))):
        bar.note(next(notes))
    _, _, long, short = capsys.readouterr().out.removesuffix("\n").split("\r")
    assert len(short) >= len(long)


@pytest.mark.parametrize(("items", "updates", "written"), [(1000, 10, 11), (3, 10, 4), (7, 3, 4), (5, 0, 2)])
def test_it_writes_at_the_start_and_a_bounded_number_of_times(
    items: int, updates: int, written: int, capsys: pytest.CaptureFixture[str]
) -> None:
    list(Progress(range(items), updates=updates))
    assert len(lines(capsys.readouterr().out)) == written


def test_a_loop_that_ends_early_ends_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in Progress(range(9)):
        break
    assert capsys.readouterr().out.endswith("\n")


def test_nothing_to_loop_over_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert (list(Progress([])), len(Progress([])), capsys.readouterr().out) == ([], 0, "")


def test_the_same_bar_can_be_looped_over_again(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Progress(range(2))
    for _ in bar:
        bar.note("first")
    first = capsys.readouterr().out
    for _ in bar:
        bar.note("first")
    assert capsys.readouterr().out == first
