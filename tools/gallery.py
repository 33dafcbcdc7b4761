"""A contact sheet of each solved notebook: all its figures in one PNG, in build/gallery/.

What a student looks at, an author looks at: after a change to a notebook or to course.plots, open the sheet.
"""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

from executed import CanNotRun, execute, masters
from nbformat import NotebookNode
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "gallery"
COLUMNS, WIDTH, MARGIN, LABEL = 2, 900, 20, 34


def main() -> int:
    """Run the named masters, or all, and write their sheets; returns 1 where one shows none or can't be run."""
    TARGET.mkdir(parents=True, exist_ok=True)
    bad = 0
    wanted = {name: path for name, path in masters().items() if path.stem in (sys.argv[1:] or [path.stem])}
    try:
        executed = execute(wanted)
    except CanNotRun as error:
        print(error)
        return 1
    for name, done in executed.items():
        figures = figures_of(done.notebook)
        if not figures:
            bad += 1
            print(f"{name}: no figure")
            continue
        target = TARGET / f"{name.partition('/')[2]}.png"
        sheet(figures).save(target)
        print(f"{target.relative_to(ROOT)}: {len(figures)} figures")
    return 1 if bad else 0


def figures_of(notebook: NotebookNode) -> list[tuple[str, Image.Image]]:
    """Each picture that a cell shows, with the cell's id."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {}).get("image/png")
            if data:
                found.append((str(cell.id), Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")))
    return found


def sheet(figures: list[tuple[str, Image.Image]]) -> Image.Image:
    """All of them on one page, two beside each other, at the size that a notebook shows or smaller."""
    shown = [(name, image.resize(_size(image))) for name, image in figures]
    rows = [shown[start : start + COLUMNS] for start in range(0, len(shown), COLUMNS)]
    heights = [max(image.height for _, image in row) + LABEL + MARGIN for row in rows]
    page = Image.new("RGB", (COLUMNS * (WIDTH + MARGIN) + MARGIN, sum(heights) + MARGIN), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(20)
    top = MARGIN
    for row, height in zip(rows, heights, strict=True):
        for column, (name, image) in enumerate(row):
            left = MARGIN + column * (WIDTH + MARGIN)
            draw.text((left, top), name, fill="black", font=font)
            page.paste(image, (left, top + LABEL))
        top += height
    return page


def _size(image: Image.Image) -> tuple[int, int]:
    scale = min(1.0, WIDTH / image.width)
    return round(image.width * scale), round(image.height * scale)


if __name__ == "__main__":
    sys.exit(main())
