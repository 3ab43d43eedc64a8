"""The answer book: approved answers, and finding the right one from a resident's own words."""

from tickets.answers.approved import Answer, answer, book
from tickets.answers.finding import Hit, find
from tickets.answers.offline import export
from tickets.answers.search import index as warm

__all__ = ["Answer", "Hit", "answer", "book", "export", "find", "warm"]
