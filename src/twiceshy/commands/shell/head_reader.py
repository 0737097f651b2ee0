r"""Read the words of a command line without a shell: separators, assignments, substitutions, and where output goes.

One reader for names of commands and for `twiceshy run`; what the gate reads of a line (its first words, and what an
assignment is) stands in ``commands.keys.gate_keys``, as a second file would cost an agent's every call a quarter of a
millisecond. It takes any text: a line that no shell would take gives some words. It never runs or expands anything,
and its time grows linearly with the text: 14 microseconds for a real line (measured over 9,988, 2026-11-22). Files
and texts that a line writes, and whether its status shows, are read from a syntax tree (``shell_tree``), which says so
where it does not understand.

A row is one simple command: the operator before it, its words as they are written, and where its output goes.
"""

from twiceshy.commands.keys.gate_keys import is_assignment

Row = tuple[str, list[str], list[tuple[str, bool]]]
"""Operator before it (empty, ``;``, ``&``, ``&&``, ``||`` or ``|``), words, and files of its output: name, appends."""
MOST_CHARACTERS = 20_000
"""Characters of a line that are read (guess, 2026-11-21: without here-documents no real line was a tenth as long)."""
_BLANKS = frozenset(" \t\r\f\v")
_ENDS = frozenset(" \t\r\f\v\n;|&()<>")
"""What ends a word."""
_OPERATORS = ("&&", "||", "|&", ";;")
_SAME = {"\n": ";", ";;": ";", "|&": "|"}
_REDIRECTIONS = ("<<<", "<<-", ">>", ">|", ">&", "<&", "<<", "<>", ">", "<")
_READ_CLOSELY = frozenset("\n;|&()<>\\'\"$`#\x1c\x1d\x1e\x1f")
"""Without any of these a line in ASCII is the words of one command: a fifth of real lines (measured, 2026-11-22)."""
_MARKED = frozenset("\\'\"$<>`()#")
"""What may begin or end a quote, a substitution or a comment."""


def read_rows(command: str) -> tuple[list[Row], list[str]]:
    """Return the simple commands of a line, and the insides of its substitutions, to which marks in words refer.

    The here-documents' texts are left out.
    """
    if command.isascii() and _READ_CLOSELY.isdisjoint(command):
        words = command[:MOST_CHARACTERS].split()
        return ([("", words, [])] if words else []), []
    text = strip_heredocs(command)[:MOST_CHARACTERS].replace("\\\n", " ")
    inners: list[str] = []
    return split_commands(lift_substitutions(text, inners)), inners


def split_commands(text: str) -> list[Row]:
    """Return the simple commands of a text without here-documents and substitutions.

    A last row has no words where the text ends in ``&``.

    >>> [row[:2] for row in split_commands("cd web && CI=1 npm test 2>&1 | tail -20")]
    [('', ['cd', 'web']), ('&&', ['CI=1', 'npm', 'test']), ('|', ['tail', '-20'])]
    """
    rows = _RowList()
    at, size = 0, len(text)
    while at < size:
        char = text[at]
        if char in _BLANKS:
            at += 1
        elif char == "#":
            at = _find(text, "\n", at)
        elif char not in _ENDS:
            at = _read_word(rows, text, at)
        elif char in "<>" or (char == "&" and text[at + 1 : at + 2] == ">"):
            at = _read_redirection(rows, text, at, at)
        else:
            at = _read_operator(rows, text, at)
    if rows.words or rows.op == "&":
        rows.end_row()
    return rows.found


class _RowList:
    """The rows found so far, and the one that is being read."""

    def __init__(self) -> None:
        self.found: list[Row] = []
        self.words: list[str] = []
        self.outputs: list[tuple[str, bool]] = []
        self.op, self.fresh = "", True

    def end_row(self) -> None:
        """End the row, whatever comes behind it."""
        self.found.append((self.op, self.words, self.outputs))
        self.words, self.outputs = [], []
        self.op, self.fresh = "", True


