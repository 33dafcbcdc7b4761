"""Stands in for Colab's own package: what notebooks, ipywidgets and the course may ask of it, and no more."""

from google.colab import _message, output

__all__ = ["_message", "output"]
