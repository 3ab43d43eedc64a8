"""Whose wire is it: the judgement over a message, and the five questions that lead to who repairs."""

from tickets.triage.judge import Judgement, judge
from tickets.triage.tree import Leaf, Question, step

__all__ = ["Judgement", "Leaf", "Question", "judge", "step"]
