"""By which nodes of its syntax tree each language shows functions, branches, types and what else is counted."""

from typing import Final

_PYTHON = """
(function_definition) @function
(class_definition) @class
(call function: (_) @call)
[(if_statement) (elif_clause) (for_statement) (while_statement) (except_clause) (conditional_expression)
 (boolean_operator) (case_clause) (if_clause)] @branch
(try_statement) @try
(function_definition "async") @async
(string) @string
(import_statement name: (dotted_name) @module)
(import_statement name: (aliased_import name: (dotted_name) @module))
(import_from_statement module_name: (_) @module)
(parameters [(identifier) (typed_parameter) (default_parameter) (typed_default_parameter)] @slot)
(function_definition name: (_) @slot)
(parameters [(typed_parameter) (typed_default_parameter)] @typed)
(function_definition return_type: (_) @typed)
(typed_parameter type: (_) @annotation)
(typed_default_parameter type: (_) @annotation)
(function_definition return_type: (_) @annotation)
(assignment type: (_) @annotation)
(type (identifier) @any (#eq? @any "Any"))
(type (attribute attribute: (identifier) @any) (#eq? @any "Any"))
(type (identifier) @unknown (#eq? @unknown "object"))
(type (generic_type) @generic)
"""
_SCRIPT = """
(function_declaration) @function
(generator_function_declaration) @function
(method_definition) @function
(variable_declarator name: (identifier) value: [(arrow_function) (function_expression)]) @function
(class_declaration) @class
(class) @class
(call_expression function: (_) @call)
(new_expression constructor: (_) @call)
[(if_statement) (for_statement) (for_in_statement) (while_statement) (do_statement) (switch_case) (catch_clause)
 (ternary_expression)] @branch
(binary_expression operator: ["&&" "||" "??"]) @branch
(try_statement) @try
(function_declaration "async") @async
(function_expression "async") @async
(arrow_function "async") @async
(method_definition "async") @async
(string) @string
(template_string) @string
(import_statement source: (string) @module)
(export_statement source: (string) @module)
(call_expression function: (identifier) @require arguments: (arguments . (string) @module) (#eq? @require "require"))
"""
_TYPES = """
(abstract_class_declaration) @class
(type_annotation) @annotation
[(required_parameter) (optional_parameter)] @slot
(required_parameter type: (_)) @typed
(optional_parameter type: (_)) @typed
(function_declaration name: (_) @slot)
(method_definition name: (_) @slot)
(function_declaration return_type: (_) @typed)
(method_definition return_type: (_) @typed)
(predefined_type) @predefined
(generic_type) @generic
"""
_GO = """
(function_declaration) @function
(method_declaration) @function
(type_spec type: [(struct_type) (interface_type)]) @class
(call_expression function: (_) @call)
[(if_statement) (for_statement) (expression_case) (type_case) (communication_case)] @branch
(binary_expression operator: ["&&" "||"]) @branch
(go_statement) @async
[(interpreted_string_literal) (raw_string_literal)] @string
(import_spec path: (_) @module)
"""
SHAPES: Final = {
    "python": _PYTHON,
    "javascript": _SCRIPT,
    "typescript": _SCRIPT + _TYPES,
    "tsx": _SCRIPT + _TYPES,
    "go": _GO,
}
"""By language. ``function`` and ``class`` are what they say, ``call`` is what is called, ``string`` may hold a query,
``module`` is what an import names, ``slot`` a place for a type and ``typed`` one that has it; other captures are
counted as they are."""
_EVERYWHERE: Final = ("call", "branch", "async", "sql", "jwt", "route")
_OF_TYPES: Final = ("annotation", "slot", "typed", "any", "unknown", "generic")
COUNTED: Final = {
    "python": (*_EVERYWHERE, "try", *_OF_TYPES),
    "javascript": (*_EVERYWHERE, "try"),
    "typescript": (*_EVERYWHERE, "try", *_OF_TYPES),
    "tsx": (*_EVERYWHERE, "try", *_OF_TYPES),
    "go": _EVERYWHERE,
}
"""What a language has; the rest is not known of it. In Go ``async`` is the start of a goroutine."""
