"""The `gateway` command as an operator types it, over a store of the test's own."""

import sqlite3
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.infra.crypto import new_key


class Terminal:
    """Runs commands; what they need stands in `environ`."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.environ = {
            "GATEWAY_DATABASE_URL": database_url,
            "GATEWAY_DATA_KEYS": f"k1:{new_key()}",
            "GATEWAY_INDEX_KEY": new_key(),
            "COLUMNS": "300",
        }

    def __call__(self, *words: str | Path, code: int | None = 0, told: str | None = None) -> Result:
        """Runs one command, which must end with this exit code and without a trace."""
        result = CliRunner().invoke(main, list(map(str, words)), env=self.environ, input=told)
        assert code in (None, result.exit_code), result.output + repr(result.exception)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    def rows(self, query: str) -> list[Any]:
        """What the store holds."""
        with sqlite3.connect(self.database_url.removeprefix("sqlite:///")) as connection:
            found = connection.execute(query).fetchall()
        connection.close()
        return found
