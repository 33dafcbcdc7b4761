"""A contact sheet of each solved notebook: all its figures in one PNG, in build/gallery/.

What a student looks at, an author looks at: after a change to a notebook or to course.plots, open the sheet.
"""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from PIL import Image, ImageDraw, ImageFont

from course.grading.engine.jobs import Job
from course.grading.engine.kernels import KernelRunner

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "gallery"
COLUMNS, WIDTH, MARGIN, LABEL = 2, 900, 20, 34


def main() -> int:
    """Run the named masters, or all, and write their sheets; returns 1 where one shows no figure or fails."""
    TARGET.mkdir(parents=True, exist_ok=True)
    bad = 0
    paths = [
        path for path in sorted((ROOT / "source").glob("*/*.ipynb")) if path.stem in (sys.argv[1:] or [path.stem])
    ]
    with tempfile.TemporaryDirectory() as folder:
        jobs = [Job(path.stem, {path.stem: nbformat.read(path, as_version=4)}, Path(folder)) for path in paths]
        for result in KernelRunner(2).run(jobs):
            figures = list(figures_of(result.notebooks[result.key])) if not result.problem else []
            failed = result.problem or (not figures and "no figure")
            if failed:
                bad += 1
                print(f"{result.key}: {failed}")
                continue
            target = TARGET / f"{result.key}.png"
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
