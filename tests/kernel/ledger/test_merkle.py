"""Merkle trees: known roots of RFC 6962, growing and proving."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.kernel.ledger import Tree, inclusion_proof, merkle_root, verify_proof

contents = st.lists(st.binary(max_size=8), min_size=1, max_size=70)

# The test leaves and roots of the Certificate Transparency reference implementation.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", ROOTS)
def test_gives_the_published_roots(size):
    assert merkle_root(LEAVES[:size]) == ROOTS[size]


def naive_root(leaves):
    """RFC 6962, section 2.1, word by word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


@given(contents)
def test_a_tree_that_grows_has_the_root_of_the_definition(leaves):
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)

    assert tree.root == merkle_root(leaves) == naive_root(leaves).hex()
    assert tree.size == len(leaves)


@given(contents, st.integers(0, 70))
def test_two_pieces_joined_are_the_whole(leaves, place):
    place = min(place, len(leaves))
    left, right = Tree(), Tree(place)
    for leaf in leaves[:place]:
        left.add(leaf)
    for leaf in leaves[place:]:
        right.add(leaf)

    left.join(right)

    assert (left.root, left.size) == (merkle_root(leaves), len(leaves))
    if place:
        with pytest.raises(ValueError, match="no root of its own"):
            _ = right.root


@given(contents, st.data())
def test_a_proof_holds_for_its_leaf_and_for_nothing_else(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    root = merkle_root(leaves)
    proof = inclusion_proof(leaves, index)

    assert verify_proof(leaves[index], proof, root)
    assert not verify_proof(leaves[index] + b"x", proof, root)
    assert not verify_proof(leaves[index], proof, merkle_root([*leaves, b"more"]))
    assert not verify_proof(leaves[index], replace(proof, path=(*proof.path, "0" * 64)), root)
    assert not verify_proof(leaves[index], replace(proof, index=len(leaves)), root)
    if proof.path:
        assert not verify_proof(leaves[index], replace(proof, path=proof.path[:-1]), root)


def test_there_is_no_proof_of_a_leaf_that_is_not_there():
    with pytest.raises(IndexError, match="no leaf 2 among 2"):
        inclusion_proof([b"a", b"b"], 2)
