"""Whose a hand-in is: what an archive says of a person, matched to the roster by id, then e-mail, then name."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from course.grading.roster import Person, why_no_folder


@dataclass(frozen=True)
class Clue:
    """What an archive says of a person.

    Attributes:
        text: a name, an id or an address, as it stands there.
        lms_user_id: the number that the LMS knows the person by.
        id: an id, where something says that it is one.
        email: an address, likewise.
        own: the id to take where there is no roster; "" for one made of the text.
        is_name: whether the text is a name and no id, whatever it looks like.
    """

    text: str
    lms_user_id: str = ""
    id: str = ""
    email: str = ""
    own: str = ""
    is_name: bool = False


@dataclass(frozen=True)
class Match:
    """Who it is.

    Attributes:
        student: id.
        how: "id", "e-mail", "name" or "part of the name".
    """

    student: str
    how: str

    @property
    def is_by_name(self) -> bool:
        """Whether another person of the same name would have matched as well."""
        return self.how in ("name", "part of the name")


class Unknown(Exception):
    """Nobody, or more than one; the message says who comes near."""


class People:
    """The students of a course, to be found by what archives say.

    Args:
        roster: everybody; where it is empty, anybody is taken for a student by the id that the archive has.
        known_as: what stands in an archive to the ids that somebody said it means: one, or those of a group.
    """

    def __init__(self, roster: Iterable[Person], known_as: Mapping[str, list[str]] | None = None) -> None:
        self.roster = {person.id: person for person in roster}
        self._known_as = {_spelled(text): students for text, students in (known_as or {}).items()}
        self._by: dict[str, dict[str, set[str]]] = {"lms": {}, "id": {}, "email": {}, "name": {}}
        for person in self.roster.values():
            self._add("id", person.id.casefold(), person)
            self._add("lms", person.lms_user_id, person)
            self._add("email", person.email.casefold(), person)
            for key in _keys_of(person):
                self._add("name", key, person)
        self._words = {
            person.id: (words(person.first_name), words(person.last_name)) for person in self.roster.values()
        }

    def _add(self, index: str, key: str, person: Person) -> None:
        if key:
            self._by[index].setdefault(key, set()).add(person.id)

    def name_of(self, student: str) -> str:
        """A student's name; "" where it is not known."""
        person = self.roster.get(student)
        return person.name if person else ""

    def told(self, *texts: str) -> list[str]:
        """The students that somebody said one of these means; [] where nobody said anything."""
        return next((self._known_as[_spelled(text)] for text in texts if _spelled(text) in self._known_as), [])

    def is_called(self, student: str, text: str) -> bool:
        """Whether a text has to do with the student's name, or no name is known."""
        first, last = self._words.get(student, (set(), set()))
        return not first | last or any(word in _in_one(text) for word in first | last)

    def find(self, clue: Clue) -> Match:
        """Who it is.

        Raises:
            Unknown: nobody of the roster, or more than one.
        """
        if not self.roster:
            return Match(_own_id(clue), "id")
        for index, key, how in (
            ("lms", clue.lms_user_id, "id"),
            ("id", clue.id.casefold(), "id"),
            ("email", clue.email.casefold(), "e-mail"),
            ("id", "" if clue.is_name else clue.text.strip().casefold(), "id"),
            ("email", clue.text.strip().casefold(), "e-mail"),
        ):
            found = self._by[index].get(key, set()) if key else set()
            if (
                clue.text.strip() in found and not clue.is_name
            ):  # of two ids that differ in capitals the one that is written so
                return Match(clue.text.strip(), how)
            if len(found) == 1:
                return Match(next(iter(found)), how)
        inside = self._with_id_inside(clue.text)
        if inside:
            return Match(inside, "id")
        match = self._by_name(clue.text)
        known = self.roster[match.student]
        for what, said, has in (
            ("e-mail address", clue.email, known.email),
            ("number in the LMS", clue.lms_user_id, known.lms_user_id),
        ):
            if said and has and said.casefold() != has.casefold():
                raise Unknown(f"called like {match.student}, who has another {what} ({has}, and not {said})")
        return match

    def _with_id_inside(self, text: str) -> str:
        """The student whose id or address stands beside the name, as in ``Ada Lovelace (al12)``."""
        pieces = [piece.strip(".,;:") for piece in re.split(r"[\s_()\[\]]+", text.casefold())]
        for piece in filter(None, pieces):
            found = self._by["id"].get(piece, set()) or self._by["email"].get(piece, set())
            if len(found) == 1:
                student = next(iter(found))
                first, last = self._words[student]
                rest = words(" ".join(each for each in pieces if each != piece))
                is_extra = pieces.count(piece) > 1 or not words(piece) <= first | last
                if is_extra and rest <= first | last:  # else it is a word of a name, and perhaps of somebody else's
                    return student
        return ""

    def _by_name(self, text: str) -> Match:
        found: set[str] = set()
        for written in (text, _spelled_out(text)):
            for key in (_in_any_order(written), _in_one(written)):
                found = found or self._by["name"].get(key, set())
        how = "name"
        if not found:
            how, found = "part of the name", self._by_part_of_name(text)
        if len(found) == 1:
            return Match(next(iter(found)), how)
        if found:
            raise Unknown(f"{len(found)} students are called so: {', '.join(sorted(found))}")
        raise Unknown(self._nobody(text))

    def _by_part_of_name(self, text: str) -> set[str]:
        """Students of whom one is called more than the other says: second names, double names."""
        said = words(text)
        return {
            student
            for student, (first, last) in self._words.items()
            if said & first and said & last and (said <= first | last or first | last <= said)
        }

    def _nobody(self, text: str) -> str:
        names = {_in_any_order(person.name): person for person in self.roster.values() if person.name}
        near = difflib.get_close_matches(_in_any_order(text), names, n=1, cutoff=0.75)
        hint = f"; the nearest is {names[near[0]].name} ({names[near[0]].id})" if near else ""
        return f"nobody on the roster is called so{hint}"


