"""The templates' environment: one for the process, made at first use."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from app.core import assets, clock, nameless, words

TEMPLATES = Path(__file__).parents[2] / "pwa" / "templates"


@cache
def environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(words.say, words.say_many, newstyle=False)  # type: ignore[attr-defined]
    env.globals.update(_=words.say, asset=assets.address, sheet=_sheet, now=clock.now, lang=_lang)
    env.filters.update(words.FILTERS, nameless=nameless.words, numbered=nameless.building)
    return env


def render(name: str, context: dict[str, Any]) -> bytes:
    return environment().get_template(name).render(context).encode()


def _sheet(name: str) -> Markup:
    return Markup(assets.sheet(name))  # noqa: S704 - our own file


def _lang() -> str:
    return "zh-CN" if words.language.get() == "zh_CN" else "en"
