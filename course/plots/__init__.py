"""Figures, one module a topic. Every function returns its Figure or Axes, and works without a display."""
