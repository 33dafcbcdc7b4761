"""The form at the end of a section, of ipywidgets: two questions with three buttons each, and a line of text."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from course.sections.kept import Kept, kept
from course.sections.record import CLARITY, DIFFICULTY, LONGEST, MEDIA_TYPE, Answer, as_output, now, one_line

WHO_SEES_IT = (
    "Optional, and without influence on your points. Your instructor and assistants see it with your submission, "
    "so with your name unless they turn on pseudonyms."
)
_VIEW = "application/vnd.jupyter.widget-view+json"
_SHOWN = 40  # characters of a comment that the line under the form repeats


def show(notebook: str, section: str, title: str) -> None:
    """Show the form, with what was said before; outside of a notebook do nothing.

    Args:
        notebook: its name.
        section: which section.
        title: its heading.
    """
    try:
        import ipywidgets
        from IPython.core.getipython import get_ipython
    except ImportError:
        return
    if getattr(get_ipython(), "kernel", None) is None:  # a terminal: nobody sees it, and nobody could click
        return
    Form(ipywidgets, kept(notebook), section, title).show()


class Form:
    """The form of one section; every change is kept at once."""

    def __init__(self, widgets: Any, answers: Kept, section: str, title: str) -> None:
        """
        Args:
            widgets: the module ipywidgets, 7.7 (which Colab has) or later.
            answers: where they are kept.
            section: which section.
            title: its heading.
        """
        self._answers, self._section, self._title = answers, section, title
        said = answers.get(section) or Answer(title)
        self.difficulty = Choice(widgets, "How hard was this section?", DIFFICULTY, said.difficulty, self._changed)
        self.clarity = Choice(widgets, "How clear?", CLARITY, said.clarity, self._changed)
        self.comment = widgets.Text(
            value=said.comment,
            description="In a line:",
            placeholder=f"What would make “{title}” better?",
            style={"description_width": "initial"},
            layout=widgets.Layout(flex="1 1 18em", width="auto", min_width="14em", margin="2px 16px 2px 2px"),
        )
        self.comment.observe(self._changed, "value")
        seen = widgets.HTML(
            f'<div style="font-size: 0.85em; line-height: 1.35">{WHO_SEES_IT}</div>',
            layout=widgets.Layout(flex="1 1 20em", margin="2px"),
        )
        rows = widgets.Layout(display="flex", flex_flow="row wrap", align_items="center", overflow="visible")
        self.box = widgets.VBox(
            [
                widgets.HBox([self.difficulty.box, self.clarity.box], layout=rows),
                widgets.HBox([self.comment, seen], layout=rows),
            ],
            layout=widgets.Layout(overflow="visible"),
        )
        self._display, self._problem = f"section-{uuid.uuid4().hex}", ""

    def show(self) -> None:
        """Display the form, and under it what is kept in the notebook."""
        from IPython.display import display

        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        alone = f"How was {self._title}? Run this cell to answer."  # what stands there without widgets
        display({_VIEW: view, "text/plain": alone}, raw=True)
        display(self._output(), raw=True, display_id=self._display)

    def answer(self) -> Answer:
        """What the form says now."""
        comment = one_line(self.comment.value)
        return Answer(self._title, self.difficulty.chosen, self.clarity.chosen, comment, now())

    def _changed(self, change: object = None) -> None:
        from IPython.display import display

        self._problem = self._answers.put(self._section, self.answer())
        display(self._output(), raw=True, display_id=self._display, update=True)

    def _output(self) -> dict[str, Any]:
        said = self._answers.get(self._section)
        bundle: dict[str, Any] = {"text/plain": in_words(said, self._problem)}
        if said is not None:  # also where it was taken back: that counts, and not what an older file has
            bundle[MEDIA_TYPE] = as_output(self._answers.notebook, self._section, said)
        return bundle


class Choice:
    """A question with a few answers, of which one or none is chosen; clicking the chosen one takes it back."""

    def __init__(
        self, widgets: Any, question: str, answers: Sequence[str], chosen: str, changed: Callable[[], None]
    ) -> None:
        """
        Args:
            widgets: the module ipywidgets.
            question: in two words.
            answers: to choose from.
            chosen: the one that was chosen before, or "".
            changed: called after every change.
        """
        self.chosen, self._changed = chosen, changed
        close = widgets.Layout(width="auto", margin="2px")
        self.buttons = {
            answer: widgets.ToggleButton(value=answer == chosen, tooltip=f"{question} {answer}", layout=close)
            for answer in answers
        }
        for answer, button in self.buttons.items():
            button.observe(lambda change, answer=answer: self._clicked(answer, change["new"]), "value")
        self._mark()
        label = widgets.Label(question, layout=widgets.Layout(margin="2px 4px 2px 2px"))
        self.box = widgets.HBox(
            [label, *self.buttons.values()],
            layout=widgets.Layout(
                display="flex", flex_flow="row wrap", margin="0 16px 0 0", overflow="visible", align_items="center"
            ),
        )

    def _clicked(self, answer: str, pressed: bool) -> None:
        chosen = answer if pressed else ("" if self.chosen == answer else self.chosen)
        if chosen == self.chosen:
            return  # a button that went up because another one went down
        self.chosen = chosen
        for other, button in self.buttons.items():
            button.value = other == chosen
        self._mark()
        self._changed()

    def _mark(self) -> None:
        """Say which is chosen in letters, too: not everybody sees a colour."""
        for answer, button in self.buttons.items():
            button.description = f"✓ {answer}" if answer == self.chosen else answer


def in_words(said: Answer | None, problem: str = "") -> str:
    """What a person reads under the form, and in the notebook where there are no widgets.

    Args:
        said: what is kept.
        problem: why it can't be written beside the notebook.
    """
    if said is None or said.is_empty:
        line = "Nothing said yet."
    else:
        comment = said.comment if len(said.comment) <= _SHOWN else f"{said.comment[:_SHOWN]}…"
        parts = [said.difficulty, said.clarity, f"“{comment}”" if comment else ""]
        line = f"In this notebook: {', '.join(filter(None, parts))}. Save it to hand it in."
        if len(said.comment) >= LONGEST:
            line += f" (Of the line the first {LONGEST} characters.)"
    if problem:
        line += f" It is in the notebook only, because no file can be written beside it: {problem}."
    return line
