"""Records that cannot be changed in silence: digests, chains, signed anchors, a verifier that needs no database."""

from .anchors import (
    Anchor,
    Head,
    Mark,
    anchor_digest,
    draft_anchor,
    public_key_of,
    repeat_anchor,
    sign_anchor,
    verify_anchor,
)
from .digest import GENESIS, Json, canonical, microseconds, moment, record_digest, salted
from .export import anchor_line, export, read_anchors, verify_export
from .merkle import Proof, Tree, inclusion_proof, merkle_root, verify_proof
from .verifying import NOTHING, Before, Check, Problem, ProblemKind, RecordRow, Report, verify

__all__ = [
    "GENESIS",
    "NOTHING",
    "Anchor",
    "Before",
    "Check",
    "Head",
    "Json",
    "Mark",
    "Problem",
    "ProblemKind",
    "Proof",
    "RecordRow",
    "Report",
    "Tree",
    "anchor_digest",
    "anchor_line",
    "canonical",
    "draft_anchor",
    "export",
    "inclusion_proof",
    "merkle_root",
    "microseconds",
    "moment",
    "public_key_of",
    "read_anchors",
    "record_digest",
    "repeat_anchor",
    "salted",
    "sign_anchor",
    "verify",
    "verify_anchor",
    "verify_export",
    "verify_proof",
]