def _read_word(rows: _RowList, text: str, at: int) -> int:
    """Take the word at ``at``, or the redirection whose stream's number it is; return where the text goes on."""
    end = _word_end(text, at, len(text))
    if text[end : end + 1] in ("<", ">") and text[at:end].isdecimal():
        return _read_redirection(rows, text, at, end)
    rows.words.append(text[at:end])
    return end


def _read_operator(rows: _RowList, text: str, at: int) -> int:
    """Take the operator or bracket at ``at``; return where the text goes on."""
    symbol = text[at : at + 2]
    if symbol not in _OPERATORS:
        symbol = symbol[0]
    if symbol == "(":
        return _skip_list(rows, text, at)
    if rows.words:
        rows.end_row()
    if symbol == ")":
        rows.fresh = True
    elif symbol != "\n" or rows.fresh:  # a line end behind an operator only goes on
        rows.op, rows.fresh = _SAME.get(symbol, symbol), False
    return at + len(symbol)


def _skip_list(rows: _RowList, text: str, at: int) -> int:
    """Take an opening bracket: of a function, whose name goes; of a list of values, which goes; or of a shell."""
    last = rows.words[-1] if rows.words else ""
    if text[at + 1 : at + 2] == ")" and last.replace("-", "_").isidentifier():
        rows.words.pop()
        return at + 2
    if last[-1:] == "=" and text[at - 1] == "=" and is_assignment(last):
        end = text.find(")", at)
        return end + 1 if end > 0 and "(" not in text[at + 1 : end] else at + 1
    return at + 1


def _read_redirection(rows: _RowList, text: str, start: int, at: int) -> int:
    """Take the redirection whose symbol stands at ``at``, behind a stream's number; return where the text goes on."""
    every = text[at] == "&"  # `&>`: all that the command says
    symbol = next(symbol for symbol in _REDIRECTIONS if text.startswith(symbol, at + every))
    begin = at + every + len(symbol)
    size = len(text)
    while begin < size and text[begin] in " \t":
        begin += 1
    end = _word_end(text, begin, size)
    if end > begin and symbol in (">", ">>", ">|") and text[start:at] in ("", "1"):
        rows.outputs.append((text[begin:end], symbol == ">>"))
    return end


def _word_end(text: str, at: int, size: int) -> int:
    """Return where the word that stands at ``at`` ends; a quote that never ends is a character like others."""
    while at < size:
        char = text[at]
        if char in _ENDS:
            return at
        if char == "'":
            at = text.find("'", at + 1) + 1 or at + 1
        elif char == '"':
            at = _double_quote_end(text, at + 1) or at + 1
        else:
            at += 2 if char == "\\" else 1
    return size


def _double_quote_end(text: str, at: int) -> int:
    """Return where the text goes on behind a double quote that is open at ``at``; 0 where it never ends."""
    while (end := text.find('"', at)) >= 0:
        slash = text.find("\\", at, end)
        if slash < 0:
            return end + 1
        at = slash + 2
    return 0


def _find(text: str, what: str, at: int) -> int:
    """Return where ``what`` stands next; the end of the text where it does not."""
    place = text.find(what, at)
    return len(text) if place < 0 else place


def strip_heredocs(text: str) -> str:
    """Return the text without the bodies of its here-documents; one that never ends takes the rest."""
    kept: list[str] = []
    start = at = 0
    while (at := text.find("<<", at)) >= 0:
        delimiter, behind = _read_delimiter(text, at)
        at = behind
        if not delimiter:
            continue
        body = text.find("\n", behind)
        if body < 0:
            break
        kept.append(text[start:body])
        end = _find_heredoc_end(text, body, delimiter)
        if end < 0:
            return "".join(kept)
        start = at = end
    return "".join([*kept, text[start:]])


def _read_delimiter(text: str, at: int) -> tuple[str, int]:
    """Return the word that ends the here-document which begins at ``at``, empty for none, and where it ends."""
    if text[at + 2 : at + 3] == "<":  # a text, not a document
        while text[at : at + 1] == "<":
            at += 1
        return "", at
    at += 3 if text[at + 2 : at + 3] == "-" else 2
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    if text[at : at + 1] in ("'", '"', "\\"):
        at += 1
    end, size = at, len(text)
    while end < size and (text[end] == "_" or text[end].isalnum()):
        end += 1
    word = text[at:end]
    return (word, end) if word.isidentifier() and (word[0] == "_" or word[0].isascii()) else ("", at)


