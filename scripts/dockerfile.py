"""Reads the Dockerfile, so that it can be examined and rehearsed without a container engine."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Instruction:
    """One instruction: its word in capitals and everything after it on one line."""

    word: str
    rest: str


@dataclass
class Stage:
    """What stands between one FROM and the next; `name` is empty unless AS gives one."""

    image: str
    name: str = ""
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, word: str) -> list[str]:
        """What follows each instruction of this kind, in order."""
        return [each.rest for each in self.instructions if each.word == word]

    def environment(self) -> dict[str, str]:
        """The variables that ENV sets."""
        pairs = re.findall(r'(\w+)=("[^"]*"|\S+)', " ".join(self.all("ENV")))
        return {name: value.strip('"') for name, value in pairs}


def read_stages(text: str) -> list[Stage]:
    """The stages of a Dockerfile, with ARGs that stand before the first FROM filled in."""
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    for instruction in _instructions(text):
        if instruction.word == "ARG" and not stages:
            name, _, default = instruction.rest.partition("=")
            arguments[name] = default
        elif instruction.word == "FROM":
            image, _, name = instruction.rest.partition(" AS ")
            stages.append(Stage(_fill(image, arguments), name.strip()))
        else:
            stages[-1].instructions.append(instruction)
    return stages


def _instructions(text: str) -> list[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    pairs = [line.partition(" ") for line in joined.splitlines()]
    return [Instruction(word.upper(), rest.strip()) for word, _, rest in pairs]


def _fill(text: str, arguments: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda match: arguments[match[1]], text)
