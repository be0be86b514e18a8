"""The service where it runs: what it says of itself."""

from collections.abc import Iterator

from corsheet.doctor import Check, ok, plural, trouble, warning
from corsheet.doctor.asking import Answer
from corsheet.install.installed import Installed
from corsheet.install.steps import State

CURES = {
    "refused": "`corsheet check` tells what to mend in the workbook",
    "missing": "put the workbook back where the settings name it",
    "unreadable": "end the program that holds the workbook, or give corsheet the right to read it",
    "failed": "look at the disk's room, and into the service's log",
}
"""By how the last reading ended."""

USUAL_CURE = "wait a moment for the first reading, and ask the doctor again"


def check_service(
    answer: Answer | None, *, is_ours: bool, installed: Installed | None = None
) -> Iterator[Check]:
    """Tell how a running service is.

    Args:
        answer: Of its /readyz.
        is_ours: It runs.
        installed: The service of the system for these settings; None: there is none.
    """
    if not is_ours and installed is not None and installed.status.state is not State.MISSING:
        yield trouble(
            "service",
            f"{installed.name} is installed, and does not answer ({installed.status.state.value})",
            f"`corsheet service status --name {installed.name}` says how it ended, its log why"
            " (docs/service.md); then `corsheet service start`",
        )
        return
    if not is_ours:
        yield ok("service", "does not run at the moment")
        return
    body = answer.body if answer is not None and isinstance(answer.body, dict) else {}
    outcome = (body.get("lastReload") or {}).get("outcome", "")
    snapshot = body.get("snapshot") or {}
    cure = CURES.get(outcome, USUAL_CURE)
    match body.get("status"):
        case "ready":
            yield ok("service", f"runs, and serves {_orders(snapshot)}")
        case "degraded":
            seen = f"runs, and serves {_orders(snapshot)} of an older save (the last: {outcome})"
            yield warning("service", seen, cure)
        case "unready":
            yield trouble("service", "runs, and has no orders to serve", cure)
        case _:
            cure = "end it and start it again"
            yield trouble("service", "runs, and does not say how it is", cure)


def _orders(snapshot: dict[str, object]) -> str:
    count = snapshot.get("ordersServed")
    return plural(count if isinstance(count, int) else 0, "order")
