"""Whose wire is it: the judgement over a message, and the five questions that lead to who repairs."""

from tickets.triage.judge import Judgement, judge

__all__ = ["Judgement", "judge"]
