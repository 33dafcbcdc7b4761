"""Tables in CSV files as spreadsheets and learning platforms write them, whatever separates and encodes them."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

from course.grading.errors import CourseError

MOST = 50_000_000  # bytes of a file that is read as a table
_FORMULA_TEXT = re.compile(r'="([^"]*)"')  # how spreadsheets are told that a number is text
_RUINED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)  # a long number after a spreadsheet has had it


@dataclass(frozen=True)
class Row:
    """A line of a table.

    Attributes:
        line: its number in the file, from 1.
        cells: what they say, without spaces around; as many as there are columns.
        by_name: plain name of a column to the cell.
        raw: the cells as they stand there.
    """

    line: int
    cells: list[str]
    by_name: dict[str, str]
    raw: list[str] = field(default_factory=list)

    def get(self, name: str) -> str:
        """The cell of the column with this plain name; "" where there is none."""
        return self.by_name.get(name, "")

    def first(self, *names: str) -> str:
        """The first of these cells that holds something."""
        return next((self.by_name[name] for name in names if self.by_name.get(name)), "")


@dataclass(frozen=True)
class Sheet:
    """A table from a file.

    Attributes:
        name: the file's, for messages.
        shown: the names of its columns as they stand there.
        rows: its lines but for the first and empty ones.
        header_line: the number of the line that names the columns.
        delimiter: what separates its cells.
        raw: the first line's cells as they stand there.
        marked: whether a file of it should begin with a byte order mark: it did, or it was not UTF-8.
    """

    name: str
    shown: list[str]
    rows: list[Row]
    header_line: int
    delimiter: str
    raw: list[str] = field(default_factory=list)
    marked: bool = True

    def has(self, name: str) -> bool:
        """Whether there is a column with this plain name."""
        return any(plain(each) == name for each in self.shown)

    def column_number(self, name: str) -> int:
        """The number of the first column with this plain name, from 0."""
        return [plain(each) for each in self.shown].index(name)

    def shown_as(self, name: str) -> str:
        """The name of a column as it stands in the file."""
        return next((each for each in self.shown if plain(each) == name), name)

    def column(self, asked: str) -> str:
        """The plain name of a column that somebody asked for.

        Raises:
            CourseError: there is none.
        """
        if plain(asked) and self.has(plain(asked)):
            return plain(asked)
        raise CourseError(f"{self.name}: no column {asked!r}; there are: {', '.join(self.shown)}")


def plain(name: str) -> str:
    """A column's name without what differs between files: capitals, accents, spaces, signs.

    ``"E-Mail-Adresse"`` is ``"emailadresse"``.
    """
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ø", "o"))
    return "".join(letter for letter in letters if letter.isalnum())


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file.

    Raises:
        CourseError: it can't be read, is no CSV file, or has no line with the names of columns.
    """
    text, marked = _text_of(path)
    return replace(parse_sheet(text, path.name), marked=marked)


def _text_of(path: Path) -> tuple[str, bool]:
    """A file's text, and whether it is anything else than UTF-8 without a byte order mark."""
    try:
        if path.stat().st_size > MOST:
            raise CourseError(f"{path}: too large for a table of students ({path.stat().st_size / 1e6:.0f} MB)")
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path}: can't be read: {error.strerror}") from None
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise CourseError(f"{path}: a workbook or an archive, not a CSV file; save or export it as CSV")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "cp1252", "latin-1"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding != "utf-8-sig" or data.startswith(codecs.BOM_UTF8)
    raise CourseError(f"{path}: not text, so no CSV file")


def parse_sheet(text: str, name: str) -> Sheet:
    """A table from its text.

    Raises:
        CourseError: there is no line with the names of columns, or a cell never ends.
    """
    skipped = 0
    if text[:4].casefold() == "sep=":  # Excel's own first line
        text, skipped = text.partition("\n")[2], 1
    if text.lstrip()[:1] == "<":
        raise CourseError(f"{name}: a web page, not a CSV file; export the table as CSV")
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    shown: list[str] = []
    first: list[str] = []
    rows: list[Row] = []
    begin, header_line = skipped + 1, 0
    try:
        for raw in reader:
            line, begin = begin, skipped + reader.line_num + 1
            cells = [_cell(cell) for cell in raw]
            if not any(cells):
                continue
            if not shown:
                shown, header_line, first = cells, line, raw
            else:
                cells += [""] * (len(shown) - len(cells))
                rows.append(Row(line, cells, _named(shown, cells), raw))
    except csv.Error as error:
        raise CourseError(f"{name}, line {skipped + reader.line_num}: not CSV: {error}") from None
    if not shown:
        raise CourseError(f"{name}: empty")
    return Sheet(name, shown, rows, header_line, delimiter, first)


def _delimiter(text: str) -> str:
    """What separates cells: the sign that the first line has most of, outside quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=bare.count)


def _cell(text: str) -> str:
    """What a cell says: without spaces around it and the signs that keep a spreadsheet from computing it."""
    text = text.strip()
    found = _FORMULA_TEXT.fullmatch(text)
    if found:
        return found.group(1).strip()
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@0123456789":
        return text[1:]
    return text


def _named(shown: list[str], cells: list[str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, cell in zip(shown, cells, strict=False):
        named.setdefault(plain(name), cell)  # of two columns of one name the first
    return named


def is_ruined_number(text: str) -> bool:
    """Whether a spreadsheet has turned a long number into ``4.71E+08``."""
    return _RUINED.fullmatch(text) is not None
