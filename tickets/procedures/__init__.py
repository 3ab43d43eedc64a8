"""Procedures by stages with their papers and allowed days, and the households that go through them."""
