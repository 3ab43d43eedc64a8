"""Printable, shareable answers in versions."""
