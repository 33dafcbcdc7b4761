"""What figures show in words: from their captions, in every page that is made from a notebook."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from courses import ROOT, code, metadata, notebook, text
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode, v4
from traitlets.config import Config

from course.grading.alt import LONGEST, alt_texts, first_sentences, plain_text, undescribed
from course.grading.feedback.converting import FeedbackExporter
from course.grading.pipeline import configure
from course.grading.tex import plain_tex

MASTERS = sorted((ROOT / "source").glob("*/*.ipynb"))
CAPTION = "**What to see.** A line. It is *straight*."


def figure(caption: str, tag: str = "figure") -> NotebookNode:
    """A notebook with one figure, and a text under it."""
    return notebook(code("draw()", "figure_a", tags=(tag,)), text(caption, "figure_a_caption"))


def png() -> str:
    """The smallest picture there is, in base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")]
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


# Alt texts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["figure", "demo"])
def test_a_caption_is_the_alt_text_of_the_cell_above_it(tag: str) -> None:
    assert alt_texts(figure(CAPTION, tag)) == {"figure_a": "A line. It is straight."}


def test_a_caption_ends_with_its_paragraph() -> None:
    assert alt_texts(figure(f"{CAPTION}\n\nSomething else.")) == {"figure_a": "A line. It is straight."}


@pytest.mark.parametrize("under", ["A line.", "**What to see** A line.", ""])
def test_a_figure_with_another_text_under_it_is_undescribed(under: str) -> None:
    made = figure(under)
    assert (alt_texts(made), undescribed(made)) == ({}, ["figure_a"])


def test_a_figure_at_the_end_is_undescribed() -> None:
    assert undescribed(notebook(code("draw()", "figure_a", tags=("figure",)))) == ["figure_a"]


def test_a_question_under_a_figure_is_no_caption() -> None:
    made = figure(CAPTION)
    made.cells[1].metadata = metadata("think_a", task=True, points=2, locked=True)
    assert alt_texts(made) == {}


def test_a_demo_without_a_caption_has_the_text_above_it() -> None:
    above = text(
        "End of a section.\n\n### Demo: **sliders**\n\nMove $\\phi_0$. See what happens.\n\n- One.", "above"
    )
    made = notebook(above, code("show()", "demo", tags=("demo",)), text("## Next", "next"))
    assert alt_texts(made) == {"demo": "Demo: sliders. Move φ₀. See what happens."}


def test_a_heading_that_asks_keeps_its_question_mark() -> None:
    made = notebook(text("### Demo: how wide?\n\nMove it.", "above"), code("show()", "demo", tags=("demo",)))
    assert alt_texts(made) == {"demo": "Demo: how wide? Move it."}


def test_cells_are_known_by_the_id_that_colab_keeps() -> None:
    made = figure(CAPTION)
    for cell in made.cells:
        cell.metadata["id"] = cell.pop("id")
    assert list(alt_texts(made)) == ["figure_a"]


@pytest.mark.parametrize("tags", [None, "figure", 3, [["figure"]], {"figure": 1}])
def test_tags_that_are_none_do_no_harm(tags: object) -> None:
    made = figure(CAPTION)
    made.cells[0].metadata["tags"] = tags
    assert alt_texts(made) == {}


@pytest.mark.parametrize("path", MASTERS, ids=[path.stem for path in MASTERS])
def test_every_figure_and_demo_of_the_course_is_described_in_plain_text(path: Path) -> None:
    master = nbformat.read(path, as_version=4)
    shown = alt_texts(master)
    assert undescribed(master) == []
    assert [
        each for each in shown.values() if len(each) > LONGEST or re.search(r"[$\\{}`]|\*\w|\w\*|\]\(", each)
    ] == []
    assert [each for each in shown.values() if not re.search(r"[.?!)\"] ?…?$| …$", each)] == []


