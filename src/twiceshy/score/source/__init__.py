"""Source: what a program's text defines and what it uses, read from its syntax tree; nothing of it is run.

Three questions need more than lines: in which function a finding stands, which definition an edit renamed or gave other
parameters, and who uses it. Trees come from tree-sitter, which reads broken files too and never recurses. Each language
has its module. The parsers are imported on first use, as hooks must not pay for them.
"""

from twiceshy.score.source.languages import language_of
from twiceshy.score.source.parsing import ParseResult, SyntaxTree, parse
from twiceshy.score.source.structure import find_definitions, find_enclosing_name, find_syntax_errors, find_uses
from twiceshy.score.source.symbols import (
    Binding,
    Definition,
    DefinitionKind,
    FunctionCall,
    Import,
    Parameter,
    ParameterRole,
    Reference,
    SourceUses,
)

__all__ = [
    "Binding",
    "Definition",
    "DefinitionKind",
    "FunctionCall",
    "Import",
    "Parameter",
    "ParameterRole",
    "ParseResult",
    "Reference",
    "SourceUses",
    "SyntaxTree",
    "find_definitions",
    "find_enclosing_name",
    "find_syntax_errors",
    "find_uses",
    "language_of",
    "parse",
]
