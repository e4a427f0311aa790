"""The OpenAPI document that is kept in the repository is the one that the code makes."""

from gateway.app import described
from tests.fixtures.project import read


def test_the_document_is_fresh():
    # Compared as truth values, since a difference of two such documents helps nobody.
    fresh = read("openapi/gateway.json").encode() == described()
    assert fresh, "run `make openapi`"


def test_the_document_is_the_same_each_time_it_is_made():
    assert (described() == described()) is True
