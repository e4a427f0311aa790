"""The `gateway` command. A command's module is imported only when that command runs."""

from importlib import import_module
from typing import Any, Final

import rich_click as click

from gateway import __version__
from gateway.commands.trouble import unwritten

# name -> (module that exports `command`, one-line help)
_COMMANDS: Final = {
    "serve": ("gateway.commands.serve", "Run the gateway's server."),
    "sandbox": ("gateway.commands.sandbox", "Run everything with simulators and invented people."),
    "simulate": ("gateway.commands.simulate", "Run simulators of the outside systems."),
    "migrate": ("gateway.commands.migrate", "Bring the store to the newest version."),
    "import": ("gateway.commands.import_file", "Take an operator's file in."),
    "pull": ("gateway.commands.pull", "Read a system's records through its own service."),
    "sync": ("gateway.commands.sync", "Synchronise with outside systems: run, status, pause."),
    "match": ("gateway.commands.match", "Review records that may be one person."),
    "record": ("gateway.commands.record", "See a record's sources and history; erase a person."),
    "retention": ("gateway.commands.retention", "Erase what is older than it may become."),
    "wilayah": ("gateway.commands.wilayah", "Load and look up area codes."),
    "lookup": ("gateway.commands.lookup", "Look the residents of a file up, as a client."),
    "export": ("gateway.commands.export", "See and end exports; fetch one, as a client."),
    "client": ("gateway.commands.client", "Manage clients and their credentials."),
    "grant": ("gateway.commands.grant", "Manage grants: draft, approve, end, show."),
    "agreement": ("gateway.commands.agreement", "Record agreements (PKS) and what they owe."),
    "report": ("gateway.commands.report", "Make the reports that agreements owe."),
    "keys": ("gateway.commands.keys", "Make encryption keys, rotate signing keys."),
    "audit": ("gateway.commands.audit", "Look at the sealed log, check it, change its key."),
    "admin": ("gateway.commands.admin", "See who administered what."),
    "subject": ("gateway.commands.subject", "Answer persons about their own data."),
    "cache": ("gateway.commands.cache", "Erase what is kept of one person."),
    "system": ("gateway.commands.system", "Let an outside system be called again."),
    "subscription": ("gateway.commands.subscription", "Push changes to subscribers."),
    "feed": ("gateway.commands.feed", "Have every reader of changes begin anew."),
    "settings": ("gateway.commands.settings", "Show and check every setting."),
    "openapi": ("gateway.commands.openapi", "Write the OpenAPI document."),
}


class LazyGroup(click.RichGroup):
    """Knows its commands by name and help, and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the table."""
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """What the help page needs of a command."""
        if cmd_name not in _COMMANDS:
            return None
        return click.RichCommand(name=cmd_name, help=_COMMANDS[cmd_name][1])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command itself, imported."""
        name, found, rest = super().resolve_command(ctx, args)
        if name is None or found is None:
            return name, found, rest
        command: click.Command = import_module(_COMMANDS[name][0]).command
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; output that finds no place is told in words."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if (said := unwritten(error)) is None:
                raise
            raise click.ClickException(said) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gateway")
def main() -> None:
    """One API over Indonesia's social-welfare data systems.

    Settings come from GATEWAY_* variables: see `gateway settings`.
    """
