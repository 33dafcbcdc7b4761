"""How the course site makes its pages, piece by piece, without Sphinx."""

from __future__ import annotations

import pytest
from courses import CHECK_DOUBLE, DOUBLE, HIDDEN_DOUBLE, ROOT, code, notebook, setup_cell, solution, test_cell, text
from nbformat import NotebookNode, v4
from tool_modules import from_package

guides, landing, pages, topics = (
    from_package(f"coursesite.{name}") for name in ("guides", "landing", "pages", "topics")
)
TITLE = (
    "# Doubling 1: {name}\n\nWhy.\n\n**You will learn**\n\n- to double;\n- to stop.\n\n"
    "**Time:** about {minutes} minutes. **You need:** {needs}. **More:** a book."
)
PICTURE = "iVBORw0KGgo="
FILE = """
[01_first]
sentence = "The first."
figure = "one:figure"

[02_second]
sentence = "The second."
figure = "two:figure"
"""


def shown(cell: NotebookNode, *outputs: NotebookNode) -> NotebookNode:
    """The cell after it was run."""
    cell.outputs = list(outputs)
    return cell


def said(words: str) -> NotebookNode:
    return v4.new_output("stream", name="stdout", text=words)


def picture() -> NotebookNode:
    return v4.new_output("display_data", data={"image/png": PICTURE, "text/plain": "<Figure>"})


def widget() -> NotebookNode:
    return v4.new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "w"})


def solved(*more: NotebookNode) -> NotebookNode:
    """A master that was run."""
    return notebook(
        text(TITLE.format(name="one", minutes=30, needs="NumPy"), "title"),
        shown(setup_cell(), said("ready\n")),
        shown(code("plot()", "figure_before", ("figure",)), picture()),
        text("**What to see.** A line that rises from left to right.", "figure_before_caption"),
        shown(solution(DOUBLE, "double"), said("how I did it\n")),
        shown(test_cell(CHECK_DOUBLE, "check", "double", 1), said("✓ 4\n")),
        shown(test_cell(HIDDEN_DOUBLE, "hidden", "double", 1), said("secret\n")),
        *more,
    )


def page_of(master: NotebookNode, **options: object) -> dict[str, NotebookNode]:
    """The cells of the master's page, by id; the released notebook is the master without bodies."""
    released = v4.new_notebook(
        cells=[v4.new_markdown_cell("[![Open](b.svg)](https://colab.x/n)", id="colab-badge")]
    )
    for cell in master.cells:
        copy = NotebookNode({**cell, "outputs": []}) if cell.cell_type == "code" else cell
        released.cells.append(copy)
    demos = options.pop("demos", {})
    page = pages.page_of(released, master, demos, download="../n.ipynb", **options)
    return {cell.id: cell for cell in page.cells}


def test_outputs_of_solutions_and_hidden_cells_are_left_out() -> None:
    cells = page_of(solved())
    assert (cells["double"].outputs, cells["hidden_double"].outputs) == ([], [])
    assert cells["check_double"].outputs[0].text == "✓ 4\n"


def test_the_badge_becomes_a_link_under_the_title() -> None:
    cells = page_of(solved())
    assert "colab-badge" not in cells
    assert list(cells)[:2] == ["title", "page-actions"]
    assert "[Open in Colab](https://colab.x/n)" in cells["page-actions"].source


def test_of_own_work_nothing_is_shown_from_the_first_exercise_on() -> None:
    cells = page_of(solved(shown(code("result", "result"), said("0.27\n"))), own_work=True)
    assert [name for name, cell in cells.items() if cell.get("outputs")] == ["setup", "figure_before"]


def test_section_feedback_is_not_on_the_page() -> None:
    cells = page_of(solved(code("ask()", "section-feedback-1", ("section-feedback",))))
    assert "section-feedback-1" not in cells


def test_a_figure_gets_its_alt_text_from_the_caption() -> None:
    cells = page_of(solved())
    assert cells["figure_before"].metadata["mystnb"]["image"]["alt"].startswith("A line that rises")