# Plain text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("A **bold**, *slanted* and _slanted_ word", "A bold, slanted and slanted word"),
        ("**a *b* c**", "a b c"),
        ("`a * b * c` and snake_case_name", "a * b * c and snake_case_name"),
        ("2 * 3 * 4 is 24", "2 * 3 * 4 is 24"),
        ("the column *it*, *cat* and\n*bird*", "the column it, cat and bird"),
        ("a [link](https://example.org/a_b) and <b>HTML</b>", "a link and HTML"),
        ("- one\n- two", "one two"),
        ("near $x=0.87$ and $a_1*b_1*c$", "near x=0.87 and a₁*b₁*c"),
        ("5 $ and 6 more", "5 $ and 6 more"),
    ],
)
def test_markdown_is_read_out(markdown: str, plain: str) -> None:
    assert plain_text(markdown) == plain


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"\phi_0=-0.3", "φ₀=−0.3"),
        (r"\boldsymbol\beta", "β"),
        (r"\mathbf{h}_{k+1}", "hₖ₊₁"),
        (r"10^{-17}", "10⁻¹⁷"),
        (r"\partial y/\partial y = 1", "∂y/∂y = 1"),
        (r"2/\text{fan-in}", "2/fan-in"),
        (r"1-2\cdot 0.15 = 0.7", "1−2·0.15 = 0.7"),
        (r"\frac{\sum_i x_i}{N}", "(∑ᵢ xᵢ)/N"),
        (r"\sqrt D", "√D"),
        (r"a^{b c}", "a^(b c)"),
        (r"x \le 3", "x ≤ 3"),
        (r"20 \log 2 = 13.86", "20 log 2 = 13.86"),
        (r"\Omega^\top", "Ωᵀ"),
        (r"\unknown{x", "unknown x"),
    ],
)
def test_a_formula_is_written_in_characters(tex: str, plain: str) -> None:
    assert plain_tex(tex) == plain


def test_sentences_are_kept_whole_as_far_as_there_is_room() -> None:
    sentences = [f"This is sentence number {number}, and it is not long." for number in range(10)]
    shown = first_sentences(" ".join(sentences), 120)
    assert shown == " ".join(sentences[:2])


def test_a_first_sentence_that_is_too_long_is_cut_at_a_word() -> None:
    shown = first_sentences("word " * 100, 52)
    assert shown == "word " * 9 + "word …"


def test_a_first_sentence_that_says_too_little_is_not_left_alone() -> None:
    assert first_sentences("Look. " + "word " * 100, 50).startswith("Look. word word")


@pytest.mark.parametrize("written", ["*" * 50_000, "$" * 50_000, "[" * 50_000, "**a" * 20_000, "<a" * 20_000])
def test_what_nobody_would_write_is_read_quickly(written: str) -> None:
    """A student's caption may be anything; a minute here would be a timeout of the test."""
    assert len(alt_texts(figure(f"**What to see.** {written}")).get("figure_a", "")) <= LONGEST


# Pages -------------------------------------------------------------------------------------------------------


def pages(caption: str) -> list[str]:
    """The figure's notebook as nbgrader's feedback has it, and as formgrader does."""
    made = figure(caption)
    shown = {"image/png": png(), "text/plain": "<Figure>"}
    made.cells[0].outputs = [v4.new_output("display_data", data=shown, metadata={"image/png": {"width": 7}})]
    config = Config()
    configure(config)
    written = []
    for exporter in (FeedbackExporter, HTMLExporter):
        config.HTMLExporter.template_name = "classic"
        written.append(exporter(config=config).from_notebook_node(made)[0])
    return written


def test_pages_of_a_notebook_say_what_a_figure_shows() -> None:
    for page in pages(CAPTION):
        (picture,) = re.findall(r"<img[^>]*>", page)
        assert 'alt="A line. It is straight."' in picture


class Elements(HTMLParser):
    """The names of a page's elements, and the attributes of its pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        if tag == "img":
            self.pictures.append(dict(attrs))


def test_a_students_caption_can_not_leave_the_alt_text() -> None:
    caption = '**What to see.** \'"><script>alert(1)</script><img src=x onerror="alert(2)'
    for page, plain in zip(pages(caption), pages(CAPTION), strict=True):
        assert Elements(page).names.count("script") == Elements(plain).names.count("script")
        (picture,) = Elements(page).pictures
        assert picture.keys() - {"class"} == {"alt", "src", "width"}


def test_a_figure_without_a_caption_still_has_an_alt_text() -> None:
    for page in pages("Nothing."):
        assert re.search(r"<img[^>]*alt=\"[^\"]+\"", page)
