"""Networks that several notebooks share and none of them teaches."""

from course.models.shallow import shallow_network

__all__ = ["shallow_network"]
