"""Source: what a program's text defines and what it uses, read from its syntax tree; nothing of it is run.

Three questions need more than lines: in which function a finding stands, which definition an edit renamed or gave other
parameters, and who uses it. Trees come from tree-sitter, which reads broken files too and never recurses. A leaf is one
language. The parsers are imported on first use, as hooks must not pay for them.
"""

from twiceshy.facts.source.languages import language_of
from twiceshy.facts.source.parsing import Syntax, Tree, parse
from twiceshy.facts.source.shapes import Binding, Call, Definition, Import, Kind, Parameter, Reference, Role, Uses
from twiceshy.facts.source.structure import definitions, enclosing, faults, uses

__all__ = [
    "Binding",
    "Call",
    "Definition",
    "Import",
    "Kind",
    "Parameter",
    "Reference",
    "Role",
    "Syntax",
    "Tree",
    "Uses",
    "definitions",
    "enclosing",
    "faults",
    "language_of",
    "parse",
    "uses",
]
