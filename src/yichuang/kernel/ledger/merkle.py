"""Merkle trees in the form of RFC 6962: one root for many leaves, and a short proof that a leaf is under a root."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


def _leaf(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Tree:
    """
    A tree that grows leaf by leaf and keeps only the roots of its full parts: its memory is logarithmic.

    A tree may begin at the leaf `first` of a larger one: it is a piece of it, and is joined to the piece before.
    """

    first: int = 0
    size: int = 0
    _parts: list[tuple[int, bytes]] = field(default_factory=list)  # (leaves below, root), from left to right

    def add(self, content: bytes) -> None:
        """Put one more leaf at the right end."""
        self._put(1, _leaf(content))

    def join(self, after: Tree) -> None:
        """
        Put the piece that follows at the right end.

        :raises ValueError: it does not begin where this one ends
        """
        if after.first != self.first + self.size:
            raise ValueError(f"a piece that begins at leaf {after.first} does not follow {self.first + self.size}")
        for width, root in after._parts:
            self._put(width, root)

    def _put(self, width: int, root: bytes) -> None:
        place, grown = self.first + self.size, width
        while place & width and self._parts and self._parts[-1][0] == width:
            root = _node(self._parts.pop()[1], root)
            place -= width
            width *= 2
        self._parts.append((width, root))
        self.size += grown

    @property
    def root(self) -> str:
        """
        The root in hex; without leaves the SHA-256 of nothing.

        :raises ValueError: this is a piece that does not begin at the first leaf
        """
        if self.first:
            raise ValueError(f"a piece that begins at leaf {self.first} has no root of its own")
        if not self._parts:
            return hashlib.sha256(b"").hexdigest()
        root = self._parts[-1][1]
        for _, left in reversed(self._parts[:-1]):
            root = _node(left, root)
        return root.hex()


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a leaf stands in a tree of `size` leaves, and the neighbours' digests from there to the root, in hex."""

    index: int
    size: int
    path: tuple[str, ...]


def merkle_root(leaves: Iterable[bytes]) -> str:
    """
    Give the root over leaves in their order, in hex.

    >>> merkle_root([])
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    """
    tree = Tree()
    for content in leaves:
        tree.add(content)
    return tree.root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> Proof:
    """
    Prove that the leaf at `index` (from 0) is under the root of these leaves.

    :raises IndexError: there is no such leaf
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    level, place, path = [_leaf(content) for content in leaves], index, []
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append(level[neighbour].hex())
        pairs = [_node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]  # an odd last one moves up as it is
        place //= 2
    return Proof(index, len(leaves), tuple(path))


def verify_proof(content: bytes, proof: Proof, root: str) -> bool:
    """Say whether the proof leads from this leaf to this root; a proof that is too short or too long does not."""
    if not 0 <= proof.index < proof.size:
        return False
    digest, place, width, path = _leaf(content), proof.index, proof.size, list(proof.path)
    while width > 1:
        if place ^ 1 < width:
            if not path:
                return False
            neighbour = bytes.fromhex(path.pop(0))
            digest = _node(neighbour, digest) if place & 1 else _node(digest, neighbour)
        place, width = place // 2, (width + 1) // 2
    return not path and digest.hex() == root
