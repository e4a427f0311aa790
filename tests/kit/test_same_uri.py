"""Addresses are the same where RFC 3986 says so."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kit.same_uri import normal_address, normal_origin, normal_path

# RFC 3986 section 5.2.4 and 5.4 have most of these.
PATHS = {
    "/": "/",
    "/a/b/c/./../../g": "/a/g",
    "/a/b/..": "/a/",
    "/a/b/.": "/a/b/",
    "/..": "/",
    "/../g": "/g",
    "/a//b": "/a//b",
    "/a//../b": "/a/b",
    "/g.": "/g.",
    "/.g": "/.g",
    "/g..": "/g..",
    "/..g": "/..g",
    "/%7euser": "/~user",
    "/%2e%2e/a": "/a",
    "/a%2fb": "/a%2Fb",
    "/%41%c3%a9": "/A%C3%A9",
    "/a;b=1,2@c:d": "/a;b=1,2@c:d",
}
NO_PATHS = ("", "a", "*", "/%", "/%4", "/%zz", "/a b", "/é", "/a?b", "/a#b", "/\\", '/"', "/\n")


@pytest.mark.parametrize(("path", "same"), PATHS.items())
def test_paths_have_one_spelling(path, same):
    assert normal_path(path) == same


@pytest.mark.parametrize("path", NO_PATHS)
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ValueError):
        normal_path(path)


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("HTTP://Contoh.GO.id:80", "http://contoh.go.id/"),
        ("https://contoh:80/a?b=/../#c", "https://contoh:80/a"),
        ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"),
        ("http://127.0.0.1:8000/v1/me", "http://127.0.0.1:8000/v1/me"),
        ("https://contoh?a/b", "https://contoh/"),
    ],
)
def test_addresses_have_one_spelling(address, same):
    assert normal_address(address) == same


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("https://contoh/a#b?c/../d#e", "https://contoh/a"),
        ("https://contoh/a?b?c#d", "https://contoh/a"),
        ("https://contoh#a?b", "https://contoh/"),
    ],
)
def test_the_first_mark_ends_the_path(address, same):
    assert normal_address(address) == same


def test_an_address_of_nothing_but_marks_is_refused_as_soon_as_any_other():
    """A client chooses it, and while it is read nobody else is answered."""
    begun = time.perf_counter()
    with pytest.raises(ValueError):
        normal_address("https://contoh/" + "?" * 600 + "#" * 600 + " ")
    assert time.perf_counter() - begun < 0.5


def test_an_origin_has_no_path():
    assert normal_origin("https://Contoh.go.id:443/a/b?c") == "https://contoh.go.id"


@given(st.text("/.a%2eE~A", max_size=14).map("/".__add__))
def test_one_spelling_is_its_own(path):
    try:
        once = normal_path(path)
    except ValueError:
        return
    assert normal_path(once) == once
