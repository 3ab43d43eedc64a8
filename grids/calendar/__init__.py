"""Holidays and the weekend days worked in exchange."""
