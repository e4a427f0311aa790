"""Which version of the store's schema this program needs, known without loading the migrations."""

from importlib import resources


def newest() -> str:
    """The revision of the newest migration: its file's name begins with it."""
    return max(_all())


def misfit(version: str | None) -> str | None:
    """What an operator is told of a store at this version, None = it has none.

    Answers None where it fits.
    """
    if version == newest():
        return None
    if version is None:
        return "The store was never migrated: run `gateway migrate`"
    if version in _all():
        return f"The store is at version {version}, not {newest()}: run `gateway migrate`"
    return (
        f"The store is at version {version}, which this program does not know; its own is "
        f"{newest()}: install the program that brought the store there, or restore the backup"
    )


def _all() -> set[str]:
    folder = resources.files("gateway.infra.db").joinpath("migrations", "versions")
    return {file.name.partition("_")[0] for file in folder.iterdir() if file.name[0].isdigit()}
