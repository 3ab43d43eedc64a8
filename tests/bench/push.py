"""`make bench-push`: what a message costs us from row to row, beside the C limit of its cryptography and beside other senders.

All in one run, turn by turn, against one sink on this machine, with the same words and subscriptions; a sender's rate is its median.
"Per core" is by the sender's own processor time, so that what else this machine does is not counted; by the clock stands beside it.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import click
import msgspec
import sqlalchemy as sa

from app.core.jobs import Work
from broadcasts.deliveries import deliveries, leases
from broadcasts.deliveries.tables import Delivery, DeliveryState
from pwa.push import vapid
from pwa.tables import Device
from tests.bench import crowd, openssl, sink
from tests.bench.measure import Done, of_procfile, peak_mb
from tests.bench.sink import Sink
from tests.pwa.loopback import b64

ROOT = Path(__file__).parents[2]
NODE = Path(__file__).parent / "node"
WORKERS = 2
OURS, EMERGENCY = "Lindian, with database and recording", "Lindian, an emergency with envelopes prepared before"
PYTHON, JS = "pywebpush, async, shared session", "node web-push, keep-alive agent"
TURN = {OURS: 20_000, EMERGENCY: 20_000, PYTHON: 6000, JS: 2400}


@click.command()
@click.option("--rounds", default=5)
@click.option("--crowd", "many", default=100_000, help="Devices of the whole broadcast, by two workers.")
def main(rounds: int, many: int) -> None:
    click.echo(f"{_machine()}; load before {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, sink.running(Path(folder)) as service:
        limits, turns, sink_s = _rounds(Path(folder) / "some", service, rounds)
        wall_s, announce_s, memory_mb = _everybody(Path(folder) / "all", service, many)
    limit, ceiling = statistics.median(limits), 1 / statistics.median(sink_s)
    _tell_table(limit, ceiling, turns)
    click.echo(
        f"\n{many:,} devices by {WORKERS} workers, the sink on the same cores: {wall_s:.1f} s, {many / wall_s:,.0f} a second; "
        f"{announce_s:.1f} s to write their rows before; at most {memory_mb:.0f} MB a worker. Load after {os.getloadavg()[0]:.1f}.\n"
    )
    ours = _rate(turns[OURS], "cpu_s")
    ratios = {
        "vs_pywebpush_async": round(ours / _rate(turns[PYTHON], "cpu_s"), 2),
        "vs_node_web_push": round(ours / _rate(turns[JS], "cpu_s"), 2),
        "of_c_limit": round(ours / limit, 3),
        "emergency_vs_ours": round(_rate(turns[EMERGENCY], "cpu_s") / ours, 2),
        "messages_per_s": round(ours),
        "messages_per_s_by_the_clock": round(_rate(turns[OURS], "wall_s")),
        "sink_ceiling_per_s": round(ceiling),
        "whole_crowd": many,
        "whole_crowd_per_s": round(many / wall_s),
        "memory_mb": round(memory_mb),
    }
    click.echo(msgspec.json.encode(ratios).decode())


def _rounds(home: Path, service: Sink, rounds: int) -> tuple[list[float], dict[str, list[Done]], list[float]]:
    """Everyone in turn, so that what the machine does besides hits all alike."""
    notice_id = crowd.gather(home, service.origin, TURN[OURS])
    given, size, key = _given(home, notice_id)
    limits: list[float] = []
    sink_s: list[float] = []
    turns: dict[str, list[Done]] = {name: [] for name in TURN}
    for _ in range(rounds):
        limits.append(openssl.limit(size))
        before = service.cpu_s()
        command = [sys.executable, "-m", "tests.bench.ours", home, service.certificate, notice_id]
        turns[OURS].append(_run(command))
        sink_s.append((service.cpu_s() - before) / TURN[OURS])
        turns[EMERGENCY].append(_run([*command, "prepared"]))
        python = [sys.executable, "-m", "tests.bench.pywebpush_async", service.certificate, key, TURN[PYTHON]]
        turns[PYTHON].append(_run(python, given))
        turns[JS].append(_run(["node", NODE / "send.js", TURN[JS]], given, NODE_EXTRA_CA_CERTS=str(service.certificate)))
    for name, done in turns.items():
        if any(one.messages != TURN[name] for one in done):
            raise RuntimeError(f"{name} did not send everything: {done}")
    return limits, turns, sink_s


def _given(home: Path, notice_id: int) -> tuple[bytes, int, Path]:
    """What the others get: the same subscriptions and words. Also the size of the words and the file of our key."""
    work = crowd.work(home)
    with work.database.writing() as session:
        update_id = crowd.tell(session, notice_id)
    payload = deliveries._message(work, update_id).payload
    with work.database.reading() as session:
        rows = session.execute(sa.select(Device.endpoint, Device.p256dh, Device.auth)).all()
    held = [{"endpoint": endpoint, "keys": {"p256dh": b64(p256dh), "auth": b64(auth)}} for endpoint, p256dh, auth in rows]
    vapid.opened(work.settings.vapid_key, subject=work.settings.contact)
    work.database.close()
    return msgspec.json.encode({"payload": payload.decode(), "subscriptions": held}), len(payload), work.settings.vapid_key


def _run(command: Sequence[object], given: bytes = b"", **environ: str) -> Done:
    words = [str(part) for part in command]
    ran = subprocess.run(words, input=given, stdout=subprocess.PIPE, check=True, cwd=ROOT, env={**os.environ, **environ})
    return msgspec.json.decode(ran.stdout.splitlines()[-1], type=Done)


def _everybody(home: Path, service: Sink, many: int) -> tuple[float, float, float]:
    """A whole broadcast by real work processes with their queue: seconds, seconds to write the rows, the larger worker's memory."""
    notice_id = crowd.gather(home, service.origin, many)
    work = crowd.work(home)
    command = [sys.executable, "-m", "tests.bench.worker", str(service.certificate)]
    environ = {**os.environ, **crowd.environ(home), **of_procfile()}
    workers = [subprocess.Popen(command, cwd=ROOT, env=environ) for _ in range(WORKERS)]
    time.sleep(5)
    with work.database.writing() as session:
        began = time.perf_counter()
        update_id = crowd.tell(session, notice_id)
    told = time.perf_counter()
    while _count(work, update_id, leases.UNDER_WAY):
        time.sleep(0.3)
    ended = time.perf_counter()
    memory_mb = max(peak_mb(one.pid) for one in workers)
    for one in workers:
        one.terminate()
        one.wait(20)
    if (sent := _count(work, update_id, (DeliveryState.sent,))) != many:
        raise RuntimeError(f"{sent} of {many} were sent")
    work.database.close()
    return ended - told, told - began, memory_mb


