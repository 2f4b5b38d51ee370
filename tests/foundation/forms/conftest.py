import pytest

from yichuang.foundation.definitions import index


@pytest.fixture(autouse=True)
def _fresh_index():
    index.forget()
    yield
    index.forget()