def _own_id(clue: Clue) -> str:
    """An id where there is no roster.

    Raises:
        Unknown: what stands there can't be one.
    """
    text = unicodedata.normalize("NFC", clue.own or clue.id or clue.text).strip()
    if re.search(r"[\s,]", text):
        text = "_".join(_letters(text).split())
    if not text:
        raise Unknown("nothing in its name says whose it is")
    reason = why_no_folder(text) or ("nbgrader allows no + in it" if "+" in text else "")
    if reason:
        raise Unknown(f"{text[:60]!r} can't be a student's id: {reason}")
    return text


# Names -----------------------------------------------------------------------------------------------------------

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_WITHIN_WORDS = re.compile(r"['’ʼ`´‘.]")  # O'Brien is OBrien for Moodle


def _letters(text: str) -> str:
    """A name in small plain letters and digits, a space between its words."""
    text = unicodedata.normalize("NFKD", _WITHIN_WORDS.sub("", text).casefold().translate(_PLAIN))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", text).strip()


def words(text: str) -> set[str]:
    """The words of a name."""
    return set(_letters(text).split())


def _in_any_order(text: str) -> str:
    return " ".join(sorted(_letters(text).split()))


def _in_one(text: str) -> str:
    return _letters(text).replace(" ", "")


def _keys_of(person: Person) -> set[str]:
    """All that a person's name may be written as."""
    keys = set()
    for first, last in {
        (person.first_name, person.last_name),
        tuple(_spelled_out(name) for name in (person.first_name, person.last_name)),
    }:
        keys |= {_in_any_order(f"{first} {last}"), _in_one(first + last), _in_one(last + first)}
    return keys - {""}


def _spelled_out(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().translate(_SPELLED_OUT)


def _spelled(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
