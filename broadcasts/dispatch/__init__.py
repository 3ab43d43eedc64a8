"""Reads what dispatch pastes: kind, times, line, cause, places; and asks where it is unsure."""

from broadcasts.dispatch.reading import read
from broadcasts.dispatch.shapes import Doubt, Place, Reading, Window

__all__ = ["Doubt", "Place", "Reading", "Window", "read"]
