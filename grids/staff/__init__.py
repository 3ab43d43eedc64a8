"""Colleagues: who they are, how they come in, who may see what, who takes a grid over."""
