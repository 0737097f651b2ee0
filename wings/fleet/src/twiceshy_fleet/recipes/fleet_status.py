"""How far a fleet's output is: shards, inputs, what was set aside, rows. It reads the manifest only, and no secret."""

from twiceshy.records.fleet import FleetStatus
from twiceshy_fleet.lake.manifest import sum_rows
from twiceshy_fleet.recipes.open_fleet import find_manifest
from twiceshy_fleet.recipes.prepare_work import count_inputs


def read_fleet_status(output: str) -> FleetStatus:
    """Return how far a fleet is.

    Raises:
        UsageError: there is none.
        StoreError: its manifest is damaged, or of a newer form.
    """
    manifest = find_manifest(output)
    inputs, receipts = manifest.read_inputs(), manifest.read_receipts()
    shards = {member.shard for member in manifest.read_members()}
    failed = tuple(one for _, one in sorted(receipts.items()) if one.state == "failed")
    return FleetStatus(
        output=manifest.place.address,
        last_run=manifest.find_last_run(),
        done=len(receipts) - len(failed),
        failed=failed,
        waiting=len(shards - receipts.keys()),
        figures=count_inputs(inputs),
        gone=sum(one.gone for one in inputs),
        aside=tuple(manifest.read_aside()),
        rows=sum_rows(receipts),
        bytes_read=sum(one.bytes_read for one in receipts.values()),
        cpu_s=round(sum(one.cpu_s for one in receipts.values()), 2),
    )
