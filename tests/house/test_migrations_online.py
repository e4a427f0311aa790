"""Migrations change tables that are in use only in the ways that hold nobody up.

What this test cannot see (a backfill in one statement, raw SQL) `tests/contract/test_online_upgrade.py` meets.
"""

import ast
from pathlib import Path

import pytest

from gateway.infra.db.upgrading import online
from tests.fixtures.project import project_files, read

FOLDER = Path("gateway/infra/db/migrations/versions")
# Their tables had few rows, or none: no version with more of them was ever given out.
BEFORE_THE_RULE = {"0001", "0002", "0004", "0005"}
MIGRATIONS = [
    path
    for path in project_files()
    if path.parent == FOLDER and path.name[0].isdigit() and path.name[:4] not in BEFORE_THE_RULE
]
# `op.f` only marks a name as whole; the others are asked which table they are for.
ALWAYS = {"f", "get_bind", "create_table"}
ON_NEW_TABLES = {"create_index": 1, "bulk_insert": 0, "execute": 0}


def op_calls(tree: ast.AST) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "op"
    ]


def forward(tree: ast.Module) -> list[ast.stmt]:
    """What `upgrade` may reach: everything but the way back and what only that one calls."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    called = {node.id for node in ast.walk(functions["downgrade"]) if isinstance(node, ast.Name)}
    wanted = {node.id for node in ast.walk(functions["upgrade"]) if isinstance(node, ast.Name)}
    only_back = {"downgrade"} | (called - wanted)
    return [node for node in tree.body if getattr(node, "name", None) not in only_back]


def new_tables(calls: list[ast.Call]) -> set[str]:
    made = (call.args[0] for call in calls if call.func.attr == "create_table")
    return {name.value for name in made if isinstance(name, ast.Constant)}


def table_of(call: ast.Call, tree: ast.Module) -> str:
    argument = call.args[ON_NEW_TABLES[call.func.attr]]
    if isinstance(argument, ast.Name):
        # `held = op.create_table(...)`, then `op.bulk_insert(held, ...)`.
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == argument.id:
                argument = node.value.args[0]
                break
    text = argument.value if isinstance(argument, ast.Constant) else ""
    return text.removeprefix("INSERT INTO ").split(" ")[0]


def breaches(text: str) -> list[str]:
    tree = ast.parse(text)
    calls = [call for node in forward(tree) for call in op_calls(node)]
    fresh = new_tables(calls)
    return [
        f"op.{call.func.attr} in line {call.lineno}"
        for call in calls
        if call.func.attr not in ALWAYS
        and (call.func.attr not in ON_NEW_TABLES or table_of(call, tree) not in fresh)
    ]


def test_there_are_migrations_to_look_at():
    assert len(MIGRATIONS) > 5


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_tables_in_use_are_changed_by_the_online_forms_alone(path):
    assert breaches(read(path)) == []


BAD = [
    'op.create_index("ix_a", "audit", ["pada"])',
    'op.add_column("audit", sa.Column("a", sa.Text()))',
    'op.execute("UPDATE ppks SET nomor = 1")',
    'op.alter_column("ppks", "nik", nullable=False)',
    'op.create_foreign_key("fk", "ppks", "wilayah", ["a"], ["b"])',
    'op.create_check_constraint("ck", "ppks", "a > 0")',
    'with op.batch_alter_table("ppks") as batch: batch.drop_column("nik")',
]
GOOD = [
    'op.create_table("baru"); op.create_index(op.f("ix_a"), "baru", ["pada"])',
    'op.create_table("baru"); op.execute("INSERT INTO baru (a) SELECT 1")',
    'made = op.create_table("baru"); op.bulk_insert(made, [])',
    'online.create_index("ix_a", "audit", ["pada"])',
]


@pytest.mark.parametrize(
    ("body", "fine"), [(text, False) for text in BAD] + [(text, True) for text in GOOD]
)
def test_a_breach_would_be_noticed(body, fine):
    text = f"def upgrade():\n    {body}\n\ndef downgrade():\n    op.drop_table('x')\n"
    assert (breaches(text) == []) is fine


def test_contributing_tells_the_online_forms():
    told = read("CONTRIBUTING.md")
    forms = [name for name in ("add_columns", "create_index", "backfill") if hasattr(online, name)]
    assert len(forms) == 3
    assert [name for name in forms if f"online.{name}" not in told] == []
