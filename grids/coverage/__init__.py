"""Who can pay within ten minutes' walk at which hour of the week, who is left out, and which place would help most.

Everything is read from the kept walks (grids/reaching) and reckoned in arrays: homes, places to pay, and the pairs within reach.
"""
