"""`lindian work`, but it knows the sink's certificate. `python -m tests.bench.worker CERT`, settings in the environment."""

import functools
import sys
from pathlib import Path

from app.cli import main

sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # As `lindian work` has it, before anything else is imported.
from broadcasts.channels import webpush

if __name__ == "__main__":
    webpush.Channel = functools.partial(webpush.Channel, certificates=Path(sys.argv.pop()))  # type: ignore[misc,assignment]
    main(["work"])
