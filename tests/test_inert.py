"""Pages of submissions keep what is read and looked at, and lose what runs."""

from __future__ import annotations

import base64
import re

import jinja2
import pytest
from nbconvert import HTMLExporter
from nbformat import v4
from traitlets.config import Config

from course.grading.inert import inert_html, inert_markdown
from course.grading.pipeline import configure

PIXEL = base64.b64encode(b"\x89PNG\r\n").decode()
TABLE = """<div>
<style scoped>
    .dataframe th { color: red; }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;"><th></th><th>loss</th></tr>
  </thead>
  <tbody>
    <tr><th>0</th><td>1 &lt; 2</td></tr>
  </tbody>
</table>
</div>"""


def page(text: str = "", output: dict | None = None, metadata: dict | None = None, **extra: object) -> str:
    """A notebook with one text cell and one output, as a page."""
    config = Config()
    configure(config)
    shown = v4.new_output("display_data", output or {}, metadata=metadata or {})
    cells = [v4.new_markdown_cell(text, **extra), v4.new_code_cell("x < 1  # <b>", outputs=[shown])]
    exporter = HTMLExporter(config=config, template_name="classic")
    return str(exporter.from_notebook_node(v4.new_notebook(cells=cells))[0])


def test_table_of_pandas_keeps_its_head_and_loses_its_style() -> None:
    made = inert_html(TABLE)
    assert "<thead>" in made and "<th>loss</th>" in made and "1 &lt; 2" in made
    assert "scoped" not in made and "color: red" not in made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$a < b$", "$a &lt; b$"),
        ("> quoted", "<blockquote>"),
        ("```python\nx < 1\n```", '<span class="o">&lt;</span>'),
        ("**bold** [link](https://example.org)", '<a href="https://example.org">link</a>'),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td>"),
        (r"$$\frac{1}{2} \sum_i x_i$$", r"\frac{1}{2} \sum_i x_i"),
    ],
)
def test_text_is_rendered(text: str, expected: str) -> None:
    assert expected in page(text)


def test_picture_is_shown_with_its_size() -> None:
    made = page(output={"image/png": PIXEL}, metadata={"image/png": {"width": 30, "height": 20.5}})
    assert f'src="data:image/png;base64,{PIXEL}"' in made and 'width="30"' in made and 'height="20.5"' in made


def test_attached_picture_is_shown() -> None:
    assert f"data:image/png;base64,{PIXEL}" in page(
        "![x](attachment:x.png)", attachments={"x.png": {"image/png": PIXEL}}
    )


def test_missing_attachment_stops_no_page() -> None:
    assert "a drawing" in page("![a drawing](attachment:x.png)")


def test_output_that_is_left_out_says_so() -> None:
    assert "An output that pages do not show: application/javascript" in page(
        output={"application/javascript": "x"}
    )


@pytest.mark.parametrize(
    ("text", "output", "metadata"),
    [
        ("<img src=x onerror=EVIL>", {}, {}),
        ("[x](javascript:EVIL)", {}, {}),
        ("<a href='java&#115;cript:EVIL'>x</a>", {}, {}),
        ("[x](data:text/html;base64,EVIL)", {}, {}),
        (r"$\href{javascript:EVIL}{x}$".replace("EVIL", "x"), {"text/html": "<svg onload=EVIL></svg>"}, {}),
        ("", {"text/html": "<script>EVIL</script>"}, {}),
        ("", {"application/javascript": "EVIL"}, {}),
        ("", {"text/markdown": "[x](javascript:EVIL)"}, {}),
        ("", {"image/png": 'x" onerror="EVIL'}, {}),
        ("", {"image/png": PIXEL}, {"width": "1 onerror=EVIL"}),
        ("", {"image/png": PIXEL}, {"image/png": {"height": "1 onerror=EVIL"}}),
        ("", {"image/png": PIXEL}, {"filenames": {"image/png": "javascript:EVIL"}}),
    ],
)
def test_what_runs_is_gone(text: str, output: dict, metadata: dict) -> None:
    assert "EVIL" not in page(text, output, metadata)


