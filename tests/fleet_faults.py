"""A fleet's worker in tests that meets logs which end it: imported by each worker, so without pytest."""

import os
import signal
import time
from collections.abc import Sequence
from datetime import datetime

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.logs.collect.ingest_logs import read_pieces
from twiceshy.logs.collect.log_pieces import LogPiece
from twiceshy.records.ingest import IngestSummary
from twiceshy_fleet.shards import shard_work
from twiceshy_fleet.shards.shard_work import ShardDesk, prepare_desk


def prepare_faulty_desk(config: Config, secret_file: str, scratch: str = "") -> ShardDesk:
    """Prepare as the product does, and have some names of logs mean harm."""
    vars(shard_work)["read_pieces"] = _read_and_fall
    return prepare_desk(config, secret_file, scratch)


def _read_and_fall(store: Store, pieces: Sequence[LogPiece], config: Config, now: datetime) -> IngestSummary:
    for piece in pieces:
        name = piece.source.path.name
        if name.startswith("kills"):
            os.kill(os.getpid(), signal.SIGKILL)
        if name.startswith("hangs"):
            time.sleep(3600)
        if name.startswith("eats"):
            held = []
            while True:
                held.append(bytearray(os.urandom(1)) * 10_000_000)
        if name.startswith("raises"):
            raise ZeroDivisionError("of a reader")
    return read_pieces(store, pieces, config, now)
