"""The landing page, and a page for each topic: cards with a figure, the time, and what a topic builds on."""

from __future__ import annotations

from coursesite.topics import Notebook, Topic

FIRST = "Builds on nothing but Python and NumPy"
WELCOME = """---
html_theme.sidebar_secondary.remove: true
---

# Gradient Course

Deep learning from ten numbers to transformers, in {notebooks} notebooks. You write the code that matters, a check
under each exercise says at once whether it is right and what is wrong if not, and every figure has a sentence that
says what to see in it. All you need is a browser.

:::{{div}} page-actions
{{doc}}`Start with topic 1 <{first}>`
{second}
:::

## The topics

About {hours} hours in all. Topics build on each other; those that a card does not name can wait.

"""
GRID = ":::::{{grid}} 1 2 {columns} {columns}\n:gutter: 3\n{look}\n{cards}\n:::::\n"
TOCTREE = "```{{toctree}}\n:hidden:\n{options}\n{pages}\n```\n"


def duration(minutes: int) -> str:
    """Minutes in words, in quarters of an hour once there is more than one hour."""
    if minutes < 90:
        return f"{minutes} minutes"
    quarters = round(minutes / 15)
    return f"{quarters // 4}{('', '¼', '½', '¾')[quarters % 4]} hours"


def landing_page(topics: list[Topic], alts: dict[str, str], sections: dict[str, list[str]]) -> str:
    """The site's first page.

    Args:
        topics: in order.
        alts: alt texts of their figures, by the topic's name.
        sections: heading in the navigation to its pages, beside the topics.
    """
    cards = [_topic_card(topic, topics, alts[topic.name]) for topic in topics]
    students = any("students" in pages for pages in sections.values())
    text = WELCOME.format(
        notebooks=sum(len(topic.notebooks) for topic in topics),
        hours=round(sum(topic.minutes for topic in topics) / 60),
        first=f"{topics[0].name}/index",
        second="{doc}`How to work on a notebook and hand it in <students>`" if students else "",
    )
    text += GRID.format(columns=3, look=":class-container: topics-grid\n", cards="\n".join(cards))
    text += "\n" + TOCTREE.format(
        options=":caption: Topics\n", pages="\n".join(f"{each.name}/index" for each in topics)
    )
    for heading, pages in sections.items():
        text += "\n" + TOCTREE.format(options=f":caption: {heading}\n", pages="\n".join(pages))
    return text


def topic_page(topic: Topic, topics: list[Topic], figures: dict[str, tuple[str, str]]) -> str:
    """A topic's page: its notebooks as cards.

    Args:
        topic: the topic.
        topics: all of them.
        figures: name of a notebook to its card's figure, as the page finds it, and the alt text.
    """
    count = "One notebook" if len(topic.notebooks) == 1 else f"{len(topic.notebooks)} notebooks"
    cards = "\n".join(_notebook_card(each, figures.get(each.name)) for each in topic.notebooks)
    return (
        f"# {topic.number}. {topic.title}\n\n{topic.sentence}\n\n"
        f"{count}, about {duration(topic.minutes)}. {_builds_on(topic, topics)}.\n\n"
        + GRID.format(columns=2, look="", cards=cards)
        + "\n"
        + TOCTREE.format(options="", pages="\n".join(each.name for each in topic.notebooks))
    )


def _builds_on(topic: Topic, topics: list[Topic], *, links: bool = True) -> str:
    if not topic.builds_on:
        return FIRST
    numbered = {each.number: each for each in topics}
    named = [
        f"{{doc}}`{number}. {numbered[number].title} </{numbered[number].name}/index>`" if links else str(number)
        for number in topic.builds_on
    ]
    if links:
        return f"Builds on {_list(named)}"
    return f"Builds on topic{'s' if len(named) > 1 else ''} {_list(named)}"


def _list(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _topic_card(topic: Topic, topics: list[Topic], alt: str) -> str:
    count = "1 notebook" if len(topic.notebooks) == 1 else f"{len(topic.notebooks)} notebooks"
    facts = f"{count} · {duration(topic.minutes)}  \n{_builds_on(topic, topics, links=False)}"
    return _card(
        f"{topic.number}. {topic.title}",
        f"{topic.name}/index",
        topic.sentence,
        facts,
        (f"figures/{topic.name}.png", alt),
    )


def _notebook_card(notebook: Notebook, figure: tuple[str, str] | None) -> str:
    facts = f"{notebook.minutes} minutes. You need: {notebook.needs}"
    return _card(notebook.title, notebook.name, f"{notebook.goals}", facts, figure)


def _card(title: str, link: str, text: str, facts: str, figure: tuple[str, str] | None) -> str:
    picture = f":img-top: {figure[0]}\n:img-alt: {_one_line(figure[1])}\n" if figure else ""
    return (
        f"::::{{grid-item-card}} {title}\n:link: {link}\n:link-type: doc\n:class-card: topic-card\n"
        f"{picture}\n{text}\n\n:::{{card-footer}}\n{facts}\n:::\n::::\n"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
