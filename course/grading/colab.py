"""What a released notebook needs so that it opens in Colab as it should: form titles, and a GPU where one helps.

JupyterLab leaves all of it alone.
"""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from course.grading.form_titles import helper, with_form_title


class FitForColab(NbGraderPreprocessor):
    """Give helper cells a form title, and ask for a GPU where the master's metadata say that one helps."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        for index, cell in enumerate(nb.cells):
            if helper(cell):
                cell.source = with_form_title(nb.cells, index)
                cell.metadata["cellView"] = "form"
        nb.metadata["colab"] = {"provenance": [], "toc_visible": True}
        asked = nb.metadata.get("course")
        if isinstance(asked, dict) and asked.get("gpu") is True:
            nb.metadata["accelerator"] = "GPU"
            nb.metadata["colab"]["gpuType"] = "T4"  # the one that Colab gives away
        return nb, resources
