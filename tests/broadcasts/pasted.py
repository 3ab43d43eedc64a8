"""What dispatch sent, pasted: the composer as its page shows it."""

from datetime import timedelta
from typing import Any

from lxml import html

from app.core import clock
from tests.cast import Cast, estate
from tests.client import Client


def day(ahead: int) -> str:
    when = clock.local(clock.now() + timedelta(days=ahead))
    return f"{when.month}月{when.day}日"


def at(ahead: int, hour: str) -> str:
    return f"{clock.local(clock.now() + timedelta(days=ahead)).date()}T{hour}"


def text(where: str = "莲花园1-2号楼、荷塘苑") -> str:
    return f"因10kV学院线916配网检修，定于{day(9)}8:00-17:00停电，范围：{where}。"


class Form:
    """The composer as a page shows it: what is in its fields, and what it asks."""

    def __init__(self, page: str) -> None:
        self.page = html.fromstring(page)
        [self.form] = self.page.xpath("//form[@id='compose']")
        self.asked = [" ".join(one.itertext()).strip() for one in self.page.xpath("//form//div[@class='question']//p")]

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for name, value in self.form.form_values():
            said.setdefault(name, []).append(value)
        return said

    def value(self, name: str) -> str:
        return str(self.said.get(name, [""])[0]).strip()

    def ticked(self, name: str) -> set[int]:
        return {int(one) for one in self.said.get(name, [])}

    def answer(self, words: str) -> tuple[str, dict[str, Any]]:
        """What a tap on this chip sends, and where to."""
        button = next(one for one in self.page.xpath("//button[@name='answer']") if one.text_content() == words)
        return button.get("formaction").partition("#")[0], {**self.said, "answer": button.get("value")}


def paste(client: Client, said: str) -> Any:
    return client.post("/desk/pastes", data={"grid": "104226", "text": said})


def west(town: Cast, *numbers: int) -> None:
    """An estate whose buildings dispatch calls 1 to 6."""
    estate(town.session, town.lotus, "望京西园一区", 600, 39.993, 116.463, tuple(f"{n}号楼" for n in numbers))
    town.session.commit()


def opened(form: Form) -> list[str]:
    return [one.text for one in form.page.xpath("//mark[@class='open']")]


def tapped(client: Client, form: Form, chip: str) -> Form:
    address, said = form.answer(chip)
    return Form(client.post(address, data=said).text)
