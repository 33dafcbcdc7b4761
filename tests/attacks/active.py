"""Content that does something in the browser of whoever opens the feedback."""

# %% attack: script_output | a script in an HTML output, and frames, forms, objects
# % cell end
from IPython.display import HTML, Javascript, display

display(HTML("<script>alert(1)</script><b onclick=alert(2)>bold</b>"))
display(HTML("<iframe src='javascript:alert(3)'></iframe><object data='x'></object><embed src='x'>"))
display(HTML("<form action='https://example.org'><input name=password><button formaction='javascript:alert(4)'>x</button></form>"))
display(HTML("<meta http-equiv=refresh content='0;url=https://example.org'><base href='https://example.org/'>"))
display(Javascript("alert(5)"))

# %% attack: image_onerror | an image that fails on purpose
# % cell end
from IPython.display import HTML, display

display(HTML("<img src=x onerror=alert(1)>"))
display(HTML("<IMG SRC=x OnErRoR\n=\nalert(1)//"))
display(HTML("<img src='x'/onerror='alert(1)'>"))

# %% attack: svg | drawings that run something
# % cell end
from IPython.display import HTML, SVG, display

display({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"}, raw=True)
display(HTML("<svg onload=alert(3)><a xlink:href='javascript:alert(4)'><text>x</text></a><set attributeName=href to=javascript:alert(5) /></svg>"))
display(HTML("<math><maction actiontype='statusline' xlink:href='javascript:alert(6)'>x</maction></math>"))

# %% attack: text_cell | HTML in text cells
# % text end
Hello <script>alert(1)</script> <img src=x onerror=alert(2)> <a href="java&#115;cript:alert(3)">here</a>

<div onmouseover="alert(4)">over</div>

<details open ontoggle=alert(5)><summary>x</summary></details>

# %% attack: text_links | links of Markdown that run something
# % text end
[one](javascript:alert(1)) [two](JaVaScRiPt:alert(2)) ![three](javascript:alert(3))
[four](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==) <javascript:alert(5)>

[six]: javascript:alert(6)
[six]

# %% attack: code_spans | HTML that looks like code or mathematics
# % text end
`<script>alert(1)</script>` $<img src=x onerror=alert(2)>$ $$</span><script>alert(3)</script>$$

```html" onmouseover="alert(4)
<script>alert(5)</script>
```

~~~<script>alert(6)</script>
x
~~~

\begin{equation}<img src=x onerror=alert(7)>\end{equation}

# %% attack: tex_link | a formula that is a link
# % text end
$\href{javascript:alert(1)}{\text{click here}}$ $$\def\x{\href{javascript:alert(2)}}\x{y}$$
# % cell end
from IPython.display import HTML, Latex, Math, Markdown, display

display(Latex(r"$\href{javascript:alert(3)}{y}$"), Math(r"\href{javascript:alert(4)}{y}"))
display(Markdown(r"$\href{javascript:alert(5)}{y}$"), HTML(r"<p>$\href{javascript:alert(6)}{y}$</p>"))

# %% attack: markdown_output | Markdown as an output
# % cell end
from IPython.display import Markdown, display

display(Markdown("<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=alert(3)>"))

# %% attack: raw_cell | a raw cell that says that it is HTML
# % raw end
<script>alert(1)</script><img src=x onerror=alert(2)>
# % notebook
notebook.cells[-1].metadata["raw_mimetype"] = "text/html"
notebook.cells[-1].metadata["format"] = "text/html"

# %% attack: image_size | the size of an image as an attribute
# % cell end
from IPython.display import display

_size = "1 onerror=alert(1) src=x"
for _kind in ("image/png", "image/jpeg"):
    display({_kind: "AAAA"}, raw=True, metadata={"width": _size, "height": _size, "alt": '" onerror="alert(1)'})
    display({_kind: "AAAA"}, raw=True, metadata={_kind: {"width": _size, "height": "1\tonload=alert(2)"}})
    display({_kind: "AAAA"}, raw=True, metadata={"filenames": {_kind: "javascript:alert(3)"}})

# %% attack: image_data | an image whose data leave their attribute
# % cell end
from IPython.display import display

display({"image/png": 'x" onerror="alert(1)'}, raw=True)
display({"image/jpeg": 'x"><script>alert(2)</script>'}, raw=True)

# %% attack: isolated | an output that asks for a frame of its own
# % cell end
from IPython.display import HTML, display

display(HTML("<b>x</b><script>parent.alert(1)</script>", metadata={"isolated": True}), metadata={"text/html": {"isolated": True}})

# %% attack: widget_state | widgets whose state leaves its script
# % cell end
import ipywidgets
from IPython.display import display

display(ipywidgets.HTML("</script><script>alert(1)</script>"))
display({"application/vnd.jupyter.widget-view+json": {"model_id": "</script><script>alert(2)</script>"}, "text/plain": "x"}, raw=True)
display({"application/vnd.plotly.v1+json": {"x": "</script><script>alert(3)</script>"}}, raw=True)
# % notebook
notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {
    "state": {"x": {"model_module": "</script><script>alert(4)</script>"}}, "version_major": 2, "version_minor": 0}}

# %% attack: notebook_metadata | titles, tags, languages and ids that leave their place
# % notebook
evil = '"><script>alert(1)</script><i onclick="alert(2)'
notebook.metadata["title"] = evil
notebook.metadata["language_info"] = {"name": evil, "pygments_lexer": evil, "mimetype": evil, "version": evil}
notebook.metadata["kernelspec"]["display_name"] = evil
for cell in notebook.cells:
    if not cell.metadata.get("nbgrader", {}).get("locked"):
        cell.metadata["tags"] = [evil]
        cell.metadata["magics_language"] = evil
        cell.metadata["alt"] = evil

# %% attack: attachments | an attachment that is no image
# % text end
![x](attachment:x.png) ![y](attachment:y.png)
# % notebook
notebook.cells[-1]["attachments"] = {
    "x.png": {"text/html": "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="},
    "y.png": {'image/png" onerror="alert(1)': 'x" onerror="alert(2)'}}

# %% attack: errors | names, texts and tracebacks of errors, and printed text, as HTML
# % solution *
def @EXERCISE@(*arguments):
    raise type("<script>alert(1)</script>", (ValueError,), {})("<img src=x onerror=alert(2)>\x1b[31m<script>alert(3)</script>")
# % cell end
import sys

print("\x1b]8;;javascript:alert(4)\x1b\\link\x1b]8;;\x1b\\ <script>alert(5)</script> \x1b[38;2;1;2;'onmouseover=alert(6)m x")
print("<img src=x onerror=alert(7)>", file=sys.stderr)
class _Html(str):
    _repr_html_ = lambda self: "<script>alert(8)</script>"
_Html("x")

# %% attack: comment | an answer to a Think question that is HTML
# % notebook
for cell in notebook.cells:
    if cell.id == "answer_outlier":
        cell.source = "Because.\n\n<script>alert(1)</script>\n\n<p style='background:url(javascript:alert(2))' onclick=alert(3)>x</p>"
