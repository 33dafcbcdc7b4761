"""Topics and their notebooks, as the masters' title cells and topics.toml describe them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

FILE = Path(__file__).with_name("topics.toml")
_MINUTES = re.compile(r"\*\*Time:\*\* about (\d+) minutes")
_NEEDS = re.compile(r"\*\*You need:\*\*\s+(.+?)(?=\s+\*\*More:\*\*|\n\n|$)", re.DOTALL)
_GOALS = re.compile(r"\*\*You will learn\*\*\n\n((?:- .+\n?)+)")
_TOPIC = re.compile(r"topic (\d+)")


class TitleMissing(Exception):
    """A master's title cell does not say what the site needs; says which one and what."""


@dataclass(frozen=True)
class Notebook:
    """One notebook, by its title cell.

    Attributes:
        topic: name of its folder.
        name: of its file, without the ending.
        title: its heading.
        minutes: how long it takes.
        needs: what one needs beforehand, in Markdown.
        goals: what one learns, a Markdown list.
    """

    topic: str
    name: str
    title: str
    minutes: int
    needs: str
    goals: str


@dataclass(frozen=True)
class Topic:
    """One assignment of the course.

    Attributes:
        name: of its folder, such as `03_loss_functions`.
        number: 3.
        title: "Loss functions".
        sentence: what it is about.
        figure: notebook and cell id of the figure on its card.
        own_work: whether the site shows no output from a notebook's first exercise on.
        notebooks: in the order of their titles.
        builds_on: numbers of the topics that its notebooks need.
    """

    name: str
    number: int
    title: str
    sentence: str
    figure: tuple[str, str]
    own_work: bool
    notebooks: tuple[Notebook, ...]
    builds_on: tuple[int, ...]

    @property
    def minutes(self) -> int:
        """How long all its notebooks take."""
        return sum(notebook.minutes for notebook in self.notebooks)


def read_topics(masters: dict[str, NotebookNode], file: Path = FILE) -> list[Topic]:
    """All topics in order.

    Args:
        masters: by topic and name, `03_loss_functions/regression`.
        file: what is said of topics as a whole.

    Raises:
        TitleMissing: a topic is not in the file, or a title cell lacks a part.
    """
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    notebooks = [_notebook(key, master) for key, master in masters.items()]
    topic_of = {notebook.name: notebook.topic for notebook in notebooks}
    found = []
    for name in sorted({notebook.topic for notebook in notebooks}):
        if name not in said:
            raise TitleMissing(f"{file.name}: nothing about {name}; add a sentence and a figure for its card")
        number, _, words = name.partition("_")
        own = sorted((each for each in notebooks if each.topic == name), key=_place)
        notebook_of_figure, _, cell = said[name]["figure"].partition(":")
        found.append(
            Topic(
                name,
                int(number),
                words.replace("_", " ").capitalize(),
                said[name]["sentence"],
                (notebook_of_figure, cell),
                said[name].get("own_work", False),
                tuple(own),
                _builds_on(own, topic_of, name),
            )
        )
    return found


def _notebook(key: str, master: NotebookNode) -> Notebook:
    topic, _, name = key.partition("/")
    text = master.cells[0].source
    minutes, needs, goals = _MINUTES.search(text), _NEEDS.search(text), _GOALS.search(text)
    if not (text.startswith("# ") and minutes and needs and goals):
        raise TitleMissing(f"source/{key}.ipynb: its first cell needs a title, goals, time and what one needs")
    title = text.splitlines()[0].removeprefix("# ")
    return Notebook(topic, name, title, int(minutes[1]), needs[1].strip(), goals[1].strip())


def _place(notebook: Notebook) -> tuple[int, str]:
    """Notebooks go by the number in their title; one without comes last."""
    number = re.search(r" (\d+):", notebook.title)
    return (int(number[1]) if number else 99, notebook.title)


def _builds_on(notebooks: list[Notebook], topic_of: dict[str, str], own: str) -> tuple[int, ...]:
    """The topics that title cells name, by number or by one of their notebooks."""
    found = set()
    for notebook in notebooks:
        found |= {int(number) for number in _TOPIC.findall(notebook.needs)}
        named = {name for name in topic_of if re.search(rf"\b{name}\b", notebook.needs)}
        found |= {int(topic_of[name].partition("_")[0]) for name in named}
    return tuple(sorted(found - {int(own.partition("_")[0])}))
