"""Whatever a machine sends to /api/v1, drawn from our own OpenAPI document, is answered and never breaks us: quality 16."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tests.app.test_who_may_see_what import engine_name, people, scene  # noqa: F401 - fixtures
from tests.client import Client
from tests.routes import LISTED
from tests.scene import Scene

AS_DESCRIBED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 200
"""Of each route; every second one is against the document."""

drawn = settings(
    max_examples=EXAMPLES // 2, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.slow
def test_no_request_that_the_document_can_draw_breaks_a_route(
    people: Callable[[str, str], Client],  # noqa: F811
    resident: Client,
    scene: Scene,  # noqa: F811
) -> None:
    manager = people("王芳", "/api/")
    told: dict[tuple[str, str], list[int]] = {}
    for operation in operations(resident):
        for mode in GenerationMode:
            answers = told.setdefault((operation.method.upper(), operation.path), [])
            cases = operation.as_strategy(generation_mode=mode)
            every(cases.map(partial(at_home, scene)) if mode is GenerationMode.POSITIVE else cases, manager, answers)
    assert set(told) == {(method, path) for method, path in LISTED if path.startswith("/api/") and "openapi" not in path}
    assert min(map(len, told.values())) >= EXAMPLES, {key: len(answers) for key, answers in told.items()}
    assert not [key for key, answers in told.items() if min(answers) >= 300], "some of each must be right"
    assert not [key for key, answers in told.items() if max(answers) < 400], "and some wrong"


def at_home(scene: Scene, case: Any) -> Any:  # noqa: F811
    """The same request about what is there: chance would never name our grid, a notice of it, nor who asked there."""
    case.path_parameters |= {
        name: value for name, value in {"number": scene.published, "ticket_id": scene.ticket}.items() if name in case.path_parameters
    }
    if isinstance(case.body, dict):
        there = {"grid": "104226", "estates": [1], "buildings": [], "phone": "10000000021"}
        case.body |= {name: value for name, value in there.items() if name in case.body}
    return case


def operations(resident: Client) -> list[Any]:
    document = schemathesis.openapi.from_dict(resident.get("/api/v1/openapi.json").json())
    return [result.ok() for result in document.get_all_operations()]


def every(cases: Any, manager: Client, answers: list[int]) -> None:
    @drawn
    @given(case=cases)
    def one(case: Any) -> None:
        answer = send(manager, case)
        answers.append(answer.status_code)
        case.validate_response(answer, checks=AS_DESCRIBED)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert len(msgspec.json.decode(answer.content)["title"]) > 5

    one()


def send(manager: Client, case: Any) -> Any:
    """What schemathesis would have sent itself, with our token."""
    said = case.as_transport_kwargs(base_url="https://lindian.test")
    headers = {name: value for name, value in said["headers"].items() if name.lower() != "authorization"}
    more: dict[str, Any] = {"json": said["json"]} if "json" in said else {"content": said.get("data") or b""}
    if "json" in more:
        more = {"content": msgspec.json.encode(more["json"])}
        headers |= {"content-type": "application/json"}
    return manager.request(said["method"], said["url"], params=said.get("params"), headers=headers, follow_redirects=False, **more)
