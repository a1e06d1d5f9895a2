"""What was chosen for this run, and which peers are there for it."""

from __future__ import annotations

import dataclasses
import pathlib

from . import peers
from .peers import Peer


@dataclasses.dataclass
class Options:
    """What was chosen. `missing` says of a peer why it cannot be had."""

    daemon: str
    rounds: int
    seconds: float
    chosen: list[str]
    out: pathlib.Path
    missing: dict[str, str] = dataclasses.field(default_factory=dict)
    used: dict[str, str] = dataclasses.field(default_factory=dict)

    def prepare(self, wanted: list[Peer]) -> None:
        """Builds the chosen ones of these. All is built before anything is measured."""
        for peer in dict.fromkeys(wanted):
            if not self._is_chosen(peer):
                self.missing[peer.name] = f"{peer.name} was not chosen"
                continue
            print(f"building {peer.name}, if it is not built yet", flush=True)
            problem = peers.build(peer)
            if problem:
                self.missing[peer.name] = f"{peer.name} is skipped: {problem}"
                print(self.missing[peer.name], flush=True)
            else:
                self.used[peer.name] = peer.version()

    def available(self, wanted: list[Peer]) -> tuple[list[Peer], list[str]]:
        """Those of them that can run, and a line about each of the others."""
        here = [peer for peer in wanted if peer.name not in self.missing]
        return here, [self.missing[peer.name] for peer in wanted if peer.name in self.missing]

    def _is_chosen(self, peer: Peer) -> bool:
        return not self.chosen or peer.name in self.chosen or peer is peers.UPSTREAM
