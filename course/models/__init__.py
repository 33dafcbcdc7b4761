"""Networks that several notebooks share and none of them teaches."""

from typing import TYPE_CHECKING, Any

from course.models.shallow import shallow_network

if TYPE_CHECKING:
    from course.models.language import LanguageModel, LanguageModelError, load_language_model

__all__ = ["LanguageModel", "LanguageModelError", "load_language_model", "shallow_network"]


def __getattr__(name: str) -> Any:
    if name in __all__:  # the language model's libraries take seconds to import
        from course.models import language

        return getattr(language, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
