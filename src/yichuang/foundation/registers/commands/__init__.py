"""The deeds of the register room."""

from yichuang.foundation.registers.commands.editing import add_entry, change_entry, discard_draft, remove_evidence
from yichuang.foundation.registers.commands.importing import Trial, import_file, try_file
from yichuang.foundation.registers.commands.keeping import (
    handed_over,
    note_export,
    promote,
    rebuild_cells,
    register_taker,
    stale,
)
from yichuang.foundation.registers.commands.moving import (
    check_entries,
    move_entry,
    open_entry,
    publish_entries,
    send_back,
    withdraw_entry,
)
from yichuang.foundation.registers.commands.proposing import propose, refuse_request, take_request

__all__ = [
    "Trial",
    "add_entry",
    "change_entry",
    "check_entries",
    "discard_draft",
    "handed_over",
    "import_file",
    "move_entry",
    "note_export",
    "open_entry",
    "promote",
    "propose",
    "publish_entries",
    "rebuild_cells",
    "refuse_request",
    "register_taker",
    "remove_evidence",
    "send_back",
    "stale",
    "take_request",
    "try_file",
    "withdraw_entry",
]
