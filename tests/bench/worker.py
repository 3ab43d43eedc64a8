"""`lindian work`, but it knows the sink's certificate. `python -m tests.bench.worker CERT`, settings in the environment."""

import functools
import sys
from pathlib import Path

from app.cli import main


def trust(certificates: Path) -> None:
    from broadcasts.channels import webpush

    webpush.Channel = functools.partial(webpush.Channel, certificates=certificates)  # type: ignore[misc,assignment]


if __name__ == "__main__":
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # As `lindian work` has it.
    trust(Path(sys.argv.pop()))
    main(["work"])
