"""Words: what is left out for a group, and what would be plainer; the house and the phone read the same rules alike."""

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.core import assets
from tickets.wording import personal, plain

SAID: dict[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_name("wording.toml").read_text(encoding="utf-8"))
NODE = """
const {{ hinter }} = await import({script});
const hints = hinter({rules});
console.log(JSON.stringify({words}.map((said) => hints(said).map(({{ kind, said }}) => [kind, said]))));
"""


@pytest.mark.parametrize("said", SAID["personal"], ids=[one["words"][:12] for one in SAID["personal"]])
def test_what_belongs_to_a_household_is_left_out_and_nothing_else(said: dict[str, Any]) -> None:
    read = personal.read(said["words"])
    assert [part.words.strip() for part in read.taken] == said["taken"]
    assert "".join(part.words for part in read.parts) == said["words"]
    for taken in said["taken"]:
        assert taken not in read.clean


def test_what_is_left_out_reads_on_in_chinese_and_known_names_and_numbers_count() -> None:
    said = "小雨点，103号楼501的表换了，有事打13811112222，或打13800001234。"
    read = personal.read(said, names=["小雨点"], public=["138 1111 2222"])
    assert read.clean == "这位住户，103号楼〔房号略〕的表换了，有事打13811112222，或打〔电话略〕。"
    assert personal.read("１３８ ００００ １２３４").clean == "〔电话略〕"


@pytest.mark.parametrize("said", SAID["plain"], ids=[one["words"][:12] for one in SAID["plain"]])
def test_hints_tell_the_few_that_matter_and_plain_words_get_none(said: dict[str, Any]) -> None:
    assert [[hint.kind, hint.said] for hint in plain.hints(said["words"])] == said["hints"]


def test_every_word_of_the_trade_has_a_plainer_one_without_trade_in_it() -> None:
    terms = [term for term, _plain in plain.rules().jargon]
    assert len(terms) == len(set(terms)) >= 50
    assert [(term, said) for term, said in plain.rules().jargon if not said or any(one in said for one in terms)] == []


def test_the_phone_gives_the_same_hints_as_the_house() -> None:
    """Every sentence of the file, in the script that the page loads."""
    words = [one["words"] for one in SAID["personal"] + SAID["plain"]]
    script = (assets.STATIC / "js" / "wording.js").as_uri()
    rules = msgspec.json.encode(plain.for_the_phone()).decode()
    text = NODE.format(script=json.dumps(script), rules=rules, words=json.dumps(words))
    told = subprocess.run(["node", "--input-type=module", "-e", text], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-800:]
    for said, phone in zip(words, json.loads(told.stdout), strict=True):
        assert phone == [[hint.kind, hint.said] for hint in plain.hints(said)], said
