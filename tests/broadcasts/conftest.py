"""A provider of each channel, on this machine."""

from collections.abc import Iterator

import pytest

from tests.broadcasts import providers
from tests.broadcasts.providers import Provider


@pytest.fixture(params=["aliyun", "tencent", "wecom", "webhook"])
def provider(request: pytest.FixtureRequest) -> Iterator[Provider]:
    with providers.running(request.param) as running:
        yield running
