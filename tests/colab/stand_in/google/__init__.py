"""Stands in for the package of this name that Colab has."""