def _count(work: Work, update_id: int, states: tuple[DeliveryState, ...]) -> int:
    with work.database.reading() as session:
        here = (Delivery.update_id == update_id, Delivery.state.in_(states))
        return session.scalar(sa.select(sa.func.count()).select_from(Delivery).where(*here)) or 0


def _rate(turns: list[Done], by: str) -> float:
    return statistics.median(one.messages / getattr(one, by) for one in turns)


def _tell_table(limit: float, ceiling: float, turns: dict[str, list[Done]]) -> None:
    click.echo("\n| | messages/s and core | by the clock | memory, MB |\n|---|---:|---:|---:|")
    click.echo(f"| C limit of the cryptography (openssl speed) | {limit:,.0f} | | |")
    for name, done in turns.items():
        memory_mb = statistics.median(one.memory_mb for one in done)
        click.echo(f"| {name} | {_rate(done, 'cpu_s'):,.0f} | {_rate(done, 'wall_s'):,.0f} | {memory_mb:.0f} |")
    click.echo(f"| the sink's own ceiling, on its core | {ceiling:,.0f} | | |")


def _machine() -> str:
    model = next(line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("cryptography", "hpack", "pywebpush", "aiohttp"))
    node, openssl_ = (
        subprocess.run(what, check=True, capture_output=True, text=True).stdout for what in (["node", "-v"], ["openssl", "version"])
    )
    js = msgspec.json.decode((NODE / "package.json").read_bytes())["dependencies"]["web-push"]
    mine = f"{os.cpu_count()} cores of {model}; Python {platform.python_version()}, {versions}"
    return f"{mine}; node {node.strip()}, web-push {js}; {openssl_.partition(' (')[0].strip()}"


if __name__ == "__main__":
    main()
