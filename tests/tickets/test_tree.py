"""The five questions: every path ends with who repairs, what is safe, whom to call and a text to forward."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.core import words
from app.core.errors import Missing
from tickets.triage import Leaf, Question, alarms, step
from tickets.triage.tree import tree


def paths(so_far: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    at = step(so_far)
    if isinstance(at, Leaf):
        yield so_far, at
        return
    assert len(so_far) < 5, so_far
    for option in at.options:
        yield from paths((*so_far, option.id))


def test_every_path_ends_within_five_questions() -> None:
    assert {len(path) for path, _leaf in paths()} <= {1, 2, 3, 4, 5}


def test_every_leaf_is_reached_by_questions_or_by_the_words_of_who_is_in_danger() -> None:
    assert {leaf.id for _path, leaf in paths()} | {one.leaf for one in alarms.known()} == set(tree().leaves)


@pytest.mark.parametrize("tongue", ["zh_CN", "en"])
def test_every_leaf_says_all_there_is_to_say(tongue: str) -> None:
    token = words.language.set(tongue)
    try:
        for leaf in tree().leaves.values():
            assert all(len(str(one)) > 8 for one in (leaf.repairs, leaf.safe, leaf.call, leaf.forward)), leaf.id
            assert leaf.source
            assert isinstance(leaf.reviewed_on, date)
    finally:
        words.language.reset(token)


def test_danger_stops_at_once_and_names_the_numbers() -> None:
    first = step(())
    assert isinstance(first, Question)
    for option in first.options:
        if option.id == "none":
            continue
        leaf = step((option.id,))
        assert isinstance(leaf, Leaf)
        assert leaf.danger
        assert leaf.numbers[0] in ("95598", "119", "120")
        assert leaf.report is not None
    fire, wire = step(("smell",)), step(("wire",))
    assert isinstance(fire, Leaf)
    assert isinstance(wire, Leaf)
    assert fire.numbers[0] == "119"
    assert set(wire.numbers) == {"95598", "110", "119", "120"}
    assert first.options[-1].id == "none"


def test_nobody_is_told_a_bare_not_ours() -> None:
    for _path, leaf in paths():
        if leaf.responsible != "utility":
            assert any(who in leaf.call.zh for who in ("物业", "电工", "95598", "台区经理", "售后")), leaf.id


def test_who_pays_the_property_office_is_led_to_it() -> None:
    leaf = step(("none", "dark", "dark", "property"))
    assert isinstance(leaf, Leaf)
    assert leaf.responsible == "property_or_developer"


def test_a_village_has_its_own_end() -> None:
    leaf = step(("none", "dark", "house"))
    assert isinstance(leaf, Leaf)
    assert "村" in leaf.repairs.zh


def test_an_answer_that_was_never_offered_is_refused() -> None:
    for wrong in (("maybe",), ("none", "lit", "off", "utility", "again")):
        with pytest.raises(Missing):
            step(wrong)
