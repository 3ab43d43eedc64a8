"""Reads what dispatch pastes: kind, times, line, cause, places; and asks where it is unsure."""

from broadcasts.dispatch.reading import LONGEST, portions, read
from broadcasts.dispatch.shapes import Doubt, Place, Reading, Window

__all__ = ["LONGEST", "Doubt", "Place", "Reading", "Window", "portions", "read"]