def _find_heredoc_end(text: str, at: int, delimiter: str) -> int:
    """Return where the text goes on after the line that is only ``delimiter``; -1 where there is none."""
    while (at := text.find(delimiter, at + 1)) >= 0:
        end = at + len(delimiter)
        line_start = text.rfind("\n", 0, at) + 1
        if not text[line_start:at].strip() and text[end : end + 1] in ("", "\n", "\r", ")", '"', "`", ";", " "):
            return end
    return -1


def lift_substitutions(text: str, inners: list[str]) -> str:
    r"""Return the text with a numbered mark for each outermost substitution; its inside goes to ``inners``.

    >>> lift_substitutions("echo $(git log | head) `date`", found := []), found
    ('echo \x010\x02 \x011\x02', ['git log | head', 'date'])
    """
    if not ("$(" in text or "`" in text or "<(" in text or ">(" in text):
        return text
    out: list[str] = []
    quoted, last, at = False, 0, 0
    while True:
        symbol, start = _next_mark(text, at)
        at = start + len(symbol)
        if not symbol:
            return "".join([*out, text[last:]])
        if symbol == '"':
            quoted = not quoted
        elif symbol in ("'", "#"):
            at = at if quoted else _skip_plain(text, at, symbol)
        elif _opens_substitution(symbol, quoted=quoted):
            end, at = _find_closing(text, at, symbol)
            out += (text[last:start], f"\x01{len(inners)}\x02")
            inners.append(text[start + len(symbol) : end])
            last = at


def _skip_plain(text: str, at: int, symbol: str) -> int:
    """Return where a single quote or a comment that is open at ``at`` ends; a quote that never ends is passed over."""
    return _find(text, "\n", at) if symbol == "#" else text.find("'", at) + 1 or at


def _next_mark(text: str, at: int) -> tuple[str, int]:
    """Return the next quote, bracket, backtick, opener or ``#`` of a comment, and where; empty where none comes."""
    size = len(text)
    while at < size:
        char = text[at]
        if char not in _MARKED:
            at += 1
        elif char == "\\":
            at += 2
        elif char in "$<>":
            if text[at + 1 : at + 2] == "(":
                return char + "(", at
            at += 1
        elif char != "#" or at == 0 or text[at - 1].isspace():
            return char, at
        else:
            at += 1
    return "", size


def _opens_substitution(symbol: str, *, quoted: bool) -> bool:
    """Tell whether a substitution begins here."""
    return symbol in ("$(", "`") or (symbol in ("<(", ">(") and not quoted)


def _find_closing(text: str, at: int, opener: str) -> tuple[int, int]:
    """Return where the inside of a substitution ends and where the text goes on; an open one takes the rest."""
    nested = _Nesting(opener)
    while nested.awaited:
        symbol, start = _next_mark(text, at)
        at = start + len(symbol)
        if not symbol:
            return at, at
        if symbol in ("'", "#"):
            at = at if nested.quotes[-1] else _skip_plain(text, at, symbol)
        else:
            nested.take(symbol)
    return start, at


class _Nesting:
    """Brackets and backticks that are open, with whether a double quote is open in each."""

    def __init__(self, opener: str) -> None:
        self.awaited: list[str] = []
        self.quotes: list[bool] = []
        self.open(opener)

    def open(self, symbol: str) -> None:
        """Go one level down."""
        self.awaited.append("`" if symbol == "`" else ")")
        self.quotes.append(False)

    def take(self, symbol: str) -> None:
        """Take a double quote, a bracket, a backtick or an opener."""
        quoted = self.quotes[-1]
        if symbol == '"':
            self.quotes[-1] = not quoted
        elif symbol == self.awaited[-1] and (symbol == "`" or not quoted):
            self.awaited.pop()
            self.quotes.pop()
        elif _opens_substitution(symbol, quoted=quoted) or (symbol == "(" and not quoted):
            self.open(symbol)
