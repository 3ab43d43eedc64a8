"""How like texts are to each other, by the search's own measure of what is written."""

from collections.abc import Collection, Mapping, Sequence

from tickets.answers import spelling
from tickets.answers.layer import Layer


def of(texts: Sequence[str], wanted: Collection[int]) -> dict[int, Mapping[int, float]]:
    """For each wanted text how near every other is, from 0 to 1. Letters only: a worker carries no dictionary of sounds."""
    said = [list(spelling.usual(text)) for text in texts]
    layer = Layer(list(enumerate(said)), len(said), [list(word) for word in spelling.words().weak])
    return {at: layer.near(said[at]) for at in wanted}
