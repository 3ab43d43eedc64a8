"""How an answer is worded, what of it may go into a group, and what is folded as abuse."""