def test_a_demo_shows_its_first_figure_and_says_where_sliders_work() -> None:
    cells = page_of(solved(shown(code("sliders()", "demo", ("demo",)), widget())), demos={"demo": PICTURE})
    assert [dict(output.data) for output in cells["demo"].outputs] == [{"image/png": PICTURE}]
    assert "Colab" in cells["demo-sliders"].source


def test_a_demo_without_a_figure_is_an_error() -> None:
    master = solved(shown(code("sliders()", "demo", ("demo",)), said("x"), widget()))
    with pytest.raises(pages.NotAPage, match="demo"):
        page_of(master)


def test_a_cell_with_a_form_title_is_folded_under_it() -> None:
    cells = page_of(solved(code('#@title Draw it {"display-mode": "form"}\ndraw()', "draw")))
    assert "hide-input" in cells["draw"].metadata["tags"]
    assert cells["draw"].metadata["mystnb"]["code_prompt_show"] == "Draw it"


def test_a_progress_bar_is_shown_as_it_ends() -> None:
    (output,) = pages.clean([said("\r[--] 0/1\r[##] 1/1\ndone\n")], None, "")
    assert output.text == "[##] 1/1\ndone\n"


def test_the_folder_where_a_master_ran_is_left_out() -> None:
    (output,) = pages.clean([said("saved /tmp/x/work/a.png")], None, "/tmp/x/work")
    assert output.text == "saved …/a.png"


# Topics ------------------------------------------------------------------------------------------------------


def two_topics(tmp_path) -> list:  # type: ignore[no-untyped-def]
    file = tmp_path / "topics.toml"
    file.write_text(FILE)
    first = notebook(text(TITLE.format(name="one", minutes=30, needs="NumPy"), "title"))
    second = notebook(text(TITLE.format(name="two", minutes=75, needs="one (topic 1)"), "title"))
    return topics.read_topics({"01_first/one": first, "02_second/two": second}, file)


def test_a_topic_builds_on_those_that_its_title_cells_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert [topic.builds_on for topic in two_topics(tmp_path)] == [(), (1,)]


def test_the_landing_page_links_the_guide_for_students_once_there_is_one(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found = two_topics(tmp_path)
    alts = {topic.name: "a line" for topic in found}
    assert "<students>" not in landing.landing_page(found, alts, {"For students": []})
    assert "<students>" in landing.landing_page(found, alts, {"For students": ["students"]})


def test_a_topic_that_nothing_is_said_of_is_an_error(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "topics.toml"
    file.write_text("")
    master = notebook(text(TITLE.format(name="one", minutes=30, needs="NumPy"), "title"))
    with pytest.raises(topics.TitleMissing, match="01_first"):
        topics.read_topics({"01_first/one": master}, file)


def test_minutes_become_quarters_of_hours() -> None:
    assert [landing.duration(minutes) for minutes in (75, 90, 100, 240)] == [
        "75 minutes", "1½ hours", "1¾ hours", "4 hours",
    ]  # fmt: skip


# Guides ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("[g](grading.md#limits)", "[g](../guides/grading.md#limits)"),
        ("[s](students.md)", "[s](../students.md)"),
        ("[n](../source/01_first/one.ipynb)", "[n](../01_first/one.ipynb)"),
        ("[c](../nbgrader_config.py)", "c"),
        ("[w](https://example.org/a.md)", "[w](https://example.org/a.md)"),
        ("```\n[g](grading.md)\n```", "```\n[g](grading.md)\n```"),
    ],
)
def test_links_of_guides_lead_somewhere_on_the_site(link: str, page: str) -> None:
    there = {"guides/grading", "students", "01_first/one"}
    assert guides.guide_page("week", f"{link}\n", there, "https://github.com/o/r/blob/main") == f"{page}\n"


def test_every_guide_in_docs_is_for_somebody() -> None:
    names = {path.stem for path in (ROOT / "docs").glob("*.md")}
    found = [name for names in guides.guides_for(names).values() for name in names]
    assert sorted(found) == sorted(names)
