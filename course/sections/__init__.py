"""Section feedback: at the end of a section a student may say how hard and how clear it was.

The cells that ask are put into released notebooks; masters have none. What a student answers is kept in the file
``NOTEBOOK.feedback.json`` beside the notebook, and in the output of the cell: most hand in the notebook alone.

record      what an answer is, and how it is written down
kept        where a student's answers are kept
form        what a student sees
"""

from __future__ import annotations

import os


def ask(notebook: str, section: str, title: str) -> None:
    """Show the questions about a section; where nobody can answer (in grading, outside of a notebook), nothing.

    Args:
        notebook: its name, as it was released.
        section: which section: the id of the cell with its heading.
        title: its heading.
    """
    if os.environ.get("NBGRADER_EXECUTION"):  # graded, or validated: this must cost nothing
        return
    from course.sections.form import show

    show(notebook, section, title)