@pytest.mark.parametrize("macro", ["href", "require", "class"])
def test_formulas_make_no_links(macro: str) -> None:
    written = rf"$\{macro}{{javascript:x}}{{y}}$"
    assert rf"\{macro}{{" not in page(written, {"text/latex": written, "text/html": written})


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/seen.png",
        "//example.org/seen.png",
        "/logout?seen.png",
        "../../api/seen.png",
        "&#104;ttps://example.org/seen.png",
        "http&colon;//example.org/seen.png",
        " \t//example.org/seen.png",
    ],
)
@pytest.mark.parametrize("written", ['<img alt="a cat" src="{}">', "![a cat]({})"])
def test_picture_that_lies_elsewhere_is_not_fetched(written: str, address: str) -> None:
    made = inert_html(written.format(address)) if written.startswith("<") else page(written.format(address))
    assert not re.search(r"<img[^>]*seen", made)


def test_nor_is_one_behind_backslashes() -> None:
    assert "seen" not in inert_html(r'<img src="\\example.org/seen.png">')


def test_what_it_says_that_it_shows_is_shown_as_text() -> None:
    written = '<img alt="a &amp; b > <scr<b>ipt>x</b>" src="//example.org/x.png">'
    assert inert_html(written) == "a &amp; b &gt; &lt;scr&lt;b&gt;ipt&gt;x&lt;/b&gt;"


def test_picture_that_lies_beside_the_notebook_is_shown() -> None:
    assert '<img alt="a net" src="figures/net.png">' in inert_html('<img alt="a net" src="figures/net.png">')


@pytest.mark.parametrize("written", ['<div class="modal-backdrop in">x</div>', '<b style="margin: -900px">x</b>'])
def test_nothing_lies_over_the_page(written: str) -> None:
    assert inert_html(written) in ("<div>x</div>", "<b>x</b>")


def test_headings_have_names_for_links_within_a_page() -> None:
    assert 'id="Method"' in page("## Method")


def test_headings_have_none_where_the_fields_for_points_have_names() -> None:
    environment = jinja2.Environment()
    environment.filters["markdown2html"] = inert_markdown
    made = environment.from_string("{{ text | markdown2html }}").render(
        text="# think_twice\n\n<h2 id='hidden_total'>x</h2>", resources={"submission_id": "1"}
    )
    assert " id=" not in made


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "text/markdown"])
def test_nor_have_headings_of_outputs(kind: str) -> None:
    config = Config()
    configure(config)
    shown = v4.new_output("display_data", {kind: "<h2 id='check_total'>x</h2>"})
    cells = [v4.new_code_cell("x", outputs=[shown]), v4.new_raw_cell("<h2 id='check_total'>x</h2>")]
    exporter = HTMLExporter(config=config, template_name="classic")
    made, _ = exporter.from_notebook_node(v4.new_notebook(cells=cells), resources={"submission_id": "1"})
    assert "check_total" not in made


def test_filters_work_without_a_cell() -> None:
    environment = jinja2.Environment()
    environment.filters["markdown2html"] = inert_markdown
    assert environment.from_string("{{ '*x*' | markdown2html }}").render() == "<p><em>x</em></p>\n"


@pytest.mark.parametrize("written", ["<div>" * 5000 + "deep", "<table>" + "<tr><td>1</td></tr>" * 20_000])
def test_what_is_too_deep_or_too_long_for_a_page_is_its_beginning_as_text(written: str) -> None:
    shown = inert_html(written)
    assert shown.startswith(("<pre>&lt;div&gt;", "<pre>&lt;table&gt;"))
    assert len(shown) < 20_000 and "more characters" in shown


def test_markdown_that_is_too_deep_is_its_beginning_as_text() -> None:
    assert inert_markdown({"cell": {}}, "<b>" * 5000).startswith("<pre>&lt;b&gt;")  # type: ignore[arg-type]
