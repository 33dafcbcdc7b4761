"""Moodle's grading worksheet: its times, in the languages that Moodle speaks, and whether a table is one."""

from __future__ import annotations

import datetime
import zoneinfo
from pathlib import Path

import pytest
from archives import moodle_worksheet

from course.grading.collect.worksheet import is_worksheet, read_time, read_worksheet
from course.grading.sheets import parse_sheet, read_sheet

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
TIME = datetime.datetime(2026, 11, 24, 15, 29, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "text",
    [
        "Tuesday, 24 November 2026, 3:29 PM",
        "Tuesday, 24 November 2026, 3:29\u202fpm",
        "Tuesday, November 24, 2026, 3:29 PM",
        "Dienstag, 24. November 2026, 15:29",
        "mardi 24 novembre 2026, 15:29",
        "martes, 24 de noviembre de 2026, 15:29",
        "martedì, 24 novembre 2026, 15:29",
        "terça-feira, 24 de novembro de 2026 às 15:29",
        "dinsdag, 24 november 2026, 15:29",
        "2026-11-24 15:29",
        "24.11.2026, 15:29",
    ],
)
def test_time_is_read_in_the_language_of_the_instructor(text: str) -> None:
    assert read_time(text, BERLIN) == TIME


@pytest.mark.parametrize(
    ("text", "month"),
    [("1 March 2026, 12:00 AM", 3), ("1. März 2026, 00:00", 3), ("1 juin 2026, 00:00", 6),
     ("1 juillet 2026, 00:00", 7), ("1 août 2026, 00:00", 8), ("1 de agosto de 2026, 00:00", 8),
     ("1 gennaio 2026, 00:00", 1), ("1 mei 2026, 0:00", 5)],
)  # fmt: skip
def test_months_are_told_apart(text: str, month: int) -> None:
    assert read_time(text, BERLIN) == datetime.datetime(2026, month, 1, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "text", ["-", "", "8.00", "31 February 2026, 3:29 PM", "24 Foo 2026, 15:29", "Yes", "24 May 2026"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text, BERLIN) is None


def test_worksheet_is_known_by_its_first_column(tmp_path: Path) -> None:
    rows = [(7, "Ada", "ada", "a@b.c", "Submitted for grading", "-")]
    assert is_worksheet(read_sheet(moodle_worksheet(tmp_path / "a.csv", rows)))
    assert not is_worksheet(parse_sheet("id,name,email,group\n7,Ada,a@b.c,1\n", "roster"))
    assert not is_worksheet(parse_sheet("x\n1\n2\n", "data"))


def test_german_worksheet_is_read() -> None:
    text = (
        'ID,"Vollständiger Name","E-Mail-Adresse",Status,Bewertung,"Zuletzt geändert (Abgabe)"\n'
        'Teilnehmer/in7,"Ada Lovelace",ada@uni.edu,"Zur Bewertung abgegeben - 1 Tag verspätet",,'
        '"Dienstag, 24. November 2026, 15:29"\n'
    )
    sheet = parse_sheet(text, "w.csv")
    assert is_worksheet(sheet)
    found = read_worksheet(sheet, BERLIN).participants["7"]
    assert (found.name, found.email, found.time, found.late) == ("Ada Lovelace", "ada@uni.edu", TIME, True)


def test_time_that_is_not_understood_is_said(tmp_path: Path) -> None:
    path = moodle_worksheet(tmp_path / "a.csv", [(7, "Ada", "ada", "", "", "24 листопада 2026, 15:29")])
    assert read_worksheet(read_sheet(path), None).unread == "24 листопада 2026, 15:29"
