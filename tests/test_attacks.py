"""No attack of the corpus succeeds here, honest submissions beside them lose nothing, and success is recognised."""

from __future__ import annotations

from pathlib import Path

import pytest
from sandboxed import needs_sandbox
from tool_modules import load

attacks = load("attacks")
CORPUS = attacks.read_corpus()
NAMES = [attack.student for attack in CORPUS]
Graded = tuple[dict[str, list[str]], list[str]]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Each attack's successes, and what happened to others."""
    return attacks.grade(tmp_path_factory.mktemp("attacks") / "here", CORPUS, 2, ours=True)


def test_corpus_has_all_kinds_and_several_of_each() -> None:
    kinds = [attack.kind for attack in CORPUS]
    assert len(CORPUS) >= 45
    assert {kind: kinds.count(kind) for kind in attacks.KINDS if kinds.count(kind) < 4} == {}


def test_names_are_unique() -> None:
    assert sorted(set(NAMES)) == sorted(NAMES)


@needs_sandbox
@pytest.mark.parametrize("name", NAMES)
def test_attack_does_not_succeed(name: str, graded: Graded) -> None:
    assert graded[0][name] == []


@needs_sandbox
def test_others_have_their_points_and_files(graded: Graded) -> None:
    assert graded[1] == []


# What counts as success --------------------------------------------------------------------------------------

ATTACK = attacks.Attack("leaking", "made_up", "nothing", ("best_offset",), (attacks.Part("text", "end", "x"),))
HIDDEN_LINE = max(attacks.hidden_lines())
HONEST_PAGE = "<html><script>usual()</script><p>text</p></html>"


@pytest.fixture
def world(tmp_path: Path) -> attacks.World:
    """A course in which only one submission was graded, with a harmless page."""
    made = attacks.World(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secret.txt").write_text(made.token)
    submitted = made.course / "submitted" / ATTACK.student / attacks.ASSIGNMENT
    submitted.mkdir(parents=True)
    (submitted / f"{attacks.NOTEBOOK}.ipynb").write_text('{"cells": [{"source": "LEAK[0.123]LEAK"}]}')
    write_page(made, HONEST_PAGE)
    return made


def write_page(world: attacks.World, page: str) -> None:
    """Give the attack this page as its feedback."""
    folder = world.course / "feedback" / ATTACK.student / attacks.ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "regression.html").write_text(page)


def seen(world: attacks.World) -> attacks.Seen:
    """What is usual in this world."""
    honest = attacks.Page(HONEST_PAGE)
    return attacks.Seen(world.watched(), honest.active, honest.text)


def judged(world: attacks.World, before: attacks.Seen, points: float = 3.0) -> str:
    """In what the attack succeeded."""
    return "; ".join(attacks.successes(world, ATTACK, {ATTACK.student: points}, before))


def test_harmless_submission_is_no_success(world: attacks.World) -> None:
    assert judged(world, seen(world)) == ""


def test_points_beyond_the_honest_part_are_success(world: attacks.World) -> None:
    assert "4 points instead of 3" in judged(world, seen(world), points=4.0)


def test_canary_in_what_grading_left_is_success(world: attacks.World) -> None:
    folder = world.course / "autograded" / ATTACK.student
    folder.mkdir(parents=True)
    (folder / "note.txt").write_text(world.token)
    assert "a canary was read" in judged(world, seen(world))


def test_text_of_another_submission_is_success(world: attacks.World) -> None:
    write_page(world, f"<p>{world.left}</p>")
    assert "legacy" in judged(world, seen(world))


@pytest.mark.parametrize("where", ["home/secret.txt", "course/new.txt", "course/submitted/zz/file"])
def test_change_outside_is_success(where: str, world: attacks.World) -> None:
    before = seen(world)
    path = world.root / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"here was {ATTACK.student}")
    assert "changed" in judged(world, before)


def test_word_on_the_loopback_port_is_success(world: attacks.World) -> None:
    world.heard.append(ATTACK.student.encode())
    assert "loopback" in judged(world, seen(world))


def test_line_of_a_hidden_test_is_success(world: attacks.World) -> None:
    write_page(world, f"<pre>{HIDDEN_LINE.replace('<', '&lt;')}</pre>")
    assert "hidden line" in judged(world, seen(world))


def test_hidden_number_is_success_where_it_is_shouted(world: attacks.World) -> None:
    number = max(attacks.hidden_numbers())
    write_page(world, f"<p>{number!r}</p>")
    assert judged(world, seen(world)) == ""
    write_page(world, f"<p>LEAK[array([{number!r}])]LEAK</p>")
    assert "hidden input" in judged(world, seen(world))


def test_known_number_is_no_success(world: attacks.World) -> None:
    write_page(world, "<p>LEAK[1.0 2.3]LEAK</p>")
    assert judged(world, seen(world)) == ""


@pytest.mark.parametrize(
    "page",
    [
        "<script>other()</script>",
        "<script src=https://example.org/x.js></script>",
        "<img src=x onerror=alert(1)>",
        "<a href=' JAVA\tscript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<svg><a xlink:href='javascript:x'>x</a></svg>",
        "<iframe></iframe>",
        "<object></object>",
        "<embed>",
        "<form></form>",
        "<meta http-equiv=refresh content=1>",
        r"<p>$\href{javascript:x}{y}$</p>",
    ],
)
def test_active_content_is_success(page: str, world: attacks.World) -> None:
    write_page(world, HONEST_PAGE + page)
    assert "active" in judged(world, seen(world))


def test_code_that_names_a_handler_is_no_success(world: attacks.World) -> None:
    write_page(world, HONEST_PAGE + r"<pre>&lt;img onerror=x&gt; \href{javascript:x}</pre>")
    assert judged(world, seen(world)) == ""


def test_lost_points_of_others_are_told(world: attacks.World) -> None:
    told = attacks.harm(world, {"all-right": 17.0, "idle": 0.0, attacks.CANARY: 18.0}, seen(world))
    assert told == ["all-right has 17 points"]
