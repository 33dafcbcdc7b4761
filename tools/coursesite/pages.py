"""A released notebook as a page: the students' code, with the solution's figures and outputs and no solution."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

from nbformat import NotebookNode, v4

from course.grading.alt import alt_texts
from course.grading.form_titles import form_title
from course.grading.notebooks import role
from course.grading.pipeline import BADGE_ID
from course.grading.section_cells import asks_about_section
from course.grading.terminal import last_states

SHOWN = ("text/html", "image/png", "image/svg+xml", "text/plain")  # what outputs may be on a page
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
LABELS = {
    "solution": "exercise",
    "check": "check",
    "test": "check",
    "hidden": "hidden-tests",
}  # css, by a cell's role
ABOUT = (
    "You see the notebook as it is handed out, with the figures and outputs that a right solution gives. "
    "To work on it, open it in Colab or download it."
)
OWN_WORK = (
    "You see the notebook as it is handed out. From the first exercise on, what it shows depends on what *you* "
    "choose, so this page shows none of it. To work on it, open it in Colab or download it."
)
DEMO = "*The sliders work in Colab and in JupyterLab; this is the figure before you move one.*"
_COLAB = re.compile(r"\]\((https://colab\.[^)\s]+)\)\s*$")


class NotAPage(Exception):
    """A released notebook and its master don't fit together; says where."""


def page_of(
    released: NotebookNode,
    executed: NotebookNode,
    demos: Mapping[str, str],
    *,
    download: str,
    own_work: bool = False,
    folder: str = "",
) -> NotebookNode:
    """The page of a released notebook.

    Args:
        released: what students get; its sources are the page's.
        executed: the master with outputs, which are the page's where the cell is no solution and not hidden.
        demos: id of a demo cell to its figure, a PNG in base64.
        download: the released file's path, seen from the page.
        own_work: whether nothing is shown from the first exercise on.
        folder: where the master ran; it is left out of outputs.

    Raises:
        NotAPage: a cell of the released notebook is not in the master, or a demo has no figure.
    """
    alt = alt_texts(executed)
    outputs = {cell.id: cell.get("outputs", []) for cell in executed.cells}
    link, cells, begun = "", [], False
    for cell in released.cells:
        if cell.id == BADGE_ID:
            found = _COLAB.search(cell.source)
            link = found[1] if found else ""
            continue
        if asks_about_section(cell):
            continue
        kind = role(cell).kind
        begun = begun or kind == "solution"
        if cell.cell_type != "code":
            cells.append(v4.new_markdown_cell(cell.source, id=cell.id))
            continue
        shown: list[Any] = []
        if kind not in ("solution", "hidden") and cell.id in outputs and not (own_work and begun):
            shown = clean(outputs[cell.id], demos.get(cell.id), folder)
        page_cell = v4.new_code_cell(cell.source, id=cell.id, outputs=shown, metadata=_look(cell, kind))
        if cell.id in alt:
            page_cell.metadata["mystnb"]["image"] = {"alt": alt[cell.id]}
        cells.append(page_cell)
        if "demo" in cell.metadata.get("tags", ()) and shown:
            if cell.id not in demos:
                raise NotAPage(f"the demo {cell.id} shows no figure when it is called without arguments")
            cells.append(v4.new_markdown_cell(DEMO, id=f"{cell.id}-sliders"))
    if not cells or cells[0].cell_type != "markdown":
        raise NotAPage("its first cell is not a title")
    cells.insert(1, v4.new_markdown_cell(_actions(link, download, own_work), id="page-actions"))
    return v4.new_notebook(cells=cells, metadata=copy.deepcopy(METADATA))


def _look(cell: NotebookNode, kind: str) -> dict[str, Any]:
    """Metadata of a cell on the page: its kind as a tag; cells with a form title are folded, as in Colab."""
    tags = [LABELS[kind]] if kind in LABELS else []
    look: dict[str, Any] = {}
    title = form_title(cell.source)
    if title:
        tags.append("hide-input")
        look = {"code_prompt_show": title, "code_prompt_hide": title}
    return {"tags": tags, "mystnb": look}


def _actions(link: str, download: str, own_work: bool) -> str:
    """Links to Colab and to the file, and what the page is."""
    colab = f"[Open in Colab]({link})\n" if link else ""
    links = f"{colab}{{download}}`Download the notebook <{download}>`"
    return f":::{{div}} page-actions\n{links}\n:::\n\n:::{{div}} page-about\n{OWN_WORK if own_work else ABOUT}\n:::"


def clean(outputs: Iterable[NotebookNode], demo: str | None, folder: str) -> list[NotebookNode]:
    """Outputs as a page shows them: streams whole, progress bars at their end, a demo's figure for its widgets.

    Args:
        outputs: of an executed cell.
        demo: a PNG in base64, for a cell with sliders.
        folder: where the cell ran.
    """
    kept: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream":
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
            else:
                kept.append(v4.new_output("stream", name="stdout", text=output.text))
            continue
        data = {mime: value for mime, value in output.get("data", {}).items() if mime in SHOWN}
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
            data = {}
        if "image/png" in data or "text/html" in data:
            data.pop("text/plain", None)
        if data:
            kept.append(v4.new_output("display_data", data=data))
    for output in kept:
        if output.output_type == "stream":
            output.text = last_states(output.text)
            if folder:
                output.text = output.text.replace(folder, "…")
    if demo:
        kept.append(v4.new_output("display_data", data={"image/png": demo}))
    return [output for output in kept if output.output_type != "stream" or output.text.strip()]


def figure_of(page: NotebookNode, cell_id: str) -> tuple[str, str] | None:
    """The first picture of a page's cell, a PNG in base64, and its alt text; None where it shows none."""
    for cell in page.cells:
        if cell.id == cell_id:
            for output in cell.get("outputs", ()):
                picture = output.get("data", {}).get("image/png")
                if picture:
                    return picture, html.unescape(cell.metadata["mystnb"].get("image", {}).get("alt", ""))
    return None
