"""Which version of the store's schema this program needs, known without loading the migrations."""

from importlib import resources


def newest() -> str:
    """The revision of the newest migration: its file's name begins with it."""
    folder = resources.files("gateway.infra.db").joinpath("migrations", "versions")
    names = [file.name for file in folder.iterdir() if file.name[0].isdigit()]
    return max(names).partition("_")[0]
